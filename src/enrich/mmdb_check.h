/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a database record can be handed to libmaxminddb, which steps over maps
 * and arrays by recursion, as deep as the record likes: out of stack is a crash.
 */
#ifndef POTSHERD_ENRICH_MMDB_CHECK_H
#define POTSHERD_ENRICH_MMDB_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* The record at `offset` of the data section ends within it and is no deeper and
 * no larger than any real one by far; so is what its pointers point to. */
bool mmdb_check_record(struct bytes section, uint32_t offset);

#endif
