/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stack of layers: which layer gets which bytes, and when one opens inside another.
 * It knows protocols only as entries of the conversation's table.
 */
#include <string.h>

#include "base/mem.h"
#include "proto/detect.h"
#include "proto/layer.h"

#define RESYNC_SKIP_MAX 1048576 /* bytes searched for a resync point in mid-conversation */
#define ARRIVALS_MAX    256     /* times kept of held bytes; beyond, some get a later one */

static enum direction other(enum direction d)
{
    return d == FROM_CLIENT ? FROM_SERVER : FROM_CLIENT;
}

struct layer *layer_new(struct conversation *c, struct layer *outer)
{
    struct layer *l = MEM_NEW(struct layer);

    l->conversation = c;
    l->outer = outer;
    return l;
}

void layer_free(struct layer *l)
{
    if (!l)
        return;
    layer_free(l->inner);
    if (l->protocol)
        l->protocol->free(l->state);
    for (int d = 0; d < 2; d++) {
        buf_fini(&l->in[d]);
        mem_free(l->came[d].list);
    }
    mem_free(l);
}

time_us layer_now(const struct layer *l)
{
    return l->conversation->now;
}

/* --- what is held, and since when --- */

static void hold(struct layer *l, enum direction from, struct bytes bytes)
{
    struct arrivals *came = &l->came[from];
    time_us now = l->conversation->now;

    if (!bytes.n)
        return;
    if (!l->protocol && from == FROM_SERVER && !l->in[FROM_CLIENT].len)
        l->server_spoke = true;
    buf_append(&l->in[from], bytes.at, bytes.n);
    if (came->count == ARRIVALS_MAX)
        came->list[came->count - 1].ts = now;
    if (!came->count || came->list[came->count - 1].ts != now) {
        if (came->count == came->room) {
            came->room = came->room ? 2 * came->room : 4;
            came->list = mem_resize(came->list, came->room * sizeof *came->list);
        }
        came->list[came->count++].ts = now;
    }
    came->list[came->count - 1].end = l->in[from].len;
}

/* Returns how many arrivals are gone whole. */
static size_t take_held(struct layer *l, enum direction from, size_t n)
{
    struct arrivals *came = &l->came[from];
    size_t gone = 0;

    if (!n)
        return 0;
    buf_drop_front(&l->in[from], n);
    l->notes = (struct detect_notes){0};
    while (gone < came->count && came->list[gone].end <= n)
        gone++;
    came->count -= gone;
    if (came->count)
        memmove(came->list, came->list + gone, came->count * sizeof *came->list);
    for (size_t i = 0; i < came->count; i++)
        came->list[i].end -= n;
    return gone;
}

void layer_drop_held(struct layer *l, enum direction from)
{
    buf_clear(&l->in[from]);
    l->came[from].count = 0;
    l->notes = (struct detect_notes){0};
}

void layer_drop_front(struct layer *l, enum direction from, size_t n)
{
    (void)take_held(l, from, n);
}

time_us layer_held_since(const struct layer *l, enum direction from)
{
    const struct arrivals *came = &l->came[from];

    return came->count ? came->list[came->count - 1].ts : l->conversation->now;
}

/* --- lines --- */

/* Steps over the rest of a line that is of no use. */
static size_t skip_line(struct layer *l, enum direction from, struct bytes in)
{
    const uint8_t *end = in.n ? memchr(in.at, '\n', in.n) : NULL;

    l->mid_line[from] = !end;
    return end ? (size_t)(end - in.at) + 1 : in.n;
}

bool layer_take_line(struct layer *l, enum direction from, struct bytes in, struct bytes *line,
                     size_t *used, enum step *step)
{
    size_t most = in.n < CONVERSATION_LINE_MAX ? in.n : CONVERSATION_LINE_MAX;
    const uint8_t *end;

    if (l->mid_line[from]) {
        *used = skip_line(l, from, in);
        *step = STEP_AGAIN;
        return false;
    }
    end = memchr(in.at, '\n', most);
    *step = STEP_MORE;
    if (!end && in.n < CONVERSATION_LINE_MAX)
        return false;
    line->at = in.at;
    line->n = end ? (size_t)(end - in.at) : most;
    *used = line->n + (end != NULL);
    l->mid_line[from] = !end;
    if (end && line->n && line->at[line->n - 1] == '\r')
        line->n--;
    return true;
}

/* --- events --- */

void layer_trace(const struct layer *l, const char *machine, const char *from, const char *to)
{
    const struct conversation *c = l->conversation;
    struct transition t = {
        .ts = c->now, .depth = l->depth, .machine = machine, .from = from, .to = to};

    c->trace.put(c->trace.context, &t);
}

void layer_emit(struct layer *l, struct event *event)
{
    event->ts = l->conversation->now;
    event->depth = l->depth;
    l->conversation->sink.put(l->conversation->sink.context, event);
}

void layer_emit_login(struct layer *l, enum module module, const struct login *login)
{
    struct event event = {.type = EVENT_LOGIN_DONE, .module = module, .login = login};

    layer_emit(l, &event);
}

void layer_limit(struct layer *l, const char *what)
{
    struct event event = {.type = EVENT_LIMIT, .text = what};

    layer_emit(l, &event);
}

unsigned layer_next_request(struct layer *l)
{
    return ++l->conversation->requests;
}

unsigned layer_next_mail(struct layer *l)
{
    return ++l->conversation->mails;
}

static const struct protocol *opaque_of(const struct layer *l)
{
    return l->conversation->protocols->opaque;
}

/* The one place where a layer's protocol changes; NULL: not known (any more). */
static void set_protocol(struct layer *l, const struct protocol *protocol)
{
    if (layer_is_traced(l))
        layer_trace(l, "layer", l->protocol ? l->protocol->name : "unknown",
                    protocol ? protocol->name : "unknown");
    if (l->protocol)
        l->protocol->free(l->state);
    l->protocol = protocol;
    l->state = protocol ? protocol->new (l) : NULL;
}

void layer_settle(struct layer *l, enum module module)
{
    struct event event = {.type = EVENT_PROTOCOL, .module = module};

    if (!l->outer)
        l->conversation->protocol = module;
    if (l->settled != module)
        layer_emit(l, &event);
    l->settled = module;
}

void layer_forget(struct layer *l)
{
    set_protocol(l, NULL);
    l->resync = l->request_in_gap = true;
}

void layer_restart(struct layer *l)
{
    set_protocol(l, NULL);
    l->restarted = true;
}

void layer_become_opaque(struct layer *l)
{
    set_protocol(l, opaque_of(l));
}

struct layer *layer_open_inner(struct layer *l, const struct request *opened_by, bool whole)
{
    if (l->depth + 1 > CONVERSATION_DEPTH_MAX) {
        layer_limit(l, "proxies nested too deep to follow");
        return NULL;
    }
    l->inner = layer_new(l->conversation, l);
    l->inner->depth = l->depth + 1;
    l->inner->opened_by = opened_by;
    l->inner->one_sided = l->one_sided;
    l->tunnel[FROM_CLIENT] = l->tunnel[FROM_SERVER] = whole;
    return l->inner;
}

static bool drain_one(struct layer *l, enum direction from);

/* Shows `in` to the protocol until it has had enough; returns how many bytes it
 * (or the layer inside) took. */
static size_t consume(struct layer *l, enum direction from, struct bytes in)
{
    size_t at = 0;

    l->waiting[from] = l->more[from] = false;
    l->busy[from] = true;
    while (at < in.n) {
        enum step step;
        size_t used = 0;

        if (l->tunnel[from]) {
            layer_put(l->inner, from, bytes_skip(in, at));
            at = in.n;
            break;
        }
        step = l->protocol->parse(l, from, bytes_skip(in, at), &used);
        at += used;
        if (step != STEP_AGAIN) {
            l->waiting[from] = step != STEP_MORE;
            l->more[from] = step != STEP_WAIT;
            break;
        }
        /* This may be what the other side's bytes wait for, and what comes next the
         * answer to those. */
        if (l->waiting[other(from)] && !l->busy[other(from)])
            drain_one(l, other(from));
    }
    l->busy[from] = false;
    return at;
}

/* Shows held bytes again, each lot at the time at which it came, as if it came
 * only now that they have a meaning. */
static bool drain_one(struct layer *l, enum direction from)
{
    struct arrivals *came = &l->came[from];
    time_us now = l->conversation->now;
    bool moved = false;
    size_t lot = 0;

    while (lot < came->count && l->protocol) {
        size_t end = came->list[lot].end, used, gone;

        l->conversation->now = came->list[lot].ts;
        used = consume(l, from, (struct bytes){l->in[from].data, end});
        moved = moved || used;
        gone = take_held(l, from, used);
        lot = used == end ? 0 : lot - gone + 1; /* what is left of a lot needs the next one */
        if (l->waiting[from] && !l->more[from])
            break;
    }
    l->conversation->now = now;
    return moved;
}

void layer_show_held(struct layer *l, enum direction from)
{
    (void)drain_one(l, from);
}

/* Bytes of one side may give meaning to what the other side's buffer holds. */
static void drain(struct layer *l, enum direction first)
{
    while (drain_one(l, first) && drain_one(l, other(first)))
        ;
}

static void drain_both(struct layer *l, enum direction first)
{
    bool moved;

    do {
        moved = drain_one(l, first);
        moved = drain_one(l, other(first)) || moved;
    } while (moved);
}

static bool is_blank(struct bytes rest)
{
    return rest.at[0] == '\r' || rest.at[0] == '\n';
}

/* What the bytes at the front of both sides are; NULL: not known yet. */
static const struct protocol *detect(struct layer *l, struct bytes client, struct bytes server,
                                     bool over)
{
    bool front = !l->resync || !l->resync_skipped;
    struct detection d = {.client = client,
                          .server = server,
                          .speaking = l->speaking,
                          .one_sided = l->one_sided,
                          .over = over,
                          .answering = l->conversation->answering,
                          .front = front,
                          .first = !l->outer && front && !l->restarted,
                          .resync = l->resync,
                          .notes = &l->notes};

    if (l->resync)
        l->notes = (struct detect_notes){0};
    return detect_protocol(l->conversation->protocols, &d);
}

/* In mid-conversation, and nothing here is known: looks for the first line that
 * identifies a protocol.  Each side is classified alone, since which answers which is not known. */
static const struct protocol *find_resync_point(struct layer *l, enum direction from)
{
    struct bytes in = buf_view(&l->in[from]), none = BYTES_NONE;
    const struct protocol *p = NULL;
    size_t at = 0, blank = 0;

    while (at < in.n) {
        struct bytes rest = bytes_skip(in, at);

        p = NULL;
        /* Detection would step over empty lines again with each of them, and each byte. */
        if (from == FROM_CLIENT && !l->mid_line[from] && is_blank(rest)) {
            at++;
            blank++;
            l->resync_skipped++;
            continue;
        }
        if (!l->mid_line[from]) {
            p = from == FROM_CLIENT ? detect(l, rest, none, false) : detect(l, none, rest, false);
            if (p != opaque_of(l) || l->resync_skipped > RESYNC_SKIP_MAX)
                break;
            p = NULL;
        }
        rest.n = skip_line(l, from, rest);
        l->resync_skipped += rest.n;
        at += rest.n;
    }
    take_held(l, from, at);
    if (at > blank) /* this is no longer right after the gap */
        l->request_in_gap = false;
    if (p && from == FROM_CLIENT) { /* an unfinished line of what came before */
        l->mid_line[FROM_SERVER] = l->mid_line[FROM_SERVER] || l->in[FROM_SERVER].len;
        layer_drop_held(l, FROM_SERVER);
    }
    return p;
}

static bool detect_answer_of(struct layer *l, struct bytes client, struct bytes server,
                             const struct protocol **out)
{
    return l->request_in_gap && !l->mid_line[FROM_SERVER] &&
           detect_answer(l->conversation->protocols, client, server, out);
}

static void find_one(struct layer *l)
{
    struct bytes client = buf_view(&l->in[FROM_CLIENT]), server = buf_view(&l->in[FROM_SERVER]);
    const struct protocol *p;

    if (!detect_answer_of(l, client, server, &p))
        p = l->resync ? find_resync_point(l, l->speaking) : detect(l, client, server, false);
    if (!p)
        return;
    set_protocol(l, p);
    if (l->speaking == FROM_SERVER) {
        drain_both(l, FROM_CLIENT); /* the client's bytes were there first */
    } else if (p->server_first || (p->answers_only && l->server_spoke)) {
        drain_both(l, FROM_SERVER); /* who speaks first, there */
    } else {
        l->waiting[FROM_SERVER] = l->in[FROM_SERVER].len;
        drain_both(l, FROM_CLIENT);
    }
}

static void find_protocol(struct layer *l)
{
    bool restarted = l->restarted;

    find_one(l);
    if (l->restarted && !restarted) /* a header was taken: what follows it? */
        find_one(l);
}

static void assume(struct layer *l)
{
    l->waiting[FROM_CLIENT] = false;
    l->protocol->assume(l, buf_view(&l->in[FROM_CLIENT]));
    drain_both(l, FROM_CLIENT);
}

/* No reply will come any more to anything that the client's held bytes wait for. */
static void assume_all(struct layer *l)
{
    size_t before;

    do {
        before = l->in[FROM_CLIENT].len;
        if (l->protocol && l->waiting[FROM_CLIENT] && before)
            assume(l);
    } while (l->in[FROM_CLIENT].len < before);
}

/* Keeps what is held within its cap. */
static void bound_held(struct layer *l, enum direction from)
{
    if (l->waiting[FROM_CLIENT] && l->in[FROM_CLIENT].len > CONVERSATION_HELD_MAX) {
        layer_limit(l, "client went on without waiting for the reply");
        assume(l);
    }
    if (l->in[from].len > CONVERSATION_HELD_MAX) {
        layer_limit(l, "bytes that no reply or request explains");
        layer_drop_held(l, FROM_CLIENT);
        layer_drop_held(l, FROM_SERVER);
        if (l->protocol->finish)
            l->protocol->finish(l);
        layer_become_opaque(l);
    }
}

/* Takes some bytes, never more at a time than may be held, so that a cap cuts at
 * the same byte however the bytes come.  Returns how many. */
static size_t put_some(struct layer *l, enum direction from, struct bytes bytes)
{
    struct buf *in = &l->in[from];
    size_t room = CONVERSATION_HELD_MAX + 1 - in->len, n = 0, rest;

    if (l->protocol && !in->len) /* the usual way: straight from the segment, no copy */
        n = consume(l, from, bytes);
    rest = bytes.n - n < room ? bytes.n - n : room;
    if (rest) {
        bool held = in->len;

        hold(l, from, (struct bytes){bytes.at + n, rest});
        if (l->protocol && held)
            take_held(l, from, consume(l, from, buf_view(in)));
    }
    if (!l->protocol)
        find_protocol(l);
    else
        drain(l, other(from));
    if (l->protocol)
        bound_held(l, from);
    return n + rest;
}

void layer_put(struct layer *l, enum direction from, struct bytes bytes)
{
    l->speaking = from;
    while (bytes.n && !l->finished)
        bytes = bytes_skip(bytes, put_some(l, from, bytes));
}

/* No answer will come any more that could deny what the client's first bytes are. */
static void find_protocol_at_end(struct layer *l)
{
    struct bytes client = buf_view(&l->in[FROM_CLIENT]), server = buf_view(&l->in[FROM_SERVER]);
    const struct protocol *p;

    if (l->protocol || l->resync || !client.n)
        return;
    p = detect(l, client, server, true);
    if (!p || p == opaque_of(l))
        return;
    set_protocol(l, p);
    drain_both(l, FROM_CLIENT);
    if (!l->protocol && l->restarted)
        find_protocol_at_end(l);
}

void layer_gap(struct layer *l, enum direction from, uint64_t missing)
{
    if (l->finished)
        return;
    l->speaking = from;
    if (from == FROM_CLIENT && !l->tunnel[from])
        assume_all(l);
    if (l->tunnel[from]) {
        layer_gap(l->inner, from, missing);
        return;
    }
    if (from == FROM_SERVER)
        find_protocol_at_end(l);
    l->waiting[from] = l->more[from] = l->mid_line[from] = false;
    l->resync = l->resync || !l->protocol;
    l->request_in_gap = l->request_in_gap || (!l->protocol && from == FROM_CLIENT);
    if (l->protocol)
        l->protocol->gap(l, from, missing);
    layer_drop_held(l, from);
    if (l->protocol) /* which may have forgotten itself */
        drain(l, other(from));
}

void layer_close(struct layer *l, enum direction from)
{
    if (l->protocol && l->protocol->close && !l->tunnel[from])
        l->protocol->close(l, from);
    if (l->inner)
        layer_close(l->inner, from);
}

void layer_finish(struct layer *l)
{
    if (l->finished)
        return;
    find_protocol_at_end(l);
    assume_all(l);
    if (l->protocol && l->protocol->finish)
        l->protocol->finish(l);
    l->finished = true;
    if (l->inner)
        layer_finish(l->inner);
}

size_t layer_held(const struct layer *l)
{
    size_t held = 0;

    for (; l; l = l->inner) {
        held += sizeof *l + buf_held(&l->in[FROM_CLIENT]) + buf_held(&l->in[FROM_SERVER]);
        held += (l->came[FROM_CLIENT].room + l->came[FROM_SERVER].room) * sizeof(struct arrival);
        if (l->protocol && l->protocol->held)
            held += l->protocol->held(l->state);
    }
    return held;
}
