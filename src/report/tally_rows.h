/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the rows of each kind of record file are counted; a kind is a line of tally_rows. */
#ifndef POTSHERD_REPORT_TALLY_ROWS_H
#define POTSHERD_REPORT_TALLY_ROWS_H

#include "report/tally.h"

struct tally_rows {
    const char *name;
    const struct csv_column *columns;
    unsigned cells;
    unsigned only_proxied; /* so many of the cells, the last ones, are read with by_proxied only */
    uint32_t unmissed;     /* a bit a cell: that a file lacks it is not said */
    size_t have;           /* a bool in struct tally: such a file was read; 0: none */
    size_t big[3];         /* the tables of hashes source, server, third; 0: none */
    void (*hash)(struct tally *t, const struct bytes *cells, struct tally_hashes *hashes);
    void (*count)(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                  const struct tally_hashes *hashes); /* checks everything, then counts */
};

extern const struct tally_rows tally_rows[TALLY_KINDS];

#endif
