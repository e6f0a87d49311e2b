/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the descriptions of tables are written with, for the files that hold them: tables.c, which
 * has the order of all, and tables_*.c. */
#ifndef POTSHERD_REPORT_DESCRIPTIONS_H
#define POTSHERD_REPORT_DESCRIPTIONS_H

#include "report/ranking.h"

/* Those of what mails say, in their order; NULL after the last. */
extern const struct ranking *const tables_mails[];

#define IN(member) offsetof(struct tally, member)
#define END                                                                                        \
    {                                                                                              \
        NULL, NULL, CELL_RANK, 0, 0, NULL, NULL, NULL                                              \
    }

/* Columns.  COUNT_OF and PERCENT_OF also name the column of the records that is counted. */
#define RANK                                                                                       \
    {                                                                                              \
        "rank", "#", CELL_RANK, 0, 0, NULL, NULL, NULL                                             \
    }
#define CELL(id, title, cell, at)                                                                  \
    {                                                                                              \
        id, title, cell, at, 0, NULL, NULL, NULL                                                   \
    }
#define COUNT(id, title, at) CELL(id, title, CELL_COUNT, at)
#define COUNT_OF(id, title, at, file, column)                                                      \
    {                                                                                              \
        id, title, CELL_COUNT, at, 0, NULL, file, column                                           \
    }
#define PERCENT(id, at, whole)                                                                     \
    {                                                                                              \
        id, "%", CELL_PERCENT, at, whole, "%", NULL, NULL                                          \
    }
#define PERCENT_OF(id, at, whole, file, column)                                                    \
    {                                                                                              \
        id, "%", CELL_PERCENT, at, whole, "%", file, column                                        \
    }
#define RECIPIENTS(at) COUNT_OF("recipients", "Recipients", at, "emails", "rcpt_count")

/* A ranking of one number by one key. */
#define SIMPLE(name, table_title, key, key_title, number, number_title, all)                       \
    static const struct ranking_column name##_columns[] = {                                        \
        RANK,                                                                                      \
        CELL(key, key_title, CELL_KEY, 0),                                                         \
        COUNT(number, number_title, 0),                                                            \
        PERCENT("percent", 0, all),                                                                \
        END,                                                                                       \
    };                                                                                             \
    static const struct ranking name = {                                                           \
        .id = #name,                                                                               \
        .title = table_title,                                                                      \
        .columns = name##_columns,                                                                 \
        .counter = IN(name),                                                                       \
        .numbers = 1,                                                                              \
        .rows = ROWS_COUNTED,                                                                      \
        .note = NOTE_SHARE,                                                                        \
        .whole = all,                                                                              \
    }

#endif
