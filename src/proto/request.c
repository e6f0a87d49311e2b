/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A proxy request and what all proxy protocols do with it. */
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "proto/request.h"

struct request *request_new(struct layer *l, enum module module)
{
    struct request *r = MEM_NEW(struct request);

    r->depth = l->depth + 1;
    r->module = module;
    r->class = CLASS_CONNECT_OTHER;
    r->reply = REPLY_NONE;
    r->accepted = VERDICT_NONE;
    return r;
}

void request_keep(struct bytes *field, struct bytes from)
{
    const uint8_t *copy = (const uint8_t *)mem_string(from.at, from.n);

    mem_free((void *)(uintptr_t)field->at);
    *field = (struct bytes){copy, from.n};
}

static void keep_mapped(struct bytes *field, struct bytes from, uint8_t first, uint8_t last)
{
    uint8_t *copy = (uint8_t *)mem_string(from.at, from.n);

    for (size_t i = 0; i < from.n; i++)
        if (copy[i] >= first && copy[i] <= last)
            copy[i] ^= 0x20; /* the one bit between ASCII's cases */
    mem_free((void *)(uintptr_t)field->at);
    *field = (struct bytes){copy, from.n};
}

void request_keep_lower(struct bytes *field, struct bytes from)
{
    keep_mapped(field, from, 'A', 'Z');
}

void request_keep_upper(struct bytes *field, struct bytes from)
{
    keep_mapped(field, from, 'a', 'z');
}

void request_set_host(struct request *r, struct bytes host)
{
    if (!host.n || !address_parse((const char *)host.at, host.n, &r->target.ip))
        request_keep_lower(&r->target.host, host);
}

void request_announce(struct layer *l, const struct request *r)
{
    struct event event = {.type = EVENT_REQUEST, .module = r->module, .request = r};

    layer_emit(l, &event);
}

/* What HTTP and SOCKS4 have in the request itself; SOCKS5 has a reply of its own to it. */
static void emit_login(struct layer *l, const struct request *r, int reply, int accepted)
{
    bool http = r->module == MODULE_HTTP;
    struct login login = {.ts = r->ts,
                          .mechanism = http ? r->mechanism : bytes_of("USERID"),
                          .user = r->user,
                          .password = r->password,
                          .reply = reply,
                          .accepted = accepted};

    if (r->module == MODULE_SOCKS5 || (http ? !r->mechanism.n : !r->user.n))
        return;
    if (http && reply != REPLY_NONE) /* RFC 9110 section 15.5.8 */
        login.accepted = reply == 407 ? VERDICT_NO : VERDICT_YES;
    layer_emit_login(l, r->module, &login);
}

void request_done(struct layer *l, struct request *r, int reply, int accepted)
{
    struct event event = {.type = EVENT_REQUEST_DONE, .module = r->module, .request = r};

    r->reply = reply;
    r->accepted = accepted;
    layer_emit(l, &event);
    emit_login(l, r, reply, accepted);
}

void request_free(struct request *r)
{
    if (!r)
        return;
    mem_free((void *)(uintptr_t)r->command.at);
    mem_free((void *)(uintptr_t)r->target.text.at);
    mem_free((void *)(uintptr_t)r->target.host.at);
    mem_free((void *)(uintptr_t)r->user.at);
    mem_free((void *)(uintptr_t)r->password.at);
    mem_free((void *)(uintptr_t)r->user_agent.at);
    mem_free((void *)(uintptr_t)r->mechanism.at);
    mem_free(r);
}

size_t request_held(const struct request *r)
{
    return sizeof *r + r->command.n + r->target.text.n + r->target.host.n + r->user.n +
           r->password.n + r->user_agent.n + r->mechanism.n;
}

/* RFC 3986 section 3.2.3: 1..65535 in digits; an empty port means the default. */
static bool parse_port(struct bytes text, uint16_t *port)
{
    uint64_t value = 0;

    if (text.n && (!number_parse(text, 65535, &value) || !value))
        return false;
    *port = (uint16_t)value;
    return true;
}

/* "2001:db8::1" or "2001:db8::1:25", which no brackets tell apart: with a port, when what is
 * before the last colon is a whole address by itself. */
static bool split_bare_ipv6(struct bytes authority, struct bytes *host, uint16_t *port)
{
    const uint8_t *first = authority.n ? memchr(authority.at, ':', authority.n) : NULL;
    const uint8_t *last = authority.n ? memrchr(authority.at, ':', authority.n) : NULL;
    struct bytes before;
    struct address ip;

    if (first == last || authority.at[0] == '[')
        return false;
    before = (struct bytes){authority.at, (size_t)(last - authority.at)};
    if (address_parse((const char *)before.at, before.n, &ip) &&
        parse_port(bytes_skip(authority, before.n + 1), port)) {
        *host = before;
        return true;
    }
    *port = 0;
    *host = authority;
    return address_parse((const char *)authority.at, authority.n, &ip);
}

bool request_split_authority(struct bytes authority, struct bytes *host, uint16_t *port)
{
    struct bytes rest;

    *port = 0;
    if (authority.n && authority.at[0] == '[') { /* RFC 3986 section 3.2.2, IP-literal */
        const uint8_t *end = memchr(authority.at, ']', authority.n);

        if (!end)
            return false;
        *host = (struct bytes){authority.at + 1, (size_t)(end - authority.at) - 1};
        rest = bytes_skip(authority, host->n + 2);
    } else {
        const uint8_t *colon = authority.n ? memchr(authority.at, ':', authority.n) : NULL;

        host->at = authority.at;
        host->n = colon ? (size_t)(colon - authority.at) : authority.n;
        rest = bytes_skip(authority, host->n);
    }
    if (!host->n)
        return false;
    for (size_t i = 0; i < host->n; i++)
        if (host->at[i] <= ' ' || host->at[i] == 0x7f)
            return false;
    if (!rest.n)
        return true;
    return rest.at[0] == ':' && parse_port(bytes_skip(rest, 1), port);
}

void request_set_authority(struct request *r, struct bytes authority, uint16_t default_port)
{
    const uint8_t *at = authority.n ? memrchr(authority.at, '@', authority.n) : NULL;
    struct bytes host;
    uint16_t port;

    if (at) /* user information is not the host's (RFC 3986 section 3.2.1) */
        authority = bytes_skip(authority, (size_t)(at - authority.at) + 1);
    if (!split_bare_ipv6(authority, &host, &port) &&
        !request_split_authority(authority, &host, &port))
        return;
    request_set_host(r, host);
    r->target.port = port ? port : default_port;
}
