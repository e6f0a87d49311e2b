/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which files of a folder are records: NAME.csv and the segments NAME-*.csv, and of payloads
 * also NAME.mbox and NAME-*.mbox, each compressed or not (.gz .zst .xz .lz4).  For all commands
 * that read records back.
 * Segments that are still being written (.part) are listed as not read.
 */
#ifndef POTSHERD_LISTING_H
#define POTSHERD_LISTING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

struct listing_kind {
    const char *name;   /* "emails" */
    const char *ending; /* ".csv" */
};

struct listed_file {
    char *path;
    unsigned kind; /* of the listing's */
    uint64_t size;
};

struct listing {
    const struct listing_kind *kinds; /* that are looked for; borrowed */
    unsigned kind_count;
    GPtrArray *files;  /* struct listed_file *, by kind, then as given, then by name */
    GPtrArray *unread; /* char *: what was left out, and why */
    GHashTable *known; /* set of the files: there may be one an hour for years */
};

void listing_init(struct listing *files, const struct listing_kind *kinds, unsigned n);
void listing_fini(struct listing *files);

/* A folder, or a single record file.  False and a message when it is neither. */
bool listing_add(struct listing *files, const char *path, struct failure *failure);

/* After the last listing_add: the order in which they are to be read. */
void listing_sort(struct listing *files);

#endif
