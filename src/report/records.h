/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which files of a folder are records: NAME.csv and the segments NAME-*.csv, each
 * compressed or not (.gz .zst .xz .lz4).
 * Segments that are still being written (.part) are listed as not read.
 */
#ifndef POTSHERD_REPORT_RECORDS_H
#define POTSHERD_REPORT_RECORDS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

struct record_file {
    char *path;
    unsigned kind; /* see tally_kind_name */
    uint64_t size;
};

struct record_files {
    GPtrArray *files;  /* struct record_file *, by kind, then as given, then by name */
    GPtrArray *unread; /* char *: what was left out, and why */
    GHashTable *known; /* set of the files: there may be one an hour for years */
};

void records_init(struct record_files *files);
void records_fini(struct record_files *files);

/* A folder, or a single record file.  False and a message when it is neither. */
bool records_add(struct record_files *files, const char *path, struct failure *failure);

/* After the last records_add: the order in which they are to be read. */
void records_sort(struct record_files *files);

#endif
