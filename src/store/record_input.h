/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a record file, plain or compressed.
 */
#ifndef POTSHERD_STORE_RECORD_INPUT_H
#define POTSHERD_STORE_RECORD_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"

struct record_input;

struct record_input *record_input_open(const char *path,
                                       struct failure *failure); /* NULL: see failure */

/* Up to n bytes; 0 at the end, -1 and a message on an error. */
ssize_t record_input_read(struct record_input *s, void *to, size_t n, struct failure *failure);

uint64_t record_input_bytes(const struct record_input *s); /* of the file, as stored */
void record_input_close(struct record_input *s);           /* NULL is fine */

#endif
