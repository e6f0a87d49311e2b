/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Record files back in: a streaming reader of RFC 4180.
 *
 * The caller names the columns that it wants; where they stand in the file is
 * read from its header line, so other orders and further columns do no harm.
 * Cells are views into the reader's buffer, valid until the next csv_next.
 * Rows are found some hundred at a time, so that the caller can look ahead
 * (csv_ahead) and have memory fetched that the next rows will need.
 *
 * One thing is stricter than RFC 4180: a row is a line.  Our writer escapes
 * line ends inside cells, so a quote that is still open at the end of a line is
 * damage, and the damage ends with that line instead of swallowing the file.
 *
 * A damaged row is never skipped in silence: csv_next counts it in the shared
 * struct csv_damage, tells the first few with file and line, and goes on.
 */
#ifndef POTSHERD_REPORT_CSV_H
#define POTSHERD_REPORT_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/log.h"

#define CSV_DAMAGE_TOLD 10 /* so many damaged rows are told one by one */

/* What is longer is damage.  Our own rows stay far below: the longest cell is made of the
 * longest line that is followed (16 KiB, of which each byte may stand as \xNN). */
#define CSV_CELL_MAX    (1 << 20) /* bytes, with its quotes */
#define CSV_LINE_MAX    (4 << 20)
#define CSV_COLUMNS_MAX 512 /* cells a row */

struct csv;

struct csv_damage { /* of all files of a run; zero it first */
    uint64_t rows;
    uint64_t files;
    bool quiet; /* they have been told before */
};

/* NULL and a message when the file cannot be read, is no CSV, or lacks one of
 * the `n` columns.  `damage` is borrowed until csv_close. */
struct csv *csv_open(const char *path, const char *const *columns, unsigned n,
                     struct csv_damage *damage, struct failure *failure);

/* The next whole row: cells[i] is what stands in columns[i].  NULL at the end of
 * the file, and after a read error, which csv_failed tells. */
const struct bytes *csv_next(struct csv *c);

/* The row that will come `rows` after this one; NULL when it is not known yet. */
const struct bytes *csv_ahead(const struct csv *c, unsigned rows);

/* For the caller who finds the row that csv_next gave to be damaged. */
void csv_complain(struct csv *c, const char *format, ...) LOG_PRINTF(2, 3);

bool csv_failed(const struct csv *c, struct failure *failure);
uint64_t csv_bytes_read(const struct csv *c); /* of the file, as stored */
void csv_close(struct csv *c);                /* NULL is fine */

/* A decimal number without sign; false for anything else, and for empty. */
bool csv_uint(struct bytes cell, uint64_t *out);

#endif
