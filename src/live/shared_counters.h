/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the processes of a run tell each other in memory that they share: the counters of each,
 * once a second, and the state of the run.  Nobody waits for another.  A job has its own
 * counters mapped and nothing else, since what runs there may be a stranger's.
 */
#ifndef POTSHERD_LIVE_SHARED_COUNTERS_H
#define POTSHERD_LIVE_SHARED_COUNTERS_H

#include <stdatomic.h>

#include "base/log.h"
#include "potsherd/counters.h"

struct shared_counters {
    _Atomic uint64_t version; /* odd while the counters are written */
    struct counters counters;
};

struct shared_run {
    _Atomic uint64_t beat;   /* of the writer, which listens to the jobs */
    _Atomic bool ended;      /* all jobs have, and the parent's counters are the last ones */
    _Atomic bool killed;     /* one of them was, or died: what its ring held is lost */
    _Atomic unsigned forged; /* the writer read what no job sends: of job forged - 1 */
    struct shared_counters parent, writer;
};

void shared_counters_put(struct shared_counters *to, const struct counters *counters);
/* False, and `out` as it was, when they are half written: by a worker that is writing them
 * now, is stopped, or died so. */
bool shared_counters_get(const struct shared_counters *from, struct counters *out);

#endif
