/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file without a name, of records that are written one after the other and read in the same
 * order, all of them or a stretch: what does not fit into memory.  It is gone when it is closed, or
 * the program ends.
 */
#ifndef POTSHERD_CAMPAIGN_SPILL_H
#define POTSHERD_CAMPAIGN_SPILL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/log.h"

struct spill_reader { /* of the bytes [at, end) of a file */
    int fd;
    uint64_t at, end; /* at: what has not been read into the buffer yet */
    size_t room;      /* so much is read at a time */
    struct buf buf;
    size_t taken; /* of buf */
    int error;    /* errno of the first failure */
};

struct spill { /* zero it first */
    const char *folder;
    int fd; /* as spill_begin left it */
    int error;
    uint64_t size;  /* in the file */
    struct buf buf; /* not yet */
    struct spill_reader reader;
};

/* `folder` is borrowed.  The file is made with the first flush. */
void spill_begin(struct spill *s, const char *folder);
void spill_end(struct spill *s);

void spill_put(struct spill *s, struct bytes record);
/* Without what spill_next needs, for who reads the file otherwise. */
void spill_put_bare(struct spill *s, struct bytes record);
void spill_flush(struct spill *s);

/* From the first record on; may be called again. */
void spill_rewind(struct spill *s);
/* Valid until the next call; false: there is none, or it has failed. */
bool spill_next(struct spill *s, struct bytes *record);
bool spill_failed(const struct spill *s, struct failure *why);
/* What that is: "FOLDER: ...".  Returns false. */
bool spill_explain(const char *folder, int error, struct failure *why);

/* Several may read one file. */
void spill_reader_begin(struct spill_reader *r, int fd, uint64_t at, uint64_t end, size_t room);
bool spill_reader_next(struct spill_reader *r, struct bytes *record);
void spill_reader_end(struct spill_reader *r);

#endif
