/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HMAC-SHA256 (RFC 2104): a hash that only who has the key can make. */
#ifndef POTSHERD_BASE_HMAC_H
#define POTSHERD_BASE_HMAC_H

#include "base/digest.h"

#define HMAC_BLOCK_BYTES 64

struct hmac {
    struct digest *digest; /* the caller's; for nothing else between begin and end */
    uint8_t inner[HMAC_BLOCK_BYTES], outer[HMAC_BLOCK_BYTES]; /* the key, as it enters */
};

void hmac_init(struct hmac *h, struct digest *digest, struct bytes key); /* of any length */
void hmac_fini(struct hmac *h);                                          /* forgets the key */
void hmac_begin(struct hmac *h);
void hmac_add(struct hmac *h, struct bytes bytes);
void hmac_end(struct hmac *h, uint8_t out[SHA256_BYTES]);

#endif
