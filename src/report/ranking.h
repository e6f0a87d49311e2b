/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table that shows the keys of a counter, as a description: which counter, in which order,
 * which rows and columns, and what stands below it.  ranking_make is the one reader of it.
 */
#ifndef POTSHERD_REPORT_RANKING_H
#define POTSHERD_REPORT_RANKING_H

#include "report/making.h"

enum cell { /* what a cell shows, of the row's count; `at` is an index */
            CELL_RANK,
            CELL_KEY,              /* part `at` of the key, as text */
            CELL_KEY_COUNTRY,      /* the same, a country code; people see its name, too */
            CELL_KEY_COUNTRY_NAME, /* that name, for programs */
            CELL_KEY_NAME,     /* the same, as a number that only names something: a port, an AS */
            CELL_COUNT,        /* number `at`, which may be TALLY_UNKNOWN */
            CELL_PERCENT,      /* number `at` of `of`, an enum whole */
            CELL_RATIO,        /* number `at` by number `of` */
            CELL_SHARE,        /* number `at` per cent of number `of` */
            CELL_TIME,         /* number `at`, a time_us */
            CELL_TIME_WHOLE,   /* the same, of a table that is so wide that it would be broken */
            CELL_FACT,         /* fact `at`, as text */
            CELL_FACT_MAILBOX, /* as the address of a sender or recipient */
            CELL_FACT_COUNTRY, /* as a country code; see CELL_KEY_COUNTRY */
            CELL_FACT_COUNTRY_NAME,
            CELL_FACT_NAME,   /* as a number that only names something */
            CELL_FACT_COUNT,  /* as a number */
            CELL_ASIDE_COUNT, /* number 0 of the same key in the counter beside this one */
            CELL_ASIDE_FACT   /* its fact `at` */
};

enum whole { /* of which a percentage is */
             WHOLE_EMAILS,
             WHOLE_CONNECTIONS,
             WHOLE_REQUESTS,
             WHOLE_RECIPIENTS, /* rows of recipients.csv */
             WHOLE_LINKS,
             WHOLE_SYNS,
             WHOLE_CAMPAIGNS,
             WHOLE_CAMPAIGN_EMAILS,  /* of all campaigns */
             WHOLE_CAMPAIGN_RECORDS, /* emails, where they are those of the campaigns' records */
             WHOLE_SENDERS,          /* sources of campaigns */
             WHOLE_NUMBER_1          /* of the row itself */
};

struct ranking_column { /* the last one has no id */
    const char *id, *title;
    enum cell cell;
    unsigned at, of;
    const char *unit;          /* NULL: none */
    const char *file, *column; /* of the records: what it is counted from, where a missing
                                  column would give a wrong zero; or NULL */
    bool for_programs;         /* people have no room for it, or see it elsewhere */
};

enum rows {
    ROWS_COUNTED,  /* the first of the ranking whose first number is not zero */
    ROWS_REPEATED, /* the first of the ranking whose first number is more than one */
    ROWS_FIRST,    /* the first of the ranking */
    ROWS_NAMED,    /* those with fact 0, and the first others */
    ROWS_RANKED,   /* all, ranked */
    ROWS_ADDED     /* all, in the order in which they were added */
};

enum note {
    NOTE_NONE,
    NOTE_SHARE,      /* how many keys with a first number there are, and the share of those shown */
    NOTE_SHARE_MOST, /* the same with all keys that there were */
    NOTE_REPEATED,   /* how many keys of ROWS_REPEATED, their share, and what came once */
    NOTE_FIRST,      /* how many keys there are */
    NOTE_WITH,       /* the same, and how many emails have any */
    NOTE_NAMED,      /* of ROWS_NAMED */
    NOTE_TEXT
};

struct ranking {
    const char *id, *title;
    const struct ranking_column *columns;
    size_t counter;                                              /* offset in struct tally */
    void (*derive)(const struct tally *t, struct counter *made); /* or made of the tally */
    void (*aside)(const struct tally *t, struct counter *made);  /* NULL: none */
    unsigned numbers;                                            /* that it is ranked by */
    enum rows rows;
    enum note note;
    enum whole whole;     /* of NOTE_SHARE */
    enum tally_with with; /* of NOTE_WITH */
    const char *text;
    void (*say)(const struct making *m, GString *note); /* sentences of its own, each with a blank
                                                           behind it; NULL: none */
    bool (*wanted)(const struct tally *t);              /* NULL: when the counter has a key */
};

void ranking_make(const struct making *m, const struct ranking *r);

/* The same of a counter that the caller made. */
void ranking_make_of(const struct making *m, const struct ranking *r, const struct counter *made);

void ranking_append_share(GString *note, uint64_t part, uint64_t whole); /* "12.34 %" */

/* How many of a ranking, `top` at most, have a first number that is not zero. */
size_t ranking_counted(const struct count *const *ranked, unsigned top);

#endif
