/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The filters that a user gave, and what a row says to each of them.  Of one kind given several
 * times any may hold; of different kinds all must, which is for selection.h to see to, since a
 * row knows only some of them.
 *
 * Texts are compared as they were sent, without the escapes of records.
 */
#ifndef POTSHERD_EXPORT_FILTERS_H
#define POTSHERD_EXPORT_FILTERS_H

#include "base/buf.h"
#include "potsherd/export.h"
#include "potsherd/schema.h"

/* Bits. */
enum filter {
    FILTER_UID = 1 << 0,
    FILTER_TIME = 1 << 1,
    FILTER_SENSOR = 1 << 2,
    FILTER_SOURCE = 1 << 3,
    FILTER_COUNTRY = 1 << 4,
    FILTER_AS = 1 << 5,
    FILTER_TARGET = 1 << 6,
    FILTER_FROM = 1 << 7,
    FILTER_RCPT = 1 << 8,
    FILTER_SUBJECT = 1 << 9,
    FILTER_TAG = 1 << 10,
    FILTER_DOMAIN = 1 << 11,
    FILTER_HASH = 1 << 12,
    FILTER_CAMPAIGN = 1 << 13,
    FILTER_LAST = FILTER_CAMPAIGN
};

/* What every row that belongs to a connection says of itself. */
#define FILTERS_OWN ((unsigned)(FILTER_UID | FILTER_TIME | FILTER_SENSOR))

struct filters;
struct source;

/* NULL, and a message, when one cannot be what its option wants. */
struct filters *filters_new(const struct export_options *options, struct failure *why);
void filters_free(struct filters *f); /* NULL is fine */
unsigned filters_given(const struct filters *f);
const char *filter_option(enum filter filter); /* "--uid" */
/* Those that rows of this kind have columns for. */
unsigned filters_known(enum record_file kind);
/* Those of the given ones whose columns a file lacks, all of them; `has`: whether it has one. */
unsigned filters_lacking(const struct filters *f, enum record_file kind,
                         bool (*has)(const struct source *file, unsigned column),
                         const struct source *file);
/* Those of the given ones that hold for a row; `cells` by the numbers of the kind's columns, with
 * doubled quotes. */
unsigned filters_test(struct filters *f, enum record_file kind, const struct bytes *cells);
/* False, and it says so, when subjects took the pattern too long, and counted as not matched. */
bool filters_are_decided(const struct filters *f);

/* The connection and the message that a row is of; false: the kind has none, or the cell is none.
 * `n` 0: it is of no message. */
bool filters_key(enum record_file kind, const struct bytes *cells, uint64_t *uid, uint32_t *n);
bool filters_has_uid(enum record_file kind);
bool filters_has_message(enum record_file kind);

/* A cell as the bytes that it stands for; `scratch` may hold them. */
struct bytes filters_text(struct bytes cell, struct buf *scratch);

#endif
