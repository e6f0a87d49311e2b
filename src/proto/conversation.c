/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of protocols, and the interface of a conversation over its stack of layers. */
#include "base/mem.h"
#include "proto/layer.h"

extern const struct protocol protocol_http, protocol_socks4, protocol_socks5, protocol_tls,
    protocol_proxy, protocol_smtp, protocol_opaque;

/*
 * In the order of detection: the first that is certain wins, then the first that is likely
 * (detect.h).  SOCKS is first because its messages end with their own lengths, and SMTP
 * before HTTP because a greeting names it whatever the client sends.
 *
 *   protocol   begins with                        else by the server's answer
 *   proxy      PROXY TCP4|TCP6|UNKNOWN, or its binary signature: a header before the others
 *   socks5     05 N METHOD*N
 *   socks4     04 CD PORT IP USER 00 [NAME 00]    00 5A..5D, six bytes more
 *   tls        a ClientHello, unless the server's first record is not TLS
 *                                                 ServerHello
 *   smtp       a greeting that names it, or EHLO, HELO, LHLO, MAIL FROM, RCPT TO;
 *              likely: the same after commands that other protocols have too
 *   http       METHOD TARGET HTTP/n.n             HTTP/n.n
 */
static const struct protocol *const by_order[] = {
    &protocol_proxy, &protocol_socks5, &protocol_socks4,
    &protocol_tls,   &protocol_smtp,   &protocol_http,
};
static const struct protocols protocols = {
    .list = by_order,
    .count = sizeof by_order / sizeof *by_order,
    .opaque = &protocol_opaque,
};
_Static_assert(sizeof by_order / sizeof *by_order <= PROTOCOLS_MAX, "a note for each");

struct conversation *conversation_new(struct event_sink sink)
{
    struct conversation *c = MEM_NEW(struct conversation);

    c->sink = sink;
    c->protocols = &protocols;
    c->root = layer_new(c, NULL);
    return c;
}

void conversation_set_trace(struct conversation *c, struct transition_sink trace)
{
    c->trace = trace;
}

void conversation_set_midstream(struct conversation *c)
{
    c->root->resync = true;
}

void conversation_set_answering(struct conversation *c)
{
    c->answering = true;
}

void conversation_feed(struct conversation *c, enum direction from, const uint8_t *bytes, size_t n,
                       time_us now)
{
    c->now = now;
    c->spoken = c->spoken || n;
    layer_put(c->root, from, (struct bytes){bytes, n});
}

void conversation_gap(struct conversation *c, enum direction from, uint64_t missing, time_us now)
{
    c->now = now;
    if (missing)
        layer_gap(c->root, from, missing);
}

void conversation_close(struct conversation *c, enum direction from, time_us now)
{
    c->now = now;
    layer_close(c->root, from);
}

void conversation_finish(struct conversation *c, time_us now)
{
    c->now = now;
    layer_finish(c->root);
}

void conversation_free(struct conversation *c)
{
    if (!c)
        return;
    layer_free(c->root);
    mem_free(c);
}

bool conversation_is_understood(const struct conversation *c)
{
    return c->protocol != MODULE_NONE;
}

enum module conversation_protocol(const struct conversation *c)
{
    if (c->protocol == MODULE_NONE && c->spoken)
        return MODULE_OTHER;
    return c->protocol;
}

size_t conversation_held(const struct conversation *c)
{
    return sizeof *c + layer_held(c->root);
}
