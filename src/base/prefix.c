/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/prefix.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"

static unsigned bits_of(const struct address *a)
{
    return a->family == 4 ? 32 : 128;
}

void prefix_clear_host_bits(struct prefix *p)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned first = 8 * i;

        if (first >= p->length)
            p->address.bytes[i] = 0;
        else if (first + 8 > p->length)
            p->address.bytes[i] &= (uint8_t)(0xff << (first + 8 - p->length));
    }
}

bool prefix_parse(struct bytes text, struct prefix *out, struct failure *why)
{
    const uint8_t *slash = text.n ? memchr(text.at, '/', text.n) : NULL;
    size_t n = slash ? (size_t)(slash - text.at) : text.n;
    uint64_t length;

    *out = (struct prefix){.length = 0};
    if (!address_parse((const char *)text.at, n, &out->address))
        return failure_set(why, "%.*s: expected an address or prefix like 192.0.2.0/28",
                           (int)text.n, (const char *)text.at);
    length = bits_of(&out->address);
    if (slash && !number_parse(bytes_skip(text, n + 1), bits_of(&out->address), &length))
        return failure_set(why, "%.*s: expected a prefix length of 1 to %u after the slash",
                           (int)text.n, (const char *)text.at, bits_of(&out->address));
    out->length = (uint8_t)length;
    prefix_clear_host_bits(out);
    return true;
}

bool prefix_has(const struct prefix *p, const struct address *a)
{
    unsigned whole = p->length / 8, rest = p->length % 8;

    if (a->family != p->address.family || memcmp(a->bytes, p->address.bytes, whole) != 0)
        return false;
    return !rest ||
           ((a->bytes[whole] ^ p->address.bytes[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
}

void prefix_format(const struct prefix *prefix, char text[PREFIX_TEXT_MAX])
{
    size_t n = address_format(&prefix->address, text);

    snprintf(text + n, PREFIX_TEXT_MAX - n, "/%u", prefix->length);
}
