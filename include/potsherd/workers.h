/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several processes that run one function and share nothing but their counters: libnids is
 * one instance a process.  Each sends its rows through pipes to the process that started it,
 * which writes the one set of records.
 *
 *   interface --fan-out by flow--> worker 0 --rows--+
 *                                  worker 1 --rows--+--> segments
 */
#ifndef POTSHERD_WORKERS_H
#define POTSHERD_WORKERS_H

#include <sys/types.h>

#include "potsherd/counters.h"
#include "potsherd/record.h"

#define WORKERS_MAX 64

struct shared_counters;
struct workers;

/* --- in a worker --- */

struct worker {
    unsigned number, count;         /* 0 of 2 ... */
    int pipe, message_pipe;         /* for its rows; record.h */
    struct shared_counters *shared; /* that it fills */
    pid_t parent;
};

/* What a worker does, in a process of its own; false: it did not end well. */
typedef bool worker_function(void *context, const struct worker *self);

/* It runs, and has no privilege any more. */
void worker_is_ready(const struct worker *self);
/* It could not start; returns false. */
bool worker_has_failed(const struct worker *self, const struct failure *why);
bool worker_reload_failed(const struct worker *self); /* the `good` of workers_reload */

/* --- in the process that starts them --- */

/* Zeroed memory that is shared with workers that are started later. */
void *workers_share(size_t bytes);
void workers_unshare(void *shared, size_t bytes); /* NULL is fine */

/* `n` of them, up to WORKERS_MAX.  Returns when all are ready; NULL when one of them could
 * not start, with the reason of the first, and all are gone.  Call before any thread is
 * started. */
struct workers *workers_start(unsigned n, worker_function *run, void *context, struct failure *why)
    __attribute__((warn_unused_result));
/* Takes rows as they come, at most until a tenth of a second has passed.  False when all
 * workers have ended and all their rows are there. */
bool workers_take(struct workers *w, struct recorder *records);
void workers_add_counters(struct workers *w, struct counters *out);
/* Sends them SIGHUP; `good`: this process could read the rules again. */
void workers_reload(struct workers *w, bool good);
bool workers_are_well(const struct workers *w); /* false while one of them hangs; logged */
bool workers_one_is_gone(struct workers *w);    /* though nobody asked it to end */
/* Asks them to end; workers_take kills one that neither does nor has rows to send. */
void workers_stop(struct workers *w);
/* After workers_take was false; adds the last counters.  False when one of them did not end
 * well. */
bool workers_end(struct workers *w, struct counters *out);
/* Instead: they end at once, and what they have is lost. */
void workers_kill(struct workers *w);

#endif
