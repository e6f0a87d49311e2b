/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/asked.h"

#include <string.h>

#include "base/mem.h"

struct held {
    struct held *next;
    struct frame frame;
    uint8_t bytes[];
};

struct question {
    uint64_t hash;
    uint16_t mss;
    struct held *first, **end;
};

struct asked { /* a ring */
    struct question questions[ASKED_MAX];
    unsigned first, n;
    struct held *used, *next; /* of asked_next */
    size_t bytes;
};

struct asked *asked_new(void)
{
    return MEM_NEW(struct asked);
}

static struct question *nth(struct asked *a, unsigned i)
{
    return &a->questions[(a->first + i) % ASKED_MAX];
}

bool asked_has_room(const struct asked *a, const struct frame *frame)
{
    return a->n < ASKED_MAX && a->bytes + frame->caplen <= ASKED_BYTES_MAX;
}

static void keep(struct asked *a, struct question *q, const struct frame *frame)
{
    struct held *h = mem_new(sizeof *h + frame->caplen);

    h->frame = *frame;
    h->frame.bytes = h->bytes;
    memcpy(h->bytes, frame->bytes, frame->caplen);
    *q->end = h;
    q->end = &h->next;
    a->bytes += frame->caplen;
}

void asked_add(struct asked *a, uint64_t hash, uint16_t mss, const struct frame *frame)
{
    struct question *q = nth(a, a->n++);

    *q = (struct question){.hash = hash, .mss = mss, .end = &q->first};
    keep(a, q, frame);
}

enum asked_hold asked_hold(struct asked *a, uint64_t hash, const struct frame *frame)
{
    for (unsigned i = 0; i < a->n; i++) {
        struct question *q = nth(a, i);

        if (q->hash != hash)
            continue;
        if (a->bytes + frame->caplen > ASKED_BYTES_MAX)
            return ASKED_FULL;
        keep(a, q, frame);
        return ASKED_HELD;
    }
    return ASKED_NOT;
}

static void free_used(struct asked *a)
{
    if (a->used)
        a->bytes -= a->used->frame.caplen;
    mem_free(a->used);
    a->used = NULL;
}

bool asked_begin(struct asked *a, uint16_t *mss)
{
    struct question *q = nth(a, 0);

    if (!a->n)
        return false;
    *mss = q->mss;
    a->next = q->first;
    a->first = (a->first + 1) % ASKED_MAX;
    a->n--;
    return true;
}

bool asked_next(struct asked *a, struct frame *out)
{
    free_used(a);
    if (!a->next)
        return false;
    a->used = a->next;
    a->next = a->used->next;
    *out = a->used->frame;
    return true;
}

void asked_free(struct asked *a)
{
    struct frame frame;
    uint16_t mss;

    if (!a)
        return;
    do
        while (asked_next(a, &frame))
            ;
    while (asked_begin(a, &mss));
    mem_free(a);
}
