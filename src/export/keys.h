/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A set of messages, or of connections, by the keys that join record files, with some numbers to
 * each.  For those that are selected, of however many rows: 32 bytes a key, in a table that is one
 * to three quarters full, so 43 to 128 bytes a key.  Hashed under a secret: who sends chooses what
 * uids are made of.
 */
#ifndef POTSHERD_EXPORT_KEYS_H
#define POTSHERD_EXPORT_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"

struct key {
    uint64_t uid;
    uint32_t n;        /* of the message; 0: the connection */
    uint32_t bits;     /* the user's, 0 at first, but for KEYS_TAKEN; likewise: */
    uint64_t at, last; /* places in a file */
};

#define KEYS_TAKEN (UINT32_C(1) << 31) /* the place holds a key */

struct keys { /* zero it first */
    struct key *places;
    size_t room, count; /* room: a power of two, or 0 */
    struct siphash_key secret;
};

void keys_fini(struct keys *k);
struct key *keys_find(const struct keys *k, uint64_t uid, uint32_t n); /* NULL: it is not there */
/* Makes it if it is not there.  Valid until the next one is made. */
struct key *keys_add(struct keys *k, uint64_t uid, uint32_t n);
/* The next key from place *at on, which is moved behind it; NULL: that was the last. */
struct key *keys_next(const struct keys *k, size_t *at);

#endif
