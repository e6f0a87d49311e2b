/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a job and the process that writes tell each other, in memory that both see: the
 * job its counts, once a second.  Neither waits for the other.
 */
#ifndef POTSHERD_LIVE_SHARED_COUNTERS_H
#define POTSHERD_LIVE_SHARED_COUNTERS_H

#include <stdatomic.h>

#include "base/log.h"
#include "potsherd/counters.h"

struct told {
    _Atomic uint64_t version; /* odd while the counts are written */
    _Atomic bool ready;       /* it listens, and has no privilege any more */
    struct counters counters;
    struct failure why;   /* it could not start; read it when it has ended */
    _Atomic bool mistake; /* the other way: the writer could not read ports.rules again */
};

void told_put(struct told *to, const struct counters *counters);
/* False, and `out` as it was, when they are only half written: by a job that is just at
 * it, is stopped, or died so. */
bool told_get(const struct told *from, struct counters *out);

#endif
