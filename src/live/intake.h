/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writer's side of the pipes, as the parent makes it. */
#ifndef POTSHERD_LIVE_INTAKE_H
#define POTSHERD_LIVE_INTAKE_H

#include "live/shared_counters.h"
#include "potsherd/intake.h"
#include "potsherd/workers.h"

#define INTAKE_PIPES 2 /* for each job: messages and payloads; all other rows */

struct intake {
    unsigned n;                            /* jobs */
    int pipes[WORKERS_MAX][INTAKE_PIPES];  /* ends to read from; -1: at their end */
    struct counters counters[WORKERS_MAX]; /* the last ones that were whole */
    uint64_t forged;                       /* jobs that sent what no job sends */
    struct shared_run *shared;
    struct shared_counters *jobs[WORKERS_MAX]; /* by number */
    const struct process_self *process;
    unsigned silent;                 /* looks since something has come to be merged */
    struct record_merge *merge;      /* NULL: not yet, or not of jobs that share a capture */
    struct intake_evidence evidence; /* no function: nobody has any */
};

#endif
