/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every maker of a table is given, and the makers that are no rankings (ranking.h). */
#ifndef POTSHERD_REPORT_MAKING_H
#define POTSHERD_REPORT_MAKING_H

#include "report/table.h"
#include "report/tally.h"

#define DAY_US (INT64_C(86400) * TIME_SECOND)

struct making {
    const struct tally *t;
    struct report_tables *r;
    unsigned top; /* lines of a ranking */
};

/* The days of the report: those asked for, otherwise those found.  False: none. */
bool making_period(const struct making *m, int64_t *first, int64_t *last);

uint64_t making_days(const struct making *m); /* how many they are */

void totals_make(const struct making *m);
void remarks_make(const struct making *m); /* warnings and notices */

void week_make(const struct making *m);

struct series_days { /* without hours */
    size_t all, by;  /* offsets in struct tally of counters of day, and of day, key: emails */
    unsigned keys;   /* so many of them have days, the first of the ranking */
    bool (*period)(const struct making *m, int64_t *first, int64_t *last);
    const char *(*title)(const struct making *m, size_t rank, struct bytes key); /* for people */
};

/* Emails over time of the keys with most emails. */
struct series {
    const char *key; /* "country" */
    size_t by;       /* offset in struct tally_bins of a counter of bin, key: emails */
    const char *(*label)(struct report_tables *r, struct bytes key); /* for people; NULL: the key */
    size_t counter; /* offset of the counter of its keys; 0: derived */
    void (*derive)(const struct tally *t, struct counter *made);
    unsigned numbers; /* that the keys are ranked by, the emails first */
    bool (*wanted)(const struct tally *t);
    const struct series_days *other; /* days that are not those of the records; NULL: none */
};

void series_make(const struct making *m, const struct series *s);

#endif
