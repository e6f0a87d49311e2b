/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finished segments become smaller: NAME-STAMP.csv -> NAME-STAMP.csv.zst, in a thread
 * of low priority.  The adapter of libarchive for writing.
 *
 * At any moment a whole file has every row: NAME-STAMP.csv.zst.part is written, read
 * back and compared, put onto the disk and renamed; then the .csv goes.  Who finds
 * both reads the .csv alone (src/report/records.c); the next start removes it.
 */
#ifndef POTSHERD_COMPRESS_H
#define POTSHERD_COMPRESS_H

#include <stdbool.h>

#include "base/log.h"

struct manifest;

/* One segment.  True also when it is gone by now (--keep, --max-disk).  After a
 * failure the .csv is there as before.  `manifest`, here and below: gets the sum of what is made,
 * and why the .csv went; or NULL. */
bool compress_segment(int dir_fd, const char *dir, const char *name, struct manifest *manifest,
                      struct failure *why);

/* What a run that died left: a .zst.part is removed, and a .csv of which the .zst holds
 * the same bytes.  Where they differ both stay, with a warning. */
bool compress_repair(int dir_fd, const char *dir, struct manifest *manifest, struct failure *why);

struct compressor;

/* Repairs the folder first; NULL if that fails.  Segments that earlier runs left
 * uncompressed wait from then on.  What is handed over is borrowed. */
struct compressor *compressor_new(int dir_fd, const char *dir, struct manifest *manifest,
                                  struct failure *why);
/* Starts the thread, if it is not there: privileges, which belong to threads, must be
 * dropped by then, and no fork follows. */
void compressor_begin(struct compressor *c); /* NULL is fine */
/* A segment of this run; it goes before those of earlier runs.  Returns at once. */
void compressor_put(struct compressor *c, const char *name);
/* What has failed is tried again, after what else waits. */
void compressor_retry(struct compressor *c); /* NULL is fine */
/* Does what this run has left, says how much of earlier runs waits for the next start,
 * and frees.  What failed was logged when it did. */
void compressor_finish(struct compressor *c); /* NULL is fine */

#endif
