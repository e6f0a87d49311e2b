/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What SOCKS4 and SOCKS5 share: requests, tunnels, missing replies. */
#include <string.h>

#include "base/mem.h"
#include "proto/socks.h"

void socks_enter(struct layer *l, struct socks *s, enum socks_state state)
{
#define STATE_NAME(name) #name,
    static const char *const names[] = {SOCKS_STATES(STATE_NAME)};
#undef STATE_NAME

    if (layer_is_traced(l) && state != s->state)
        layer_trace(l, l->protocol->name, names[s->state], names[state]);
    s->state = state;
}

/* The server's answer is all that there is of the beginning (socks_recognise_answer). */
bool socks_begins_with_answer(const struct layer *l)
{
    return l->request_in_gap && l->in[FROM_SERVER].len;
}

void socks_free(void *state)
{
    struct socks *s = state;

    request_free(s->request);
    buf_fini(&s->user);
    buf_fini(&s->password);
    mem_free(s);
}

void socks_settle(struct layer *l, struct socks *s)
{
    if (s->settled)
        return;
    s->settled = true;
    layer_settle(l, s->request ? s->request->module : l->protocol->module);
}

struct request *socks_make_request(struct layer *l, struct socks *s, enum module module)
{
    struct request *r = s->request = request_new(l, module);

    r->ts = s->last_message;
    if (s->user.len)
        request_keep(&r->user, buf_view(&s->user));
    if (s->password.len)
        request_keep(&r->password, buf_view(&s->password));
    return r;
}

void socks_announce(struct layer *l, struct socks *s)
{
    s->announced = true;
    s->request->n = layer_next_request(l);
    request_announce(l, s->request);
}

void socks_finish_request(struct layer *l, struct socks *s, int reply, int accepted)
{
    if (s->done)
        return;
    if (!s->announced)
        socks_announce(l, s);
    socks_settle(l, s);
    s->done = true;
    request_done(l, s->request, reply, accepted);
}

/* A request that is none: emitted only once the server's bytes have confirmed the
 * protocol, since the client's alone could be anything. */
void socks_finish_error(struct layer *l, struct socks *s, const char *error, int reply,
                        int accepted)
{
    if (s->done)
        return;
    if (!s->request)
        socks_make_request(l, s, l->protocol->module);
    s->request->class = CLASS_ERROR;
    s->request->error = error;
    socks_finish_request(l, s, reply, accepted);
}

void socks_open_tunnel(struct layer *l, struct socks *s)
{
    socks_enter(l, s, SOCKS_OVER);
    if (s->command == SOCKS_UDP_ASSOCIATE)
        return;
    if (layer_open_inner(l, s->request, true))
        l->inner->resync = s->request_lost;
}

void socks_set_target(struct request *r, struct bytes host, uint16_t port)
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

void socks_set_target_ip(struct request *r, struct address ip, uint16_t port)
{
    char text[ADDRESS_TEXT_MAX];
    size_t n = address_format(&ip, text);

    socks_set_target(r, (struct bytes){(const uint8_t *)text, n}, port);
}

void socks_set_command(struct socks *s, struct request *r, uint8_t command)
{
    static const char *const names[] = {"", "CONNECT", "BIND", "UDP ASSOCIATE"};

    s->command = command;
    request_keep(&r->command, bytes_of(names[command]));
}

void socks_classify(struct request *r, const struct socks *s)
{
    if (s->command == SOCKS_CONNECT && r->target.port == SMTP_PORT)
        r->class = CLASS_CONNECT_SMTP;
}

void socks_malformed(struct layer *l, struct socks *s, enum module module, const char *error)
{
    if (!s->request)
        socks_make_request(l, s, module);
    s->request->class = CLASS_ERROR;
    s->request->error = error;
    s->skip_client = true;
    if (!s->command)
        s->command = SOCKS_CONNECT; /* what most ask for, and what is granted most */
    socks_enter(l, s, SOCKS_REPLY);
}

/* A request of which bytes are missing, in a conversation that is SOCKS beyond doubt. */
void socks_lose_request(struct layer *l, struct socks *s)
{
    socks_make_request(l, s, l->protocol->module);
    s->request->class = CLASS_ERROR;
    s->request->error = "bytes of the request are missing in the capture";
    s->command = SOCKS_CONNECT;
    s->request_lost = true; /* so that its tunnel is followed */
    s->skip_client = true;
    socks_enter(l, s, SOCKS_REPLY);
}

/* --- where replies are missing --- */

enum step socks_drop_all(struct bytes in, size_t *used)
{
    *used = in.n;
    return STEP_AGAIN;
}

/* The reply is lost, but the client has gone on: so it was granted. */
static enum step assume_granted(struct layer *l, struct socks *s, struct bytes rest)
{
    switch (s->state) {
    case SOCKS_METHOD_REPLY:
        socks_enter(l, s, rest.n && rest.at[0] == 1 ? SOCKS_LOGIN : SOCKS_REQUEST);
        break;
    case SOCKS_LOGIN_REPLY:
        socks_enter(l, s, SOCKS_REQUEST);
        break;
    case SOCKS_REPLY:
        socks_finish_request(l, s, REPLY_NONE, VERDICT_YES);
        socks_open_tunnel(l, s);
        break;
    case SOCKS_SECOND_REPLY:
        socks_open_tunnel(l, s);
        break;
    default:
        break;
    }
    s->reply_lost = false;
    return STEP_AGAIN;
}

void socks_assume(struct layer *l, struct bytes rest)
{
    if (rest.n)
        assume_granted(l, l->state, rest);
}

enum step socks_client_waits(struct layer *l, struct socks *s, struct bytes in, size_t *used)
{
    if (s->skip_client && !s->request_lost)
        return socks_drop_all(in, used);
    if (s->reply_lost)
        return assume_granted(l, s, in);
    return s->skip_client ? socks_drop_all(in, used) : STEP_WAIT;
}

/* A reply is lost: the client will show what it was, if it can still be understood. */
enum step socks_server_waits(const struct socks *s, struct bytes in, size_t *used)
{
    return s->skip_client && !s->request_lost ? socks_drop_all(in, used) : STEP_WAIT;
}

void socks_gap(struct layer *l, enum direction from, uint64_t missing)
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
            socks_lose_request(l, s);
        else
            layer_forget(l);
        break;
    case SOCKS_GREETING:
        layer_forget(l);
        break;
    case SOCKS_REPLY:
    case SOCKS_SECOND_REPLY: /* it sends into the tunnel already */
        assume_granted(l, s, BYTES_NONE);
        if (l->tunnel[FROM_CLIENT])
            layer_gap(l->inner, FROM_CLIENT, missing);
        break;
    case SOCKS_OVER:
        break;
    }
}

void socks_finish(struct layer *l)
{
    struct socks *s = l->state;

    if (s->done || !s->settled) {
        /* a SOCKS4 request alone is settled by being well formed */
        if (!s->done && s->request && s->request->class != CLASS_ERROR)
            socks_finish_request(l, s, REPLY_NONE, VERDICT_NONE);
        return;
    }
    if (s->state == SOCKS_REPLY)
        socks_finish_request(l, s, REPLY_NONE, VERDICT_NONE);
    else if (s->state == SOCKS_REQUEST || s->state == SOCKS_LOGIN || s->state == SOCKS_LOGIN_REPLY)
        socks_finish_error(l, s, "no request after the greeting", REPLY_NONE, VERDICT_NONE);
}

size_t socks_held(const void *state)
{
    const struct socks *s = state;

    return sizeof *s + buf_held(&s->user) + buf_held(&s->password) +
           (s->request ? request_held(s->request) : 0);
}
