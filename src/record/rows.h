/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes one record file: RFC 4180 rows in the order of the schema's columns.
 *
 * A row is begun, its cells are set in rising column order (what is left out
 * stays empty), and ended.  Only whole rows count: after an error (a full disk)
 * the file is cut back to its last whole row.  In a replay it then stays like
 * that; a live file drops and counts the rows that do not fit, tries again with
 * every flush, and goes on when there is room.
 */
#ifndef POTSHERD_RECORD_ROWS_H
#define POTSHERD_RECORD_ROWS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/log.h"
#include "potsherd/address.h"
#include "potsherd/output_file.h"
#include "potsherd/schema.h"
#include "potsherd/time.h"

struct rows_place {
    struct output_place files;
    /* A job: rows go to another process instead of files.  One pipe for the message
     * writer's files, one for the others. */
    bool job;
    int pipe, message_pipe;
};

struct rows {
    const struct rows_place *place;
    enum record_file file;
    const struct record_schema *schema;
    int fd;           /* the file, or a job's pipe; -1: closed, or never opened */
    char *path;       /* NAME.csv.part while it is written */
    struct buf out;   /* not yet written */
    uint64_t written; /* bytes in the file */
    uint64_t whole;   /* of these, up to the last whole row */
    unsigned first;   /* column of the row being written; not 0 in lent cells */
    unsigned column;  /* its next one */
    uint64_t rows;
    uint64_t buffered;  /* of these, in `out` */
    uint64_t unwritten; /* rows that were dropped (live only) */
    bool paused;        /* the last write failed (live only) */
    bool torn;          /* part of the row being written is lost */
    bool parted;        /* a part of it has been sent (a job only) */
    bool failed;        /* for good */
    struct failure failure;
};

/* Ready for rows.  A replay's file (DIR/NAME.csv.part with its header line) is made
 * at once, a live one with its first row. */
bool rows_open(struct rows *w, const struct rows_place *place, enum record_file file);
bool rows_flush(struct rows *w);
void rows_sync(struct rows *w); /* and onto the disk */
/* Writes what is left and gives the file its final name; a live file may then be
 * gone on with under the place's next stamp. */
bool rows_finish(struct rows *w);
bool rows_close(struct rows *w); /* finish, and free */

/* Takes what a job's rows_flush has sent; `part`: the last row goes on with the next. */
void rows_take(struct rows *w, struct bytes rows, uint64_t count, bool part);
void rows_abandon_part(struct rows *w); /* the job died before the rest came */

void rows_begin(struct rows *w);
void rows_end(struct rows *w);
void rows_text(struct rows *w, unsigned column, struct bytes text);       /* escapes */
void rows_text_lower(struct rows *w, unsigned column, struct bytes text); /* ASCII */
void rows_word(struct rows *w, unsigned column, const char *text);        /* escapes */
void rows_uint(struct rows *w, unsigned column, uint64_t value);
void rows_bool(struct rows *w, unsigned column, bool value);
void rows_time(struct rows *w, unsigned column, time_us t);
void rows_seconds(struct rows *w, unsigned column, time_us t);
void rows_ip(struct rows *w, unsigned column, const struct address *ip); /* empty for none */
void rows_hex(struct rows *w, unsigned column, const uint8_t *bytes, size_t n);
/* Finished cells, separated by commas: columns `column` to `last`. */
void rows_cells(struct rows *w, unsigned column, unsigned last, struct bytes cells);
/* Begins cells for another thread's row at `column` into `out`, with no file behind
 * them: rows_* set them, rows_lend_end fills up to `last`. */
void rows_lend(struct rows *w, enum record_file file, unsigned column, struct buf *out);
void rows_lend_end(struct rows *w, unsigned last, struct buf *out);
/* Base64, in parts of which all but the last have a multiple of three bytes. */
void rows_base64(struct rows *w, unsigned column, struct bytes part);

/* A text as a cell: see DESIGN section 5 for what is escaped and how. */
void rows_escape(struct buf *out, struct bytes text);

#endif
