/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/halfopen.h"

#include "base/mem.h"

#define NONE UINT32_MAX

struct slot {
    bool used;
    uint8_t tries; /* so many times sent again; the slot is in that queue */
    uint64_t hash;
    time_us added, due;
    uint32_t next, prev; /* places in the queue, or NONE */
    struct halfopen_syn syn;
};

struct queue { /* by due time, since the same wait is added for each */
    uint32_t first, last;
};

struct halfopen {
    unsigned used;
    uint64_t forgotten;
    struct queue queues[HALFOPEN_TRIES];
    struct slot slots[HALFOPEN_MAX];
};

struct halfopen *halfopen_new(void)
{
    struct halfopen *h = MEM_NEW(struct halfopen);

    for (unsigned i = 0; i < HALFOPEN_TRIES; i++)
        h->queues[i] = (struct queue){NONE, NONE};
    return h;
}

void halfopen_free(struct halfopen *h)
{
    mem_free(h);
}

/* --- the queues --- */

static void enqueue(struct halfopen *h, struct slot *s, time_us now)
{
    struct queue *q = &h->queues[s->tries];
    uint32_t at = (uint32_t)(s - h->slots);

    s->due = now + (TIME_SECOND << s->tries);
    s->next = NONE;
    s->prev = q->last;
    *(q->last == NONE ? &q->first : &h->slots[q->last].next) = at;
    q->last = at;
}

static void dequeue(struct halfopen *h, struct slot *s)
{
    struct queue *q = &h->queues[s->tries];

    *(s->prev == NONE ? &q->first : &h->slots[s->prev].next) = s->next;
    *(s->next == NONE ? &q->last : &h->slots[s->next].prev) = s->prev;
}

static void forget(struct halfopen *h, struct slot *s)
{
    dequeue(h, s);
    s->used = false;
    h->used--;
}

/* --- the table --- */

static struct slot *first_of(struct halfopen *h, uint64_t hash)
{
    return &h->slots[hash % (HALFOPEN_MAX / HALFOPEN_WAYS) * HALFOPEN_WAYS];
}

static struct slot *find(struct halfopen *h, uint64_t hash)
{
    struct slot *s = first_of(h, hash);

    for (unsigned i = 0; i < HALFOPEN_WAYS; i++)
        if (s[i].used && s[i].hash == hash)
            return &s[i];
    return NULL;
}

/* A free place, or that of the oldest. */
static struct slot *choose(struct halfopen *h, uint64_t hash)
{
    struct slot *s = first_of(h, hash), *oldest = s;

    for (unsigned i = 0; i < HALFOPEN_WAYS; i++) {
        if (!s[i].used)
            return &s[i];
        if (s[i].added < oldest->added)
            oldest = &s[i];
    }
    return oldest;
}

void halfopen_add(struct halfopen *h, uint64_t hash, const struct halfopen_syn *syn, time_us now)
{
    struct slot *s = find(h, hash);

    if (s && s->syn.peer_isn == syn->peer_isn)
        return; /* the client's own repetition: ours goes on as planned */
    if (!s)
        s = choose(h, hash);
    if (s->used)
        forget(h, s);
    *s = (struct slot){.used = true, .hash = hash, .added = now, .syn = *syn};
    h->used++;
    enqueue(h, s, now);
}

void halfopen_remove(struct halfopen *h, uint64_t hash)
{
    struct slot *s = find(h, hash);

    if (s)
        forget(h, s);
}

/* --- time --- */

static struct slot *next_of(struct halfopen *h)
{
    struct slot *next = NULL;

    for (unsigned i = 0; i < HALFOPEN_TRIES; i++) {
        uint32_t at = h->queues[i].first;

        if (at != NONE && (!next || h->slots[at].due < next->due))
            next = &h->slots[at];
    }
    return next;
}

const struct halfopen_syn *halfopen_due(struct halfopen *h, time_us now)
{
    struct slot *s;

    while ((s = next_of(h)) && s->due <= now) {
        bool load = h->used > HALFOPEN_LOAD;

        if (load || s->tries + 1 == HALFOPEN_TRIES) {
            forget(h, s);
        } else {
            dequeue(h, s);
            s->tries++;
            enqueue(h, s, now);
        }
        if (!load)
            return &s->syn;
        h->forgotten++;
    }
    return NULL;
}

time_us halfopen_next(const struct halfopen *h)
{
    time_us next = INT64_MAX;

    for (unsigned i = 0; i < HALFOPEN_TRIES; i++) {
        uint32_t at = h->queues[i].first;

        if (at != NONE && h->slots[at].due < next)
            next = h->slots[at].due;
    }
    return next;
}

uint64_t halfopen_forgotten(const struct halfopen *h)
{
    return h->forgotten;
}
