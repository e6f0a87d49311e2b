/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/cookie.h"

#include "base/siphash.h"

#define MSS_BITS 3u
#define MSS_MASK ((1u << MSS_BITS) - 1)

#define FRONT_END  (MSS_BITS + COOKIE_FRONT_BITS) /* where the back begins */
#define FRONT_MASK (((1u << COOKIE_FRONT_BITS) - 1) << MSS_BITS)
#define BACK_MASK  (~UINT32_C(0) << FRONT_END)

_Static_assert(FRONT_END + COOKIE_BACK_BITS == 32, "parts of a cookie");

/* What is common on today's paths: Ethernet, PPPoE, IPv6, tunnels, the least of
 * IPv6 and of IPv4, and less than that. */
static const uint16_t mss_table[1u << MSS_BITS] = {88, 256, 536, 1220, 1360, 1400, 1440, 1460};

uint64_t cookie_siphash(const struct cookie_key *key, const void *bytes, size_t n)
{
    return siphash(&(struct siphash_key){key->k0, key->k1}, bytes, n);
}

/* --- cookies --- */

static void put(uint8_t **to, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *(*to)++ = (uint8_t)(value >> (8 * i));
}

/* `known`: what of the cookie is to the right. */
static uint32_t hash(const struct cookie_key *key, const struct cookie_tuple *t, uint64_t step,
                     uint32_t known)
{
    uint8_t text[16 + 16 + 2 + 2 + 4 + 8 + 4 + 1], *end = text;

    memcpy(end, t->src.bytes, 16);
    memcpy(end + 16, t->dst.bytes, 16);
    end += 32;
    put(&end, t->src_port, 2);
    put(&end, t->dst_port, 2);
    put(&end, t->client_isn, 4);
    put(&end, step, 8);
    put(&end, known, 4);
    put(&end, t->src.family, 1);
    return (uint32_t)cookie_siphash(key, text, (size_t)(end - text));
}

static uint32_t mss_index(uint16_t mss)
{
    uint32_t i = MSS_MASK;

    while (i && mss_table[i] > mss)
        i--;
    return i;
}

uint16_t cookie_round_mss(uint16_t mss)
{
    return mss_table[mss_index(mss)];
}

static uint64_t step_of(time_us now)
{
    return (uint64_t)(now / COOKIE_STEP);
}

/* Whether the bits of `part` are the hash of this step or of the one before. */
static bool has(const struct cookie_key *key, const struct cookie_tuple *tuple, uint32_t cookie,
                uint32_t known, uint32_t part, time_us now)
{
    uint64_t step = step_of(now);

    return !((cookie ^ hash(key, tuple, step, known)) & part) ||
           !((cookie ^ hash(key, tuple, step - 1, known)) & part);
}

uint32_t cookie_make(const struct cookie_key *key, const struct cookie_tuple *tuple, uint16_t mss,
                     time_us now)
{
    uint32_t index = mss_index(mss);

    return (hash(key, tuple, step_of(now), index) & FRONT_MASK) | index;
}

bool cookie_check(const struct cookie_key *key, const struct cookie_tuple *tuple, uint32_t cookie,
                  time_us now, uint16_t *mss)
{
    uint32_t index = cookie & MSS_MASK;

    if (!has(key, tuple, cookie, index, FRONT_MASK, now))
        return false;
    *mss = mss_table[index];
    return true;
}

uint32_t cookie_complete(const struct cookie_key *key, const struct cookie_tuple *tuple,
                         uint32_t cookie, time_us now)
{
    uint32_t known = cookie & ~BACK_MASK;

    return (hash(key, tuple, step_of(now), known) & BACK_MASK) | known;
}

bool cookie_is_complete(const struct cookie_key *key, const struct cookie_tuple *tuple,
                        uint32_t cookie, time_us now)
{
    return has(key, tuple, cookie, cookie & ~BACK_MASK, BACK_MASK, now);
}
