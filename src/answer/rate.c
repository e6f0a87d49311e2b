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
    unsigned burst; /* seconds */
    struct cookie_key key;
    struct bucket buckets[BUCKETS];
};

struct rate *rate_new(uint64_t per_second, unsigned burst, const struct cookie_key *key)
{
    struct rate *r = MEM_NEW(struct rate);

    r->per_second = per_second;
    r->burst = burst;
    r->key = *key;
    return r;
}

void rate_free(struct rate *r)
{
    mem_free(r);
}

/* With the tokens that it has by now. */
static struct bucket *fill(struct rate *r, const struct address *source, time_us now)
{
    struct bucket *b = &r->buckets[cookie_siphash(&r->key, source, sizeof *source) % BUCKETS];
    uint64_t most = r->burst * r->per_second, fresh;
    time_us full = r->burst * TIME_SECOND;

    if (!b->filled || now - b->filled >= full || b->filled - now >= full) { /* the clock was set */
        b->tokens = most;
        b->filled = now;
    } else if (now > b->filled) {
        fresh = (uint64_t)(now - b->filled) * r->per_second / TIME_SECOND;
        if (fresh) { /* (else the time is kept until it is worth a token) */
            b->tokens = b->tokens + fresh < most ? b->tokens + fresh : most;
            b->filled = now;
        }
    }
    return b;
}

bool rate_is_empty(struct rate *r, const struct address *source, time_us now)
{
    return r->per_second && !fill(r, source, now)->tokens;
}

bool rate_take(struct rate *r, const struct address *source, time_us now)
{
    struct bucket *b;

    if (!r->per_second)
        return true;
    b = fill(r, source, now);
    if (!b->tokens)
        return false;
    b->tokens--;
    return true;
}
