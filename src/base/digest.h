/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 and SHA-1; the adapter of libcrypto's digests. */
#ifndef POTSHERD_BASE_DIGEST_H
#define POTSHERD_BASE_DIGEST_H

#include <stdint.h>

#include "base/buf.h"

#define SHA256_BYTES 32
#define SHA1_BYTES   20

struct digest; /* used again and again, by one thread at a time */

enum digest_kind { DIGEST_SHA256, DIGEST_SHA1 };

struct digest *digest_new(void);
void digest_free(struct digest *d); /* NULL is fine */

void digest_begin(struct digest *d, enum digest_kind kind);
void digest_add(struct digest *d, struct bytes bytes);
void digest_end(struct digest *d, uint8_t *out); /* SHA256_BYTES or SHA1_BYTES */
/* `to` goes on from where `from` is. */
void digest_copy(struct digest *to, const struct digest *from);

#endif
