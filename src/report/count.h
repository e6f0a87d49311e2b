/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of counted keys: text in, a row of numbers and a few facts out.
 *
 * Memory grows with the number of different keys, up to `limit` of them; what
 * comes after that is counted in `rest` and told apart no more, because keys
 * are partly chosen by attackers.  Keys made of several cells are joined by NUL
 * bytes, which no cell can hold (key_begin, key_add).
 *
 * The hash is keyed with a random number a run, so that nobody can choose keys
 * that collide.  No output may depend on its order: use counter_ranked.
 */
#ifndef POTSHERD_REPORT_COUNT_H
#define POTSHERD_REPORT_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct count {
    struct bytes key;
    struct bytes *facts; /* empty: not known */
    size_t index;        /* 0 for the first key that came */
    uint64_t n[];
};

struct slot;
struct arena_block;

struct counter { /* all private but these four, which are to be read only */
    size_t keys;
    unsigned width; /* numbers a key */
    unsigned facts; /* facts a key */
    struct count *rest;
    size_t limit;
    bool rest_used;
    struct slot *slots;
    size_t mask; /* slots are a power of two, less one */
    struct arena_block *arena;
};

void counter_init(struct counter *c, unsigned width, unsigned facts, size_t limit);
void counter_fini(struct counter *c);

struct count *counter_get(struct counter *c, struct bytes key);              /* new: all zero */
const struct count *counter_find(const struct counter *c, struct bytes key); /* NULL: none */

/*
 * For tables larger than the cache: the hash, to be worked out some rows ahead,
 * the memory that a later counter_get_hashed will touch, first its slot, some
 * rows later what the slot points to, and the lookup itself.
 */
uint64_t counter_hash(struct bytes key);
void counter_fetch_slot(const struct counter *c, uint64_t hash);
void counter_fetch_count(const struct counter *c, uint64_t hash);
struct count *counter_get_hashed(struct counter *c, struct bytes key, uint64_t hash);

/* The first value that is not empty stays. */
void counter_fact(struct counter *c, struct count *count, unsigned fact, struct bytes value);

/* All keys, in no order; start with *at = 0; NULL at the end. */
const struct count *counter_each(const struct counter *c, size_t *at);

/*
 * The first keys, `most` at most, in the order of every ranking of the report: by
 * the first number, largest first; where that is equal by the second number, and
 * so on for the first `numbers` of them; where all are equal by the key, in byte
 * order.  Ends with NULL; to be freed with g_free.
 */
const struct count **counter_ranked(const struct counter *c, unsigned numbers, size_t most);

/* Keys of several cells; the view is valid until the next key_begin. */
void key_begin(struct buf *key, struct bytes first);
void key_add(struct buf *key, struct bytes next);
struct bytes key_part(struct bytes key, unsigned part);

#endif
