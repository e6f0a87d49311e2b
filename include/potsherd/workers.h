/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several processes that listen in one packet fan-out group, and share nothing but
 * their counts: libnids is one instance a process.  Each sends its rows through
 * pipes to the process that started it, which writes the one set of segments.
 *
 *   interface --fan-out by flow--> job 0 --rows--+
 *                                  job 1 --rows--+--> segments
 */
#ifndef POTSHERD_WORKERS_H
#define POTSHERD_WORKERS_H

#include "potsherd/counters.h"
#include "potsherd/options.h"
#include "potsherd/record.h"

struct jobs;

/* Returns when all of them listen and have dropped their privileges; NULL when one of
 * them could not, with the reason of the first, and all are gone.  Call before any
 * thread is started. */
struct jobs *jobs_start(const struct options *options, struct failure *why);
/* Takes rows as they come, at most until a tenth of a second has passed.  False when all
 * jobs have ended and all their rows are there. */
bool jobs_take(struct jobs *j, struct recorder *records);
void jobs_add_counters(struct jobs *j, struct counters *out); /* adds */
/* They read rules and databases again; `good`: the rules, this process could. */
void jobs_reload(struct jobs *j, bool good);
/* False while one of them hangs, which was said. */
bool jobs_are_well(const struct jobs *j);
/* One has ended though nobody asked it to. */
bool jobs_one_is_gone(struct jobs *j);
/* Asks them to end; jobs_take kills one that neither does nor has rows to send. */
void jobs_stop(struct jobs *j);
/* After jobs_take was false; adds the last counts.  False when one of them did not end
 * well. */
bool jobs_end(struct jobs *j, struct counters *out);
/* Instead: they end at once, and what they have is lost. */
void jobs_kill(struct jobs *j);

#endif
