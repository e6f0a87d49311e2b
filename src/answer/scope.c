/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/scope.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"

static unsigned bits_of(const struct address *a)
{
    return a->family == 4 ? 32 : 128;
}

static bool read_length(const char *text, unsigned most, uint8_t *out)
{
    uint64_t value;
    bool good = number_parse(bytes_of(text), most, &value);

    *out = (uint8_t)value;
    return good;
}

void scope_clear_host_bits(struct prefix *p)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned first = 8 * i;

        if (first >= p->length)
            p->address.bytes[i] = 0;
        else if (first + 8 > p->length)
            p->address.bytes[i] &= (uint8_t)(0xff << (first + 8 - p->length));
    }
}

/* No host can be reached by these, or every host would be. */
static bool is_reserved(const struct prefix *p)
{
    const uint8_t *b = p->address.bytes;

    if (!p->length)
        return true;
    if (p->address.family == 4)
        return b[0] >= 224 || b[0] == 0;
    return b[0] == 0xff;
}

bool scope_add(struct scope *scope, const char *text, struct failure *why)
{
    const char *slash = strchr(text, '/');
    size_t n = slash ? (size_t)(slash - text) : strlen(text);
    struct prefix p = {0};

    if (scope->n == SCOPE_MAX)
        return failure_set(why, "more than %d addresses; give prefixes", SCOPE_MAX);
    if (!address_parse(text, n, &p.address))
        return failure_set(why, "%s: expected an address or prefix like 192.0.2.0/28", text);
    p.length = (uint8_t)bits_of(&p.address);
    if (slash && !read_length(slash + 1, bits_of(&p.address), &p.length))
        return failure_set(why, "%s: expected a prefix length of 1 to %u after the slash", text,
                           bits_of(&p.address));
    scope_clear_host_bits(&p);
    if (is_reserved(&p))
        return failure_set(why, "%s: not an address that a host can have", text);
    scope->list[scope->n++] = p;
    return true;
}

bool scope_prefix_has(const struct prefix *p, const struct address *a)
{
    unsigned whole = p->length / 8, rest = p->length % 8;

    if (a->family != p->address.family || memcmp(a->bytes, p->address.bytes, whole) != 0)
        return false;
    return !rest ||
           ((a->bytes[whole] ^ p->address.bytes[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
}

bool scope_has(const struct scope *scope, const struct address *address)
{
    for (unsigned i = 0; i < scope->n; i++)
        if (scope_prefix_has(&scope->list[i], address))
            return true;
    return false;
}

void scope_format(const struct prefix *prefix, char text[ADDRESS_TEXT_MAX + 4])
{
    size_t n = address_format(&prefix->address, text);

    snprintf(text + n, ADDRESS_TEXT_MAX + 4 - n, "/%u", prefix->length);
}
