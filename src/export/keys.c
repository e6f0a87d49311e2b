/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/keys.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/mem.h"

#define FIRST_ROOM 1024

static bool is_taken(const struct key *key)
{
    return key->bits & KEYS_TAKEN;
}

/* Where the key is, or would be. */
static struct key *place_of(const struct keys *k, uint64_t uid, uint32_t n)
{
    const uint64_t words[2] = {uid, n};
    size_t at = siphash(&k->secret, words, sizeof words) & (k->room - 1);

    while (is_taken(&k->places[at]) && (k->places[at].uid != uid || k->places[at].n != n))
        at = (at + 1) & (k->room - 1);
    return &k->places[at];
}

static void begin(struct keys *k)
{
    if (getrandom(&k->secret, sizeof k->secret, 0) != sizeof k->secret)
        log_fatal("no random numbers: %s", strerror(errno));
    k->room = FIRST_ROOM;
    k->places = mem_new(k->room * sizeof *k->places);
}

static void grow(struct keys *k)
{
    struct keys more = {.room = 2 * k->room, .count = k->count, .secret = k->secret};
    struct key *key;
    size_t at = 0;

    more.places = mem_new(more.room * sizeof *more.places);
    while ((key = keys_next(k, &at)) != NULL)
        *place_of(&more, key->uid, key->n) = *key;
    mem_free(k->places);
    *k = more;
}

struct key *keys_find(const struct keys *k, uint64_t uid, uint32_t n)
{
    struct key *key = k->room ? place_of(k, uid, n) : NULL;

    return key && is_taken(key) ? key : NULL;
}

struct key *keys_add(struct keys *k, uint64_t uid, uint32_t n)
{
    struct key *key;

    if (!k->room)
        begin(k);
    if (4 * k->count >= 3 * k->room)
        grow(k);
    key = place_of(k, uid, n);
    if (!is_taken(key)) {
        *key = (struct key){.uid = uid, .n = n, .bits = KEYS_TAKEN};
        k->count++;
    }
    return key;
}

struct key *keys_next(const struct keys *k, size_t *at)
{
    while (*at < k->room)
        if (is_taken(&k->places[(*at)++]))
            return &k->places[*at - 1];
    return NULL;
}

void keys_fini(struct keys *k)
{
    mem_free(k->places);
    *k = (struct keys){.room = 0};
}
