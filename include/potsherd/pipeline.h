/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joins the folders up: frames -> decap -> stream -> conversation -> record.  The live
 * commands and replay differ only in where frames come from.
 */
#ifndef POTSHERD_PIPELINE_H
#define POTSHERD_PIPELINE_H

#include "potsherd/counters.h"
#include "potsherd/options.h"
#include "potsherd/packet.h"
#include "potsherd/ports.h"
#include "potsherd/record.h"

/* Gets the events, too, besides the records: the responder. */
struct pipeline_tap {
    void *context;
    void (*event)(void *context, const struct connection *c, const struct event *event);
    void (*end)(void *context, const struct connection *c);
};

struct pipeline;

/* A file or folder of rules/: in the source tree, else where it was installed. */
char *pipeline_find_rules(const char *name);
const char *pipeline_module(uint16_t port); /* of ports.rules, or NULL; after pipeline_new */
/* pcap-filter(7) for the ports of ports.rules, as in ports.h; after pipeline_new */
char *pipeline_filter(unsigned coarser);
/* Reads ports.rules, the geolocation databases and the key of --redact; before pipeline_new, and
 * before processes are forked that need them. */
bool pipeline_load(const struct options *options, struct failure *why)
    __attribute__((warn_unused_result));
void pipeline_unload(void);
/* What is redacted, also where nothing is. */
const struct redact_policy *pipeline_redaction(void);
void pipeline_forget_key(void); /* in a process that needs none */
/* For a process that may open nothing: ports.rules as a descriptor, or -1; and what it does
 * with it, which takes the descriptor. */
int pipeline_open_rules(const struct options *options);
bool pipeline_take_rules(int fd, struct failure *why);
/* ports.rules and the geolocation databases are read again, each atomically: on an error the
 * old one stays.  Logs what it did, if `log`; true when the ports may have changed. */
bool pipeline_reload(const struct options *options, bool log);

enum pipeline_records {
    RECORDS_FILES, /* whole files, of a replay */
    RECORDS_LIVE,  /* segments */
    RECORDS_JOB    /* to the process that has the segments */
};

struct pipeline_where {
    enum pipeline_records records;
    time_us now; /* live: the clock */
    bool locked; /* live: `folder` is of record_lock */
    int folder;
    int pipe, message_pipe; /* of a job; record.h */
    int (*spool)(void *context);
    void *spool_context;                   /* of `mail`, too */
    int (*mail)(void *context, int place); /* a worker that reads mails: mail.h; NULL: none */
    int mail_place;
    bool first_bytes;       /* answer: there is first_bytes.csv */
    bool captures;          /* replay: there is captures.csv */
    struct job_share share; /* of several jobs, whose rows are merged: theirs */
    bool later;             /* the records are opened by pipeline_open_records */
};

struct pipeline *pipeline_new(const struct options *options, const struct pipeline_where *where,
                              struct failure *why);
/* With `later`: when the privileges are gone that were needed for all else, since the folder
 * may be another user's.  Before the first frame. */
bool pipeline_open_records(struct pipeline *p, const struct pipeline_where *where,
                           struct failure *why) __attribute__((warn_unused_result));
void pipeline_put(struct pipeline *p, const struct frame *frame);
/* What the client of an open connection said first to the target that it asked for. */
void pipeline_first_bytes(struct pipeline *p, const struct connection *c, struct bytes bytes,
                          time_us now);
/* Likewise, but a frame much older than the latest says that the clock was set back:
 * connections under way end (`eof`), and later frames begin new ones.  True then. */
bool pipeline_put_live(struct pipeline *p, const struct frame *frame);
void pipeline_set_tap(struct pipeline *p, struct pipeline_tap tap);
/* Live, about once a second: rows that are buffered are written, segments end.  `up` is the
 * time since the machine's start, which nobody sets. */
void pipeline_flush(struct pipeline *p, time_us now, time_us up);
/* The clock was set back: connections under way end, and later frames begin new ones. */
void pipeline_restart(struct pipeline *p);
/* Time goes on without packets (live). */
void pipeline_tick(struct pipeline *p, time_us now);
/* With a share of a capture, now and then: all rows until this frame are on their way. */
void pipeline_mark(struct pipeline *p);
/* Ends every connection; the counts are final then. */
void pipeline_finish(struct pipeline *p);
const struct failure *pipeline_failure(const struct pipeline *p); /* NULL: all well */
void pipeline_read_counters(const struct pipeline *p,
                            struct counters *out); /* what it knows of them */
struct recorder *pipeline_recorder(struct pipeline *p);
/* Closes the records.  False if anything was lost. */
bool pipeline_free(struct pipeline *p, struct failure *why);

#endif
