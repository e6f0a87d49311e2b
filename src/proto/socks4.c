/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SOCKS4 and SOCKS4a (Ying-Da Lee's notes of NEC).
 *
 *   +----+----+----+----+----+----+----+----+----+ ... +----+ [ +-----+ ... +----+ ]
 *   | VN | CD | DSTPORT |      DSTIP        | USERID   |NULL|   | NAME      |NULL|
 *   +----+----+----+----+----+----+----+----+----+ ... +----+ [ +-----+ ... +----+ ]
 *
 * 4a: DSTIP is 0.0.0.x with x not zero, and the name follows.  The reply has
 * eight bytes: 0, CD (90 granted .. 93), port, address.
 */
#include <string.h>

#include "base/cursor.h"
#include "base/mem.h"
#include "proto/socks.h"

#define SOCKS4_TEXT_MAX 255 /* user id, name */

enum socks4_result { SOCKS4_GOOD, SOCKS4_MORE, SOCKS4_BAD };

struct socks4_message {
    uint8_t command;
    uint16_t port;
    const uint8_t *ip;
    struct bytes user, name;
    bool named;
    size_t length;
};

static bool take_text(struct cursor *c, struct bytes *out)
{
    const uint8_t *end = c->left ? memchr(c->at, 0, c->left) : NULL;

    if (!end)
        return false;
    out->at = c->at;
    out->n = (size_t)(end - c->at);
    cursor_skip(c, out->n + 1);
    return true;
}

static bool is_printable(struct bytes b)
{
    for (size_t i = 0; i < b.n; i++)
        if (b.at[i] < 0x20 || b.at[i] == 0x7f)
            return false;
    return true;
}

static enum socks4_result socks4_read(struct bytes in, struct socks4_message *m)
{
    struct cursor c = cursor_over(in.at, in.n);

    memset(m, 0, sizeof *m);
    cursor_skip(&c, 1);
    m->command = cursor_u8(&c);
    m->port = cursor_be16(&c);
    m->ip = cursor_take(&c, 4);
    if (!c.failed || in.n > 1)
        if (m->command != SOCKS_CONNECT && m->command != SOCKS_BIND)
            return SOCKS4_BAD;
    if (c.failed)
        return SOCKS4_MORE;
    m->named = !m->ip[0] && !m->ip[1] && !m->ip[2];
    if ((!m->port && m->command == SOCKS_CONNECT) ||
        (!m->ip[0] && (!m->named || !m->ip[3]))) /* RFC 1122 section 3.2.1.3 */
        return SOCKS4_BAD;
    if (!take_text(&c, &m->user))
        return c.left > SOCKS4_TEXT_MAX || !is_printable((struct bytes){c.at, c.left})
                   ? SOCKS4_BAD
                   : SOCKS4_MORE;
    if (m->named && !take_text(&c, &m->name))
        return c.left > SOCKS4_TEXT_MAX || !is_printable((struct bytes){c.at, c.left})
                   ? SOCKS4_BAD
                   : SOCKS4_MORE;
    if (m->user.n > SOCKS4_TEXT_MAX || m->name.n > SOCKS4_TEXT_MAX || (m->named && !m->name.n) ||
        !is_printable(m->user) || !is_printable(m->name))
        return SOCKS4_BAD;
    m->length = in.n - c.left;
    return SOCKS4_GOOD;
}

/* What is there of a malformed message: text of any length and kind. */
static void socks4_read_loosely(struct bytes in, struct socks4_message *m)
{
    struct cursor c = cursor_over(in.at, in.n);

    memset(m, 0, sizeof *m);
    cursor_skip(&c, 1);
    m->command = cursor_u8(&c);
    m->port = cursor_be16(&c);
    m->ip = cursor_take(&c, 4);
    if (c.failed || !take_text(&c, &m->user))
        return;
    m->named = !m->ip[0] && !m->ip[1] && !m->ip[2] && m->ip[3];
    if (!m->named || take_text(&c, &m->name))
        m->length = in.n - c.left;
}

static enum guess socks4_recognise(struct detection *d)
{
    struct bytes client = d->client, server = d->server;
    struct socks4_message m;
    enum socks4_result result = socks4_read(client, &m);

    if (!client.n || client.at[0] != 4 || !d->front)
        return client.n ? GUESS_NO : GUESS_MORE;
    if (server.n &&
        (server.at[0] != 0 || (server.n > 1 && (server.at[1] < 90 || server.at[1] > 93))))
        return GUESS_NO;
    if (result == SOCKS4_GOOD)
        return GUESS_YES;
    /* The server's answer decides, whatever is wrong with the request, or missing of it. */
    if (server.n >= 8 && (result == SOCKS4_BAD || d->speaking == FROM_SERVER))
        return GUESS_YES;
    return result == SOCKS4_BAD ? GUESS_SERVER : GUESS_MORE;
}

static enum guess socks4_recognise_answer(struct bytes client, struct bytes server)
{
    (void)client;
    if (!server.n || server.at[0] != 0 ||
        (server.n > 1 && (server.at[1] < 90 || server.at[1] > 93)))
        return GUESS_NO;
    return server.n >= 8 ? GUESS_YES : GUESS_SERVER;
}

static void keep_message(struct socks *s, const struct socks4_message *m)
{
    struct request *r = s->request;

    if (m->command == SOCKS_CONNECT || m->command == SOCKS_BIND)
        socks_set_command(s, r, m->command);
    request_keep(&r->user, m->user);
    if (m->named && m->name.n)
        socks_set_target(r, m->name, m->port);
    else if (!m->named && m->ip)
        socks_set_target_ip(r, address_v4(m->ip), m->port);
}

/* Here only because the server has answered in SOCKS4. */
static void socks4_malformed(struct layer *l, struct socks *s, struct bytes in, const char *error,
                             size_t *used)
{
    struct socks4_message m;

    socks4_read_loosely(in, &m);
    socks_make_request(l, s, m.named ? MODULE_SOCKS4A : MODULE_SOCKS4);
    keep_message(s, &m);
    if (m.command != SOCKS_CONNECT && m.command != SOCKS_BIND)
        error = "unknown SOCKS4 command";
    socks_malformed(l, s, s->request->module, error);
    s->skip_client = !m.length;
    *used = m.length ? m.length : in.n;
}

static enum step socks4_request(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    struct socks4_message m;
    struct request *r;

    s->last_message = layer_now(l);
    switch (socks4_read(in, &m)) {
    case SOCKS4_MORE:
        return STEP_MORE;
    case SOCKS4_BAD:
        socks4_malformed(l, s, in, "malformed SOCKS4 request", used);
        return STEP_AGAIN;
    case SOCKS4_GOOD:
        break;
    }
    r = socks_make_request(l, s, m.named ? MODULE_SOCKS4A : MODULE_SOCKS4);
    keep_message(s, &m);
    socks_classify(r, s);
    socks_enter(l, s, SOCKS_REPLY);
    *used = m.length;
    socks_announce(l, s);
    return STEP_AGAIN;
}

static enum step socks4_reply(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    bool granted;

    /* What was there before the request is not the answer to its beginning. */
    if (s->state == SOCKS_REQUEST && l->speaking == FROM_CLIENT)
        return STEP_WAIT;
    if (in.n < 8)
        return STEP_MORE;
    if ((in.at[0] != 0 && in.at[0] != 4) || in.at[1] < 90 || in.at[1] > 93) {
        layer_become_opaque(l); /* it only looked like SOCKS4 */
        return STEP_AGAIN;
    }
    *used = 8;
    granted = in.at[1] == 90;
    if (s->state == SOCKS_REQUEST) { /* answered before the request was complete */
        size_t all;

        s->last_message = layer_held_since(l, FROM_CLIENT);
        socks4_malformed(l, s, buf_view(&l->in[FROM_CLIENT]), "incomplete SOCKS4 request", &all);
        layer_drop_held(l, FROM_CLIENT);
    }
    if (s->state == SOCKS_REPLY) {
        socks_finish_request(l, s, in.at[1], granted);
        if (granted && s->command == SOCKS_BIND)
            socks_enter(l, s, SOCKS_SECOND_REPLY);
        else if (granted)
            socks_open_tunnel(l, s);
        else
            socks_enter(l, s, SOCKS_OVER);
    } else if (granted) {
        socks_open_tunnel(l, s);
    } else {
        socks_enter(l, s, SOCKS_OVER);
    }
    return STEP_AGAIN;
}

static void *socks4_new(struct layer *l)
{
    struct socks *s = MEM_NEW(struct socks);

    s->last_message = layer_now(l);
    socks_enter(l, s, SOCKS_REQUEST);
    if (socks_begins_with_answer(l))
        socks_lose_request(l, s);
    return s;
}

static enum step socks4_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    struct socks *s = l->state;

    if (s->state == SOCKS_OVER)
        return socks_drop_all(in, used);
    if (from == FROM_SERVER)
        return s->reply_lost ? socks_server_waits(s, in, used) : socks4_reply(l, s, in, used);
    if (s->state == SOCKS_REQUEST)
        return socks4_request(l, s, in, used);
    return socks_client_waits(l, s, in, used);
}

const struct protocol protocol_socks4 = {
    .module = MODULE_SOCKS4,
    .name = "socks4",
    .recognise = socks4_recognise,
    .recognise_answer = socks4_recognise_answer,
    .new = socks4_new,
    .free = socks_free,
    .parse = socks4_parse,
    .gap = socks_gap,
    .assume = socks_assume,
    .finish = socks_finish,
    .held = socks_held,
};
