/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 and SHA-1; the adapter of libcrypto's digests. */
#ifndef POTSHERD_RECORD_DIGEST_H
#define POTSHERD_RECORD_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define SHA256_BYTES 32
#define SHA1_BYTES   20

struct digest; /* a SHA-256 under way */

struct digest *digest_begin(void); /* from a small pool */
void digest_add(struct digest *d, struct bytes bytes);
void digest_end(struct digest *d, uint8_t out[SHA256_BYTES]); /* and gives it back */
void digest_drop(struct digest *d);                           /* NULL is fine */

void digest_sha256(struct bytes bytes, uint8_t out[SHA256_BYTES]);
void digest_sha1(struct bytes bytes, uint8_t out[SHA1_BYTES]);

#endif
