/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of a CSV file as rows of cells, a buffer full of them at a time: a batch.
 * Used by one thread; it logs nothing: damage is noted in the batch.
 *
 * Memory: the buffers, each of which grows for one long line and shrinks again, and for
 * each batch two words a wanted cell of 16,384 rows at most.  A line is scanned from its start
 * whenever more of it is read, CSV_BUFFER_BYTES at a time, so at most
 * CSV_LINE_MAX / CSV_BUFFER_BYTES times.
 */
#ifndef POTSHERD_STORE_CSV_LINES_H
#define POTSHERD_STORE_CSV_LINES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "potsherd/csv_reader.h"
#include "store/record_input.h"

#define CSV_BUFFER_BYTES (256u << 10)
#define CSV_BLOCK_BYTES  64 /* looked at in one step (csv_marks.h) */

struct csv_damaged_line {
    uint64_t line;
    char what[96];
};

struct csv_batch {
    uint8_t *data; /* cap bytes, and CSV_BLOCK_BYTES that may be read but mean nothing */
    size_t cap, len;
    size_t row;          /* where the row that is being read begins */
    struct bytes *cells; /* `rows` whole rows of wanted + 1 cells, and room for more */
    uint64_t *lines;     /* of these rows */
    struct bytes *raw;   /* likewise, as they stand, with their line ends (csv_lines.raw) */
    unsigned rows, rows_cap;
    GArray *damage;   /* struct csv_damaged_line: the first CSV_DAMAGE_LOGGED */
    uint64_t damaged; /* lines, with those */
    uint64_t bytes_read;
    bool last;
};

struct csv_lines { /* zero it, set input and batch */
    struct record_input *input;
    struct csv_batch *b; /* being filled */

    unsigned columns;  /* of the header line */
    unsigned wanted;   /* by the caller */
    uint16_t *slot_of; /* column of the file -> cell of the caller; `wanted`: of none */
    uint16_t *absent;  /* cells of the caller that no column of the file gives: empty */
    unsigned absent_count;

    size_t block;            /* the 64 bytes that `marks` is about */
    uint64_t marks;          /* bits of the bytes of `block` that are still to be looked at */
    struct bytes *row_cells; /* of the row that is being read, and one for columns not wanted */
    bool *row_doubled;       /* cells with doubled quotes in them */
    bool any_doubled;
    bool raw;     /* rows are wanted as they stand, too: doubled quotes stay doubled */
    size_t begun; /* where the line that is, or was, read last begins in the batch's data */
    bool at_end;  /* of the input */
    uint64_t line;
    struct failure failure; /* a read error; the rows before it are whole */
};

void csv_batch_init(struct csv_batch *b);
void csv_batch_fini(struct csv_batch *b);
void csv_lines_fini(struct csv_lines *c); /* closes the input; not the batches */

/* Reads the header line, of which each cell is in row_cells then, `columns` of them.  False
 * when there is none; `failure` is empty unless the file could not be read. */
bool csv_lines_header(struct csv_lines *c);

/* From now on rows have `wanted` cells, by slot_of. */
void csv_lines_want(struct csv_lines *c, unsigned wanted);

/* The rows that the batch's buffer holds; it is filled only while it holds none. */
void csv_lines_fill(struct csv_lines *c);

/* Goes on in `next`, with what the batch before left over, which may be the same one; its
 * rows may still be read meanwhile. */
void csv_lines_next_batch(struct csv_lines *c, struct csv_batch *next);

#endif
