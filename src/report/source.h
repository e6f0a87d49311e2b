/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the bytes of a record file come from.  The only place that opens one, so
 * that compressed segments (gzip, zstd, xz, lz4, bzip2; told by their first
 * bytes) are nobody else's business.  The adapter of libarchive for records.
 */
#ifndef POTSHERD_REPORT_SOURCE_H
#define POTSHERD_REPORT_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"

struct source;

struct source *report_open(const char *path, struct failure *failure); /* NULL: see failure */

/* Up to n bytes; 0 at the end, -1 and a message on an error. */
ssize_t source_read(struct source *s, void *to, size_t n, struct failure *failure);

uint64_t source_bytes_read(const struct source *s); /* of the file, as stored */
void source_close(struct source *s);                /* NULL is fine */

#endif
