/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "redact/known.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"

/* Local parts that are shorter are looked for with their domain: else they are found in any
 * text. */
#define HEX_LEAST    5
#define BASE64_LEAST 6

/* Names of functions, not of persons (RFC 2142, and what else is usual): alone they are words. */
static const char *const roles[] = {
    "abuse",      "admin", "administrator", "contact",  "ftp",     "hostmaster",
    "info",       "mail",  "marketing",     "news",     "noc",     "office",
    "postmaster", "root",  "sales",         "security", "support", "test",
    "usenet",     "uucp",  "webmaster",     "www",
};

static bool is_role(struct bytes local)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (bytes_equal_nocase(local, roles[i]))
            return true;
    return false;
}

static uint32_t add_meaning(struct redact_known *k, const char *text, size_t n)
{
    struct redact_meaning meaning = {.n = n};

    memcpy(meaning.text, text, n);
    buf_append(&k->meanings, &meaning, sizeof meaning);
    return (uint32_t)(k->meanings.len / sizeof meaning - 1);
}

const struct redact_meaning *redact_known_meaning(const struct redact_known *k,
                                                  const struct needle *needle)
{
    return (const struct redact_meaning *)(const void *)k->meanings.data + needle->meaning;
}

static struct bytes lower(struct buf *b)
{
    for (size_t i = 0; i < b->len; i++)
        if (b->data[i] >= 'A' && b->data[i] <= 'Z')
            b->data[i] |= 0x20;
    return buf_view(b);
}

/* --- recipients --- */

static void add_hex(struct redact_known *k, struct bytes text, uint32_t meaning)
{
    static const char digits[] = "0123456789abcdef";
    struct buf hex = {0};

    for (size_t i = 0; i < text.n; i++) {
        buf_append_byte(&hex, (uint8_t)digits[text.at[i] >> 4]);
        buf_append_byte(&hex, (uint8_t)digits[text.at[i] & 15]);
    }
    needles_add(&k->forms, NEEDLE_IN_HEX, buf_view(&hex), meaning);
    buf_fini(&hex);
}

/* As links have it. */
static void add_url_base64(struct redact_known *k, struct bytes text, uint32_t meaning)
{
    struct buf other = {0};

    buf_append(&other, text.at, text.n);
    for (size_t i = 0; i < other.len; i++)
        if (other.data[i] == '+')
            other.data[i] = '-';
        else if (other.data[i] == '/')
            other.data[i] = '_';
    needles_add(&k->exact, NEEDLE_IN_BASE64, buf_view(&other), meaning);
    buf_fini(&other);
}

/* The characters that nothing beside it has a part in, where it stands `shift` bytes behind a
 * multiple of three. */
static void add_base64(struct redact_known *k, struct bytes text, size_t shift, uint32_t meaning)
{
    size_t first = (shift * 8 + 5) / 6, last = (shift + text.n) * 8 / 6;
    struct buf shifted = {0}, encoded = {0};
    struct bytes inner;

    buf_append(&shifted, "\0\0", shift);
    buf_append(&shifted, text.at, text.n);
    base64_encode(buf_view(&shifted), &encoded);
    inner = (struct bytes){encoded.data + first, last - first};
    needles_add(&k->exact, NEEDLE_IN_BASE64, inner, meaning);
    if (memchr(inner.at, '+', inner.n) || memchr(inner.at, '/', inner.n))
        add_url_base64(k, inner, meaning);
    buf_fini(&shifted);
    buf_fini(&encoded);
}

static void add_encoded(struct redact_known *k, struct bytes hex, struct bytes base64,
                        uint32_t meaning)
{
    if (hex.n >= HEX_LEAST)
        add_hex(k, hex, meaning);
    for (size_t shift = 0; shift < 3 && base64.n >= BASE64_LEAST; shift++)
        add_base64(k, base64, shift, meaning);
}

/* Without quotes, and without the route that RFC 5321 lets stand before it. */
static struct bytes bare(struct bytes local)
{
    const uint8_t *route = local.n && local.at[0] == '@' ? memchr(local.at, ':', local.n) : NULL;

    if (route)
        local = bytes_skip(local, (size_t)(route - local.at) + 1);
    if (local.n >= 2 && local.at[0] == '"' && local.at[local.n - 1] == '"')
        local = (struct bytes){local.at + 1, local.n - 2};
    return local;
}

void redact_known_add_recipient(struct redact_known *k, struct redact_hash *hash, struct bytes path)
{
    const uint8_t *sign = path.n ? memrchr(path.at, '@', path.n) : NULL;
    struct bytes before = sign ? (struct bytes){path.at, (size_t)(sign - path.at)} : path;
    struct bytes domain = sign ? bytes_skip(path, before.n + 1) : BYTES_NONE;
    struct bytes local = bare(before), hex, base64;
    bool role = is_role(local);
    char digits[REDACT_DIGITS];
    struct buf small = {0};
    uint32_t meaning;

    if (!path.n)
        return;
    if (sign)
        redact_hash_address(hash, before, domain, digits);
    else
        redact_hash_of(hash, "user:", path, digits);
    meaning = add_meaning(k, digits, sizeof digits);
    hex = local.n >= HEX_LEAST && !role ? local : path;
    base64 = local.n >= BASE64_LEAST && !role ? local : path;
    add_encoded(k, hex, base64, meaning);
    buf_append(&small, path.at, path.n);
    (void)lower(&small);
    if (memcmp(small.data, path.at, path.n) != 0)
        add_encoded(k, (struct bytes){small.data + (hex.at - path.at), hex.n},
                    (struct bytes){small.data + (base64.at - path.at), base64.n}, meaning);
    if (!role)
        needles_add(&k->words, NEEDLE_WORD,
                    (struct bytes){small.data + (local.at - path.at), local.n}, meaning);
    buf_fini(&small);
}

/* --- sources --- */

static void add_form(struct redact_known *k, enum needle_kind kind, const char *text,
                     uint32_t meaning)
{
    needles_add(&k->forms, kind, bytes_of(text), meaning);
}

/* As names of hosts have them, too. */
static void add_v4(struct redact_known *k, const uint8_t b[4], uint32_t meaning)
{
    static const char *const between[] = {".", "-", "_"};
    char text[64];

    for (int i = 0; i < 3; i++) {
        const char *s = between[i];

        snprintf(text, sizeof text, "%u%s%u%s%u%s%u", b[0], s, b[1], s, b[2], s, b[3]);
        add_form(k, NEEDLE_NUMBER, text, meaning);
        snprintf(text, sizeof text, "%u%s%u%s%u%s%u", b[3], s, b[2], s, b[1], s, b[0]);
        add_form(k, NEEDLE_NUMBER, text, meaning);
        snprintf(text, sizeof text, "%03u%s%03u%s%03u%s%03u", b[0], s, b[1], s, b[2], s, b[3]);
        add_form(k, NEEDLE_NUMBER, text, meaning);
    }
    snprintf(text, sizeof text, "%03u%03u%03u%03u", b[0], b[1], b[2], b[3]);
    add_form(k, NEEDLE_NUMBER, text, meaning);
    snprintf(text, sizeof text, "%u",
             (unsigned)b[0] << 24 | (unsigned)b[1] << 16 | (unsigned)b[2] << 8 | b[3]);
    add_form(k, NEEDLE_NUMBER, text, meaning);
    snprintf(text, sizeof text, "%02x%02x%02x%02x", b[0], b[1], b[2], b[3]);
    add_form(k, NEEDLE_HEX, text, meaning);
}

static void add_groups(struct redact_known *k, const uint8_t b[16], bool padded,
                       const char *between, uint32_t meaning)
{
    char text[64];
    int n = 0;

    for (int i = 0; i < 16; i += 2)
        n += snprintf(text + n, sizeof text - (size_t)n, padded ? "%s%04x" : "%s%x",
                      i ? between : "", (unsigned)b[i] << 8 | b[i + 1]);
    add_form(k, NEEDLE_HEX, text, meaning);
}

/* As ip6.arpa has it. */
static void add_nibbles(struct redact_known *k, const uint8_t b[16], uint32_t meaning)
{
    char text[80];
    int n = 0;

    for (int i = 15; i >= 0; i--)
        n += snprintf(text + n, sizeof text - (size_t)n, "%x.%x%s", b[i] & 15, b[i] >> 4,
                      i ? "." : "");
    add_form(k, NEEDLE_HEX, text, meaning);
}

static void add_v6(struct redact_known *k, const struct address *source, uint32_t meaning)
{
    char text[ADDRESS_TEXT_MAX];

    address_format(source, text);
    add_form(k, NEEDLE_HEX, text, meaning);
    add_groups(k, source->bytes, false, ":", meaning);
    add_groups(k, source->bytes, true, ":", meaning);
    add_groups(k, source->bytes, false, "-", meaning);
    add_groups(k, source->bytes, true, "-", meaning);
    add_groups(k, source->bytes, true, "", meaning);
    add_nibbles(k, source->bytes, meaning);
}

void redact_known_add_source(struct redact_known *k, struct redact_addresses *addresses,
                             const struct address *source)
{
    struct address instead = *source;
    char text[ADDRESS_TEXT_MAX];
    uint32_t meaning;
    size_t n;

    if (!addresses || !source->family)
        return;
    redact_address(addresses, &instead);
    n = address_format(&instead, text);
    meaning = add_meaning(k, text, n);
    if (source->family == 4)
        add_v4(k, source->bytes, meaning);
    else
        add_v6(k, source, meaning);
}

/* --- all of it --- */

void redact_known_begin(struct redact_known *k)
{
    needles_clear(&k->words);
    needles_clear(&k->forms);
    needles_clear(&k->exact);
    buf_clear(&k->meanings);
}

void redact_known_end(struct redact_known *k)
{
    needles_sort(&k->words);
    needles_sort(&k->forms);
    needles_sort(&k->exact);
}

void redact_known_fini(struct redact_known *k)
{
    needles_fini(&k->words);
    needles_fini(&k->forms);
    needles_fini(&k->exact);
    buf_fini(&k->meanings);
}
