/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Source addresses: their network stays, the rest goes by the key. */
#include "base/mem.h"
#include "base/siphash.h"
#include "redact/hash.h"

#define HOSTS        256 /* of a /24 */
#define V4_NET_BYTES 3
#define V6_NET_BYTES 6

struct redact_addresses {
    struct redact_hash hash;
    /* the permutation of the last network that was asked for */
    bool known;
    uint8_t net[V4_NET_BYTES], host[HOSTS];
};

struct redact_addresses *redact_addresses_new(const struct redact_policy *policy)
{
    struct redact_addresses *r;

    if (!policy || policy->level < REDACT_ADDRESSES)
        return NULL;
    r = MEM_NEW(struct redact_addresses);
    redact_hash_init(&r->hash, policy);
    return r;
}

void redact_addresses_free(struct redact_addresses *r)
{
    if (!r)
        return;
    redact_hash_fini(&r->hash);
    explicit_bzero(r, sizeof *r);
    mem_free(r);
}

/* Fisher's and Yates' shuffle, by a generator that is keyed for the network. */
static void shuffle(struct redact_addresses *r, const uint8_t net[V4_NET_BYTES])
{
    uint8_t seed[SHA256_BYTES];
    struct siphash_key key = {0, 0};

    redact_hash_begin(&r->hash, "net:");
    redact_hash_add(&r->hash, (struct bytes){net, V4_NET_BYTES});
    redact_hash_bytes(&r->hash, seed);
    for (unsigned i = 0; i < 8; i++) {
        key.k0 = key.k0 << 8 | seed[i];
        key.k1 = key.k1 << 8 | seed[8 + i];
    }
    for (unsigned i = 0; i < HOSTS; i++)
        r->host[i] = (uint8_t)i;
    for (unsigned i = HOSTS - 1; i > 0; i--) {
        unsigned other = (unsigned)(siphash(&key, &(uint8_t){(uint8_t)i}, 1) % (i + 1));
        uint8_t host = r->host[i];

        r->host[i] = r->host[other];
        r->host[other] = host;
    }
    memcpy(r->net, net, V4_NET_BYTES);
    r->known = true;
}

void redact_address(struct redact_addresses *r, struct address *address)
{
    uint8_t hash[SHA256_BYTES];

    if (!r || !address->family)
        return;
    if (address->family == 4) {
        if (!r->known || memcmp(r->net, address->bytes, V4_NET_BYTES) != 0)
            shuffle(r, address->bytes);
        address->bytes[V4_NET_BYTES] = r->host[address->bytes[V4_NET_BYTES]];
        return;
    }
    redact_hash_begin(&r->hash, "ipv6:");
    redact_hash_add(&r->hash, (struct bytes){address->bytes, sizeof address->bytes});
    redact_hash_bytes(&r->hash, hash);
    memcpy(address->bytes + V6_NET_BYTES, hash, sizeof address->bytes - V6_NET_BYTES);
}
