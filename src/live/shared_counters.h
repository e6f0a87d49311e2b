/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The counters of a worker, once a second, in memory that it shares with the process which
 * started it.  Neither waits for the other.
 */
#ifndef POTSHERD_LIVE_SHARED_COUNTERS_H
#define POTSHERD_LIVE_SHARED_COUNTERS_H

#include <stdatomic.h>

#include "base/log.h"
#include "potsherd/counters.h"

struct shared_counters {
    _Atomic uint64_t version; /* odd while the counters are written */
    _Atomic bool ready;       /* it runs, and has no privilege any more */
    struct counters counters;
    struct failure why;         /* it could not start; read it when it has ended */
    _Atomic bool reload_failed; /* set by the other process: it could not read ports.rules */
};

void shared_counters_put(struct shared_counters *to, const struct counters *counters);
/* False, and `out` as it was, when they are half written: by a worker that is writing them
 * now, is stopped, or died so. */
bool shared_counters_get(const struct shared_counters *from, struct counters *out);

#endif
