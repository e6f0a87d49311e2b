/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of a record file: their cells are encoded here and nowhere else.
 *
 * A row is begun, its cells are set in rising column order (what is left out stays empty),
 * and ended.  Rows are handed over to a sink, many at a time: to a file, or to a pipe that
 * another process writes from.  A row that is longer than the buffer comes in parts.
 */
#ifndef POTSHERD_ROWS_H
#define POTSHERD_ROWS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/log.h"
#include "potsherd/address.h"
#include "potsherd/schema.h"
#include "potsherd/time.h"

struct row_sink {
    /* `rows` end in these bytes; `part`: they end amid another, which the next call goes on
     * with, and ends alone.  False: they were not taken, as the sink has counted. */
    bool (*put)(void *context, struct bytes bytes, uint64_t rows, bool part);
    void *context;
};

/* What is left of cells that may name a person (potsherd/redact.h). */
struct row_mask {
    /* What is returned is valid until the next call; empty: the cell is. */
    struct bytes (*text)(void *context, enum column_holds holds, struct bytes text);
    void (*address)(void *context, enum column_holds holds, struct address *address);
    void *context;
};

struct rows {
    const struct record_schema *schema;
    struct row_sink sink;
    const struct row_mask *mask; /* NULL: cells stay as they are */
    struct buf out;              /* not yet handed over */
    unsigned first;              /* column of the row that is written; not 0 in cells alone */
    unsigned column;             /* its next one */
    uint64_t rows;               /* in all */
    uint64_t buffered;           /* of these, in `out` */
    bool parted;                 /* a part of the current row has been handed over */
    bool each;                   /* each row is handed over at its end */
};

/* `mask` is borrowed, and may be NULL: what rows_text and rows_ip set goes through it. */
void rows_init(struct rows *w, enum record_file file, const struct row_mask *mask,
               struct row_sink sink);
void rows_fini(struct rows *w);  /* without a flush */
bool rows_flush(struct rows *w); /* between rows */
/* The names of the columns, as a file begins with them. */
void rows_header(const struct record_schema *schema, struct buf *out);

/* Rows that another process has encoded, as its sink had them. */
void rows_take(struct rows *w, struct bytes rows, uint64_t count, bool part);

void rows_begin(struct rows *w);
void rows_end(struct rows *w);
void rows_text(struct rows *w, unsigned column, struct bytes text); /* escapes */
/* As it was read from a record file: it is escaped, and masked where it shall be. */
void rows_cell(struct rows *w, unsigned column, struct bytes cell);
void rows_text_lower(struct rows *w, unsigned column, struct bytes text); /* ASCII */
void rows_word(struct rows *w, unsigned column, const char *text);        /* escapes */
void rows_uint(struct rows *w, unsigned column, uint64_t value);
void rows_bool(struct rows *w, unsigned column, bool value);
void rows_time(struct rows *w, unsigned column, time_us t);
void rows_seconds(struct rows *w, unsigned column, time_us t);
void rows_ip(struct rows *w, unsigned column, const struct address *ip); /* empty for none */
void rows_hex(struct rows *w, unsigned column, const uint8_t *bytes, size_t n);
/* Finished cells, separated by commas: columns `column` to `last`.  They have been through the
 * mask when they were made. */
void rows_cells(struct rows *w, unsigned column, unsigned last, struct bytes cells);
/* Cells alone, for rows_cells: from `column` on, appended to `out`.  rows_* set them,
 * cells_end fills up to `last`. */
void cells_begin(struct rows *w, enum record_file file, unsigned column,
                 const struct row_mask *mask, struct buf *out);
void cells_end(struct rows *w, unsigned last, struct buf *out);
/* A cell of a CSV file that is no record file: of a text, escaped and quoted; of a cell that was
 * read from a record file, quoted only. */
void rows_append_text(struct buf *out, struct bytes text);
void rows_append_cell(struct buf *out, struct bytes cell);
/* Base64, not through the mask, in parts of which all but the last have a multiple of three bytes.
 */
void rows_base64(struct rows *w, unsigned column, struct bytes part);

#endif
