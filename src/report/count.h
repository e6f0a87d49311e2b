/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of counted keys: text in, a row of numbers and a few facts out.
 *
 * Memory grows with the number of different keys, up to `limit` of them or `bytes_max`
 * bytes; further keys are counted together in `rest`, because keys are partly chosen by
 * attackers.  Keys made of several cells are joined by NUL
 * bytes, which no cell can hold (key_begin, key_add).
 *
 * A table that sieves does not keep the keys that came first, since a million keys that are
 * sent once would then displace all later ones.  When it is full the keys with the fewest
 * rows are removed, half of all or more, and as many rows are subtracted from the others
 * (the frequent items of Misra and Gries): every key of more than `missed` rows is in the
 * table at the end, and `missed` is at most twice all rows / limit.  The numbers lack what
 * was removed, so the rows are counted again (counter_recount), for the keys that stayed.  Cost: a
 * sort of all keys for each half of them that is new.
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
    size_t index;  /* 0 for the first key that came, COUNTER_REST for no key's; changes in a table
                      that sieves */
    uint64_t seen; /* rows (counter_get), less what was subtracted at each sieving */
    uint64_t n[];
};

#define COUNTER_REST SIZE_MAX

struct slot;
struct arena_block;

struct counter { /* all private but these, which are to be read only */
    size_t keys;
    size_t keys_most; /* at any time: so many different ones there are at least */
    uint64_t missed;  /* a key of more rows than that is not missing */
    unsigned width;   /* numbers a key */
    unsigned facts;   /* facts a key */
    struct count *rest;
    size_t limit;
    bool rest_used;
    bool sieves, fixed; /* fixed: no new keys */
    size_t bytes, bytes_max;
    struct slot *slots;
    size_t mask; /* slots are a power of two, less one */
    struct arena_block *arena;
};

void counter_init(struct counter *c, unsigned width, unsigned facts, size_t limit);
void counter_bound(struct counter *c, size_t bytes_max, bool sieves); /* before the first key */
void counter_fini(struct counter *c);

/* Ready to count all again: without keys, or, where some were removed, with those that
 * stayed and no others. */
void counter_recount(struct counter *c);

/* New: all zero.  Valid until the next counter_get where the table sieves. */
struct count *counter_get(struct counter *c, struct bytes key);
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
