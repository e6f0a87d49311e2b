/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events in, rows out: the record files of one run in one directory.
 *
 * A struct record_trace goes with each connection, from record_begin to
 * record_end.  Writing never stops the caller: the first error is kept, the files
 * are cut back to their last whole rows, and record_failure says what happened.
 */
#ifndef POTSHERD_RECORD_H
#define POTSHERD_RECORD_H

#include "base/log.h"
#include "potsherd/event.h"
#include "potsherd/moment.h"
#include "potsherd/packet.h"
#include "potsherd/redact.h"
#include "potsherd/schema.h"
#include "potsherd/stream.h"

enum payload_mode { PAYLOAD_INLINE, PAYLOAD_MBOX, PAYLOAD_NONE };

/* Rows for requests of class web: all; those in a tunnel, or on a connection that also carries a
 * proxy request; none. */
enum web_mode { WEB_ALL, WEB_PROXIED, WEB_NONE };

/* When rows are forced onto the disk: left to the system, when a segment is
 * finished, with every record_tick. */
enum record_sync { SYNC_NONE, SYNC_SEGMENT, SYNC_ALWAYS };

struct record_options {
    bool json;             /* record files are JSON lines, not CSV */
    const char *directory; /* made if it is not there */
    const char *sensor;    /* or NULL */
    enum payload_mode payload;
    enum web_mode web;
    bool force;                            /* replace the files of an earlier run */
    const char *(*service)(uint16_t port); /* usual service, or NULL */
    uint32_t scans_max; /* rows of scans.csv that are counted at a time; 0: very many */
    /* Live: segments NAME-YYYYMMDDTHHMMSSZ.csv(.part).  What a killed run left
     * is finished first; an earlier run is continued. */
    bool live;
    bool first_bytes;         /* there is first_bytes.csv */
    bool captures;            /* there is captures.csv */
    bool locked;              /* by record_lock, which gave `folder`; else it is locked now */
    int folder;               /* taken over, also when record_open fails */
    time_us now;              /* the clock, for the first stamp */
    time_us segment_interval; /* a new segment at each multiple of it; 0: never */
    uint64_t segment_bytes;   /* a new one when a file has so many; 0: never */
    enum record_sync sync;
    bool compress; /* finished segments become .csv.zst, in a thread of low priority */
    /* A job: no files, but rows through pipes to the process that has the segments
     * (record_take); one for messages and payloads, one for all else. */
    bool job;
    int pipe, message_pipe;
    /* Of jobs that share a capture: each row goes with it, and record_merge puts them in its
     * order.  Borrowed; the caller keeps it at what it does.  NULL: rows go as they come. */
    const struct moment *moment;
    int (*spool)(void *context); /* a file without a name for a long payload; -1 with errno */
    void *spool_context;         /* of `mail`, too */
    int (*mail)(void *context, int place); /* a worker that reads mails: mail.h; NULL: none */
    int mail_place;
    bool mail_parts;                    /* not only the headers */
    const struct redact_policy *redact; /* borrowed; NULL: records are as they are */
};

struct record_stats { /* a row of stats.csv, of one interval of a live run */
    time_us ts, interval;
    const char *reasons;
    uint64_t counts[STATS_COLUMN_COUNT]; /* by column; only those of numbers count */
};

struct recorder;
struct record_trace;

/* The directory, made if it is not there, for `folder`; -1. */
int record_make_directory(const char *directory, struct failure *why);
/* A file without a name in it, for a job; -1 with errno. */
int record_make_spool(int folder);

/* Live: makes the directory if it is not there and locks it, for those who have more to
 * do than record_open before the first row: two that write in one folder would finish
 * each other's files.  A descriptor, or -1; closed, or taken over by record_open, it
 * lets go as soon as no process has it any more. */
int record_lock(const char *directory, struct failure *why);

/* NULL when the directory cannot be used; `why` says so, and what to do. */
struct recorder *record_open(const struct record_options *options, struct failure *why);

struct record_trace *record_begin(struct recorder *r, const struct connection *c);
void record_event(struct record_trace *t, const struct event *event);
/* What the client said first to the target of the request that was granted last; only with
 * `first_bytes`. */
void record_first_bytes(struct record_trace *t, struct bytes bytes, time_us now);
void record_forget(struct record_trace *t); /* without a row: it had no events */
void record_end(struct record_trace *t, const struct connection *c, enum module protocol);
size_t record_held(const struct record_trace *t); /* bytes of memory, about */

struct record_capture { /* a row of captures.csv */
    uint64_t capture_n;
    const char *file;
    time_us first, last; /* where there are packets */
    uint64_t packets, bytes;
    const uint8_t *sha256; /* NULL: not known */
};

void record_capture(struct recorder *r, const struct record_capture *capture);

/* SYNs that led to no connection: how many is packets[FROM_CLIENT]. */
void record_attempt(struct recorder *r, const struct connection *attempt);

/* Live, about once a second: writes what is buffered and begins new segments when it
 * is time.  A full disk loses rows, counted, and never stops the caller.  A directory that
 * is removed or replaced meanwhile is logged, and is a failure in the end. */
void record_tick(struct recorder *r, time_us now);
uint64_t record_unwritten(const struct recorder *r);
/* Mails that are not read yet go to a fresh process, which has other rules. */
void record_renew_mail(struct recorder *r);
/* Messages that were read, and those whose reading was lost with the process that did it. */
uint64_t record_mails_read(const struct recorder *r);
uint64_t record_mails_lost(const struct recorder *r);
/* Requests of class web without a row: too many before their connection's proxy request. */
uint64_t record_web_unkept(const struct recorder *r);
/* False: there was no room for it, and it is not counted as unwritten. */
bool record_stats(struct recorder *r, const struct record_stats *stats);
/* All connections have ended: what is kept back or buffered is written, so that
 * record_unwritten knows of all that was lost.  Before record_close, which does not. */
void record_finish(struct recorder *r);

struct record_taker {
    void (*idle)(void *context); /* about ten times a second while nothing comes */
    void (*frame)(void *context, const struct frame *frame); /* to be saved; NULL: there are none */
    void (*line)(void *context, struct bytes line);          /* of a log; NULL: there are none */
    bool evidence_only;                                      /* there is nothing else */
    void *context;
};

enum record_taken {
    RECORD_TAKEN,
    RECORD_END,   /* or the job died: what it left of a row is cut off and counted */
    RECORD_FORGED /* it sent what no job sends: its pipe is not to be read any more */
};

/* One message from the pipe of a job, whole; waits for it. */
enum record_taken record_take(struct recorder *r, int pipe, const struct record_taker *taker);
/* The rows of jobs that share a capture.  Sources are numbered: 2 * job for its first pipe, and
 * the next number for its second one. */
struct record_merge;

struct record_merge *record_merge_new(struct recorder *r, unsigned jobs);
void record_merge_free(struct record_merge *m);
bool record_merge_wants(const struct record_merge *m, unsigned source);
/* What can be read from its pipe now.  False: it has ended. */
bool record_merge_read(struct record_merge *m, unsigned source, int pipe);
void record_merge_end(struct record_merge *m, unsigned source); /* it is not read any more */
/* Writes what is due.  A source that sent what no job sends, which has ended with its job's other
 * one; -1: none. */
int record_merge_write(struct record_merge *m);
void record_merge_widen(struct record_merge *m); /* nothing comes from those that are wanted */

/* In a job with a moment: what was recorded until it is on its way, and who merges knows. */
void record_mark(struct recorder *r);
/* In a job: a frame that is to be saved, by the process that writes. */
void record_frame(struct recorder *r, const struct frame *frame);

const struct failure *record_failure(const struct recorder *r); /* NULL: all well */
uint64_t record_rows(const struct recorder *r, enum record_file file);
/* Gives the files their final names.  False if anything was lost. */
bool record_close(struct recorder *r, struct failure *why);

#endif
