/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the bytes of a record file come from, plain or compressed.
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
