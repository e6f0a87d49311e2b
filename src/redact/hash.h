/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keyed hashes of potsherd/redact.h. */
#ifndef POTSHERD_REDACT_REDACT_HASH_H
#define POTSHERD_REDACT_REDACT_HASH_H

#include "base/hmac.h"
#include "potsherd/redact.h"

struct redact_hash { /* for one thread */
    struct hmac hmac;
    struct digest *digest;
    bool keyless; /* nothing that could be tried out */
};

void redact_hash_init(struct redact_hash *h, const struct redact_policy *policy);
void redact_hash_fini(struct redact_hash *h);

/* Begin with a label ("user:"), add, end with the digits (no NUL) or the bytes. */
void redact_hash_begin(struct redact_hash *h, const char *label);
void redact_hash_add(struct redact_hash *h, struct bytes bytes);
void redact_hash_add_lower(struct redact_hash *h, struct bytes bytes); /* ASCII */
void redact_hash_end(struct redact_hash *h, char out[REDACT_DIGITS]);
void redact_hash_bytes(struct redact_hash *h, uint8_t out[SHA256_BYTES]);
/* All of it. */
void redact_hash_of(struct redact_hash *h, const char *label, struct bytes bytes,
                    char out[REDACT_DIGITS]);
/* Of a mail address. */
void redact_hash_address(struct redact_hash *h, struct bytes local, struct bytes domain,
                         char out[REDACT_DIGITS]);

#endif
