/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The PROXY protocol, versions 1 and 2 (HAProxy's proxy-protocol.txt, sections 2.1 and 2.2): a
 * header in front of a connection that names the client a load balancer speaks for.  What
 * follows it is detected as if it came first.
 *
 *   1   "PROXY" TCP4|TCP6|UNKNOWN source destination source-port destination-port CR LF
 *   2   signature 12, version and command 1 (0x20 LOCAL, 0x21 PROXY), family 1, length <2>:
 *       addresses, then TLVs, which are skipped
 */
#include <string.h>

#include "base/cursor.h"
#include "base/mem.h"
#include "base/number.h"
#include "proto/layer.h"

#define V1_LINE_MAX 107 /* with its CR LF */
#define V2_HEAD     16

static const char v1_begin[] = "PROXY ";
static const char v2_signature[] = "\r\n\r\n\0\r\nQUIT\n";

struct proxied {
    struct address ip; /* family 0: none is named */
    uint16_t port;
    size_t n; /* of the header */
};

/* --- the header --- */

/* False: it is no header. */
static bool read_v1(struct bytes line, struct proxied *out)
{
    struct bytes rest = bytes_trim(line), family, source;
    uint64_t port;

    (void)bytes_take_word(&rest);
    rest = bytes_trim(rest);
    family = bytes_take_word(&rest);
    if (bytes_equal_nocase(family, "UNKNOWN"))
        return true;
    if (!bytes_equal_nocase(family, "TCP4") && !bytes_equal_nocase(family, "TCP6"))
        return false;
    rest = bytes_trim(rest);
    source = bytes_take_word(&rest);
    rest = bytes_trim(rest);
    (void)bytes_take_word(&rest); /* the destination */
    rest = bytes_trim(rest);
    if (!source.n || !address_parse((const char *)source.at, source.n, &out->ip) ||
        !number_parse(bytes_take_word(&rest), UINT16_MAX, &port))
        return false;
    out->port = (uint16_t)port;
    return true;
}

static enum guess v1_of(struct bytes in, struct proxied *out)
{
    struct bytes front = {in.at, in.n < V1_LINE_MAX ? in.n : V1_LINE_MAX}, line;

    if (!detect_may_begin(in, v1_begin))
        return GUESS_NO;
    if (!detect_first_line(front, &line))
        return front.n < V1_LINE_MAX ? GUESS_MORE : GUESS_NO;
    out->n = line.n + 1;
    return read_v1(line, out) ? GUESS_YES : GUESS_NO;
}

static void read_v2_client(uint8_t family, struct cursor c, struct proxied *out)
{
    if (family == 0x11) { /* TCP over IPv4: two addresses, two ports */
        const uint8_t *source = cursor_take(&c, 4);

        cursor_skip(&c, 4);
        out->port = cursor_be16(&c);
        if (!c.failed)
            out->ip = address_v4(source);
    } else if (family == 0x21) {
        const uint8_t *source = cursor_take(&c, 16);

        cursor_skip(&c, 16);
        out->port = cursor_be16(&c);
        if (!c.failed)
            out->ip = address_v6(source);
    }
}

/* GUESS_YES by its first 16 bytes; the client is read when all is there. */
static enum guess v2_of(struct bytes in, struct proxied *out)
{
    size_t n = in.n < sizeof v2_signature - 1 ? in.n : sizeof v2_signature - 1;
    struct cursor c = cursor_over(in.at, in.n);

    if (memcmp(in.at, v2_signature, n) != 0)
        return GUESS_NO;
    if (in.n > 12 && in.at[12] != 0x20 && in.at[12] != 0x21)
        return GUESS_NO;
    if (in.n < V2_HEAD)
        return GUESS_MORE;
    out->n = V2_HEAD + ((size_t)in.at[14] << 8 | in.at[15]);
    cursor_skip(&c, V2_HEAD);
    if (in.at[12] == 0x21 && in.n >= out->n)
        read_v2_client(in.at[13], cursor_sub(&c, out->n - V2_HEAD), out);
    return GUESS_YES;
}

static enum guess header_of(struct bytes in, struct proxied *out)
{
    enum guess g;

    *out = (struct proxied){0};
    if (!in.n)
        return GUESS_NO;
    g = v1_of(in, out);
    return g == GUESS_NO ? v2_of(in, out) : g;
}

static enum guess proxy_recognise(struct detection *d)
{
    struct proxied proxied;

    return d->first ? header_of(d->client, &proxied) : GUESS_NO;
}

/* --- the layer --- */

static void *proxy_new(struct layer *l)
{
    (void)l;
    return NULL;
}

static void proxy_free(void *state)
{
    (void)state;
}

static enum step proxy_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    struct event event = {.type = EVENT_PROXIED};
    struct proxied proxied;

    if (from == FROM_SERVER)
        return STEP_WAIT; /* for what the header is followed by */
    (void)header_of(in, &proxied);
    if (in.n < proxied.n)
        return STEP_MORE;
    event.address = &proxied.ip;
    event.port = proxied.port;
    *used = proxied.n;
    if (proxied.ip.family)
        layer_emit(l, &event);
    layer_restart(l);
    return STEP_MORE;
}

static void proxy_gap(struct layer *l, enum direction from, uint64_t missing)
{
    (void)missing;
    if (from == FROM_CLIENT)
        layer_forget(l);
}

static void proxy_assume(struct layer *l, struct bytes rest)
{
    (void)l, (void)rest;
}

const struct protocol protocol_proxy = {
    .module = MODULE_NONE,
    .name = "proxy",
    .recognise = proxy_recognise,
    .new = proxy_new,
    .free = proxy_free,
    .parse = proxy_parse,
    .gap = proxy_gap,
    .assume = proxy_assume,
};
