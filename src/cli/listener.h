/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One process that listens: interfaces in, rows out.  `watch` runs one itself, or
 * several as jobs (jobs.h).
 */
#ifndef POTSHERD_CLI_LISTENER_H
#define POTSHERD_CLI_LISTENER_H

#include "cli/pipeline.h"

#define LISTENER_FINISH_MOST (4 * TIME_SECOND) /* for what the rings still hold */

struct listener;

struct listener_place { /* among several */
    struct pipeline_where where;
    unsigned job, jobs; /* 0 of 1: alone */
    int fanout;         /* number of the group; 0: none */
};

/* Opens the interfaces, the records and the saved packets, then drops privileges. */
struct listener *listener_open(const struct options *options, const struct listener_place *place,
                               struct failure *why);
/* Takes what has come, waiting at most until the next second; then `true` once a
 * second for whoever looks at the counts. */
bool listener_turn(struct listener *l);
void listener_tell(struct listener *l, struct totals *out);
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
