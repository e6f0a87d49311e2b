/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "redact/hash.h"

#include <string.h>

void redact_hash_init(struct redact_hash *h, const struct redact_policy *policy)
{
    h->digest = digest_new();
    h->keyless = !policy->key_bytes;
    hmac_init(&h->hmac, h->digest, (struct bytes){policy->key, policy->key_bytes});
}

void redact_hash_fini(struct redact_hash *h)
{
    hmac_fini(&h->hmac);
    digest_free(h->digest);
    h->digest = NULL;
}

void redact_hash_begin(struct redact_hash *h, const char *label)
{
    hmac_begin(&h->hmac);
    hmac_add(&h->hmac, bytes_of(label));
}

void redact_hash_add(struct redact_hash *h, struct bytes bytes)
{
    hmac_add(&h->hmac, bytes);
}

void redact_hash_add_lower(struct redact_hash *h, struct bytes bytes)
{
    uint8_t lower[256];

    while (bytes.n) {
        size_t n = bytes.n < sizeof lower ? bytes.n : sizeof lower;

        for (size_t i = 0; i < n; i++)
            lower[i] = bytes.at[i] >= 'A' && bytes.at[i] <= 'Z' ? bytes.at[i] | 0x20 : bytes.at[i];
        hmac_add(&h->hmac, (struct bytes){lower, n});
        bytes = bytes_skip(bytes, n);
    }
}

void redact_hash_bytes(struct redact_hash *h, uint8_t out[SHA256_BYTES])
{
    hmac_end(&h->hmac, out);
}

void redact_hash_end(struct redact_hash *h, char out[REDACT_DIGITS])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t hash[SHA256_BYTES];

    hmac_end(&h->hmac, hash);
    if (h->keyless) {
        memset(out, 'x', REDACT_DIGITS);
        return;
    }
    for (int i = 0; i < REDACT_DIGITS / 2; i++) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 15];
    }
}

void redact_hash_of(struct redact_hash *h, const char *label, struct bytes bytes,
                    char out[REDACT_DIGITS])
{
    redact_hash_begin(h, label);
    redact_hash_add(h, bytes);
    redact_hash_end(h, out);
}

void redact_hash_address(struct redact_hash *h, struct bytes local, struct bytes domain,
                         char out[REDACT_DIGITS])
{
    redact_hash_begin(h, "address:");
    redact_hash_add_lower(h, local);
    redact_hash_add(h, bytes_of("@"));
    redact_hash_add_lower(h, domain);
    redact_hash_end(h, out);
}
