/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP/1 as proxies hear it: RFC 9112, with what old spam tools really send.
 * Bodies are stepped over by their framing (section 6), except SMTP in the body
 * of a POST to port 25, which becomes a layer of its own.
 */
#include <string.h>

#include "base/base64.h"
#include "base/mem.h"
#include "proto/detect.h"
#include "proto/layer.h"

#define PENDING_BYTES_MAX 1048576 /* of requests that wait for their replies */

static const char request_in_hole[] = "bytes of the request are missing in the capture";

enum http_state {
    HTTP_START,         /* request line or status line */
    HTTP_HEADER,        /* header lines */
    HTTP_BODY,          /* `left` bytes */
    HTTP_BODY_TO_CLOSE, /* whatever comes */
    HTTP_CHUNK_SIZE,
    HTTP_CHUNK_DATA,
    HTTP_CHUNK_END,
    HTTP_TRAILER,
    HTTP_TUNNEL_WAIT, /* client: after CONNECT, until its reply */
    HTTP_SKIP,        /* not to be understood any more */
};

struct http_side { /* one direction's place in its messages */
    enum http_state state;
    uint64_t left;
    size_t head_bytes;
    bool has_length, chunked;
    bool resync; /* a hole may have cut a line: look for a first line */
};

struct http {
    struct http_side client, server;
    struct request *building; /* its header is still coming */
    struct bytes host_header; /* own copy */
    /* Oldest first; wait for replies.  Taking one moves the others, of which there are
     * CONVERSATION_REQUESTS_MAX at most: 2 KB. */
    struct request **pending;
    unsigned pending_count, pending_room;
    size_t pending_bytes;
    unsigned late;          /* replies that may still come to requests that are done */
    struct request *keeper; /* the request behind `inner`; freed with the layer */
    bool body_is_inner;     /* the body being sent is SMTP's */
    bool reply_lost;
    bool settled;
    bool asked_in_hole; /* the first request, of which only the reply is there */
    time_us last_line;  /* when the client's newest header line was complete */
    int status;
};

/* --- first lines --- */

bool http_is_token(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

struct request_line {
    struct bytes method, target;
    bool versioned; /* HTTP/digit.digit at the end */
    bool other;     /* a version of another HTTP than ours */
    bool absolute;  /* target is a URI with a scheme */
    bool is_connect;
    const char *fault;
};

static bool is_version(struct bytes word)
{
    return word.n == 8 && bytes_begin_nocase(word, "HTTP/") && word.at[5] >= '0' &&
           word.at[5] <= '9' && word.at[6] == '.' && word.at[7] >= '0' && word.at[7] <= '9';
}

static struct bytes next_word(struct bytes *rest)
{
    struct bytes word;

    *rest = bytes_trim(*rest);
    word.at = rest->at;
    for (word.n = 0; word.n < rest->n; word.n++)
        if (rest->at[word.n] == ' ' || rest->at[word.n] == '\t')
            break;
    *rest = bytes_skip(*rest, word.n);
    return word;
}

static struct bytes last_word(struct bytes text)
{
    size_t n = 0;

    while (n < text.n && text.at[text.n - 1 - n] != ' ' && text.at[text.n - 1 - n] != '\t')
        n++;
    return (struct bytes){text.at + text.n - n, n};
}

static bool has_scheme(struct bytes target)
{
    size_t i = 0;

    while (i < target.n && ((target.at[i] | 0x20) >= 'a' && (target.at[i] | 0x20) <= 'z'))
        i++;
    return i && target.n > i + 3 && !memcmp(target.at + i, "://", 3);
}

static const char *judge_target(const struct request_line *line)
{
    struct bytes host;
    uint16_t port;

    if (!line->target.n)
        return "no target in the request line";
    if (line->is_connect) { /* RFC 9112 section 3.2.3: authority form */
        if (!request_split_authority(line->target, &host, &port))
            return "CONNECT target is not host:port";
        return port ? NULL : "CONNECT target without a port";
    }
    if (line->target.at[0] == '/' || line->absolute)
        return NULL;
    if (bytes_equal_nocase(line->target, "*") && bytes_equal_nocase(line->method, "OPTIONS"))
        return NULL;
    return "target is neither a path nor a URI";
}

/* RFC 9112 section 3: method SP target SP version.  Old spam tools put a stray
 * " /" before the version. */
static void read_request_line(struct bytes text, struct request_line *line)
{
    struct bytes rest, version;

    memset(line, 0, sizeof *line);
    text = bytes_trim(text);
    rest = text;
    line->method = next_word(&rest);
    rest = bytes_trim(rest);
    version = last_word(rest);
    line->versioned = is_version(version);
    line->other = line->versioned && version.at[5] > '1';
    if (line->versioned)
        rest.n -= version.n;
    rest = bytes_trim(rest);
    line->target = next_word(&rest);
    rest = bytes_trim(rest);
    line->absolute = has_scheme(line->target);
    line->is_connect = bytes_equal_nocase(line->method, "CONNECT");
    line->fault = judge_target(line);
    if (!line->versioned)
        line->fault = "no HTTP version in the request line";
    else if (line->other)
        line->fault = "not HTTP/1";
    else if (rest.n && !bytes_equal_nocase(rest, "/"))
        line->fault = "blanks in the target";
    for (size_t i = 0; i < line->method.n; i++)
        if (!http_is_token(line->method.at[i]))
            line->fault = "method is not a token";
    if (!line->method.n || line->method.n > HTTP_METHOD_MAX)
        line->fault = "not an HTTP request line";
}

static bool is_known_method(struct bytes method)
{
    static const char *const known[] = {"CONNECT", "GET",   "POST",   "PUT",   "HEAD",
                                        "OPTIONS", "TRACE", "DELETE", "PATCH", "PROPFIND"};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bytes_equal_nocase(method, known[i]))
            return true;
    return false;
}

enum http_line http_judge_line(struct bytes text)
{
    struct request_line line;

    read_request_line(text, &line);
    if (!line.fault)
        return HTTP_LINE_GOOD;
    if (line.versioned)
        return HTTP_LINE_BAD;
    return is_known_method(line.method) ? HTTP_LINE_NO_VERSION : HTTP_LINE_OTHER;
}

/* --- requests --- */

static void *http_new(struct layer *l)
{
    struct http *h = MEM_NEW(struct http);

    h->asked_in_hole = l->asked_in_hole && l->in[FROM_SERVER].len && !l->in[FROM_CLIENT].len;
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

/* The oldest pending request has had its reply, or will never have one. */
static void pop_pending(struct layer *l, struct http *h, int reply, int accepted)
{
    struct request *r = h->pending[0];

    h->pending_count--;
    h->pending_bytes -= request_held(r);
    memmove(h->pending, h->pending + 1, h->pending_count * sizeof *h->pending);
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
    r->n = layer_next_request(l);
    request_announce(l, r);
}

static void set_authority(struct request *r, struct bytes authority, uint16_t default_port)
{
    const uint8_t *at = authority.n ? memchr(authority.at, '@', authority.n) : NULL;
    struct bytes host;
    uint16_t port;

    if (at) /* user information is not the host's (RFC 3986 section 3.2.1) */
        authority = bytes_skip(authority, (size_t)(at - authority.at) + 1);
    if (!request_split_authority(authority, &host, &port))
        return;
    request_set_host(r, host);
    r->target.port = port ? port : default_port;
}

static uint16_t scheme_port(struct bytes target)
{
    if (bytes_begin_nocase(target, "https:"))
        return 443;
    return bytes_begin_nocase(target, "ftp:") ? 21 : 80;
}

static void set_target(struct request *r, const struct request_line *line)
{
    request_keep(&r->target.text, line->target);
    if (line->is_connect) {
        set_authority(r, line->target, 0);
    } else if (line->absolute) {
        struct bytes rest = line->target;
        size_t n = 0;

        while (rest.at[0] != ':')
            rest = bytes_skip(rest, 1);
        rest = bytes_skip(rest, 3);
        while (n < rest.n && rest.at[n] != '/' && rest.at[n] != '?' && rest.at[n] != '#')
            n++;
        set_authority(r, (struct bytes){rest.at, n}, scheme_port(line->target));
    }
}

static void begin_request(struct layer *l, struct http *h, struct bytes text)
{
    struct request_line line;
    struct request *r = h->building = request_new(l, MODULE_HTTP);

    read_request_line(text, &line);
    request_keep(&h->host_header, BYTES_NONE);
    h->client.head_bytes = 0;
    h->client.has_length = h->client.chunked = false;
    h->client.left = 0;
    h->client.state = line.other ? HTTP_SKIP : HTTP_HEADER;
    r->error = line.fault;
    r->class = line.fault ? CLASS_ERROR : CLASS_GET;
    if (line.fault && !line.versioned && !is_known_method(line.method)) {
        r->error = "not an HTTP request line";
        return;
    }
    request_keep_upper(&r->command, line.method);
    set_target(r, &line);
    if (!line.fault && line.is_connect)
        r->class = r->target.port == SMTP_PORT ? CLASS_CONNECT_SMTP : CLASS_CONNECT_OTHER;
}

/* RFC 7617: base64 of user:password. */
static void read_credentials(struct request *r, struct bytes value)
{
    struct buf plain = {0};
    const uint8_t *colon;

    if (!bytes_begin_nocase(value, "Basic"))
        return;
    if (base64_decode(bytes_trim(bytes_skip(value, 5)), &plain)) {
        struct bytes all = buf_view(&plain);

        colon = all.n ? memchr(all.at, ':', all.n) : NULL;
        if (colon) {
            size_t n = (size_t)(colon - all.at);

            request_keep(&r->user, (struct bytes){all.at, n});
            request_keep(&r->password, bytes_skip(all, n + 1));
        }
    }
    buf_fini(&plain);
}

static bool parse_decimal(struct bytes text, uint64_t *out)
{
    *out = 0;
    if (!text.n || text.n > 18)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        *out = *out * 10 + (text.at[i] - '0');
    }
    return true;
}

/* Splits "name: value"; false for what is no header line. */
static bool split_header(struct bytes line, struct bytes *name, struct bytes *value)
{
    const uint8_t *colon = line.n ? memchr(line.at, ':', line.n) : NULL;

    if (!colon)
        return false;
    *name = bytes_trim((struct bytes){line.at, (size_t)(colon - line.at)});
    *value = bytes_trim(bytes_skip(line, (size_t)(colon - line.at) + 1));
    return true;
}

/* What frames a body: the same headers in both directions (RFC 9112 section 6). */
static void read_framing(struct http_side *side, struct bytes name, struct bytes value)
{
    if (bytes_equal_nocase(name, "Content-Length"))
        side->has_length = parse_decimal(value, &side->left);
    else if (bytes_equal_nocase(name, "Transfer-Encoding"))
        side->chunked = bytes_find_nocase(value, "chunked") != NULL;
}

static void request_header(struct http *h, struct bytes line)
{
    struct request *r = h->building;
    struct bytes name, value;

    if (!split_header(line, &name, &value))
        return;
    read_framing(&h->client, name, value);
    if (bytes_equal_nocase(name, "Proxy-Authorization"))
        read_credentials(r, value);
    else if (bytes_equal_nocase(name, "User-Agent"))
        request_keep(&r->user_agent, value);
    else if (bytes_equal_nocase(name, "Host"))
        request_keep(&h->host_header, value);
}

static void start_body(struct http_side *side, bool to_close)
{
    if (side->chunked)
        side->state = HTTP_CHUNK_SIZE;
    else if (side->has_length && side->left)
        side->state = HTTP_BODY;
    else
        side->state = to_close && !side->has_length ? HTTP_BODY_TO_CLOSE : HTTP_START;
}

static void end_of_request_header(struct layer *l, struct http *h)
{
    struct request *r = h->building;
    bool mail;

    h->building = NULL;
    r->ts = layer_now(l);
    if (!r->error && !r->target.host.n && !r->target.ip.family && h->host_header.n)
        set_authority(r, h->host_header, 80);
    mail = r->class == CLASS_GET && is_mail_post(r);
    start_body(&h->client, mail);
    if (r->class == CLASS_CONNECT_SMTP || r->class == CLASS_CONNECT_OTHER)
        h->client.state = HTTP_TUNNEL_WAIT;
    else if (r->error && h->client.state == HTTP_BODY_TO_CLOSE)
        h->client.state = HTTP_START;
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

static void client_body(struct layer *l, struct http *h, struct bytes part)
{
    if (!h->body_is_inner || !l->inner)
        return;
    layer_put(l->inner, FROM_CLIENT, part);
    if (l->inner->protocol == &protocol_smtp)
        h->keeper->class = CLASS_CONNECT_SMTP;
}

/* --- lines and bodies, the same in both directions --- */

/* RFC 9112 section 7.1: size in hexadecimal, extensions behind a semicolon. */
static bool parse_chunk_size(struct bytes line, uint64_t *out)
{
    size_t i = 0;

    *out = 0;
    for (; i < line.n; i++) {
        uint8_t c = line.at[i] | 0x20;
        unsigned digit = 16;

        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if (c >= 'a' && c <= 'f')
            digit = c - 'a' + 10u;
        if (digit == 16)
            break;
        if (*out >> 56)
            return false;
        *out = *out << 4 | digit;
    }
    return i > 0;
}

/* Steps over a body.  `part` is what of it is in `in`. */
static enum step take_body(struct layer *l, enum direction from, struct http_side *side,
                           struct bytes in, size_t *used, struct bytes *part)
{
    struct bytes line;
    enum step step = STEP_AGAIN;

    *part = BYTES_NONE;
    switch (side->state) {
    case HTTP_BODY:
    case HTTP_CHUNK_DATA:
        *used = in.n < side->left ? in.n : (size_t)side->left;
        *part = (struct bytes){in.at, *used};
        side->left -= *used;
        if (!side->left)
            side->state = side->state == HTTP_BODY ? HTTP_START : HTTP_CHUNK_END;
        return STEP_AGAIN;
    case HTTP_CHUNK_SIZE:
        if (!layer_take_line(l, from, in, &line, used, &step))
            return step;
        if (!parse_chunk_size(line, &side->left))
            side->state = HTTP_SKIP;
        else
            side->state = side->left ? HTTP_CHUNK_DATA : HTTP_TRAILER;
        return STEP_AGAIN;
    case HTTP_CHUNK_END:
        if (layer_take_line(l, from, in, &line, used, &step))
            side->state = HTTP_CHUNK_SIZE;
        return *used ? STEP_AGAIN : step;
    case HTTP_TRAILER:
        if (layer_take_line(l, from, in, &line, used, &step) && !line.n)
            side->state = HTTP_START;
        return *used ? STEP_AGAIN : step;
    default: /* to the close */
        *used = in.n;
        if (side->state == HTTP_BODY_TO_CLOSE)
            *part = in;
        return STEP_AGAIN;
    }
}

/* --- client --- */

static enum step refuse_head(struct layer *l, struct http *h, const char *error)
{
    struct request *r = h->building;

    h->building = NULL;
    r->class = CLASS_ERROR;
    r->error = error;
    r->ts = h->last_line;
    push_pending(l, h, r);
    h->client.state = HTTP_SKIP;
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

static enum step client_line(struct layer *l, struct http *h, struct bytes in, size_t *used)
{
    struct bytes line;
    enum step step;

    if (!layer_take_line(l, FROM_CLIENT, in, &line, used, &step))
        return step;
    h->last_line = layer_now(l);
    if (h->client.state == HTTP_START) {
        if (!line.n) /* RFC 9112 section 2.2: an empty line before the request line */
            return STEP_AGAIN;
        if (h->client.resync && http_judge_line(line) != HTTP_LINE_GOOD)
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
    if (line.n)
        request_header(h, line);
    else
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
    h->client.state = HTTP_START;
    h->server.state = HTTP_START;
    h->server.resync = true;
    return STEP_AGAIN;
}

/* The reply to CONNECT is lost, but the client has gone on: so it was granted. */
static enum step go_on(struct layer *l, struct http *h)
{
    while (h->pending_count > 1)
        pop_pending(l, h, REPLY_NONE, VERDICT_NONE);
    h->reply_lost = false;
    h->client.state = h->server.state = HTTP_SKIP;
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

static enum step client_parse(struct layer *l, struct http *h, struct bytes in, size_t *used)
{
    struct bytes part;
    enum step step;

    switch (h->client.state) {
    case HTTP_START:
    case HTTP_HEADER:
        return client_line(l, h, in, used);
    case HTTP_TUNNEL_WAIT:
        if (!h->reply_lost)
            return STEP_WAIT;
        step = asks_again(l, h, in);
        return step == STEP_WAIT ? go_on(l, h) : step;
    default:
        step = take_body(l, FROM_CLIENT, &h->client, in, used, &part);
        if (part.n)
            client_body(l, h, part);
        if (h->client.state == HTTP_START)
            end_inner_body(l, h);
        return step;
    }
}

/* --- server --- */

/* RFC 9112 section 4: HTTP/1.1 SP 3DIGIT SP reason. */
static bool read_status(struct bytes line, int *status)
{
    struct bytes rest = line, word = next_word(&rest);

    if (!is_version(word))
        return false;
    word = next_word(&rest);
    if (word.n != 3)
        return false;
    *status = 0;
    for (int i = 0; i < 3; i++) {
        if (word.at[i] < '0' || word.at[i] > '9')
            return false;
        *status = *status * 10 + (word.at[i] - '0');
    }
    return true;
}

/* The server has answered what is not complete, is no request at all, or is in a
 * hole. */
static void answered_early(struct layer *l, struct http *h)
{
    if (h->status / 100 == 1)
        return;
    if (h->asked_in_hole) {
        h->asked_in_hole = false;
        h->building = request_new(l, MODULE_HTTP);
        h->last_line = layer_now(l);
        (void)refuse_head(l, h, request_in_hole);
        h->client.state = HTTP_START;
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
    h->client.state = h->server.state = HTTP_SKIP;
    h->keeper = h->pending[0];
    pop_pending(l, h, h->status, VERDICT_YES);
    if (layer_open_inner(l, h->keeper, true))
        l->inner->resync = h->keeper->error == request_in_hole;
}

/* A reply without a body's framing to a request that is in a hole: what follows is
 * a tunnel, or a page to the close, in which nobody will find a mail. */
static bool may_be_tunnel(const struct http *h, const struct request *r)
{
    return r->error == request_in_hole && h->status / 100 == 2 && !h->server.has_length &&
           !h->server.chunked;
}

static void end_of_reply_header(struct layer *l, struct http *h)
{
    bool head = false, connect = false, granted;

    if (h->status / 100 == 1 && h->status != 101) { /* interim: the final one follows */
        h->server.state = HTTP_START;
        return;
    }
    h->server.resync = false;
    granted = h->status / 100 == 2;
    if (h->pending_count) {
        const struct request *r = h->pending[0];

        head = bytes_equal_nocase(r->command, "HEAD");
        connect = is_connect(r) && r->class != CLASS_ERROR;
        if (h->pending_count == 1 &&
            ((connect && granted && h->client.state == HTTP_TUNNEL_WAIT) || may_be_tunnel(h, r))) {
            start_tunnel(l, h);
            return;
        }
        pop_pending(l, h, h->status, connect ? granted : h->status < 400);
        if (connect && h->client.state == HTTP_TUNNEL_WAIT && !h->pending_count)
            h->client.state = HTTP_START; /* refused: the client may ask again */
    }
    if (h->status == 101) /* both go on in another protocol */
        h->client.state = h->server.state = HTTP_SKIP;
    /* RFC 9112 section 6.3: who has no body */
    else if (head || h->status == 204 || h->status == 304)
        h->server.state = HTTP_START;
    else
        start_body(&h->server, true);
}

static enum step server_line(struct layer *l, struct http *h, struct bytes in, size_t *used)
{
    struct bytes line, name, value;
    enum step step;

    if (!layer_take_line(l, FROM_SERVER, in, &line, used, &step))
        return step;
    if (h->server.state == HTTP_START) {
        if (!line.n)
            return STEP_AGAIN;
        if (!read_status(line, &h->status)) {
            if (!h->server.resync)
                h->server.state = HTTP_SKIP;
            return STEP_AGAIN;
        }
        if (!h->pending_count)
            answered_early(l, h);
        h->server.state = HTTP_HEADER;
        h->server.has_length = h->server.chunked = false;
        h->server.left = 0;
        return STEP_AGAIN;
    }
    if (!line.n)
        end_of_reply_header(l, h);
    else if (split_header(line, &name, &value))
        read_framing(&h->server, name, value);
    return STEP_AGAIN;
}

static enum step server_parse(struct layer *l, struct http *h, struct bytes in, size_t *used)
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
        return server_line(l, h, in, used);
    default:
        return take_body(l, FROM_SERVER, &h->server, in, used, &part);
    }
}

static enum step http_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    struct http *h = l->state;

    return from == FROM_CLIENT ? client_parse(l, h, in, used) : server_parse(l, h, in, used);
}

/* --- missing bytes --- */

/* A hole inside a body of known length is stepped over; true if that was all. */
static bool gap_in_body(struct http_side *side, uint64_t missing)
{
    if (side->state == HTTP_BODY_TO_CLOSE || side->state == HTTP_SKIP)
        return true;
    if ((side->state != HTTP_BODY && side->state != HTTP_CHUNK_DATA) || missing > side->left)
        return false;
    side->left -= missing;
    if (!side->left)
        side->state = side->state == HTTP_BODY ? HTTP_START : HTTP_CHUNK_END;
    return true;
}

static void server_gap(struct layer *l, struct http *h, uint64_t missing)
{
    if (gap_in_body(&h->server, missing))
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
        h->server.state = HTTP_START;
    if (h->reply_lost)
        return;
    h->late = h->pending_count;
    while (h->pending_count) /* which replies were lost cannot be told */
        pop_pending(l, h, REPLY_NONE, VERDICT_NONE);
}

/* What a hole takes of the mail in the body of a POST. */
static void inner_gap(struct layer *l, struct http *h, uint64_t missing)
{
    const struct http_side *side = &h->client;
    bool bounded = side->state == HTTP_BODY || side->state == HTTP_CHUNK_DATA;

    if (h->body_is_inner)
        layer_gap(l->inner, FROM_CLIENT, bounded && side->left < missing ? side->left : missing);
}

static void client_gap(struct layer *l, struct http *h, uint64_t missing)
{
    if (h->client.state == HTTP_TUNNEL_WAIT) { /* it talks into the tunnel already */
        go_on(l, h);
        if (l->tunnel[FROM_CLIENT])
            layer_gap(l->inner, FROM_CLIENT, missing);
        return;
    }
    inner_gap(l, h, missing);
    if (gap_in_body(&h->client, missing)) {
        if (h->client.state == HTTP_START)
            end_inner_body(l, h);
        return;
    }
    end_inner_body(l, h);
    if (h->building)
        (void)refuse_head(l, h, request_in_hole);
    if (h->pending_count) {
        h->client.state = HTTP_START;
        h->client.resync = true;
    } else {
        layer_forget(l);
    }
}

static void http_gap(struct layer *l, enum direction from, uint64_t missing)
{
    if (from == FROM_SERVER)
        server_gap(l, l->state, missing);
    else
        client_gap(l, l->state, missing);
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
           (h->building ? request_held(h->building) : 0);
}

const struct protocol protocol_http = {
    .module = MODULE_HTTP,
    .new = http_new,
    .free = http_free,
    .parse = http_parse,
    .gap = http_gap,
    .close = http_close,
    .assume = http_assume,
    .finish = http_finish,
    .held = http_held,
};
