/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the rows of one record file go: into the file, or, in a job, through a pipe to the
 * process that writes (record/channel.h).  Who makes rows knows neither.
 */
#ifndef POTSHERD_RECORD_ROW_FILE_H
#define POTSHERD_RECORD_ROW_FILE_H

#include "potsherd/output_file.h"
#include "potsherd/row_json.h"
#include "potsherd/rows.h"
#include "record/outbox.h"

struct row_place {
    struct output_place files;
    bool json; /* files are JSON lines */
    bool job;  /* rows go through these pipes; no file is made */
    int pipe, message_pipe;
    struct outbox *outbox; /* instead of a pipe; NULL: the pipe */
};

struct row_file {
    struct rows rows;
    struct output_file file;
    struct row_json json; /* turns rows into lines, where files are JSON */
    struct buf lines;     /* of these */
    enum record_file number;
    int pipe; /* -1: none */
    struct outbox *outbox;
    struct failure gone; /* nobody reads it any more */
};

/* Ready for rows; `place` and `mask` are borrowed.  The file is made at once, unless the place is
 * live. One that was never opened (all zero) may be flushed, finished and closed. */
bool row_file_open(struct row_file *f, const struct row_place *place, enum record_file number,
                   const struct row_mask *mask);
/* What is buffered goes out; false when it was not taken. */
bool row_file_flush(struct row_file *f);
void row_file_sync(struct row_file *f); /* flushes, and onto the disk */
/* Writes what is left and gives the file its final name; more rows begin another. */
void row_file_finish(struct row_file *f);
void row_file_close(struct row_file *f);
/* The process that sent the beginning of a row is gone. */
void row_file_abandon(struct row_file *f);
const struct failure *row_file_failure(const struct row_file *f); /* NULL: none */

#endif
