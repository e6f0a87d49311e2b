/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/rate.h"

#include "base/mem.h"

#define BUCKETS 16384

struct bucket {
    time_us filled; /* 0: never used */
    uint64_t tokens;
};

struct rate {
    uint64_t per_second;
    struct cookie_key key;
    struct bucket buckets[BUCKETS];
};

struct rate *rate_new(uint64_t per_second, const struct cookie_key *key)
{
    struct rate *r = MEM_NEW(struct rate);

    r->per_second = per_second;
    r->key = *key;
    return r;
}

void rate_free(struct rate *r)
{
    mem_free(r);
}

bool rate_take(struct rate *r, const struct address *source, time_us now)
{
    struct bucket *b;
    uint64_t most = 2 * r->per_second, fresh;

    if (!r->per_second)
        return true;
    b = &r->buckets[cookie_siphash(&r->key, source, sizeof *source) % BUCKETS];
    if (!b->filled || now - b->filled >= 2 * TIME_SECOND ||
        b->filled - now >= 2 * TIME_SECOND) { /* the clock was set back */
        b->tokens = most;
        b->filled = now;
    } else if (now > b->filled) {
        fresh = (uint64_t)(now - b->filled) * r->per_second / TIME_SECOND;
        if (fresh) { /* (else the time is kept until it is worth a token) */
            b->tokens = b->tokens + fresh < most ? b->tokens + fresh : most;
            b->filled = now;
        }
    }
    if (!b->tokens)
        return false;
    b->tokens--;
    return true;
}
