/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The processes of a run, as the parent has them:
 *
 *   parent  opens interfaces, capture files, rules, databases, and hands descriptors over;
 *           looks after the others; sees no byte of a stranger
 *   job     a parser: reads frames, has one instance of libnids, sends rows through pipes
 *   writer  takes the rows of all jobs (intake.h), and writes the one set of records
 *
 *   interface --fan-out by flow--> job 0 --rows--+
 *                                  job 1 --rows--+--> writer --> segments
 *
 * Each is as closed as its role lets it be (base/sandbox.h).  When one ends early, all end.
 */
#ifndef POTSHERD_WORKERS_H
#define POTSHERD_WORKERS_H

#include "base/process.h"
#include "base/sandbox.h"
#include "potsherd/counters.h"
#include "potsherd/mail.h"
#include "potsherd/pipeline.h"

#define WORKERS_MAX      64
#define WORKERS_KEEP_MAX 64 /* descriptors that a process has beside its pipes */

struct intake;
struct shared_counters;
struct workers;

/* --- in a job --- */

struct worker {
    unsigned number;                /* 0 for the first */
    int pipe, message_pipe;         /* for its rows; record.h */
    struct shared_counters *shared; /* that it fills */
    int mail, mail_place; /* socket to the mail template, and what a worker's takes the number of;
                             -1: mails are not read */
    int orders;           /* a pipe to another job, that it may write to, too; -1: none */
    void (*start_threads)(void *context); /* those of the command; NULL: it has none */
    void *context;                        /* of that */
    struct job_share share;               /* of a capture; the command's to set */
    const struct process_self *process;
};

/* What a job does, in a process of its own; false: it did not end well. */
typedef bool worker_function(void *context, const struct worker *self);

enum worker_task { WORKER_REPLAYS, WORKER_WATCHES, WORKER_ANSWERS };

/* Its pipeline, whose rows go to the writer: those that its task brings.  From here on it has no
 * file, and no call but a parser's.  NULL: with the reason left for the parent. */
struct pipeline *worker_open_pipeline(struct worker *self, const struct options *options,
                                      enum worker_task task, time_us now);
/* For a job that is no parser: no file, and no call but those of this role. */
bool worker_close_in(const struct worker *self, enum sandbox_role role, struct failure *why);
void worker_is_ready(const struct worker *self); /* it has all that it needs */
/* False.  `why` NULL: it has said so itself. */
bool worker_has_failed(const struct worker *self, const struct failure *why);
/* The nth capture file, of the parent's opening; -1 with errno. */
int worker_capture(const struct worker *self, uint32_t number);
void worker_publish(const struct worker *self, const struct counters *counters);
bool worker_next_note(const struct worker *self, struct process_message *note, int *fd);

/* --- in the writer --- */

/* What the writer does, in a process of its own; false: it did not end well. */
typedef bool writer_function(void *context, struct intake *from);

/* --- in the parent --- */

enum workers_request { WORKERS_SPOOL, WORKERS_CAPTURE }; /* what a job asks the parent for */

struct workers_functions {    /* all get `context`; NULL: there is nothing to do */
    const char *const *names; /* of the jobs; NULL: they are parsers, by number */
    unsigned mail_jobs;     /* the first of the jobs read mails, by a template and a worker each */
    struct mail_setup mail; /* with rules that were compiled before they start */
    worker_function *parse;
    writer_function *write;
    /* A descriptor that a job has asked for: process.h. */
    int (*open)(void *context, uint32_t request, uint32_t number);
    /* The descriptors that job `i` keeps; how many. */
    unsigned (*keep)(void *context, unsigned i, int fds[WORKERS_KEEP_MAX]);
    void (*second)(void *context); /* about once a second */
    void (*reload)(void *context); /* SIGHUP */
    void *context;
};

/* `n` jobs, up to WORKERS_MAX.  `functions` is borrowed.  Before any thread is started. */
struct workers *workers_new(unsigned n, const struct workers_functions *functions);
/* The jobs, and the writer with these descriptors; in the order that is wanted.  They return
 * when what was started is ready, or false with the first reason, after which workers_free. */
bool workers_start_jobs(struct workers *w, struct failure *why);
bool workers_start_writer(struct workers *w, const int *keep, unsigned n, struct failure *why);
/* Until SIGINT or SIGTERM, or all have ended; passes SIGUSR1 on.  `live`: a job that does
 * nothing hangs, one that ends does so early, and the service manager is told.  False when one
 * of them ended early or badly. */
bool workers_run(struct workers *w, bool live);
/* What the parent itself has counted, for the writer's totals. */
void workers_publish(struct workers *w, const struct counters *counters);
/* A note to all jobs and the writer, who hear of it by SIGHUP (workers_wake).  False when one
 * did not take it. */
bool workers_note(struct workers *w, const struct process_message *note, int fd);
bool workers_note_job(struct workers *w, unsigned i, const struct process_message *note, int fd);
/* Tag rules (mail_rules_export) for those who read mails from now on; before the jobs hear of it.
 */
bool workers_note_mail_rules(struct workers *w, int fd);
void workers_wake(struct workers *w);
void workers_free(struct workers *w); /* kills what still runs; NULL is fine */

#endif
