/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "redact/needles.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ROOM_FIRST 32

void needles_clear(struct needles *s)
{
    s->count = 0;
    buf_clear(&s->texts);
    memset(s->pairs, 0, sizeof s->pairs);
}

void needles_fini(struct needles *s)
{
    mem_free(s->list);
    buf_fini(&s->texts);
    *s = (struct needles){.list = NULL};
}

void needles_add(struct needles *s, enum needle_kind kind, struct bytes text, uint32_t meaning)
{
    if (text.n < NEEDLE_LEAST)
        return;
    if (s->count == s->room) {
        s->room = s->room ? 2 * s->room : ROOM_FIRST;
        s->list = mem_resize(s->list, s->room * sizeof *s->list);
    }
    s->list[s->count++] =
        (struct needle){.at = s->texts.len, .n = text.n, .kind = kind, .meaning = meaning};
    buf_append(&s->texts, text.at, text.n);
}

static int compare_texts(struct bytes a, struct bytes b)
{
    int order = memcmp(a.at, b.at, a.n < b.n ? a.n : b.n);

    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static struct bytes text_of(const struct needles *s, const struct needle *n)
{
    return (struct bytes){s->texts.data + n->at, n->n};
}

/* `at` rises with the order in which they were added. */
static int compare(const void *left, const void *right, void *context)
{
    const struct needle *a = left, *b = right;
    int order = compare_texts(text_of(context, a), text_of(context, b));

    if (!order)
        order = (a->kind > b->kind) - (a->kind < b->kind);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

static bool begins(struct bytes text, struct bytes with)
{
    return with.n <= text.n && memcmp(text.at, with.at, with.n) == 0;
}

static void drop_doubles(struct needles *s)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < s->count; i++) {
        const struct needle *last = kept ? &s->list[kept - 1] : NULL;

        if (last && last->kind == s->list[i].kind &&
            !compare_texts(text_of(s, last), text_of(s, &s->list[i])))
            continue;
        s->list[kept++] = s->list[i];
    }
    s->count = kept;
}

static unsigned pair_of(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

void needles_sort(struct needles *s)
{
    if (!s->count)
        return;
    qsort_r(s->list, s->count, sizeof *s->list, compare, s);
    drop_doubles(s);
    for (uint32_t i = 0; i < s->count; i++) {
        struct bytes text = text_of(s, &s->list[i]);
        unsigned pair = pair_of(text.at);
        uint32_t other = i; /* its number plus one: the one before */

        while (other && !begins(text, text_of(s, &s->list[other - 1])))
            other = s->list[other - 1].begins_with;
        s->list[i].begins_with = other;
        s->pairs[pair / 64] |= UINT64_C(1) << pair % 64;
    }
}

/* The last one that is not behind `text` in the order: what `text` begins with is that one, or
 * what that one begins with. */
static uint32_t last_before(const struct needles *s, struct bytes text)
{
    uint32_t low = 0, high = s->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare_texts(text_of(s, &s->list[middle]), text) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct needle *needles_find(const struct needles *s, struct bytes text)
{
    uint32_t number;
    unsigned pair;

    if (text.n < NEEDLE_LEAST || !s->count)
        return NULL;
    pair = pair_of(text.at);
    if (!(s->pairs[pair / 64] & UINT64_C(1) << pair % 64))
        return NULL;
    number = last_before(s, text);
    while (number && !begins(text, text_of(s, &s->list[number - 1])))
        number = s->list[number - 1].begins_with;
    return number ? &s->list[number - 1] : NULL;
}

const struct needle *needles_next(const struct needles *s, const struct needle *found)
{
    return found->begins_with ? &s->list[found->begins_with - 1] : NULL;
}
