/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses and ports of a connection, as the key of a table. */
#ifndef POTSHERD_ANSWER_KEY_H
#define POTSHERD_ANSWER_KEY_H

#include "answer/cookie.h"

struct connection_key { /* hashed and compared as bytes: no padding */
    struct address us, peer;
    uint8_t ports[4];
};

static inline struct connection_key key_make(const struct address *us, uint16_t port,
                                             const struct address *peer, uint16_t peer_port)
{
    return (struct connection_key){
        *us,
        *peer,
        {(uint8_t)(port >> 8), (uint8_t)port, (uint8_t)(peer_port >> 8), (uint8_t)peer_port}};
}

static inline uint64_t key_hash(const struct cookie_key *secret, const struct connection_key *key)
{
    return cookie_siphash(secret, key, sizeof *key);
}

#endif
