/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF"): a hash under a
 * secret key, for tables whose keys strangers choose, and for cookies.  Who does not know
 * the key cannot choose who shares a bucket.  Pure.
 */
#ifndef POTSHERD_BASE_SIPHASH_H
#define POTSHERD_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
    uint64_t k0, k1; /* random: getrandom(2) */
};

uint64_t siphash(const struct siphash_key *key, const void *bytes, size_t n);

#endif
