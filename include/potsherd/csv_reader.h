/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads record files, plain or compressed: a streaming reader of RFC 4180.
 *
 * The caller names the columns that it wants; their places are taken from the header line of
 * the file, so the order of the columns and further columns do not matter.  A column that the
 * file lacks has empty cells, unless it is required: records of an earlier version have no
 * columns of later ones.
 * Cells are views into the reader's buffer, valid until the next csv_reader_next.
 * Rows are found some hundred at a time, so that the caller can look ahead
 * (csv_reader_ahead) and prefetch the memory that the next rows will need.
 *
 * One thing is stricter than RFC 4180: a row is a line.  Our writer escapes line ends inside
 * cells, so a quote that is still open at the end of a line is damage, which ends with that
 * line.
 *
 * Each damaged row is counted in the shared struct csv_damage and skipped; the first ones
 * are logged with file and line.
 */
#ifndef POTSHERD_CSV_READER_H
#define POTSHERD_CSV_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/log.h"

#define CSV_DAMAGE_LOGGED 10 /* so many damaged rows are logged one by one */

/* What is longer is damage.  Our own rows stay far below: the longest cell is made of the
 * longest line that is followed (16 KiB, of which each byte may stand as \xNN). */
#define CSV_CELL_MAX    (1 << 20) /* bytes, with its quotes */
#define CSV_LINE_MAX    (4 << 20)
#define CSV_COLUMNS_MAX 512 /* cells a row */

struct csv_reader;

struct csv_column {
    const char *name;
    bool required; /* the file cannot be read without it */
};

struct csv_damage { /* of all files of a run; zero it first */
    uint64_t rows;
    uint64_t files;
    bool quiet; /* counted, not logged: the files are read again */
};

/* NULL and a message when the file cannot be read, is no CSV, has one of the `n` columns more
 * than once, or lacks a required one.  `damage` is borrowed until csv_reader_close. */
struct csv_reader *csv_reader_open(const char *path, const struct csv_column *columns, unsigned n,
                                   struct csv_damage *damage, struct failure *failure);

/* For who also wants the lines as they stand: cells that were quoted then keep the doubled quotes
 * (csv_cell_undouble). */
struct csv_reader *csv_reader_open_lines(const char *path, const struct csv_column *columns,
                                         unsigned n, struct csv_damage *damage,
                                         struct failure *failure);
/* With their line ends: the file's header line, and the row of the last csv_reader_next. */
struct bytes csv_reader_header(const struct csv_reader *c);
struct bytes csv_reader_line(const struct csv_reader *c);
/* Replaces what is in `out`. */
void csv_cell_undouble(struct bytes cell, struct buf *out);

/* Whether the file has columns[column]; if not, its cells are empty. */
bool csv_reader_has(const struct csv_reader *c, unsigned column);

/* The next whole row: cells[i] is the cell of columns[i].  NULL at the end of the file, and
 * after a read error (csv_reader_failed). */
const struct bytes *csv_reader_next(struct csv_reader *c);

/* The row that comes `rows` after this one; NULL when it is not known yet. */
const struct bytes *csv_reader_ahead(const struct csv_reader *c, unsigned rows);

/* The caller found the row of the last csv_reader_next to be damaged. */
void csv_reader_damaged(struct csv_reader *c, const char *format, ...) LOG_PRINTF(2, 3);

bool csv_reader_failed(const struct csv_reader *c, struct failure *failure);
uint64_t csv_reader_bytes(const struct csv_reader *c); /* read of the file, as stored */
void csv_reader_close(struct csv_reader *c);           /* NULL is fine */

#endif
