/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/flow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/mem.h"

#define BUCKETS_FIRST 4096

void flow_list_init(struct flow_link *head)
{
    head->next = head->prev = head;
}

void flow_list_unlink(struct flow_link *l)
{
    l->prev->next = l->next;
    l->next->prev = l->prev;
}

void flow_list_append(struct flow_link *head, struct flow_link *l)
{
    l->prev = head->prev;
    l->next = head;
    head->prev->next = l;
    head->prev = l;
}

struct waiting {
    uint64_t began;
    struct flow_link *link;
};

static int by_begin(const void *left, const void *right)
{
    const struct waiting *a = left, *b = right;

    return a->began < b->began ? -1 : a->began > b->began;
}

void flow_list_order(struct flow_link *head, struct flow *(*flow_of)(struct flow_link *l),
                     uint64_t (*since)(struct flow_link *l), uint64_t *ordered)
{
    struct flow_link *first = head->next, *l;
    struct waiting *all;
    size_t n = 0;

    if (first == head || first->next == head || since(first) != since(first->next) ||
        since(first) == *ordered)
        return;
    *ordered = since(first);
    for (l = first; l != head && since(l) == *ordered; l = l->next)
        n++;
    all = mem_new(n * sizeof *all);
    l = first;
    for (size_t i = 0; i < n; i++, l = l->next)
        all[i] = (struct waiting){flow_of(l)->began, l};
    qsort(all, n, sizeof *all, by_begin);
    while (n--) { /* the last one first, each before those that are there */
        flow_list_unlink(all[n].link);
        flow_list_append(head->next, all[n].link);
    }
    mem_free(all);
}

void flow_table_init(struct flow_table *t)
{
    memset(t, 0, sizeof *t);
    t->bucket_count = BUCKETS_FIRST;
    t->buckets = mem_new(t->bucket_count * sizeof *t->buckets);
    for (int i = 0; i < FLOW_STATE_COUNT; i++)
        flow_list_init(&t->ages[i]);
    /* Who sends packets must not choose who shares a bucket. */
    if (getrandom(t->secret, sizeof t->secret, 0) != sizeof t->secret)
        log_panic("no random numbers for the flow table");
}

void flow_table_fini(struct flow_table *t)
{
    mem_free(t->buckets);
    memset(t, 0, sizeof *t);
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_key(const struct flow_key *key, uint64_t s0, uint64_t s1)
{
    s0 = mix(key->low[0] ^ s0, key->high[0] ^ s1 ^ UINT64_C(0x9e3779b97f4a7c15));
    s1 = mix(key->low[1] ^ s1, key->high[1] ^ s0 ^ UINT64_C(0xbf58476d1ce4e5b9));
    return mix(s0 ^ key->rest, s1 ^ UINT64_C(0x94d049bb133111eb));
}

/* An IPv4 address is read as it was written, as one word of four bytes. */
static void address_words(const struct address *a, uint64_t words[2])
{
    uint32_t v4;

    if (a->family != 4) {
        memcpy(words, a->bytes, 16);
        return;
    }
    memcpy(&v4, a->bytes, 4);
    words[0] = v4;
    words[1] = 0;
}

void flow_key_between(const struct address *from, uint16_t src_port, const struct address *to,
                      uint16_t dst_port, struct flow_key *key, bool *from_low)
{
    uint64_t src[2], dst[2], family = from->family;
    bool low;

    address_words(from, src);
    address_words(to, dst);
    /* Any order will do, as long as it is one. */
    if (src[0] != dst[0])
        low = src[0] < dst[0];
    else if (src[1] != dst[1])
        low = src[1] < dst[1];
    else
        low = src_port <= dst_port;
    key->low[0] = low ? src[0] : dst[0];
    key->low[1] = low ? src[1] : dst[1];
    key->high[0] = low ? dst[0] : src[0];
    key->high[1] = low ? dst[1] : src[1];
    key->rest =
        family << 32 | (uint64_t)(low ? src_port : dst_port) << 16 | (low ? dst_port : src_port);
    *from_low = low;
}

void flow_key_of(const struct segment *s, struct flow_key *key, bool *from_low)
{
    flow_key_between(&s->src, s->src_port, &s->dst, s->dst_port, key, from_low);
}

static bool same_key(const struct flow_key *a, const struct flow_key *b)
{
    return ((a->low[0] ^ b->low[0]) | (a->low[1] ^ b->low[1]) | (a->high[0] ^ b->high[0]) |
            (a->high[1] ^ b->high[1]) | (a->rest ^ b->rest)) == 0;
}

uint64_t flow_hash(const struct flow_key *key, const uint64_t secret[2])
{
    return hash_key(key, secret[0], secret[1]);
}

struct flow *flow_find(const struct flow_table *t, const struct flow_key *key, uint64_t *hash)
{
    struct flow *f;

    *hash = hash_key(key, t->secret[0], t->secret[1]);
    f = t->buckets[*hash & (t->bucket_count - 1)];
    while (f && (f->hash != *hash || !same_key(&f->key, key)))
        f = f->hash_next;
    return f;
}

static void grow(struct flow_table *t)
{
    size_t more = 2 * t->bucket_count;
    struct flow **buckets = mem_new(more * sizeof *buckets);

    for (size_t i = 0; i < t->bucket_count; i++) {
        struct flow *f = t->buckets[i], *next;

        for (; f; f = next) {
            next = f->hash_next;
            f->hash_next = buckets[f->hash & (more - 1)];
            buckets[f->hash & (more - 1)] = f;
        }
    }
    mem_free(t->buckets);
    t->buckets = buckets;
    t->bucket_count = more;
}

struct flow *flow_add(struct flow_table *t, const struct flow_key *key, uint64_t hash)
{
    struct flow *f = MEM_NEW(struct flow);
    struct flow **bucket;

    if (t->count >= t->bucket_count)
        grow(t);
    bucket = &t->buckets[hash & (t->bucket_count - 1)];
    f->hash = hash;
    f->key = *key;
    f->hash_next = *bucket;
    *bucket = f;
    f->state = FLOW_HALF_OPEN;
    f->waits_since = f->began = t->frame;
    f->touched = t->now;
    flow_list_append(&t->ages[f->state], &f->by_age);
    t->count++;
    t->in_state[f->state]++;
    return f;
}

void flow_remove(struct flow_table *t, struct flow *f)
{
    struct flow **link = &t->buckets[f->hash & (t->bucket_count - 1)];

    while (*link != f)
        link = &(*link)->hash_next;
    *link = f->hash_next;
    flow_list_unlink(&f->by_age);
    t->count--;
    t->in_state[f->state]--;
    mem_free(f);
}

static void move_to_end(struct flow_table *t, struct flow *f)
{
    f->waits_since = t->frame;
    f->touched = t->now;
    flow_list_unlink(&f->by_age);
    flow_list_append(&t->ages[f->state], &f->by_age);
}

void flow_touch(struct flow_table *t, struct flow *f)
{
    if (t->now - f->touched >= FLOW_TOUCH_EVERY)
        move_to_end(t, f);
}

void flow_enter(struct flow_table *t, struct flow *f, enum flow_state state)
{
    t->in_state[f->state]--;
    f->state = state;
    t->in_state[state]++;
    move_to_end(t, f);
}

static struct flow *flow_of_age(struct flow_link *l)
{
    return (struct flow *)(void *)l;
}

static uint64_t age_since(struct flow_link *l)
{
    return flow_of_age(l)->waits_since;
}

struct flow *flow_oldest(struct flow_table *t, enum flow_state state)
{
    struct flow_link *first = t->ages[state].next;

    return first == &t->ages[state] ? NULL : (struct flow *)(void *)first;
}

struct flow *flow_next(struct flow_table *t, enum flow_state state)
{
    flow_list_order(&t->ages[state], flow_of_age, age_since, &t->ordered[state]);
    return flow_oldest(t, state);
}
