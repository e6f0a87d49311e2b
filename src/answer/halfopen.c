/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/halfopen.h"

#include "base/mem.h"

struct slot {
    bool used;
    uint8_t tries;
    uint64_t hash;
    time_us added, due;
    struct halfopen_syn syn;
};

struct halfopen {
    unsigned used;
    unsigned at; /* halfopen_due goes on from there */
    time_us next;
    struct slot slots[HALFOPEN_MAX];
};

struct halfopen *halfopen_new(void)
{
    struct halfopen *h = MEM_NEW(struct halfopen);

    h->next = INT64_MAX;
    return h;
}

void halfopen_free(struct halfopen *h)
{
    mem_free(h);
}

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
    h->used += !s->used;
    *s = (struct slot){
        .used = true, .hash = hash, .added = now, .due = now + TIME_SECOND, .syn = *syn};
    if (s->due < h->next)
        h->next = s->due;
}

void halfopen_remove(struct halfopen *h, uint64_t hash)
{
    struct slot *s = find(h, hash);

    if (!s)
        return;
    s->used = false;
    if (!--h->used)
        h->next = INT64_MAX;
}

const struct halfopen_syn *halfopen_due(struct halfopen *h, time_us now)
{
    time_us next = INT64_MAX;

    if (now < h->next)
        return NULL;
    for (; h->at < HALFOPEN_MAX; h->at++) {
        struct slot *s = &h->slots[h->at];

        if (!s->used || now < s->due)
            continue;
        s->due = now + (TIME_SECOND << ++s->tries);
        if (s->tries == HALFOPEN_TRIES) {
            s->used = false;
            h->used--;
        }
        h->at++;
        return &s->syn;
    }
    h->at = 0;
    for (unsigned i = 0; i < HALFOPEN_MAX && h->used; i++)
        if (h->slots[i].used && h->slots[i].due < next)
            next = h->slots[i].due;
    h->next = next;
    return NULL;
}

time_us halfopen_next(const struct halfopen *h)
{
    return h->next;
}
