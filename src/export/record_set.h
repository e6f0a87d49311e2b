/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The record files of a run, read kind by kind, as often as it takes.  What is wrong with them is
 * said, and counted, when they are read first.
 */
#ifndef POTSHERD_EXPORT_RECORD_SET_H
#define POTSHERD_EXPORT_RECORD_SET_H

#include "export/source.h"
#include "potsherd/listing.h"
#include "potsherd/options.h"

/* Payloads that are no rows: payloads.mbox, and segments of it. */
#define RECORD_SET_MBOX  RECORD_FILE_COUNT
#define RECORD_SET_KINDS (RECORD_FILE_COUNT + 1)

struct record_set { /* zero it first */
    struct listing listing;
    bool listed;
    struct listing_kind kinds[RECORD_SET_KINDS];
    struct csv_damage damage;
    unsigned failed;             /* files that could not be read */
    bool read[RECORD_SET_KINDS]; /* once at least */
};

struct record_reader {
    /* Another file begins.  NULL: that is no news. */
    void (*file)(void *context, const char *path, const struct source *source);
    /* A row; false: no more of them are wanted. */
    bool (*row)(void *context, struct source *source, const struct bytes *cells);
    void *context;
};

/* The files in the folders that the arguments name, or those files, in the order in which they are
 * read: by kind, then as given, then by name, which is by time.  False, and a message. */
bool record_set_list(struct record_set *set, const struct options *options,
                     struct failure *failure);
void record_set_fini(struct record_set *set);
bool record_set_has(const struct record_set *set, unsigned kind);
/* All files of a kind.  False: the reader wanted no more. */
bool record_set_read(struct record_set *set, enum record_file kind,
                     const struct record_reader *reader);
/* Of a file that others read: it could not be read (to its end). */
void record_set_fail(struct record_set *set, const struct failure *why);
/* Says what was damaged in all; true if nothing was, and all could be read. */
bool record_set_is_whole(const struct record_set *set);

#endif
