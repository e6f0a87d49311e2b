/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/attempts.h"

#include "base/mem.h"

#define NONE UINT32_MAX

struct slot {
    uint64_t hash;
    uint32_t newer, older;  /* by last SYN: places, or NONE */
    struct attempt attempt; /* syns 0: free */
};

struct attempts {
    uint32_t newest, oldest;
    struct slot slots[ATTEMPTS_MAX];
};

struct attempts *attempts_new(void)
{
    struct attempts *a = MEM_NEW(struct attempts);

    a->newest = a->oldest = NONE;
    return a;
}

void attempts_free(struct attempts *a)
{
    mem_free(a);
}

time_us attempt_time(const struct attempt *attempt, unsigned n)
{
    return attempt->first + (n ? attempt->later[n - 1] : 0);
}

static time_us last_of(const struct slot *s)
{
    return attempt_time(&s->attempt, s->attempt.syns - 1u);
}

/* --- the list --- */

static void unlink_slot(struct attempts *a, struct slot *s)
{
    *(s->newer == NONE ? &a->newest : &a->slots[s->newer].older) = s->older;
    *(s->older == NONE ? &a->oldest : &a->slots[s->older].newer) = s->newer;
}

static void link_newest(struct attempts *a, struct slot *s)
{
    uint32_t at = (uint32_t)(s - a->slots);

    s->newer = NONE;
    s->older = a->newest;
    *(a->newest == NONE ? &a->oldest : &a->slots[a->newest].newer) = at;
    a->newest = at;
}

static void forget(struct attempts *a, struct slot *s, struct attempt *was)
{
    *was = s->attempt;
    s->attempt.syns = 0;
    unlink_slot(a, s);
}

/* --- the table --- */

static struct slot *first_of(struct attempts *a, uint64_t hash)
{
    return &a->slots[hash % (ATTEMPTS_MAX / ATTEMPTS_WAYS) * ATTEMPTS_WAYS];
}

static struct slot *find(struct attempts *a, uint64_t hash)
{
    struct slot *s = first_of(a, hash);

    for (unsigned i = 0; i < ATTEMPTS_WAYS; i++)
        if (s[i].attempt.syns && s[i].hash == hash)
            return &s[i];
    return NULL;
}

/* A free place, or that of the longest idle. */
static struct slot *choose(struct attempts *a, uint64_t hash)
{
    struct slot *s = first_of(a, hash), *oldest = s;

    for (unsigned i = 0; i < ATTEMPTS_WAYS; i++) {
        if (!s[i].attempt.syns)
            return &s[i];
        if (last_of(&s[i]) < last_of(oldest))
            oldest = &s[i];
    }
    return oldest;
}

/* Whether this SYN is one of the same attempt, and has room there. */
static bool belongs(const struct attempt *known, const struct attempt *syn)
{
    time_us behind = syn->first - known->first;

    return known->isn == syn->isn && known->syns < ATTEMPT_SYNS_MAX && behind >= 0 &&
           behind <= UINT32_MAX;
}

bool attempts_add(struct attempts *a, uint64_t hash, const struct attempt *syn,
                  struct attempt *over)
{
    struct slot *s = find(a, hash);
    bool ends;

    if (s && belongs(&s->attempt, syn)) {
        s->attempt.later[s->attempt.syns++ - 1] = (uint32_t)(syn->first - s->attempt.first);
        unlink_slot(a, s);
        link_newest(a, s);
        return false;
    }
    if (!s)
        s = choose(a, hash);
    ends = s->attempt.syns != 0;
    if (ends)
        forget(a, s, over);
    s->hash = hash;
    s->attempt = *syn;
    link_newest(a, s);
    return ends;
}

bool attempts_take(struct attempts *a, uint64_t hash, uint32_t isn, struct attempt *was)
{
    struct slot *s = find(a, hash);

    if (!s || s->attempt.isn != isn)
        return false;
    forget(a, s, was);
    return true;
}

time_us attempts_next(const struct attempts *a)
{
    return a->oldest == NONE ? INT64_MAX : last_of(&a->slots[a->oldest]) + ATTEMPTS_TIMEOUT;
}

bool attempts_due(struct attempts *a, time_us now, struct attempt *over)
{
    if (a->oldest == NONE || now < attempts_next(a))
        return false;
    forget(a, &a->slots[a->oldest], over);
    return true;
}
