/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SOCKS4 and SOCKS4a (Ying-Da Lee's notes of NEC), SOCKS5 (RFC 1928, RFC 1929). */
#include <string.h>

#include "base/cursor.h"
#include "base/mem.h"
#include "proto/request.h"

#define SOCKS4_TEXT_MAX 255 /* user id, name */

enum socks_command { SOCKS_CONNECT = 1, SOCKS_BIND = 2, SOCKS_UDP_ASSOCIATE = 3 };

#define SOCKS_STATES(X)                                                                            \
    X(GREETING)     /* 5: the client offers methods */                                             \
    X(METHOD_REPLY) /* 5: the server chooses one */                                                \
    X(LOGIN)        /* 5: user and password */                                                     \
    X(LOGIN_REPLY)                                                                                 \
    X(REQUEST)                                                                                     \
    X(REPLY)                                                                                       \
    X(SECOND_REPLY) /* BIND: the peer has come */                                                  \
    X(OVER)         /* refused, or malformed: nothing to follow */

enum socks_state {
#define SOCKS_STATE_ENUM(name) SOCKS_##name,
    SOCKS_STATES(SOCKS_STATE_ENUM)
#undef SOCKS_STATE_ENUM
};

struct socks {
    enum socks_state state; /* changed by socks_enter only */
    enum socks_command command;
    struct request *request; /* NULL until something is to be said of it */
    struct buf user, password;
    bool settled;
    bool reply_lost;   /* bytes of the server are missing where a reply was due */
    bool request_lost; /* bytes of the request are missing, not malformed */
    bool deaf;         /* what the client says before the reply cannot be understood */
    bool announced;
    bool done;
    time_us last_message; /* when the client's newest message was complete */
};

static void socks_enter(struct layer *l, struct socks *s, enum socks_state state)
{
#define STATE_NAME(name) #name,
    static const char *const names[] = {SOCKS_STATES(STATE_NAME)};
#undef STATE_NAME

    if (layer_is_traced(l) && state != s->state)
        layer_trace(l, l->protocol->name, names[s->state], names[state]);
    s->state = state;
}

static void lose_request(struct layer *l, struct socks *s);

/* The server's answer is all that there is of the beginning (socks_recognise_answer). */
static bool begins_with_answer(const struct layer *l)
{
    return l->request_in_gap && l->in[FROM_SERVER].len;
}

static void *socks5_new(struct layer *l)
{
    struct socks *s = MEM_NEW(struct socks);

    s->last_message = layer_now(l);
    if (!begins_with_answer(l))
        socks_enter(l, s, l->request_in_gap ? SOCKS_REQUEST : SOCKS_GREETING);
    else if (l->in[FROM_SERVER].len == 2)
        socks_enter(l, s, SOCKS_METHOD_REPLY);
    else
        lose_request(l, s);
    return s;
}

static void *socks4_new(struct layer *l)
{
    struct socks *s = MEM_NEW(struct socks);

    s->last_message = layer_now(l);
    socks_enter(l, s, SOCKS_REQUEST);
    if (begins_with_answer(l))
        lose_request(l, s);
    return s;
}

static void socks_free(void *state)
{
    struct socks *s = state;

    request_free(s->request);
    buf_fini(&s->user);
    buf_fini(&s->password);
    mem_free(s);
}

static void settle(struct layer *l, struct socks *s)
{
    if (s->settled)
        return;
    s->settled = true;
    layer_settle(l, s->request ? s->request->module : l->protocol->module);
}

static struct request *make_request(struct layer *l, struct socks *s, enum module module)
{
    struct request *r = s->request = request_new(l, module);

    r->ts = s->last_message;
    if (s->user.len)
        request_keep(&r->user, buf_view(&s->user));
    if (s->password.len)
        request_keep(&r->password, buf_view(&s->password));
    return r;
}

static void announce(struct layer *l, struct socks *s)
{
    s->announced = true;
    s->request->n = layer_next_request(l);
    request_announce(l, s->request);
}

static void finish_request(struct layer *l, struct socks *s, int reply, int accepted)
{
    if (s->done)
        return;
    if (!s->announced)
        announce(l, s);
    settle(l, s);
    s->done = true;
    request_done(l, s->request, reply, accepted);
}

/* A request that is none: emitted only once the server's bytes have confirmed the
 * protocol, since the client's alone could be anything. */
static void finish_error(struct layer *l, struct socks *s, const char *error, int reply,
                         int accepted)
{
    if (s->done)
        return;
    if (!s->request)
        make_request(l, s, l->protocol->module);
    s->request->class = CLASS_ERROR;
    s->request->error = error;
    finish_request(l, s, reply, accepted);
}

static void open_tunnel(struct layer *l, struct socks *s)
{
    socks_enter(l, s, SOCKS_OVER);
    if (s->command != SOCKS_CONNECT && s->command != SOCKS_BIND)
        return;
    if (layer_open_inner(l, s->request, true))
        l->inner->resync = s->request_lost;
}

static void set_target(struct request *r, struct bytes host, uint16_t port)
{
    struct buf text = {0};
    char digits[5];
    size_t n = 0;
    bool v6;

    request_set_host(r, host);
    r->target.port = port;
    v6 = r->target.ip.family == 6;
    if (v6)
        buf_append_byte(&text, '[');
    buf_append(&text, host.at, host.n);
    if (v6)
        buf_append_byte(&text, ']');
    buf_append_byte(&text, ':');
    do {
        digits[n++] = (char)('0' + port % 10);
        port /= 10;
    } while (port);
    while (n)
        buf_append_byte(&text, (uint8_t)digits[--n]);
    request_keep(&r->target.text, buf_view(&text));
    buf_fini(&text);
}

static void set_target_ip(struct request *r, struct address ip, uint16_t port)
{
    char text[ADDRESS_TEXT_MAX];
    size_t n = address_format(&ip, text);

    set_target(r, (struct bytes){(const uint8_t *)text, n}, port);
}

static void set_command(struct socks *s, struct request *r, uint8_t command)
{
    static const char *const names[] = {"", "CONNECT", "BIND", "UDP ASSOCIATE"};

    s->command = command;
    request_keep(&r->command, bytes_of(names[command]));
}

static void classify(struct request *r, const struct socks *s)
{
    if (s->command == SOCKS_CONNECT && r->target.port == SMTP_PORT)
        r->class = CLASS_CONNECT_SMTP;
}

/* --- SOCKS4 ---
 *
 *   +----+----+----+----+----+----+----+----+----+ ... +----+ [ +-----+ ... +----+ ]
 *   | VN | CD | DSTPORT |      DSTIP        | USERID   |NULL|   | NAME      |NULL|
 *   +----+----+----+----+----+----+----+----+----+ ... +----+ [ +-----+ ... +----+ ]
 *
 * 4a: DSTIP is 0.0.0.x with x not zero, and the name follows.  The reply has
 * eight bytes: 0, CD (90 granted .. 93), port, address. */

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
    if ((!m->port && m->command == SOCKS_CONNECT) || (m->named && !m->ip[3]))
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

static enum guess socks4_recognise(struct detection *d)
{
    struct bytes client = d->client, server = d->server;
    struct socks4_message m;
    enum socks4_result result = socks4_read(client, &m);

    if (!client.n || client.at[0] != 4)
        return client.n ? GUESS_NO : GUESS_MORE;
    if (server.n &&
        (server.at[0] != 0 || (server.n > 1 && (server.at[1] < 90 || server.at[1] > 93))))
        return GUESS_NO;
    if (result == SOCKS4_GOOD)
        return GUESS_YES;
    /* The server says so, whatever is wrong with the request, or missing of it. */
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

static enum step socks4_request(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    struct socks4_message m;
    struct request *r;

    s->last_message = layer_now(l);
    switch (socks4_read(in, &m)) {
    case SOCKS4_MORE:
        return STEP_MORE;
    case SOCKS4_BAD: /* here only because the server has answered in SOCKS4 */
        make_request(l, s, MODULE_SOCKS4);
        socks_enter(l, s, SOCKS_REPLY);
        s->deaf = true;
        s->request->class = CLASS_ERROR;
        s->request->error = m.command == SOCKS_CONNECT || m.command == SOCKS_BIND
                                ? "malformed SOCKS4 request"
                                : "unknown SOCKS4 command";
        *used = in.n;
        return STEP_AGAIN;
    case SOCKS4_GOOD:
        break;
    }
    r = make_request(l, s, m.named ? MODULE_SOCKS4A : MODULE_SOCKS4);
    set_command(s, r, m.command);
    request_keep(&r->user, m.user);
    if (m.named)
        set_target(r, m.name, m.port);
    else
        set_target_ip(r, address_v4(m.ip), m.port);
    classify(r, s);
    socks_enter(l, s, SOCKS_REPLY);
    *used = m.length;
    announce(l, s);
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
        s->last_message = layer_held_since(l, FROM_CLIENT);
        finish_error(l, s, "incomplete SOCKS4 request", in.at[1], granted);
        layer_drop_held(l, FROM_CLIENT);
        socks_enter(l, s, SOCKS_OVER);
    } else if (s->state == SOCKS_REPLY) {
        finish_request(l, s, in.at[1], granted);
        if (granted && s->command == SOCKS_BIND)
            socks_enter(l, s, SOCKS_SECOND_REPLY);
        else if (granted && (s->request->class != CLASS_ERROR || s->request_lost))
            open_tunnel(l, s);
        else
            socks_enter(l, s, SOCKS_OVER);
    } else if (granted) {
        open_tunnel(l, s);
    } else {
        socks_enter(l, s, SOCKS_OVER);
    }
    return STEP_AGAIN;
}

/* --- SOCKS5 ---
 *
 *   greeting  05 N METHOD*N          method  05 METHOD (ff: none)
 *   login     01 N USER*N N PASS*N   status  01 STATUS (0: good)
 *   request   05 CMD 00 ATYP ADDRESS PORT
 *   reply     05 REP 00 ATYP ADDRESS PORT
 *
 * ATYP 1: four bytes; 3: a length byte and a name; 4: sixteen bytes. */

static bool is_command(uint8_t command)
{
    return command >= SOCKS_CONNECT && command <= SOCKS_UDP_ASSOCIATE;
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
    return client.n < 2u + client.at[1] ? GUESS_MORE : GUESS_YES;
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
    settle(l, s);
    if (in.at[1] == 0) {
        socks_enter(l, s, SOCKS_REQUEST);
    } else if (in.at[1] == 2) {
        socks_enter(l, s, SOCKS_LOGIN);
    } else {
        finish_error(l, s,
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
        finish_error(l, s, "malformed user and password message", REPLY_NONE, VERDICT_NONE);
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

static enum step socks5_login_reply(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    if (in.n < 2)
        return STEP_MORE;
    *used = 2;
    if (in.at[1] == 0) {
        socks_enter(l, s, SOCKS_REQUEST);
    } else {
        finish_error(l, s, "user and password refused, no request", REPLY_NONE, VERDICT_NONE);
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
        set_target_ip(r, type == 1 ? address_v4(ip) : address_v6(ip), port);
    else
        set_target(r, (struct bytes){name.at, name.left}, port);
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
    make_request(l, s, MODULE_SOCKS5);
    socks_enter(l, s, SOCKS_REPLY);
    if (version == 5 && is_command(command))
        set_command(s, s->request, command);
    if (version == 5 && is_address_type(type) && (type != 3 || c.at[0]))
        socks5_read_target(&c, type, s->request);
    *used = fault ? in.n : in.n - c.left;
    if (fault) {
        s->deaf = true;
        s->request->class = CLASS_ERROR;
        s->request->error = fault;
    } else {
        classify(s->request, s);
    }
    announce(l, s);
    settle(l, s);
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
    finish_error(l, s, "incomplete SOCKS5 request", in.at[1], in.at[1] == 0);
    layer_drop_held(l, FROM_CLIENT);
    socks_enter(l, s, SOCKS_OVER);
    return STEP_AGAIN;
}

static enum step socks5_reply(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    struct cursor c = cursor_over(in.at, in.n);
    uint8_t code, type;

    if (in.at[0] != 5) {
        finish_request(l, s, REPLY_NONE, VERDICT_NONE);
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
        socks5_read_target(&c, type, NULL);
        if (c.failed)
            return STEP_MORE;
    } else {
        cursor_skip(&c, c.left);
    }
    *used = in.n - c.left;
    if (s->state == SOCKS_REPLY)
        finish_request(l, s, code, code == 0);
    if (code != 0 || (s->request->class == CLASS_ERROR && !s->request_lost))
        socks_enter(l, s, SOCKS_OVER);
    else if (s->command == SOCKS_BIND && s->state == SOCKS_REPLY)
        socks_enter(l, s, SOCKS_SECOND_REPLY);
    else
        open_tunnel(l, s);
    return STEP_AGAIN;
}

/* --- both --- */

static enum step drop_all(struct bytes in, size_t *used)
{
    *used = in.n;
    return STEP_AGAIN;
}

/* The reply is lost, but the client has gone on: so it was granted. */
static enum step go_on(struct layer *l, struct socks *s, struct bytes rest)
{
    switch (s->state) {
    case SOCKS_METHOD_REPLY:
        socks_enter(l, s, rest.n && rest.at[0] == 1 ? SOCKS_LOGIN : SOCKS_REQUEST);
        break;
    case SOCKS_LOGIN_REPLY:
        socks_enter(l, s, SOCKS_REQUEST);
        break;
    case SOCKS_REPLY:
        finish_request(l, s, REPLY_NONE, VERDICT_YES);
        open_tunnel(l, s);
        break;
    case SOCKS_SECOND_REPLY:
        open_tunnel(l, s);
        break;
    default:
        break;
    }
    s->reply_lost = false;
    return STEP_AGAIN;
}

static void socks_assume(struct layer *l, struct bytes rest)
{
    if (rest.n)
        go_on(l, l->state, rest);
}

static enum step client_waits(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    if (s->deaf && !s->request_lost)
        return drop_all(in, used);
    if (s->reply_lost)
        return go_on(l, s, in);
    return s->deaf ? drop_all(in, used) : STEP_WAIT;
}

/* A reply is lost: the client will show what it was, if it can still be understood. */
static enum step server_waits(const struct socks *s, struct bytes in, size_t *used)
{
    return s->deaf && !s->request_lost ? drop_all(in, used) : STEP_WAIT;
}

static enum step socks5_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    struct socks *s = l->state;

    if (from == FROM_SERVER && s->reply_lost)
        return server_waits(s, in, used);
    switch (s->state) {
    case SOCKS_GREETING:
        return from == FROM_CLIENT ? socks5_greeting(l, s, in, used) : STEP_WAIT;
    case SOCKS_METHOD_REPLY:
        return from == FROM_CLIENT ? client_waits(l, s, in, used) : socks5_method(l, s, in, used);
    case SOCKS_LOGIN:
        return from == FROM_CLIENT ? socks5_login(l, s, in, used) : STEP_WAIT;
    case SOCKS_LOGIN_REPLY:
        return from == FROM_CLIENT ? client_waits(l, s, in, used)
                                   : socks5_login_reply(l, s, in, used);
    case SOCKS_REQUEST:
        return from == FROM_CLIENT ? socks5_request(l, s, in, used) : socks5_early_reply(l, s, in);
    case SOCKS_REPLY:
    case SOCKS_SECOND_REPLY:
        return from == FROM_CLIENT ? client_waits(l, s, in, used) : socks5_reply(l, s, in, used);
    case SOCKS_OVER:
        break;
    }
    return drop_all(in, used);
}

static enum step socks4_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    struct socks *s = l->state;

    if (s->state == SOCKS_OVER)
        return drop_all(in, used);
    if (from == FROM_SERVER)
        return s->reply_lost ? server_waits(s, in, used) : socks4_reply(l, s, in, used);
    if (s->state == SOCKS_REQUEST)
        return socks4_request(l, s, in, used);
    return client_waits(l, s, in, used);
}

/* A request of which bytes are missing, in a conversation that is SOCKS beyond doubt. */
static void lose_request(struct layer *l, struct socks *s)
{
    make_request(l, s, l->protocol->module);
    s->request->class = CLASS_ERROR;
    s->request->error = "bytes of the request are missing in the capture";
    s->command = SOCKS_CONNECT;
    s->request_lost = true; /* so that its tunnel is followed */
    s->deaf = true;
    socks_enter(l, s, SOCKS_REPLY);
}

static void socks_gap(struct layer *l, enum direction from, uint64_t missing)
{
    struct socks *s = l->state;

    if (from == FROM_SERVER) {
        s->reply_lost = true;
        return;
    }
    switch (s->state) {
    case SOCKS_METHOD_REPLY: /* in causal order: the client goes on, the reply was good */
    case SOCKS_LOGIN:
    case SOCKS_LOGIN_REPLY:
    case SOCKS_REQUEST:
        if (s->settled)
            lose_request(l, s);
        else
            layer_forget(l);
        break;
    case SOCKS_GREETING:
        layer_forget(l);
        break;
    case SOCKS_REPLY:
    case SOCKS_SECOND_REPLY: /* it sends into the tunnel already */
        go_on(l, s, BYTES_NONE);
        if (l->tunnel[FROM_CLIENT])
            layer_gap(l->inner, FROM_CLIENT, missing);
        break;
    case SOCKS_OVER:
        break;
    }
}

static void socks_finish(struct layer *l)
{
    struct socks *s = l->state;

    if (s->done || !s->settled) {
        /* a SOCKS4 request alone is settled by being well formed */
        if (!s->done && s->request && s->request->class != CLASS_ERROR)
            finish_request(l, s, REPLY_NONE, VERDICT_NONE);
        return;
    }
    if (s->state == SOCKS_REPLY)
        finish_request(l, s, REPLY_NONE, VERDICT_NONE);
    else if (s->state == SOCKS_REQUEST || s->state == SOCKS_LOGIN || s->state == SOCKS_LOGIN_REPLY)
        finish_error(l, s, "no request after the greeting", REPLY_NONE, VERDICT_NONE);
}

static size_t socks_held(const void *state)
{
    const struct socks *s = state;

    return sizeof *s + buf_held(&s->user) + buf_held(&s->password) +
           (s->request ? request_held(s->request) : 0);
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
