/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/cookie.h"

#define MSS_BITS 3u
#define MSS_MASK ((1u << MSS_BITS) - 1)

/* What is common on today's paths: Ethernet, PPPoE, IPv6, tunnels, the least of
 * IPv6 and of IPv4, and less than that. */
static const uint16_t mss_table[1u << MSS_BITS] = {88, 256, 536, 1220, 1360, 1400, 1440, 1460};

/* --- SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF") --- */

struct sip {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned by)
{
    return x << by | x >> (64 - by);
}

static void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 = rotate(s->v2, 32);
}

static uint64_t read_le(const uint8_t *at, size_t n)
{
    uint64_t word = 0;

    for (size_t i = 0; i < n; i++)
        word |= (uint64_t)at[i] << (8 * i);
    return word;
}

static void sip_word(struct sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    sip_round(s);
    s->v0 ^= word;
}

uint64_t cookie_siphash(const struct cookie_key *key, const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    struct sip s = {key->k0 ^ UINT64_C(0x736f6d6570736575), key->k1 ^ UINT64_C(0x646f72616e646f6d),
                    key->k0 ^ UINT64_C(0x6c7967656e657261), key->k1 ^ UINT64_C(0x7465646279746573)};
    size_t left = n;

    for (; left >= 8; left -= 8, at += 8)
        sip_word(&s, read_le(at, 8));
    sip_word(&s, (uint64_t)(n & 0xff) << 56 | read_le(at, left));
    s.v2 ^= 0xff;
    for (int i = 0; i < 4; i++)
        sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

/* --- cookies --- */

static void put(uint8_t **to, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *(*to)++ = (uint8_t)(value >> (8 * i));
}

static uint32_t hash(const struct cookie_key *key, const struct cookie_tuple *t, uint64_t step,
                     uint32_t index)
{
    uint8_t text[16 + 16 + 2 + 2 + 4 + 8 + 2], *end = text;

    memcpy(end, t->src.bytes, 16);
    memcpy(end + 16, t->dst.bytes, 16);
    end += 32;
    put(&end, t->src_port, 2);
    put(&end, t->dst_port, 2);
    put(&end, t->client_isn, 4);
    put(&end, step, 8);
    put(&end, index, 1);
    put(&end, t->src.family, 1);
    return (uint32_t)cookie_siphash(key, text, (size_t)(end - text)) & ~MSS_MASK;
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

uint32_t cookie_make(const struct cookie_key *key, const struct cookie_tuple *tuple, uint16_t mss,
                     time_us now)
{
    uint32_t index = mss_index(mss);

    return hash(key, tuple, step_of(now), index) | index;
}

bool cookie_check(const struct cookie_key *key, const struct cookie_tuple *tuple, uint32_t cookie,
                  time_us now, uint16_t *mss)
{
    uint32_t index = cookie & MSS_MASK;
    uint64_t step = step_of(now);

    if ((cookie & ~MSS_MASK) != hash(key, tuple, step, index) &&
        (cookie & ~MSS_MASK) != hash(key, tuple, step - 1, index))
        return false;
    *mss = mss_table[index];
    return true;
}
