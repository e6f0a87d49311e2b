/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the descriptions of tables are written with, for the files that hold them: tables.c, which
 * has the order of all, and tables_*.c. */
#ifndef POTSHERD_REPORT_DESCRIPTIONS_H
#define POTSHERD_REPORT_DESCRIPTIONS_H

#include "report/ranking.h"

/* Those of what mails say, in their order; NULL after the last. */
extern const struct ranking *const tables_mails[];

/* Those of campaigns, where there are any. */
void tables_campaigns(const struct making *m);

#define IN(member) offsetof(struct tally, member)
#define END                                                                                        \
    {                                                                                              \
        NULL, NULL, CELL_RANK, 0, 0, NULL, NULL, NULL, false                                       \
    }

/* Columns.  COUNT_OF and PERCENT_OF also name the column of the records that is counted. */
#define RANK                                                                                       \
    {                                                                                              \
        "rank", "#", CELL_RANK, 0, 0, NULL, NULL, NULL, false                                      \
    }
#define CELL(id, title, cell, at)                                                                  \
    {                                                                                              \
        id, title, cell, at, 0, NULL, NULL, NULL, false                                            \
    }
#define COUNT(id, title, at) CELL(id, title, CELL_COUNT, at)
#define COUNT_OF(id, title, at, file, column)                                                      \
    {                                                                                              \
        id, title, CELL_COUNT, at, 0, NULL, file, column, false                                    \
    }
#define PERCENT(id, at, whole)                                                                     \
    {                                                                                              \
        id, "%", CELL_PERCENT, at, whole, "%", NULL, NULL, false                                   \
    }
#define PERCENT_OF(id, at, whole, file, column)                                                    \
    {                                                                                              \
        id, "%", CELL_PERCENT, at, whole, "%", file, column, false                                 \
    }
#define RECIPIENTS(at) COUNT_OF("recipients", "Recipients", at, "emails", "rcpt_count")

#endif
