/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The thread that hashes and writes finished messages: emails.csv and the
 * payloads.  Hashing and base64 are a third of all work and need nothing of the
 * rest, so they go on beside it.  Messages are written in the order in which they
 * are handed over; who hands over waits when too much is under way.
 */
#ifndef POTSHERD_RECORD_MESSAGE_WRITER_H
#define POTSHERD_RECORD_MESSAGE_WRITER_H

#include "potsherd/mbox.h"
#include "potsherd/payload.h"
#include "potsherd/record.h"
#include "potsherd/redact.h"
#include "record/row_file.h"

#define MESSAGE_WRITER_SPARE_MAX 256        /* written jobs kept for their memory */
#define MESSAGE_WRITER_BYTES_MAX (32 << 20) /* of payloads handed over and not yet written */

struct message_job { /* a finished message; owned by the writer once handed over */
    struct message_job *next;
    struct moment moment;    /* it was handed over at */
    bool mark;               /* no message: all before it have been handed over */
    struct buf email_before; /* cells ts to size */
    struct buf email_after;  /* cells complete to reply */
    struct buf key;          /* cells ts to sensor, the same in payloads.csv */
    char name[32];           /* for the From line of mbox */
    time_us ts;
    struct payload payload;
    bool asked;        /* a mail worker, about it: */
    struct address us; /* mail.h */
    uint16_t dst_port;
    struct buf facts; /* their texts, one behind the other */
    size_t fact_n[MAIL_FACTS];
    struct buf recipients;        /* all, a line each, where they are redacted */
    struct address them, proxied; /* as redact_connection wants them */
    bool gaps;                    /* some of it is missing */
};

struct message_reading {                    /* of mails, by a process of its own (mail.h) */
    int (*fresh)(void *context, int place); /* NULL: they are not read */
    void *context;
    int place;
    bool parts; /* not only their headers */
};

struct message_writer;

/* NULL when a file cannot be made. */
struct message_writer *message_writer_open(const struct row_place *place, enum payload_mode mode,
                                           const struct message_reading *reading,
                                           const struct redact_policy *redact, struct failure *why);
void message_writer_put(struct message_writer *s, struct message_job *job);
/* With an outbox: a mark of this moment follows all that was handed over. */
void message_writer_mark(struct message_writer *s);
/* Waits until all that was handed over is written. */
void message_writer_wait(struct message_writer *s);
/* Live, and only right after message_writer_wait: writes out (onto the disk, too, with
 * `sync`), or ends the segments. */
void message_writer_flush(struct message_writer *s, bool sync);
void message_writer_end_segments(struct message_writer *s);
/* A row file of the message writer's, for rows that come from jobs. */
struct row_file *message_writer_file(struct message_writer *s, enum record_file file);
/* Likewise; NULL in another mode. */
struct mbox *message_writer_mbox(struct message_writer *s);
uint64_t message_writer_largest(const struct message_writer *s);   /* bytes in its largest file */
uint64_t message_writer_unwritten(const struct message_writer *s); /* rows that could not be */
/* Messages that were read; those whose reading was lost.  Any thread. */
uint64_t message_writer_mails_read(const struct message_writer *s);
uint64_t message_writer_mails_lost(const struct message_writer *s);
/* The next mails go to a fresh reading process.  Any thread. */
void message_writer_renew_mail(struct message_writer *s);
/* The first error, or NULL.  Any thread. */
const struct failure *message_writer_failure(struct message_writer *s);
/* Writes what is left and gives the files their names; then message_writer_failure is final. */
void message_writer_finish(struct message_writer *s);
void message_writer_free(struct message_writer *s); /* NULL is fine */

/* An empty job, from those that have been written: their memory is used again. */
struct message_job *message_writer_new_job(struct message_writer *s);
void message_job_free(struct message_job *job);

#endif
