/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One process that listens: interfaces in, rows out.  `watch` runs one itself, or
 * several as jobs (jobs.h).
 */
#ifndef POTSHERD_LISTENER_H
#define POTSHERD_LISTENER_H

#include "potsherd/capture_live.h"
#include "potsherd/pipeline.h"

#define LISTENER_FINISH_MOST (4 * TIME_SECOND) /* for what the rings still hold */

struct listener;

/* In memory that all jobs see.  They open the interfaces one after the other, since by
 * the order of opening the kernel deals connections out: on every interface job 3 has to
 * be the third, or the two directions of a tap come to different jobs. */
struct listener_queue {
    _Atomic unsigned joined;                 /* jobs that have opened all */
    int fanout[OPTION_LIST_MAX];             /* the group of each interface; by the first job */
    struct live_fanout_secret fanout_secret; /* chosen before there are jobs */
};

struct listener_place { /* among several */
    struct pipeline_where where;
    unsigned job, jobs;           /* 0 of 1: alone */
    struct listener_queue *queue; /* NULL: alone */
};

/* Opens the interfaces and drops privileges; then opens the records, if they come later
 * (pipeline.h), and the saved packets.  A job waits for the others. */
struct listener *listener_open(const struct options *options, const struct listener_place *place,
                               struct failure *why);
/* Takes what has come, waiting at most until the next second; then `true` once a
 * second for whoever looks at the counts. */
bool listener_turn(struct listener *l);
void listener_read_counters(struct listener *l, struct counters *out);
struct recorder *listener_records(struct listener *l);
/* Rules and databases; mistakes keep the old.  False when it has not read the rules.  One
 * of several jobs does not speak of it: the writer does. */
bool listener_reload(struct listener *l);
/* It cannot go on: a message has been said. */
bool listener_has_failed(const struct listener *l);
/* Every connection ends; the counts are final then. */
void listener_finish(struct listener *l);
/* Closes all.  False if anything was lost: a message has been said. */
bool listener_close(struct listener *l);

#endif
