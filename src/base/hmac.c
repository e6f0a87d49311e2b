/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hmac.h"

#include <string.h>

#define INNER 0x36
#define OUTER 0x5c

void hmac_init(struct hmac *h, struct digest *digest, struct bytes key)
{
    uint8_t block[HMAC_BLOCK_BYTES] = {0};

    h->digest = digest;
    if (key.n > sizeof block) {
        digest_begin(digest, DIGEST_SHA256);
        digest_add(digest, key);
        digest_end(digest, block);
    } else {
        memcpy(block, key.at, key.n);
    }
    for (size_t i = 0; i < sizeof block; i++) {
        h->inner[i] = block[i] ^ INNER;
        h->outer[i] = block[i] ^ OUTER;
    }
    explicit_bzero(block, sizeof block);
}

void hmac_fini(struct hmac *h)
{
    explicit_bzero(h, sizeof *h);
}

void hmac_begin(struct hmac *h)
{
    digest_begin(h->digest, DIGEST_SHA256);
    digest_add(h->digest, (struct bytes){h->inner, sizeof h->inner});
}

void hmac_add(struct hmac *h, struct bytes bytes)
{
    digest_add(h->digest, bytes);
}

void hmac_end(struct hmac *h, uint8_t out[SHA256_BYTES])
{
    uint8_t inner[SHA256_BYTES];

    digest_end(h->digest, inner);
    digest_begin(h->digest, DIGEST_SHA256);
    digest_add(h->digest, (struct bytes){h->outer, sizeof h->outer});
    digest_add(h->digest, (struct bytes){inner, sizeof inner});
    digest_end(h->digest, out);
}
