/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as plain tables, so that an output format is one struct of functions
 * over the same tables and can do no arithmetic of its own.
 *
 * Numbers are exact: counts, and hundredths of a unit for percentages and
 * averages, rounded half up by integer arithmetic (table_percent, table_ratio).
 *
 * Text comes from records, that is, from attackers.  The tables hold it as valid
 * UTF-8 of printable characters only: anything else (control characters, marks
 * that change the direction of text, broken bytes) stands as \xNN.  What quotes
 * or markup mean is for each format to escape.
 */
#ifndef POTSHERD_REPORT_TABLE_H
#define POTSHERD_REPORT_TABLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/log.h"
#include "potsherd/time.h"
#include "report/bins.h"

enum value_type {
    VALUE_NONE,
    VALUE_TEXT,
    VALUE_COUNT,
    VALUE_NAME, /* a number that only names something: a port, an AS */
    VALUE_HUNDREDTHS
};

struct value {
    enum value_type type; /* VALUE_NONE: not known, or does not apply */
    uint64_t number;
    const char *text;  /* as programs should have it */
    const char *label; /* as people should; NULL: the same */
    unsigned level;    /* of TABLE_WEEK: how much that is, 0 (nothing) to VALUE_LEVELS */
};

#define VALUE_LEVELS 9

struct column {
    const char *id, *title;
    enum value_type type;
    const char *unit;  /* "", "%", "B" */
    bool for_programs; /* people see the same elsewhere in the row */
    bool unbroken;     /* its cells have one line */
};

enum table_shape {
    TABLE_LIST,
    TABLE_FACTS,  /* two columns: name and value */
    TABLE_SERIES, /* a row a bin: the bin, the sum, then one number a key */
    TABLE_WEEK,   /* a row an hour: the hour, one number a weekday, the sum */
    TABLE_ABOUT   /* two columns: name and value; formats for people have places of their own */
};

struct table {
    const char *id, *title;
    const char *note; /* a sentence about it, or NULL */
    enum table_shape shape;
    enum bin bin;      /* of TABLE_SERIES */
    bool for_programs; /* people see the same in another table */
    GArray *columns;   /* struct column */
    GArray *values;    /* struct value, row by row */
    struct report_tables *of;
};

struct report_tables {
    const char *period;  /* "2006-06-10 to 2007-09-18", or NULL */
    GPtrArray *notices;  /* const char *: what the reader of any figure must know */
    GPtrArray *warnings; /* the loud ones, which say that figures are probably wrong */
    GPtrArray *tables;   /* struct table * */
    GStringChunk *texts;
    bool anonymise;        /* every text that is added: networks for addresses, domains for mail
                              addresses */
    const char *title;     /* what it is called; NULL: as each format likes */
    unsigned width;        /* of lines of text */
    bool bold;             /* titles of text */
    const char *csv_links; /* URL of the folder with the tables as CSV, ends with "/"; or NULL */
};

struct report_tables *tables_new(void);
void tables_free(struct report_tables *r);
const struct table *tables_find(const struct report_tables *r, const char *id);
/* Text that lives as long as the tables, fit to be shown. */
const char *tables_keep(struct report_tables *r, const char *format, ...) LOG_PRINTF(2, 3);
void tables_notice(struct report_tables *r, const char *format, ...) LOG_PRINTF(2, 3);
void tables_warning(struct report_tables *r, const char *format, ...) LOG_PRINTF(2, 3);

/* `id` and `title` are borrowed for good: literals. */
struct table *table_new(struct report_tables *r, const char *id, const char *title,
                        enum table_shape shape);
void table_column(struct table *t, const char *id, const char *title, enum value_type type,
                  const char *unit);
struct table *table_new_named(struct report_tables *r, enum table_shape shape, const char *id, ...)
    LOG_PRINTF(3, 4); /* without a title */
/* A count, named by a record; what people see of it by `label`, unless that is NULL or gives it. */
void table_column_named(struct table *t, struct bytes name,
                        const char *(*label)(struct report_tables *r, struct bytes name));
void table_column_for_programs(struct table *t); /* the last one; likewise: */
void table_column_unbroken(struct table *t);
void table_note(struct table *t, const char *format, ...) LOG_PRINTF(2, 3);

/* The next cell, row by row. */
void table_none(struct table *t);
void table_text(struct table *t, struct bytes text);       /* empty: table_none */
void table_mailbox(struct table *t, struct bytes address); /* anonymised: its domain, or none */
void table_hour(struct table *t, struct bytes hour);       /* "2006-06-10T05:00:00Z" */
void table_relabel(struct table *t, const char *label);    /* the last cell, for people */
void table_label(struct table *t, const char *text, const char *label);
void table_count(struct table *t, uint64_t n);
void table_level(struct table *t, uint64_t n, unsigned level);
void table_name(struct table *t, uint64_t n);
void table_percent(struct table *t, uint64_t part, uint64_t whole); /* of nothing: table_none */
void table_ratio(struct table *t, uint64_t part, uint64_t whole);
/* For people the day; `in_year`: or, of a year that they know, to the minute. */
void table_time(struct table *t, time_us at, bool in_year);

/* Whether people are to see it. */
bool table_shows(const struct table *t, unsigned column);
unsigned table_columns(const struct table *t);
size_t table_rows(const struct table *t);
const struct column *table_column_at(const struct table *t, unsigned column);
const struct value *table_value_at(const struct table *t, size_t row, unsigned column);

/* A value as text, numbers with two decimals where they have some. */
#define VALUE_TEXT_MAX 32
const char *value_text(const struct value *v, char scratch[VALUE_TEXT_MAX]);
const char *count_short(uint64_t n, char scratch[VALUE_TEXT_MAX]); /* "9999", "12k", "1.2M" */
const char *value_label(const struct value *v, char scratch[VALUE_TEXT_MAX]);

/* part * factor / whole, rounded half up; whole is not 0. */
uint64_t divide_half_up(uint64_t part, uint64_t factor, uint64_t whole);

#endif
