/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/seen.h"

#include <string.h>

#include "base/mem.h"

#define FIRST_SLOTS 64

struct seen {
    uint64_t *slots; /* a power of two, at most half full; 0: free */
    size_t mask, used, limit;
    bool over;
};

static void begin(struct seen *s, size_t slots)
{
    s->slots = mem_new(slots * sizeof *s->slots);
    s->mask = slots - 1;
}

struct seen *seen_new(size_t limit)
{
    struct seen *s = MEM_NEW(struct seen);

    s->limit = limit;
    begin(s, FIRST_SLOTS);
    return s;
}

void seen_free(struct seen *s)
{
    mem_free(s->slots);
    mem_free(s);
}

void seen_clear(struct seen *s)
{
    memset(s->slots, 0, (s->mask + 1) * sizeof *s->slots);
    s->used = 0;
    s->over = false;
}

/* Where it is, or the free slot where it belongs. */
static uint64_t *slot_of(const struct seen *s, uint64_t hash)
{
    size_t at = hash & s->mask;

    while (s->slots[at] && s->slots[at] != hash)
        at = (at + 1) & s->mask;
    return &s->slots[at];
}

static void grow(struct seen *s)
{
    uint64_t *old = s->slots;
    size_t slots = s->mask + 1;

    begin(s, slots * 2);
    for (size_t i = 0; i < slots; i++)
        if (old[i])
            *slot_of(s, old[i]) = old[i];
    mem_free(old);
}

enum seen_answer seen_add(struct seen *s, uint64_t hash)
{
    uint64_t *slot;

    hash += !hash;
    slot = slot_of(s, hash);
    if (*slot)
        return SEEN_BEFORE;
    if (s->used == s->limit) {
        s->over = true;
        return SEEN_FULL;
    }
    *slot = hash;
    if (++s->used * 2 > s->mask)
        grow(s);
    return SEEN_FIRST;
}

bool seen_has(const struct seen *s, uint64_t hash)
{
    return *slot_of(s, hash + !hash) != 0;
}

void seen_fetch(const struct seen *s, uint64_t hash)
{
    __builtin_prefetch(&s->slots[hash & s->mask], 1);
}

size_t seen_count(const struct seen *s)
{
    return s->used;
}

bool seen_is_over(const struct seen *s)
{
    return s->over;
}
