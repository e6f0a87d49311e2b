/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TLS (RFC 8446, and the versions before it that begin alike): recognised by both sides'
 * first records; of its content only the server name in the ClientHello is read.
 *
 *   record       type (22), version 3.x, length <2>, fragment
 *   handshake    type (1), length <3>, body; may be cut anywhere into records
 *   ClientHello  version 3.x, random 32, session id <1>, cipher suites <2>,
 *                compression methods <1>, extensions <2>: type 2, body <2>
 *   server_name  (extension 0, RFC 6066 section 3) list <2>: type 1 (0: host), name <2>
 */
#include "base/cursor.h"
#include "base/mem.h"
#include "proto/layer.h"

#define RECORD_ALERT     21
#define RECORD_HANDSHAKE 22
#define RECORD_MAX       (16384 + 2048) /* RFC 5246 section 6.2.3 */
#define CLIENT_HELLO     1
#define SERVER_HELLO     2
#define HELLO_HEAD       (4 + 2 + 32 + 1)             /* to the length of the session id */
#define HELLO_LEAST      (2 + 32 + 1 + 2 + 2 + 1 + 1) /* body: one suite, one method */
#define SESSION_ID_MAX   32
#define HELLO_FRONT      (HELLO_HEAD + SESSION_ID_MAX + 2) /* looked at by tls_recognise */
#define NAME_MAX_BYTES   255                               /* RFC 1035 section 2.3.4 */

#define TLS_STATES(X)                                                                              \
    X(HELLO) /* the ClientHello is not whole */                                                    \
    X(OVER)  /* encrypted, or of no use */

enum tls_state {
#define TLS_STATE_ENUM(name) TLS_##name,
    TLS_STATES(TLS_STATE_ENUM)
#undef TLS_STATE_ENUM
};

struct tls {
    enum tls_state state; /* changed by tls_enter only */
    struct buf hello;     /* the handshake message, without record headers; 64 KiB at most */
    bool settled;
};

static void tls_enter(struct layer *l, struct tls *t, enum tls_state state)
{
#define STATE_NAME(name) #name,
    static const char *const names[] = {TLS_STATES(STATE_NAME)};
#undef STATE_NAME

    if (layer_is_traced(l) && state != t->state)
        layer_trace(l, "tls", names[t->state], names[state]);
    t->state = state;
}

/* --- detection --- */

static bool is_version(const uint8_t *at)
{
    return at[0] == 3 && at[1] <= 4;
}

/* The header of a record; bytes that are not there agree. */
static bool may_be_record(struct bytes in, uint8_t type)
{
    size_t length = in.n < 5 ? 1 : (size_t)in.at[3] << 8 | in.at[4];

    if ((in.n > 0 && in.at[0] != type) || (in.n > 1 && in.at[1] != 3) || (in.n > 2 && in.at[2] > 4))
        return false;
    return length && length <= RECORD_MAX;
}

/* The first bytes of the handshake message, out of the records that carry it.  False: it
 * is none. */
static bool gather_front(struct bytes in, uint8_t front[HELLO_FRONT], size_t *n)
{
    *n = 0;
    while (in.n && *n < HELLO_FRONT) {
        size_t length;

        if (!may_be_record(in, RECORD_HANDSHAKE))
            return false;
        if (in.n < 5)
            break;
        length = (size_t)in.at[3] << 8 | in.at[4];
        in = bytes_skip(in, 5);
        for (size_t i = 0; i < length && i < in.n && *n < HELLO_FRONT; i++)
            front[(*n)++] = in.at[i];
        in = bytes_skip(in, length);
    }
    return true;
}

/* Up to the length of the cipher suites; what is not there agrees. */
static enum guess recognise_hello(struct bytes client)
{
    uint8_t front[HELLO_FRONT];
    size_t n, length, id, suites;

    if (!gather_front(client, front, &n) || (n > 0 && front[0] != CLIENT_HELLO) ||
        (n > 1 && front[1] != 0))
        return GUESS_NO;
    if (n < HELLO_HEAD)
        return n >= 6 && !is_version(front + 4) ? GUESS_NO : GUESS_MORE;
    length = (size_t)front[2] << 8 | front[3];
    id = front[HELLO_HEAD - 1];
    if (length < HELLO_LEAST + id || id > SESSION_ID_MAX || !is_version(front + 4))
        return GUESS_NO;
    if (n < HELLO_HEAD + id + 2)
        return GUESS_MORE;
    suites = (size_t)front[HELLO_HEAD + id] << 8 | front[HELLO_HEAD + id + 1];
    if (!suites || suites % 2 || suites + HELLO_LEAST - 2 + id > length)
        return GUESS_NO;
    return GUESS_CLIENT;
}

/* The server's first record: a ServerHello, or an alert. */
static enum guess recognise_reply(struct bytes server)
{
    if (may_be_record(server, RECORD_ALERT)) {
        if (server.n < 6)
            return GUESS_SERVER;
        return server.at[3] == 0 && server.at[4] == 2 && (server.at[5] == 1 || server.at[5] == 2)
                   ? GUESS_YES
                   : GUESS_NO;
    }
    if (!may_be_record(server, RECORD_HANDSHAKE))
        return GUESS_NO;
    if (server.n < 6)
        return GUESS_SERVER;
    return server.at[5] == SERVER_HELLO ? GUESS_YES : GUESS_NO;
}

/* Where the server has answered both sides must be TLS; note->known: the client's is. */
static enum guess tls_recognise(struct detection *d)
{
    enum guess client = d->note->known ? GUESS_CLIENT : recognise_hello(d->client), server;

    d->note->known = client == GUESS_CLIENT;
    if (!d->server.n || client == GUESS_NO)
        return client;
    server = recognise_reply(d->server);
    return server == GUESS_YES && client == GUESS_MORE ? GUESS_MORE : server;
}

/* A ServerHello, with its length and version. */
static enum guess tls_recognise_answer(struct bytes client, struct bytes server)
{
    (void)client;
    if (!server.n || !may_be_record(server, RECORD_HANDSHAKE) ||
        (server.n > 5 && server.at[5] != SERVER_HELLO) || (server.n > 6 && server.at[6] != 0) ||
        (server.n > 10 && !is_version(server.at + 9)))
        return GUESS_NO;
    return server.n > 10 ? GUESS_YES : GUESS_SERVER;
}

/* --- the ClientHello --- */

/* The first host name of a server_name list. */
static struct bytes read_names(struct cursor list)
{
    struct cursor names = cursor_sub(&list, cursor_be16(&list));

    while (names.left && !names.failed) {
        uint8_t type = cursor_u8(&names);
        struct cursor name = cursor_sub(&names, cursor_be16(&names));

        if (type == 0 && !name.failed)
            return (struct bytes){name.at, name.left};
    }
    return BYTES_NONE;
}

/* As far as it is there. */
static struct bytes read_server_name(struct bytes hello)
{
    struct cursor c = cursor_over(hello.at, hello.n);

    cursor_skip(&c, HELLO_HEAD - 1);
    cursor_skip(&c, cursor_u8(&c));
    cursor_skip(&c, cursor_be16(&c));
    cursor_skip(&c, cursor_u8(&c));
    cursor_skip(&c, 2);
    while (c.left && !c.failed) {
        uint16_t type = cursor_be16(&c);
        struct cursor body = cursor_sub(&c, cursor_be16(&c));

        if (type == 0)
            return read_names(body);
    }
    return BYTES_NONE;
}

static void emit_name(struct layer *l, struct bytes name)
{
    uint8_t lower[NAME_MAX_BYTES];
    struct event event = {.type = EVENT_SERVER_NAME, .module = MODULE_TLS};

    if (name.n > sizeof lower) {
        layer_limit(l, "TLS server name too long");
        return;
    }
    for (size_t i = 0; i < name.n; i++)
        lower[i] = name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] | 0x20 : name.at[i];
    event.bytes = (struct bytes){lower, name.n};
    if (name.n)
        layer_emit(l, &event);
}

/* No more of the hello will come, or is needed. */
static void end_hello(struct layer *l, struct tls *t)
{
    if (t->state != TLS_HELLO)
        return;
    tls_enter(l, t, TLS_OVER);
    emit_name(l, read_server_name(buf_view(&t->hello)));
    buf_fini(&t->hello);
}

/* What is there of a record that is not whole. */
static void end_hello_early(struct layer *l, struct tls *t)
{
    struct bytes held = bytes_skip(buf_view(&l->in[FROM_CLIENT]), 5);

    if (t->state == TLS_HELLO && held.n)
        buf_append(&t->hello, held.at, held.n);
    end_hello(l, t);
}

static bool is_whole(const struct buf *hello)
{
    return hello->len >= 4 &&
           hello->len >= 4u + ((size_t)hello->data[1] << 16 | hello->data[2] << 8 | hello->data[3]);
}

/* Each byte is copied once, when its record is whole. */
static enum step take_record(struct layer *l, struct tls *t, struct bytes in, size_t *used)
{
    size_t length;

    if (in.n < 5)
        return STEP_MORE;
    length = (size_t)in.at[3] << 8 | in.at[4];
    if (!may_be_record(in, RECORD_HANDSHAKE)) {
        end_hello(l, t);
        return STEP_AGAIN;
    }
    if (in.n < 5 + length)
        return STEP_MORE;
    *used = 5 + length;
    buf_append(&t->hello, in.at + 5, length);
    if (is_whole(&t->hello))
        end_hello(l, t);
    return STEP_AGAIN;
}

/* --- the layer --- */

static void *tls_new(struct layer *l)
{
    struct tls *t = MEM_NEW(struct tls);

    if (l->request_in_gap && !l->in[FROM_CLIENT].len) /* recognised by the answer */
        tls_enter(l, t, TLS_OVER);
    return t;
}

static void tls_free(void *state)
{
    struct tls *t = state;

    buf_fini(&t->hello);
    mem_free(t);
}

static enum step tls_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    struct tls *t = l->state;

    if (!t->settled)
        layer_settle(l, MODULE_TLS);
    t->settled = true;
    if (from == FROM_CLIENT && t->state == TLS_HELLO)
        return take_record(l, t, in, used);
    *used = in.n;
    return STEP_AGAIN;
}

static void tls_gap(struct layer *l, enum direction from, uint64_t missing)
{
    (void)missing;
    if (from == FROM_CLIENT)
        end_hello_early(l, l->state);
}

static void tls_assume(struct layer *l, struct bytes rest)
{
    (void)l, (void)rest;
}

static void tls_finish(struct layer *l)
{
    end_hello_early(l, l->state);
}

static size_t tls_held(const void *state)
{
    const struct tls *t = state;

    return sizeof *t + buf_held(&t->hello);
}

const struct protocol protocol_tls = {
    .module = MODULE_TLS,
    .name = "tls",
    .recognise = tls_recognise,
    .recognise_answer = tls_recognise_answer,
    .new = tls_new,
    .free = tls_free,
    .parse = tls_parse,
    .gap = tls_gap,
    .assume = tls_assume,
    .finish = tls_finish,
    .held = tls_held,
};
