/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report: record files in, tables and figures out.
 *
 * What counts: rows whose time is in [since, until) and whose sensor is the one
 * asked for.  Days are days in UTC.
 */
#ifndef POTSHERD_REPORT_H
#define POTSHERD_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "potsherd/time.h"

#define REPORT_TOP_DEFAULT   10
#define REPORT_WIDTH_DEFAULT 100

struct failure;

struct report_options {
    const char *const *dirs; /* folders of records, or single record files */
    unsigned dir_count;
    unsigned top; /* lines of a ranking; 0: REPORT_TOP_DEFAULT */
    struct period period;
    const char *sensor; /* NULL: all */
    bool remap;         /* countries and ASes of the databases open now, not the recorded ones */
    bool by_proxied;    /* sources are the clients that PROXY protocol headers name (proxied_ip
                           of connections.csv), with the places of the databases open now */
    const char *title;  /* what a published report says of itself; NULL: nothing */
    const char *organisation, *contact;
    const char *tlp;    /* clear, green, amber, amber+strict, red (TLP 2.0) */
    bool anonymise;     /* addresses as networks, senders and recipients as domains */
    time_us made;       /* the current time */
    const char *csv;    /* a folder for the tables as CSV, beside another format; NULL: none */
    const char *format; /* NULL: text */
    const char *output; /* file, or folder for csv; NULL: standard output */
    unsigned width;     /* of text, in columns; 0: REPORT_WIDTH_DEFAULT */
    bool ascii, bold;   /* text for a terminal that shows ASCII only; that has bold letters */
};

/* "text", "csv", ... and NULL. */
extern const char *const report_format_names[];
bool report_format_known(const char *name);

/* A time given with --until: a date alone means that whole day. */
bool report_parse_until(const char *text, time_us *until);

/*
 * Returns what the program should exit with: 0; 1 when something could not be
 * read or written, or when rows were damaged (these are reported on standard error
 * while they are met); 2 when the options do not fit together.  `failure` then
 * holds the one line that remains to be said; empty when all is said.
 */
int report_run(const struct report_options *options, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
