/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The thread that hashes and writes finished messages: emails.csv and the
 * payloads.  Hashing and base64 are a third of all work and need nothing of the
 * rest, so they go on beside it.  Messages are written in the order in which they
 * are handed over; who hands over waits when too much is under way.
 */
#ifndef POTSHERD_RECORD_SCRIBE_H
#define POTSHERD_RECORD_SCRIBE_H

#include "potsherd/record.h"
#include "record/payload.h"
#include "record/rows.h"

#define SCRIBE_SPARE_MAX 256        /* written letters kept for their memory */
#define SCRIBE_BYTES_MAX (32 << 20) /* of payloads handed over and not yet written */

struct letter { /* a finished message; owned by the scribe once handed over */
    struct letter *next;
    struct buf email_before; /* cells ts to size */
    struct buf email_after;  /* cells complete to reply */
    struct buf key;          /* cells ts to sensor, the same in payloads.csv */
    char name[32];           /* for the From line of mbox */
    time_us ts;
    struct payload payload;
};

struct scribe;

/* NULL when a file cannot be made. */
struct scribe *scribe_open(const struct rows_place *place, enum payload_mode mode,
                           struct failure *why);
void scribe_put(struct scribe *s, struct letter *letter);
/* Waits until all that was handed over is written. */
void scribe_wait(struct scribe *s);
/* Live, and only right after scribe_wait: writes out (onto the disk, too, with
 * `sync`), or ends the segments. */
void scribe_flush(struct scribe *s, bool sync);
void scribe_end_segments(struct scribe *s);
/* A row file of the scribe's, for rows that come from jobs. */
struct rows *scribe_rows(struct scribe *s, enum record_file file);
uint64_t scribe_largest(const struct scribe *s);   /* bytes in its largest file */
uint64_t scribe_unwritten(const struct scribe *s); /* rows that could not be */
/* The first error, or NULL.  Any thread. */
const struct failure *scribe_failure(struct scribe *s);
/* Writes what is left and gives the files their names; then scribe_failure is final. */
void scribe_finish(struct scribe *s);
void scribe_free(struct scribe *s); /* NULL is fine */

/* An empty letter, from those that have been written: their memory is used again. */
struct letter *scribe_letter(struct scribe *s);
void letter_free(struct letter *letter);

#endif
