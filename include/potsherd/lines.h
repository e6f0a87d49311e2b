/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A log of lines, NAME-STAMP.log: the audit log.  Lines are buffered between flushes; the
 * file's life is that of all output files (potsherd/output_file.h).
 */
#ifndef POTSHERD_LINES_H
#define POTSHERD_LINES_H

#include "potsherd/output_file.h"
#include "potsherd/time.h"

#define LINES_BYTES_MAX (UINT64_C(256) << 20)
#define LINES_AGE_MAX   (3600 * TIME_SECOND)

extern const struct output_kind log_file;

struct lines;

/* In `folder` (borrowed), of whose descriptor a copy is kept.  A new file is begun when one
 * has LINES_BYTES_MAX or is LINES_AGE_MAX old. */
struct lines *lines_open(int dir_fd, const char *folder, const char *name, struct failure *why);
/* One line, its newline included. */
void lines_put(struct lines *l, const void *line, size_t n, time_us now);
void lines_flush(struct lines *l);          /* about once a second */
uint64_t lines_lost(const struct lines *l); /* NULL: 0 */
void lines_close(struct lines *l);          /* NULL is fine; flush before, to know what is lost */

#endif
