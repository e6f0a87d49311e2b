/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sorts records of bytes, more of them than fit into memory: by their bytes, a shorter one before
 * those that it begins.  Records that are equal all come.
 *
 * Cost: memory as given; what is more goes, sorted, to a file without a name in the folder, once,
 * and is merged from there.  A record's bytes are looked at as far as they tell it from others.
 */
#ifndef POTSHERD_CAMPAIGN_SORTER_H
#define POTSHERD_CAMPAIGN_SORTER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/log.h"

struct sorter;

#define SORTER_MEMORY_LEAST (1 << 20) /* bytes */

/* `folder` is borrowed.  `beside`: a thread of its own sorts and writes while records come. */
struct sorter *sorter_new(const char *folder, size_t memory, bool beside);
void sorter_free(struct sorter *s); /* NULL is fine */

void sorter_put(struct sorter *s, struct bytes record); /* copied */
/* Takes the records of `other`, and frees it. */
void sorter_join(struct sorter *s, struct sorter *other);

/* After the last put.  The next record, valid until the next call; false: there is none, or the
 * sorter has failed. */
bool sorter_next(struct sorter *s, struct bytes *record);
void sorter_rewind(struct sorter *s); /* from the first again */

/* A file could not be written or read: records are missing. */
bool sorter_failed(const struct sorter *s, struct failure *why);

#endif
