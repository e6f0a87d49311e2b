/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP/1 as sent to proxies: RFC 9112, and the deviations of old spam tools.
 * Bodies are stepped over by their framing (section 6), except SMTP in the body
 * of a POST to port 25, which becomes a layer of its own.
 */
#include <string.h>

#include "base/mem.h"
#include "proto/http_body.h"
#include "proto/http_line.h"
#include "proto/request.h"

#define PENDING_BYTES_MAX 1048576 /* of requests that wait for their replies */

static const char missing_request[] = "bytes of the request are missing in the capture";

struct http {
    struct http_side client, server;
    struct request *building; /* its header is still coming */
    struct bytes host_header; /* own copy */
    struct buf unfolded;      /* see http_unfold */
    /* Oldest first; wait for replies.  Taking one moves the others, of which there are
     * CONVERSATION_REQUESTS_MAX at most: 2 KB. */
    struct request **pending;
    unsigned pending_count, pending_room;
    size_t pending_bytes;
    unsigned late;          /* replies that may still come to requests that are done */
    struct request *keeper; /* the request that opened `inner`; freed with the layer */
    bool body_is_inner;     /* the body being sent is SMTP's */
    bool body_untouched;    /* none of it has come */
    bool reply_lost;
    bool granted_early; /* CONNECT was answered before its header was whole */
    bool settled;
    bool request_in_gap; /* the first request, of which only the reply is there */
    time_us last_line;   /* when the client's newest header line was complete */
    int status;
};

/* --- requests --- */

static void *http_new(struct layer *l)
{
    struct http *h = MEM_NEW(struct http);

    h->server.from = FROM_SERVER;
    h->request_in_gap = l->request_in_gap && l->in[FROM_SERVER].len && !l->in[FROM_CLIENT].len;
    return h;
}

static void http_free(void *state)
{
    struct http *h = state;

    for (unsigned i = 0; i < h->pending_count; i++)
        if (h->pending[i] != h->keeper)
            request_free(h->pending[i]);
    request_free(h->building);
    request_free(h->keeper);
    buf_fini(&h->client.header);
    buf_fini(&h->server.header);
    buf_fini(&h->unfolded);
    mem_free(h->pending);
    mem_free((void *)(uintptr_t)h->host_header.at);
    mem_free(h);
}

static void settle(struct layer *l, struct http *h)
{
    if (!h->settled)
        layer_settle(l, MODULE_HTTP);
    h->settled = true;
}

static bool is_mail_post(const struct request *r)
{
    return r->target.port == SMTP_PORT &&
           (bytes_equal_nocase(r->command, "POST") || bytes_equal_nocase(r->command, "PUT"));
}

static bool is_connect(const struct request *r)
{
    return bytes_equal_nocase(r->command, "CONNECT");
}

/* Nothing of it was seen but that it was answered. */
static bool is_unseen(const struct request *r)
{
    return r->error == missing_request && !r->command.n;
}

static void announce(struct layer *l, struct request *r)
{
    r->n = layer_next_request(l);
    request_announce(l, r);
}

/* The oldest pending request has had its reply, or will never have one.  One that was not seen
 * is one only if a tunnel follows: any web server answers. */
static void pop_pending(struct layer *l, struct http *h, int reply, int accepted)
{
    struct request *r = h->pending[0];

    h->pending_count--;
    h->pending_bytes -= request_held(r);
    memmove(h->pending, h->pending + 1, h->pending_count * sizeof *h->pending);
    if (is_unseen(r) && r == h->keeper)
        announce(l, r);
    if (!is_unseen(r) || r == h->keeper)
        request_done(l, r, reply, accepted);
    if (r != h->keeper)
        request_free(r);
}

static void push_pending(struct layer *l, struct http *h, struct request *r)
{
    h->pending_bytes += request_held(r);
    while (h->pending_count && (h->pending_count == CONVERSATION_REQUESTS_MAX ||
                                h->pending_bytes > PENDING_BYTES_MAX)) {
        layer_limit(l, "too many HTTP requests without a reply");
        pop_pending(l, h, REPLY_NONE, VERDICT_NONE);
    }
    if (h->pending_count == h->pending_room) {
        h->pending_room = h->pending_room ? 2 * h->pending_room : 2;
        h->pending = mem_resize(h->pending, h->pending_room * sizeof *h->pending);
    }
    h->pending[h->pending_count++] = r;
    settle(l, h);
    if (!is_unseen(r))
        announce(l, r);
}

static void set_target(struct request *r, const struct http_request_line *line)
{
    request_keep(&r->target.text, line->target);
    if (line->absolute) { /* of CONNECT, too, as some clients write it */
        struct bytes rest = line->target;
        size_t n = 0;

        while (rest.at[0] != ':')
            rest = bytes_skip(rest, 1);
        rest = bytes_skip(rest, 3);
        while (n < rest.n && rest.at[n] != '/' && rest.at[n] != '?' && rest.at[n] != '#')
            n++;
        request_set_authority(r, (struct bytes){rest.at, n},
                              line->is_connect ? 0 : http_scheme_port(line->target));
    } else if (line->is_connect) {
        request_set_authority(r, line->target, 0);
    }
}

static void begin_request(struct layer *l, struct http *h, struct bytes text)
{
    struct http_request_line line;
    struct request *r = h->building = request_new(l, MODULE_HTTP);

    http_read_request_line(text, &line);
    request_keep(&h->host_header, BYTES_NONE);
    h->client.head_bytes = 0;
    buf_clear(&h->client.header);
    h->client.has_length = h->client.chunked = false;
    h->client.left = 0;
    http_enter(l, &h->client, line.other && !line.is_connect ? HTTP_SKIP : HTTP_HEADER);
    r->error = line.fault;
    r->class = line.of_server ? CLASS_WEB : line.fault ? CLASS_ERROR : CLASS_GET;
    if (line.fault && !line.versioned && !http_is_known_method(line.method)) {
        r->error = "not an HTTP request line";
        return;
    }
    request_keep_upper(&r->command, line.method);
    set_target(r, &line);
    if (!line.fault && line.is_connect)
        r->class = r->target.port == SMTP_PORT ? CLASS_CONNECT_SMTP : CLASS_CONNECT_OTHER;
}

/* Proxy-Authorization (RFC 9110 section 11.7.2): Basic shows both, Digest and NTLM the user. */
static void keep_credentials(struct request *r, struct bytes value)
{
    struct buf plain = {0}, ascii = {0};
    struct bytes user = BYTES_NONE, password = BYTES_NONE, rest = value;

    request_keep_upper(&r->mechanism, bytes_take_word(&rest));
    if (http_read_basic(value, &plain, &user, &password)) {
        request_keep(&r->user, user);
        request_keep(&r->password, password);
    } else if (http_read_user(r->mechanism, rest, &plain, &ascii, &user)) {
        request_keep(&r->user, user);
    }
    buf_fini(&plain);
    buf_fini(&ascii);
}

static void request_header(struct http *h, struct bytes line)
{
    struct request *r = h->building;
    struct bytes name, value;

    if (!http_split_header(line, &name, &value))
        return;
    http_read_framing(&h->client, name, value);
    if (bytes_equal_nocase(name, "Proxy-Authorization"))
        keep_credentials(r, value);
    else if (bytes_equal_nocase(name, "User-Agent"))
        request_keep(&r->user_agent, value);
    else if (bytes_equal_nocase(name, "Host"))
        request_keep(&h->host_header, value);
}

static void end_of_request_header(struct layer *l, struct http *h)
{
    struct request *r = h->building;
    bool mail;

    h->building = NULL;
    r->ts = layer_now(l);
    if (!r->error && !r->target.host.n && !r->target.ip.family && h->host_header.n)
        request_set_authority(r, h->host_header, 80);
    mail = (r->class == CLASS_GET || r->class == CLASS_WEB) && !r->error && is_mail_post(r);
    http_start_body(l, &h->client, mail);
    h->body_untouched = h->client.state != HTTP_START;
    if (is_connect(r)) /* malformed or not: what the proxy grants is followed */
        http_enter(l, &h->client, HTTP_TUNNEL_WAIT);
    else if (r->error && h->client.state == HTTP_BODY_TO_CLOSE)
        http_enter(l, &h->client, HTTP_START);
    push_pending(l, h, r);
    if (mail && h->client.state != HTTP_START && !h->keeper && layer_open_inner(l, r, false)) {
        h->keeper = r;
        h->body_is_inner = true;
        l->inner->one_sided = true; /* replies to it are the proxy's, in HTTP */
    }
}

/* The body of a POST to port 25 is over: whether it was SMTP is now known. */
static void end_inner_body(struct layer *l, struct http *h)
{
    bool is_pending = false;

    if (!h->body_is_inner)
        return;
    h->body_is_inner = false;
    layer_finish(l->inner);
    for (unsigned i = 0; i < h->pending_count; i++)
        is_pending = is_pending || h->pending[i] == h->keeper;
    layer_free(l->inner);
    l->inner = NULL;
    if (!is_pending)
        request_free(h->keeper);
    h->keeper = NULL;
}

static void http_client_body(struct layer *l, struct http *h, struct bytes part)
{
    if (!h->body_is_inner || !l->inner)
        return;
    layer_put(l->inner, FROM_CLIENT, part);
    if (l->inner->protocol && l->inner->protocol->module == MODULE_SMTP)
        h->keeper->class = CLASS_CONNECT_SMTP;
}

/* --- client --- */

static enum step refuse_head(struct layer *l, struct http *h, const char *error)
{
    struct request *r = h->building;

    if (h->client.header.len)
        request_header(h, buf_view(&h->client.header));
    buf_clear(&h->client.header);
    h->building = NULL;
    r->class = r->class == CLASS_WEB ? CLASS_WEB : CLASS_ERROR;
    r->error = error;
    r->ts = h->last_line;
    push_pending(l, h, r);
    http_enter(l, &h->client, HTTP_SKIP);
    return STEP_AGAIN;
}

/* What the client sent is no HTTP, but the server has answered it in HTTP. */
static void refuse_bytes(struct layer *l, struct http *h)
{
    h->building = request_new(l, MODULE_HTTP);
    h->last_line = layer_held_since(l, FROM_CLIENT);
    (void)refuse_head(l, h, "not an HTTP request");
    layer_drop_held(l, FROM_CLIENT);
}

static enum step http_client_line(struct layer *l, struct http *h, struct bytes in, size_t *used)
{
    struct bytes line;
    enum step step;

    if (!layer_take_line(l, FROM_CLIENT, in, &line, used, &step))
        return step;
    h->last_line = layer_now(l);
    if (h->client.state == HTTP_START) {
        if (!line.n) /* RFC 9112 section 2.2: an empty line before the request line */
            return STEP_AGAIN;
        if (h->client.resync && http_classify_line(line) != HTTP_LINE_GOOD)
            return STEP_AGAIN;
        h->client.resync = false;
        begin_request(l, h, line);
        if (!h->building->command.n || h->client.state == HTTP_SKIP)
            return refuse_head(l, h, h->building->error);
        return STEP_AGAIN;
    }
    h->client.head_bytes += *used;
    if (h->client.head_bytes > CONVERSATION_HEAD_MAX) {
        layer_limit(l, "HTTP header too long");
        return refuse_head(l, h, "header too long");
    }
    if (http_unfold(&h->client, line, &h->unfolded))
        request_header(h, buf_view(&h->unfolded));
    if (!line.n)
        end_of_request_header(l, h);
    return STEP_AGAIN;
}

/* The reply to CONNECT is lost and the client asks for the same again: so it was
 * refused (407, most of the time). */
static enum step asks_again(struct layer *l, struct http *h, struct bytes in)
{
    const struct request *r = h->pending[h->pending_count - 1];
    struct bytes want[2] = {bytes_of("CONNECT "), r->target.text};
    size_t same = 0;

    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < want[i].n; k++, same++) {
            if (same == in.n)
                return STEP_MORE;
            if ((in.at[same] ^ want[i].at[k]) & ~0x20)
                return STEP_WAIT;
        }
    while (h->pending_count)
        pop_pending(l, h, REPLY_NONE, VERDICT_NONE);
    h->reply_lost = false;
    http_enter(l, &h->client, HTTP_START);
    http_enter(l, &h->server, HTTP_START);
    h->server.resync = true;
    return STEP_AGAIN;
}

/* The reply to CONNECT is lost, but the client has gone on: so it was granted. */
static enum step assume_granted(struct layer *l, struct http *h)
{
    while (h->pending_count > 1)
        pop_pending(l, h, REPLY_NONE, VERDICT_NONE);
    h->reply_lost = false;
    http_enter(l, &h->client, HTTP_SKIP);
    http_enter(l, &h->server, HTTP_SKIP);
    if (h->pending_count) {
        h->keeper = h->pending[0];
        pop_pending(l, h, REPLY_NONE, VERDICT_YES);
        layer_open_inner(l, h->keeper, true);
    }
    return STEP_AGAIN;
}

static void http_assume(struct layer *l, struct bytes rest)
{
    struct http *h = l->state;

    if (rest.n && h->client.state == HTTP_TUNNEL_WAIT)
        h->reply_lost = true;
}

/* The tunnel is open, and the client may still send the rest of its header: up to an empty
 * line, or to what is none of a header. */
static enum step granted_header(struct layer *l, struct bytes in, size_t *used)
{
    struct bytes line = BYTES_NONE;
    enum step step;

    if (http_may_begin_line(in.at[0])) {
        if (!layer_take_line(l, FROM_CLIENT, in, &line, used, &step))
            return step;
        if (line.n && http_is_header(line))
            return STEP_AGAIN;
        if (line.n)
            *used = 0;
    }
    l->mid_line[FROM_CLIENT] = false;
    l->tunnel[FROM_CLIENT] = true;
    return STEP_AGAIN;
}

static enum step http_client_parse(struct layer *l, struct http *h, struct bytes in, size_t *used)
{
    struct bytes part;
    enum step step;

    switch (h->client.state) {
    case HTTP_START:
    case HTTP_HEADER:
        return http_client_line(l, h, in, used);
    case HTTP_TUNNEL_WAIT:
        if (!h->reply_lost)
            return STEP_WAIT;
        step = asks_again(l, h, in);
        return step == STEP_WAIT ? assume_granted(l, h) : step;
    case HTTP_GRANTED_HEADER:
        return granted_header(l, in, used);
    default:
        h->body_untouched = false;
        step = http_take_body(l, &h->client, in, used, &part);
        if (part.n)
            http_client_body(l, h, part);
        if (h->client.state == HTTP_START)
            end_inner_body(l, h);
        return step;
    }
}

/* --- server --- */

/* The server has answered what is not complete, is no request at all, or is in a
 * gap. */
static void answered_early(struct layer *l, struct http *h)
{
    if (h->status / 100 == 1)
        return;
    if (h->building && is_connect(h->building) && h->status / 100 == 2) {
        (void)refuse_head(l, h,
                          h->building->error ? h->building->error
                                             : "granted before its header was complete");
        http_enter(l, &h->client, HTTP_TUNNEL_WAIT);
        h->granted_early = true;
    } else if (h->request_in_gap) {
        h->request_in_gap = false;
        h->building = request_new(l, MODULE_HTTP);
        h->last_line = layer_now(l);
        (void)refuse_head(l, h, missing_request);
        http_enter(l, &h->client, HTTP_START);
    } else if (h->late) {
        h->late--;
    } else if (h->building) {
        (void)refuse_head(l, h,
                          h->building->error ? h->building->error
                                             : "answered before the request was complete");
    } else if (l->speaking == FROM_SERVER && l->in[FROM_CLIENT].len) {
        refuse_bytes(l, h);
    }
}

static void start_tunnel(struct layer *l, struct http *h)
{
    http_enter(l, &h->client, HTTP_SKIP);
    http_enter(l, &h->server, HTTP_SKIP);
    h->keeper = h->pending[0];
    pop_pending(l, h, h->status, VERDICT_YES);
    if (!layer_open_inner(l, h->keeper, true))
        return;
    l->inner->resync = h->keeper->error == missing_request;
    if (h->granted_early) {
        l->tunnel[FROM_CLIENT] = false;
        http_enter(l, &h->client, HTTP_GRANTED_HEADER);
    }
}

/* A reply without a body's framing to a request that is in a gap: what follows is
 * a tunnel, or a page to the close, in which nobody will find a mail. */
static bool may_be_tunnel(const struct http *h, const struct request *r)
{
    return r->error == missing_request && h->status / 100 == 2 && !h->server.has_length &&
           !h->server.chunked;
}

/* RFC 9110 section 10.1.1: a body for which the client asked leave does not come after 417,
 * which arrived before any of it. */
static void forbid_body(struct layer *l, struct http *h)
{
    if (h->status != 417 || h->pending_count != 1 || !h->body_untouched)
        return;
    h->body_untouched = false;
    end_inner_body(l, h);
    http_enter(l, &h->client, HTTP_START);
}

static void end_of_reply_header(struct layer *l, struct http *h)
{
    bool head = false, connect = false, granted;

    if (h->status / 100 == 1 && h->status != 101) { /* interim: the final one follows */
        http_enter(l, &h->server, HTTP_START);
        return;
    }
    h->server.resync = false;
    granted = h->status / 100 == 2;
    if (h->pending_count) {
        const struct request *r = h->pending[0];

        head = bytes_equal_nocase(r->command, "HEAD");
        connect = is_connect(r);
        if (h->pending_count == 1 &&
            ((connect && granted && h->client.state == HTTP_TUNNEL_WAIT) || may_be_tunnel(h, r))) {
            start_tunnel(l, h);
            return;
        }
        forbid_body(l, h);
        pop_pending(l, h, h->status, connect ? granted : h->status < 400);
        if (connect && h->client.state == HTTP_TUNNEL_WAIT && !h->pending_count)
            http_enter(l, &h->client, HTTP_START); /* refused: the client may ask again */
    }
    if (h->status == 101) { /* both go on in another protocol */
        http_enter(l, &h->client, HTTP_SKIP);
        http_enter(l, &h->server, HTTP_SKIP);
    } else if (head || h->status == 204 || h->status == 304) {
        http_enter(l, &h->server, HTTP_START); /* RFC 9112 section 6.3: no body */
    } else {
        http_start_body(l, &h->server, true);
    }
}

static enum step http_server_line(struct layer *l, struct http *h, struct bytes in, size_t *used)
{
    struct bytes line, name, value;
    enum step step;

    if (!layer_take_line(l, FROM_SERVER, in, &line, used, &step))
        return step;
    if (h->server.state == HTTP_START) {
        if (!line.n)
            return STEP_AGAIN;
        if (!http_read_status(line, &h->status)) {
            if (!h->server.resync)
                http_enter(l, &h->server, HTTP_SKIP);
            return STEP_AGAIN;
        }
        if (!h->pending_count)
            answered_early(l, h);
        http_enter(l, &h->server, HTTP_HEADER);
        buf_clear(&h->server.header);
        h->server.has_length = h->server.chunked = false;
        h->server.left = 0;
        return STEP_AGAIN;
    }
    if (http_unfold(&h->server, line, &h->unfolded) &&
        http_split_header(buf_view(&h->unfolded), &name, &value))
        http_read_framing(&h->server, name, value);
    if (!line.n)
        end_of_reply_header(l, h);
    return STEP_AGAIN;
}

static enum step http_server_parse(struct layer *l, struct http *h, struct bytes in, size_t *used)
{
    struct bytes part;

    if (h->reply_lost)
        return STEP_WAIT; /* for the client to show what the lost reply was */
    /* What was there before the request is not the answer to its beginning. */
    if (h->building && !h->pending_count && !h->late && l->speaking == FROM_CLIENT &&
        h->server.state == HTTP_START)
        return STEP_WAIT;
    switch (h->server.state) {
    case HTTP_START:
    case HTTP_HEADER:
        return http_server_line(l, h, in, used);
    default:
        return http_take_body(l, &h->server, in, used, &part);
    }
}

static enum step http_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    struct http *h = l->state;

    return from == FROM_CLIENT ? http_client_parse(l, h, in, used)
                               : http_server_parse(l, h, in, used);
}

/* --- missing bytes --- */

static void http_server_gap(struct layer *l, struct http *h, uint64_t missing)
{
    if (http_gap_in_body(l, &h->server, missing))
        return;
    h->server.resync = true;
    if (h->server.state == HTTP_HEADER && h->status / 100 != 1) { /* enough of it was seen */
        h->server.has_length = h->server.chunked = false;
        end_of_reply_header(l, h);
        if (l->tunnel[FROM_SERVER])
            layer_gap(l->inner, FROM_SERVER, missing);
        else
            h->server.resync = true;
    } else if (h->client.state == HTTP_TUNNEL_WAIT) {
        h->reply_lost = true;
    }
    if (!l->tunnel[FROM_SERVER])
        http_enter(l, &h->server, HTTP_START);
    if (h->reply_lost)
        return;
    h->late = h->pending_count;
    while (h->pending_count) /* which replies were lost is not known */
        pop_pending(l, h, REPLY_NONE, VERDICT_NONE);
}

/* What a gap takes of the mail in the body of a POST. */
static void inner_gap(struct layer *l, struct http *h, uint64_t missing)
{
    const struct http_side *side = &h->client;
    bool bounded = side->state == HTTP_BODY || side->state == HTTP_CHUNK_DATA;

    if (h->body_is_inner)
        layer_gap(l->inner, FROM_CLIENT, bounded && side->left < missing ? side->left : missing);
}

static void http_client_gap(struct layer *l, struct http *h, uint64_t missing)
{
    if (h->client.state == HTTP_TUNNEL_WAIT) { /* it sends into the tunnel already */
        assume_granted(l, h);
        if (l->tunnel[FROM_CLIENT])
            layer_gap(l->inner, FROM_CLIENT, missing);
        return;
    }
    if (h->client.state == HTTP_GRANTED_HEADER) {
        l->tunnel[FROM_CLIENT] = true;
        layer_gap(l->inner, FROM_CLIENT, missing);
        return;
    }
    inner_gap(l, h, missing);
    if (http_gap_in_body(l, &h->client, missing)) {
        if (h->client.state == HTTP_START)
            end_inner_body(l, h);
        return;
    }
    end_inner_body(l, h);
    if (h->building)
        (void)refuse_head(l, h, missing_request);
    if (h->pending_count) {
        http_enter(l, &h->client, HTTP_START);
        h->client.resync = true;
    } else {
        layer_forget(l);
    }
}

static void http_gap(struct layer *l, enum direction from, uint64_t missing)
{
    if (from == FROM_SERVER)
        http_server_gap(l, l->state, missing);
    else
        http_client_gap(l, l->state, missing);
}

static void http_close(struct layer *l, enum direction from)
{
    if (from == FROM_CLIENT)
        end_inner_body(l, l->state);
}

static void http_finish(struct layer *l)
{
    struct http *h = l->state;

    end_inner_body(l, h);
    if (h->building)
        (void)refuse_head(l, h, "header ends early");
    while (h->pending_count)
        pop_pending(l, h, REPLY_NONE, VERDICT_NONE);
}

static size_t http_held(const void *state)
{
    const struct http *h = state;

    return sizeof *h + h->pending_room * sizeof *h->pending + h->pending_bytes + h->host_header.n +
           buf_held(&h->client.header) + buf_held(&h->server.header) + buf_held(&h->unfolded) +
           (h->building ? request_held(h->building) : 0);
}

const struct protocol protocol_http = {
    .module = MODULE_HTTP,
    .name = "http",
    .answers_only = true,
    .recognise = http_recognise,
    .recognise_answer = http_recognise_answer,
    .new = http_new,
    .free = http_free,
    .parse = http_parse,
    .gap = http_gap,
    .close = http_close,
    .assume = http_assume,
    .finish = http_finish,
    .held = http_held,
};
