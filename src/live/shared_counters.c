/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live/shared_counters.h"

#define TRIES 100

void shared_counters_put(struct shared_counters *to, const struct counters *counters)
{
    atomic_fetch_add(&to->version, 1);
    to->counters = *counters;
    atomic_fetch_add(&to->version, 1);
}

bool shared_counters_get(const struct shared_counters *from, struct counters *out)
{
    for (int i = 0; i < TRIES; i++) {
        uint64_t version = atomic_load(&from->version);
        struct counters copy = from->counters;

        atomic_thread_fence(memory_order_acquire);
        if (!(version & 1) && version == atomic_load(&from->version)) {
            *out = copy;
            return true;
        }
    }
    return false;
}
