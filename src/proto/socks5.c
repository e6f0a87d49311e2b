/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SOCKS5 (RFC 1928, RFC 1929).
 *
 *   greeting  05 N METHOD*N          method  05 METHOD (ff: none)
 *   login     01 N USER*N N PASS*N   status  01 STATUS (0: good)
 *   request   05 CMD 00 ATYP ADDRESS PORT
 *   reply     05 REP 00 ATYP ADDRESS PORT
 *
 * ATYP 1: four bytes; 3: a length byte and a name; 4: sixteen bytes.
 */
#include <string.h>

#include "base/cursor.h"
#include "base/mem.h"
#include "proto/socks.h"

#define METHODS_USUAL 10 /* that a client offers at once */

static bool is_command(uint8_t command)
{
    return command >= SOCKS_CONNECT && command <= SOCKS_UDP_ASSOCIATE;
}

/* RFC 1928 section 3, as clients send it: few methods, none twice. */
static bool is_usual_greeting(struct bytes client)
{
    if (client.at[1] > METHODS_USUAL)
        return false;
    for (size_t i = 2; i < 2u + client.at[1]; i++)
        for (size_t k = 2; k < i; k++)
            if (client.at[i] == client.at[k])
                return false;
    return true;
}

/* The method that the server chooses is one of those offered, or none. */
static bool is_choice(struct bytes client, uint8_t method)
{
    bool offered = memchr(client.at + 2, method, client.at[1]) != NULL;

    if (!is_usual_greeting(client))
        return method == 0xff || (offered && (method == 0 || method == 2));
    return method == 0xff || method == 0 || method == 2 || offered;
}

static enum guess socks5_recognise(struct detection *d)
{
    struct bytes client = d->client, server = d->server;

    if (!client.n || client.at[0] != 5)
        return client.n ? GUESS_NO : GUESS_MORE;
    if (server.n && server.at[0] != 5)
        return GUESS_NO;
    if (client.n < 2)
        return GUESS_MORE;
    if (!client.at[1])
        return GUESS_NO;
    if (client.n < 2u + client.at[1])
        return d->resync && !d->front ? GUESS_NO : GUESS_MORE;
    if (d->resync) /* no answer is waited for: only right at the front it is believed */
        return d->front && is_usual_greeting(client) ? GUESS_YES : GUESS_NO;
    if (d->answering)
        return GUESS_YES;
    if (server.n < 2)
        return is_usual_greeting(client) ? GUESS_CLIENT : GUESS_SERVER;
    return is_choice(client, server.at[1]) ? GUESS_YES : GUESS_NO;
}

/* A method, and the client goes on; or the reply itself; or, where both the greeting and
 * its answer are missing, the request. */
static enum guess socks5_recognise_answer(struct bytes client, struct bytes server)
{
    if (!server.n) {
        if (!client.n || client.at[0] != 5)
            return GUESS_NO;
        if (client.n < 4)
            return GUESS_SERVER;
        return is_command(client.at[1]) && client.at[2] == 0 ? GUESS_YES : GUESS_NO;
    }
    if (server.at[0] != 5)
        return GUESS_NO;
    if (server.n <= 2 ? server.n == 2 && server.at[1] != 0 && server.at[1] != 2 : server.at[2] != 0)
        return GUESS_NO;
    return (server.n == 2 && client.n) || server.n >= 4 ? GUESS_YES : GUESS_SERVER;
}

static enum step socks5_greeting(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    struct event event = {.type = EVENT_METHODS, .module = MODULE_SOCKS5};

    if (in.n < 2 || in.n < 2u + in.at[1])
        return STEP_MORE;
    *used = 2u + in.at[1];
    s->last_message = layer_now(l);
    socks_enter(l, s, SOCKS_METHOD_REPLY);
    event.bytes = (struct bytes){in.at + 2, in.at[1]};
    layer_emit(l, &event);
    return STEP_AGAIN;
}

static enum step socks5_method(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    if (in.at[0] != 5) {
        layer_become_opaque(l); /* it only looked like SOCKS5 */
        return STEP_AGAIN;
    }
    if (in.n < 2)
        return STEP_MORE;
    *used = 2;
    socks_settle(l, s);
    if (in.at[1] == 0) {
        socks_enter(l, s, SOCKS_REQUEST);
    } else if (in.at[1] == 2) {
        socks_enter(l, s, SOCKS_LOGIN);
    } else {
        socks_finish_error(l, s,
                           in.at[1] == 0xff ? "no acceptable authentication method"
                                            : "authentication method not supported here",
                           REPLY_NONE, VERDICT_NONE);
        socks_enter(l, s, SOCKS_OVER);
    }
    return STEP_AGAIN;
}

static enum step socks5_login(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    struct cursor c = cursor_over(in.at, in.n);
    uint8_t version = cursor_u8(&c);
    struct cursor user = cursor_sub(&c, cursor_u8(&c));
    struct cursor password = cursor_sub(&c, cursor_u8(&c));
    struct event event = {.type = EVENT_LOGIN, .module = MODULE_SOCKS5};
    struct request login = {.module = MODULE_SOCKS5};

    s->last_message = layer_now(l);
    if (version != 1) {
        socks_finish_error(l, s, "malformed user and password message", REPLY_NONE, VERDICT_NONE);
        socks_enter(l, s, SOCKS_OVER);
        return STEP_AGAIN;
    }
    if (c.failed)
        return STEP_MORE;
    *used = in.n - c.left;
    buf_set(&s->user, user.at, user.left);
    buf_set(&s->password, password.at, password.left);
    socks_enter(l, s, SOCKS_LOGIN_REPLY);
    login.user = buf_view(&s->user);
    login.password = buf_view(&s->password);
    event.request = &login;
    layer_emit(l, &event);
    return STEP_AGAIN;
}

/* RFC 1929; `reply` 0: let in. */
static void emit_login(struct layer *l, struct socks *s, int reply, int accepted)
{
    struct login login = {.ts = s->last_message,
                          .mechanism = bytes_of("RFC1929"),
                          .user = buf_view(&s->user),
                          .password = buf_view(&s->password),
                          .reply = reply,
                          .accepted = accepted};

    layer_emit_login(l, MODULE_SOCKS5, &login);
}

static enum step socks5_login_reply(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    if (in.n < 2)
        return STEP_MORE;
    *used = 2;
    emit_login(l, s, in.at[1], in.at[1] == 0);
    if (in.at[1] == 0) {
        socks_enter(l, s, SOCKS_REQUEST);
    } else {
        socks_finish_error(l, s, "user and password refused, no request", REPLY_NONE, VERDICT_NONE);
        socks_enter(l, s, SOCKS_OVER);
    }
    return STEP_AGAIN;
}

static bool is_address_type(uint8_t type)
{
    return type == 1 || type == 3 || type == 4;
}

static const char *socks5_fault(uint8_t version, uint8_t command, uint8_t type)
{
    if (version != 5)
        return "request does not begin with version 5";
    if (!is_command(command))
        return "unknown SOCKS5 command";
    if (!is_address_type(type))
        return "unknown SOCKS5 address type";
    return NULL;
}

/* Reads what follows ATYP; sets the target of `r` if there is one. */
static void socks5_read_target(struct cursor *c, uint8_t type, struct request *r)
{
    struct cursor name = {0};
    const uint8_t *ip = NULL;
    uint16_t port;

    if (type == 1)
        ip = cursor_take(c, 4);
    else if (type == 4)
        ip = cursor_take(c, 16);
    else
        name = cursor_sub(c, cursor_u8(c));
    port = cursor_be16(c);
    if (c->failed || !r)
        return;
    if (ip)
        socks_set_target_ip(r, type == 1 ? address_v4(ip) : address_v6(ip), port);
    else
        socks_set_target(r, (struct bytes){name.at, name.left}, port);
}

static enum step socks5_request(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    struct cursor c = cursor_over(in.at, in.n);
    uint8_t version = cursor_u8(&c), command = cursor_u8(&c);
    uint8_t type = (cursor_skip(&c, 1), cursor_u8(&c));
    const char *fault = NULL;
    struct cursor ahead = c;

    if (version == 5 && c.failed)
        return STEP_MORE;
    fault = socks5_fault(version, command, type);
    if (version == 5 && is_address_type(type)) {
        socks5_read_target(&ahead, type, NULL);
        if (ahead.failed)
            return STEP_MORE;
        if (type == 3 && c.at[0] == 0)
            fault = "empty name in the SOCKS5 request";
    }
    s->last_message = layer_now(l);
    socks_make_request(l, s, MODULE_SOCKS5);
    socks_enter(l, s, SOCKS_REPLY);
    if (version == 5 && is_command(command))
        socks_set_command(s, s->request, command);
    if (version == 5 && is_address_type(type) && (type != 3 || c.at[0]))
        socks5_read_target(&c, type, s->request);
    /* Of an unknown length: what has decided, and what comes before the reply is skipped. */
    *used = version != 5 ? 1 : in.n - (is_address_type(type) ? ahead.left : c.left);
    if (fault)
        socks_malformed(l, s, MODULE_SOCKS5, fault);
    else
        socks_classify(s->request, s);
    socks_announce(l, s);
    socks_settle(l, s);
    return STEP_AGAIN;
}

/* The server answers before the request is complete. */
static enum step socks5_early_reply(struct layer *l, struct socks *s, struct bytes in)
{
    /* What was there before the request is not the answer to its beginning. */
    if (l->speaking == FROM_CLIENT || !l->in[FROM_CLIENT].len)
        return STEP_WAIT;
    if (in.n < 2)
        return STEP_MORE;
    s->last_message = layer_held_since(l, FROM_CLIENT);
    socks_malformed(l, s, MODULE_SOCKS5, "incomplete SOCKS5 request");
    layer_drop_held(l, FROM_CLIENT);
    return STEP_AGAIN;
}

/* BND.ADDR and BND.PORT.  Some proxies write a type that does not exist: six zeros after it,
 * most of the time, or nothing. */
static void socks5_read_bound(struct cursor *c, uint8_t type)
{
    if (is_address_type(type))
        socks5_read_target(c, type, NULL);
    else if (!c->left || !(c->at[0] >= 0x20 && c->at[0] < 0x7f))
        cursor_skip(c, 6);
}

static enum step socks5_reply(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    struct cursor c = cursor_over(in.at, in.n);
    uint8_t code, type;

    if (in.at[0] != 5) {
        socks_finish_request(l, s, REPLY_NONE, VERDICT_NONE);
        socks_enter(l, s, SOCKS_OVER);
        return STEP_AGAIN;
    }
    if (in.n < 2)
        return STEP_MORE;
    cursor_skip(&c, 1);
    code = cursor_u8(&c);
    if (code == 0) { /* what follows the reply is the tunnel, so its length counts */
        cursor_skip(&c, 1);
        type = cursor_u8(&c);
        socks5_read_bound(&c, type);
        if (c.failed)
            return STEP_MORE;
    } else {
        cursor_skip(&c, c.left);
    }
    *used = in.n - c.left;
    if (s->state == SOCKS_REPLY)
        socks_finish_request(l, s, code, code == 0);
    if (code != 0)
        socks_enter(l, s, SOCKS_OVER);
    else if (s->command == SOCKS_BIND && s->state == SOCKS_REPLY)
        socks_enter(l, s, SOCKS_SECOND_REPLY);
    else
        socks_open_tunnel(l, s);
    return STEP_AGAIN;
}

static void *socks5_new(struct layer *l)
{
    struct socks *s = MEM_NEW(struct socks);

    s->last_message = layer_now(l);
    if (!socks_begins_with_answer(l))
        socks_enter(l, s, l->request_in_gap ? SOCKS_REQUEST : SOCKS_GREETING);
    else if (l->in[FROM_SERVER].len == 2)
        socks_enter(l, s, SOCKS_METHOD_REPLY);
    else
        socks_lose_request(l, s);
    return s;
}

static enum step socks5_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    struct socks *s = l->state;

    if (from == FROM_SERVER && s->reply_lost)
        return socks_server_waits(s, in, used);
    switch (s->state) {
    case SOCKS_GREETING:
        return from == FROM_CLIENT ? socks5_greeting(l, s, in, used) : STEP_WAIT;
    case SOCKS_METHOD_REPLY:
        return from == FROM_CLIENT ? socks_client_waits(l, s, in, used)
                                   : socks5_method(l, s, in, used);
    case SOCKS_LOGIN:
        return from == FROM_CLIENT ? socks5_login(l, s, in, used) : STEP_WAIT;
    case SOCKS_LOGIN_REPLY:
        return from == FROM_CLIENT ? socks_client_waits(l, s, in, used)
                                   : socks5_login_reply(l, s, in, used);
    case SOCKS_REQUEST:
        return from == FROM_CLIENT ? socks5_request(l, s, in, used) : socks5_early_reply(l, s, in);
    case SOCKS_REPLY:
    case SOCKS_SECOND_REPLY:
        return from == FROM_CLIENT ? socks_client_waits(l, s, in, used)
                                   : socks5_reply(l, s, in, used);
    case SOCKS_OVER:
        break;
    }
    return socks_drop_all(in, used);
}

const struct protocol protocol_socks5 = {
    .module = MODULE_SOCKS5,
    .name = "socks5",
    .recognise = socks5_recognise,
    .recognise_answer = socks5_recognise_answer,
    .new = socks5_new,
    .free = socks_free,
    .parse = socks5_parse,
    .gap = socks_gap,
    .assume = socks_assume,
    .finish = socks_finish,
    .held = socks_held,
};
