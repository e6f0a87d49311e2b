/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file without a name, of records that are written one after the other and then read in the same
 * order: what does not fit into memory.  It is gone when it is closed, or the program ends.
 */
#ifndef POTSHERD_CAMPAIGN_SPILL_H
#define POTSHERD_CAMPAIGN_SPILL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/log.h"

struct spill { /* zero it first */
    const char *folder;
    int fd; /* as spill_begin left it */
    bool reading;
    int error; /* errno of the first failure */
    uint64_t size, at;
    struct buf buf;
    size_t taken; /* of buf */
};

/* An unnamed file in the folder, for reading and writing; -1 with errno. */
int spill_file(const char *folder);

/* `folder` is borrowed. */
void spill_begin(struct spill *s, const char *folder);
void spill_end(struct spill *s);
void spill_put(struct spill *s, struct bytes record);
/* Without what spill_next needs, for who reads the file otherwise. */
void spill_put_bare(struct spill *s, struct bytes record);
/* From the first record on; may be called again. */
void spill_rewind(struct spill *s);
/* Valid until the next call; false: there is none, or it has failed. */
bool spill_next(struct spill *s, struct bytes *record);
bool spill_failed(const struct spill *s, struct failure *why);

#endif
