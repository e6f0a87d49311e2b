/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/count.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/mem.h"

#define FIRST_SLOTS 64
#define LINE_BYTES  64 /* a cache line */
#define COUNT_LINES 2  /* of a count with its key: what most need */
#define ARENA_BYTES (256u << 10)

struct slot {
    uint64_t hash;
    struct count *count; /* NULL: free */
};

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    uint8_t data[];
};

/* ---- memory that lives as long as the table ---- */

static void *arena_take(struct counter *c, size_t n, size_t align)
{
    struct arena_block *b = c->arena;
    size_t skip = b ? -((uintptr_t)b->data + b->used) & (align - 1) : 0;

    if (!b || b->size - b->used < n + skip) {
        /* small tables stay small: blocks grow with what the table holds */
        size_t size = b ? MIN(b->size * 2, ARENA_BYTES) : 1024;

        size = MAX(size, n + align);
        b = mem_new(sizeof *b + size);
        c->bytes += sizeof *b + size;
        b->size = size;
        b->next = c->arena;
        c->arena = b;
        skip = -(uintptr_t)b->data & (align - 1);
    }
    b->used += skip + n;
    return b->data + b->used - n;
}

static struct bytes arena_keep(struct counter *c, struct bytes from)
{
    uint8_t *at;

    if (!from.n)
        return BYTES_NONE;
    at = arena_take(c, from.n, 1);
    memcpy(at, from.at, from.n);
    return (struct bytes){at, from.n};
}

/* ---- the hash: 128-bit products of the key and secret numbers, folded ---- */

static uint64_t secrets[3];

static void choose_secrets(void)
{
    if (secrets[0])
        return;
    if (getrandom(secrets, sizeof secrets, 0) != (ssize_t)sizeof secrets)
        log_fatal("the system gives no random numbers");
    secrets[0] |= 1;
}

static inline uint64_t load(const uint8_t *at, size_t n)
{
    uint64_t word = 0;

    memcpy(&word, at, n);
    return word;
}

static inline uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_of(struct bytes key)
{
    const uint8_t *at = key.at;
    size_t n = key.n;
    uint64_t hash = secrets[0] ^ n;

    for (; n > 16; n -= 16, at += 16)
        hash = fold(load(at, 8) ^ secrets[1], load(at + 8, 8) ^ hash);
    if (n >= 8)
        return fold(load(at, 8) ^ secrets[1], load(at + n - 8, 8) ^ hash ^ secrets[2]);
    if (n >= 4)
        return fold(load(at, 4) ^ secrets[1], load(at + n - 4, 4) ^ hash ^ secrets[2]);
    return fold((n ? load(at, 1) | load(at + n / 2, 1) << 8 | load(at + n - 1, 1) << 16 : 0) ^
                    secrets[1],
                hash ^ secrets[2]);
}

/* memcmp, without the call that costs more than comparing most keys. */
static inline bool equal(const uint8_t *a, const uint8_t *b, size_t n)
{
    if (n >= 8) {
        for (size_t at = 0; at + 8 < n; at += 8)
            if (load(a + at, 8) != load(b + at, 8))
                return false;
        return load(a + n - 8, 8) == load(b + n - 8, 8);
    }
    if (n >= 4)
        return load(a, 4) == load(b, 4) && load(a + n - 4, 4) == load(b + n - 4, 4);
    for (size_t at = 0; at < n; at++)
        if (a[at] != b[at])
            return false;
    return true;
}

/* ---- the table: open addressing, at most half full ---- */

static struct count *new_count(struct counter *c, struct bytes key)
{
    /* in one piece, what every row touches first: few cache lines */
    size_t text = sizeof(struct count) + c->width * sizeof(uint64_t);
    size_t facts = (text + key.n + 7) & ~(size_t)7;
    struct count *count = arena_take(c, facts + c->facts * sizeof(struct bytes), LINE_BYTES);
    uint8_t *at = (uint8_t *)count;

    count->facts = (struct bytes *)(void *)(at + facts);
    count->index = c->keys;
    count->key = (struct bytes){at + text, key.n};
    if (key.n)
        memcpy(at + text, key.at, key.n);
    return count;
}

/* Without keys. */
static void begin(struct counter *c)
{
    c->keys = 0;
    c->mask = FIRST_SLOTS - 1;
    c->slots = mem_new(FIRST_SLOTS * sizeof *c->slots);
    c->arena = NULL;
    c->bytes = FIRST_SLOTS * sizeof *c->slots;
    c->rest = new_count(c, BYTES_NONE);
    c->rest->index = COUNTER_REST;
    c->rest_used = false;
}

void counter_init(struct counter *c, unsigned width, unsigned facts, size_t limit)
{
    choose_secrets();
    memset(c, 0, sizeof *c);
    c->width = width;
    c->facts = facts;
    c->limit = limit;
    c->bytes_max = SIZE_MAX;
    begin(c);
}

void counter_bound(struct counter *c, size_t bytes_max, bool sieves)
{
    c->bytes_max = bytes_max;
    c->sieves = sieves;
}

static void free_memory(struct slot *slots, struct arena_block *arena)
{
    while (arena) {
        struct arena_block *next = arena->next;

        mem_free(arena);
        arena = next;
    }
    mem_free(slots);
}

void counter_fini(struct counter *c)
{
    free_memory(c->slots, c->arena);
    memset(c, 0, sizeof *c);
}

/* The key's slot, or the free one where it belongs. */
static inline struct slot *slot_for(const struct counter *c, uint64_t hash, struct bytes key)
{
    size_t at = hash & c->mask;

    for (;; at = (at + 1) & c->mask) {
        struct slot *slot = &c->slots[at];

        if (!slot->count || (slot->hash == hash && slot->count->key.n == key.n &&
                             equal(slot->count->key.at, key.at, key.n)))
            return slot;
    }
}

static void grow(struct counter *c)
{
    struct slot *old = c->slots;
    size_t old_mask = c->mask;

    c->mask = old_mask * 2 + 1;
    c->slots = mem_new((c->mask + 1) * sizeof *c->slots);
    c->bytes += (c->mask - old_mask) * sizeof *c->slots;
    for (size_t i = 0; i <= old_mask; i++) {
        size_t at = old[i].hash & c->mask;

        if (!old[i].count)
            continue;
        while (c->slots[at].count)
            at = (at + 1) & c->mask;
        c->slots[at] = old[i];
    }
    mem_free(old);
}

/* The key is not there yet. */
static struct count *put_in(struct counter *c, struct slot *slot, uint64_t hash, struct bytes key)
{
    struct count *count = new_count(c, key);

    *slot = (struct slot){hash, count};
    c->keys++;
    c->keys_most = MAX(c->keys_most, c->keys);
    if (c->keys * 2 > c->mask)
        grow(c);
    return count;
}

/* ---- the sieve ---- */

static gint compare_seen(gconstpointer a, gconstpointer b)
{
    const uint64_t *sa = a, *sb = b;

    return (*sa > *sb) - (*sa < *sb);
}

/* Half of the keys were seen in no more rows than that, less what was subtracted. */
static uint64_t median_seen(const struct counter *c)
{
    uint64_t *seen = g_new(uint64_t, c->keys), median;
    const struct count *count;
    size_t at = 0, n = 0;

    while ((count = counter_each(c, &at)) != NULL)
        seen[n++] = count->seen;
    qsort(seen, n, sizeof *seen, compare_seen);
    median = seen[n / 2];
    g_free(seen);
    return median;
}

static void copy_in(struct counter *c, const struct count *from, uint64_t hash)
{
    struct count *to = put_in(c, slot_for(c, hash, from->key), hash, from->key);

    to->seen = from->seen;
    memcpy(to->n, from->n, c->width * sizeof *to->n);
    for (unsigned i = 0; i < c->facts; i++)
        counter_fact(c, to, i, from->facts[i]);
}

/* Keys that were seen in more rows than `least` go on into new memory. */
static void keep_above(struct counter *c, uint64_t least)
{
    const struct counter before = *c;

    begin(c);
    for (size_t i = 0; i <= before.mask; i++) {
        struct count *count = before.slots[i].count;

        if (!count || count->seen <= least)
            continue;
        count->seen -= least;
        copy_in(c, count, before.slots[i].hash);
    }
    free_memory(before.slots, before.arena);
}

static bool is_full(const struct counter *c)
{
    return c->keys >= c->limit || c->bytes >= c->bytes_max;
}

/* Long keys may be those that stay, so one half may not do. */
static void sieve(struct counter *c)
{
    do {
        uint64_t least = median_seen(c);

        keep_above(c, least);
        c->missed += least;
    } while (c->keys && (c->keys > c->limit / 2 || c->bytes > c->bytes_max / 2));
}

void counter_recount(struct counter *c)
{
    const struct counter before = *c;
    const struct count *count;
    size_t at = 0;

    begin(c);
    c->fixed = before.missed > 0;
    while (c->fixed && (count = counter_each(&before, &at)) != NULL)
        (void)put_in(c, slot_for(c, hash_of(count->key), count->key), hash_of(count->key),
                     count->key);
    free_memory(before.slots, before.arena);
}

static struct count *add(struct counter *c, struct slot *slot, uint64_t hash, struct bytes key)
{
    if (c->sieves && !c->fixed && c->keys && is_full(c)) {
        sieve(c);
        slot = slot_for(c, hash, key);
    }
    if (c->fixed || is_full(c)) {
        c->rest_used = true;
        return c->rest;
    }
    return put_in(c, slot, hash, key);
}

struct count *counter_get_hashed(struct counter *c, struct bytes key, uint64_t hash)
{
    struct slot *slot = slot_for(c, hash, key);
    struct count *count = slot->count ? slot->count : add(c, slot, hash, key);

    count->seen++;
    return count;
}

struct count *counter_get(struct counter *c, struct bytes key)
{
    return counter_get_hashed(c, key, hash_of(key));
}

const struct count *counter_find(const struct counter *c, struct bytes key)
{
    return slot_for(c, hash_of(key), key)->count;
}

uint64_t counter_hash(struct bytes key)
{
    return hash_of(key);
}

void counter_fetch_slot(const struct counter *c, uint64_t hash)
{
    __builtin_prefetch(&c->slots[hash & c->mask]);
}

void counter_fetch_count(const struct counter *c, uint64_t hash)
{
    const struct slot *slot = &c->slots[hash & c->mask];

    while (slot->count && slot->hash != hash)
        slot = slot == &c->slots[c->mask] ? c->slots : slot + 1;
    for (size_t line = 0; slot->count && line < COUNT_LINES; line++)
        __builtin_prefetch((const uint8_t *)slot->count + line * LINE_BYTES, 1);
}

void counter_fact(struct counter *c, struct count *count, unsigned fact, struct bytes value)
{
    if (!count->facts[fact].n && value.n && count != c->rest)
        count->facts[fact] = arena_keep(c, value);
}

const struct count *counter_each(const struct counter *c, size_t *at)
{
    while (*at <= c->mask) {
        const struct count *count = c->slots[(*at)++].count;

        if (count)
            return count;
    }
    return NULL;
}

/* ---- ranking ---- */

static int compare_keys(struct bytes a, struct bytes b)
{
    size_t n = MIN(a.n, b.n);
    int order = n ? memcmp(a.at, b.at, n) : 0;

    return order ? order : (a.n > b.n) - (a.n < b.n);
}

/* Below 0: a comes first. */
static int compare(const struct count *a, const struct count *b, unsigned numbers)
{
    for (unsigned i = 0; i < numbers; i++)
        if (a->n[i] != b->n[i])
            return a->n[i] < b->n[i] ? 1 : -1;
    return compare_keys(a->key, b->key);
}

static gint compare_entries(gconstpointer a, gconstpointer b, gpointer numbers)
{
    return compare(*(const struct count *const *)a, *(const struct count *const *)b,
                   GPOINTER_TO_UINT(numbers));
}

/* Lets heap[at] sink to where all below it come earlier in the ranking: so the
 * last of those kept is heap[0]. */
static void sink(const struct count **heap, size_t n, size_t at, unsigned numbers)
{
    for (;;) {
        size_t last = at, child = 2 * at + 1;
        const struct count *moved;

        for (size_t i = child; i < child + 2 && i < n; i++)
            if (compare(heap[i], heap[last], numbers) > 0)
                last = i;
        if (last == at)
            return;
        moved = heap[at];
        heap[at] = heap[last];
        heap[last] = moved;
        at = last;
    }
}

const struct count **counter_ranked(const struct counter *c, unsigned numbers, size_t most)
{
    const struct count **ranked, *count;
    size_t at = 0, n = 0;

    most = MIN(most, c->keys);
    ranked = g_new(const struct count *, most + 1);
    while (n < most)
        ranked[n++] = counter_each(c, &at);
    for (size_t i = n / 2; i-- > 0 && most < c->keys;)
        sink(ranked, n, i, numbers);
    while (n && (count = counter_each(c, &at)) != NULL)
        if (compare(count, ranked[0], numbers) < 0) {
            ranked[0] = count;
            sink(ranked, n, 0, numbers);
        }
    ranked[n] = NULL;
    g_qsort_with_data(ranked, (gint)n, sizeof *ranked, compare_entries, GUINT_TO_POINTER(numbers));
    return ranked;
}

/* ---- keys of several cells ---- */

void key_begin(struct buf *key, struct bytes first)
{
    buf_set(key, first.at, first.n);
}

void key_add(struct buf *key, struct bytes next)
{
    buf_append_byte(key, '\0');
    buf_append(key, next.at, next.n);
}

struct bytes key_part(struct bytes key, unsigned part)
{
    for (;; part--) {
        const uint8_t *end = key.n ? memchr(key.at, '\0', key.n) : NULL;
        size_t n = end ? (size_t)(end - key.at) : key.n;

        if (!part)
            return (struct bytes){key.at, n};
        key = bytes_skip(key, n + 1);
    }
}
