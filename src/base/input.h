/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of one input file as a FILE, uncompressed when it is compressed
 * (gzip, zstd, xz, lz4, bzip2; known by its first bytes, not by its name).  The
 * adapter of libarchive; gzip goes by gunzip.h.  Plain files pass through.
 */
#ifndef POTSHERD_BASE_INPUT_H
#define POTSHERD_BASE_INPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/log.h"

struct input;

struct input_watch { /* sees the bytes of the file as they are stored, each once, in order */
    void (*bytes)(void *context, struct bytes bytes);
    void *context;
};

/* Opens a file, or standard input for "-".  NULL with the reason in `failure`:
 * no such file, a directory, no permission, empty, not to be uncompressed. */
struct input *input_open(const char *name, struct failure *failure);
/* Its two halves, where one process opens and another reads: a descriptor, or -1 with errno;
 * and what is read of it, which takes the descriptor, -1 and errno, too.  `reopens`: a regular
 * file can be had again, from its start; standard input cannot.  `watch` may be NULL. */
int input_descriptor(const char *name);
struct input *input_take(int fd, bool reopens, const struct input_watch *watch,
                         struct failure *failure);
void input_close(struct input *in); /* after the FILE */

/* The bytes.  Closed by the caller (or by libpcap), before input_close. */
FILE *input_stream(struct input *in);

/* What went wrong while reading, or NULL: then the end of the FILE is the end. */
const char *input_error(const struct input *in);

/* Reads what is left of the file, for the watch alone.  False: it cannot be read to its end. */
bool input_drain(struct input *in);

bool input_compressed(const struct input *in);
bool input_reopens(const struct input *in);  /* a regular file: can be read from its start again */
uint64_t input_size(const struct input *in); /* on disk; 0: not known */
uint64_t input_bytes_read(const struct input *in); /* as on disk */

#endif
