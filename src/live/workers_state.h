/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workers of a run as their parent has them (potsherd/workers.h): started by workers.c,
 * looked after by workers_run.c. */
#ifndef POTSHERD_LIVE_WORKERS_STATE_H
#define POTSHERD_LIVE_WORKERS_STATE_H

#include <stdint.h>

#include "base/process.h"
#include "live/intake.h"
#include "live/shared_counters.h"
#include "potsherd/workers.h"

struct job {
    struct process process;
    struct process template; /* of its mail workers */
    int mail[2];             /* template's end, job's end; -1: none */
    int ends[INTAKE_PIPES];  /* of its pipes, to write to; -1: it has them alone */
    uint64_t version;        /* of its counters, when last looked at */
    time_us quiet;           /* so long it has counted nothing while the writer listened */
    bool violated;           /* and is counted for it */
    bool hung;               /* as was logged */
};

struct workers {
    const struct workers_functions *functions;
    unsigned n;
    struct job *jobs;
    struct process writer;
    struct intake intake; /* as the writer will have it */
    struct shared_run *shared;
    time_us looked, second;  /* monotonic */
    struct counters counted; /* by the command, in the parent */
    uint64_t violations;     /* of the jobs; the writer counts what they forged */
    uint64_t beat;           /* of the writer, when last looked at */
    bool live;
    bool stopping; /* they were asked to */
    bool failed;   /* one did not start */
    bool bad;      /* one did not end well */
};

/* Answers what the jobs have asked for; does not wait. */
void workers_serve(struct workers *w);

#endif
