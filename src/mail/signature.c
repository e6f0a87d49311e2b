/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/signature.h"

#include <stdbool.h>
#include <string.h>

#include "base/siphash.h"

#define WORD_MAX 64 /* bytes of one that count */

struct word {
    uint8_t at[WORD_MAX];
    size_t n;
};

/* --- words --- */

static uint32_t take_character(struct bytes *rest)
{
    const uint8_t *at = rest->at;
    size_t n = at[0] < 0xc0 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t c = n == 1 ? at[0] : at[0] & (0x7fu >> n);

    if (n > rest->n)
        n = rest->n;
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (at[i] & 0x3f);
    *rest = bytes_skip(*rest, n);
    return c;
}

/* Of Latin-1, Greek and Cyrillic, too. */
static uint32_t to_lower(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
        (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
        return c + 0x20;
    return c >= 0x400 && c <= 0x40f ? c + 0x50 : c;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* Letters of ASCII, and what is no sign of Latin-1, no general punctuation, no symbol. */
static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 0xc0 && c != 0xd7 && c != 0xf7 && c < 0x2000) ||
           (c >= 0x2e80 && c != 0xfffd && !(c >= 0x3000 && c <= 0x303f) &&
            !(c >= 0xff00 && c <= 0xff20));
}

/* Of a script without blanks: kana, Han, Hangul's half widths, and what lies beyond. */
static bool stands_alone(uint32_t c)
{
    return (c >= 0x2e80 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0xff00 && c <= 0xffef) || c >= 0x20000 || (c >= 0xe00 && c <= 0xeff);
}

static void add(struct word *w, uint32_t c)
{
    if (w->n + 4 > sizeof w->at)
        return;
    memcpy(w->at + w->n, (const uint8_t[]){(uint8_t)(c >> 16), (uint8_t)(c >> 8), (uint8_t)c}, 3);
    w->n += 3;
}

static bool take_word(struct bytes *rest, struct word *out)
{
    out->n = 0;
    while (rest->n) {
        struct bytes after = *rest;
        uint32_t c = to_lower(take_character(&after));

        if (is_digit(c)) {
            if (out->n)
                break;
            while (rest->n && is_digit(rest->at[0]))
                *rest = bytes_skip(*rest, 1);
            add(out, '0');
            break;
        }
        if (!is_letter(c)) {
            *rest = after;
            if (out->n)
                break;
            continue;
        }
        if (stands_alone(c) && out->n)
            break;
        *rest = after;
        add(out, c);
        if (stands_alone(c))
            break;
    }
    return out->n > 0;
}

/* --- the signature --- */

/* Of three words, in their order (the finalizer of SplitMix64). */
static uint64_t mix(const uint64_t words[3])
{
    uint64_t h = words[0] * 0x9e3779b97f4a7c15u;

    h = (h ^ words[1]) * 0xbf58476d1ce4e5b9u;
    h = (h ^ h >> 29 ^ words[2]) * 0x94d049bb133111ebu;
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
    h = (h ^ h >> 27) * 0x94d049bb133111ebu;
    return h ^ h >> 31;
}

static void put_hex(struct buf *out, uint8_t value)
{
    static const char digits[] = "0123456789abcdef";

    buf_append_byte(out, (uint8_t)digits[value >> 4]);
    buf_append_byte(out, (uint8_t)digits[value & 15]);
}

static void put_bins(const uint64_t least[SIGNATURE_BINS], struct buf *out)
{
    for (unsigned i = 0; i < SIGNATURE_BINS; i++) {
        unsigned away = 0;

        while (least[(i + away) % SIGNATURE_BINS] == UINT64_MAX)
            away++;
        put_hex(out, (uint8_t)(least[(i + away) % SIGNATURE_BINS] + away * 0x9d));
    }
}

void signature_of(struct bytes prose, struct buf *hex)
{
    static const struct siphash_key open = {0, 0};
    uint64_t least[SIGNATURE_BINS], words[3] = {0, 0, 0};
    struct word word;
    uint64_t n = 0;

    buf_clear(hex);
    memset(least, 0xff, sizeof least);
    while (take_word(&prose, &word)) {
        uint64_t h;

        words[0] = words[1];
        words[1] = words[2];
        words[2] = siphash(&open, word.at, word.n);
        if (++n < 3)
            continue;
        h = mix(words);
        if ((h << 6 >> 6) < least[h >> 58])
            least[h >> 58] = h << 6 >> 6;
    }
    if (n >= SIGNATURE_WORDS_LEAST)
        put_bins(least, hex);
}
