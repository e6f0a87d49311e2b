/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/target.h"

#include <string.h>

#include "base/number.h"

#define PORT_MAX 65535

/* Takes ":25" off the end of `text`; false: what follows a colon is no port. */
static bool take_port(struct bytes *text, const uint8_t *colon, uint16_t *port)
{
    struct bytes digits = bytes_skip(*text, (size_t)(colon - text->at) + 1);
    uint64_t number;

    if (!number_parse(digits, PORT_MAX, &number) || !number)
        return false;
    *port = (uint16_t)number;
    text->n = (size_t)(colon - text->at);
    return true;
}

/* "[2001:db8::1]:25": the brackets go. */
static bool take_brackets(struct bytes *text, uint16_t *port)
{
    const uint8_t *end = memchr(text->at, ']', text->n);
    struct bytes inside, behind;

    if (!end)
        return false;
    inside = (struct bytes){text->at + 1, (size_t)(end - text->at) - 1};
    behind = bytes_skip(*text, inside.n + 2);
    if (behind.n && (behind.at[0] != ':' || !take_port(text, behind.at, port)))
        return false;
    *text = inside;
    return true;
}

/* One colon, or one behind a prefix of IPv4: an address of IPv6 has two at least. */
static bool take_last_port(struct bytes *text, uint16_t *port)
{
    const uint8_t *colon = text->n ? memchr(text->at, ':', text->n) : NULL;

    if (!colon || memchr(colon + 1, ':', text->n - (size_t)(colon - text->at) - 1))
        return true;
    return take_port(text, colon, port);
}

/* What only addresses are made of, or it has a prefix's length: no name. */
static bool looks_like_address(struct bytes text)
{
    if (memchr(text.at, ':', text.n) || memchr(text.at, '/', text.n))
        return true;
    return text.at[text.n - 1] >= '0' && text.at[text.n - 1] <= '9';
}

bool target_parse(const char *text, struct target *out, struct failure *why)
{
    struct bytes rest = bytes_of(text);
    bool good;

    *out = (struct target){.port = 0};
    good = rest.n && (rest.at[0] == '[' ? take_brackets(&rest, &out->port)
                                        : take_last_port(&rest, &out->port));
    if (!good)
        return failure_set(why, "%s: expected HOST, ADDRESS or ADDRESS/LEN, with or without :PORT",
                           text);
    out->any = !rest.n;
    if (out->any)
        return true;
    if (looks_like_address(rest))
        return prefix_parse(rest, &out->prefix, why);
    out->host = rest;
    return true;
}

static bool is_host(struct bytes host, struct bytes wanted)
{
    return host.n == wanted.n &&
           !strncasecmp((const char *)host.at, (const char *)wanted.at, host.n);
}

static bool is_address(struct bytes ip, const struct prefix *wanted)
{
    struct address address;

    return address_parse((const char *)ip.at, ip.n, &address) && prefix_has(wanted, &address);
}

bool target_is(const struct target *t, struct bytes host, struct bytes ip, struct bytes port)
{
    uint64_t number;

    if (t->port && (!number_parse(port, PORT_MAX, &number) || number != t->port))
        return false;
    if (t->any)
        return true;
    return t->host.n ? is_host(host, t->host) : is_address(ip, &t->prefix);
}
