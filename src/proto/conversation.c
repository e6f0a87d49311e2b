/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stack of layers: who gets which bytes, and when a layer opens inside another. */
#include <string.h>

#include "base/mem.h"
#include "proto/layer.h"

#define RESYNC_SKIP_MAX                                                                            \
    (1024 * 1024) /* bytes looked through for a foothold in mid-conversation                       \
                   */

struct conversation {
    struct event_sink sink;
    struct layer *root;
    time_us now;
    unsigned requests, mails;
    enum module protocol;
    bool spoken; /* any byte came */
};

static enum direction other(enum direction d)
{
    return d == FROM_CLIENT ? FROM_SERVER : FROM_CLIENT;
}

static struct layer *layer_new(struct conversation *c, struct layer *outer)
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
    buf_append(&l->in[from], bytes.at, bytes.n);
    if (!came->count || came->list[came->count - 1].ts != now) {
        if (came->count == came->room) {
            came->room = came->room ? 2 * came->room : 4;
            came->list = mem_resize(came->list, came->room * sizeof *came->list);
        }
        came->list[came->count++].ts = now;
    }
    came->list[came->count - 1].end = l->in[from].len;
}

static void take_held(struct layer *l, enum direction from, size_t n)
{
    struct arrivals *came = &l->came[from];
    size_t gone = 0;

    if (!n)
        return;
    buf_drop_front(&l->in[from], n);
    while (gone < came->count && came->list[gone].end <= n)
        gone++;
    came->count -= gone;
    memmove(came->list, came->list + gone, came->count * sizeof *came->list);
    for (size_t i = 0; i < came->count; i++)
        came->list[i].end -= n;
}

void layer_drop_held(struct layer *l, enum direction from)
{
    buf_clear(&l->in[from]);
    l->came[from].count = 0;
}

time_us layer_held_since(const struct layer *l, enum direction from)
{
    const struct arrivals *came = &l->came[from];

    return came->count ? came->list[came->count - 1].ts : l->conversation->now;
}

/* --- events --- */

void layer_emit(struct layer *l, struct event *event)
{
    event->ts = l->conversation->now;
    event->depth = l->depth;
    l->conversation->sink.put(l->conversation->sink.context, event);
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

static void set_protocol(struct layer *l, const struct protocol *protocol)
{
    l->protocol = protocol;
    l->state = protocol->new (l);
}

void layer_settle(struct layer *l, enum module module)
{
    struct event event = {.type = EVENT_PROTOCOL, .module = module};

    if (!l->outer)
        l->conversation->protocol = module;
    layer_emit(l, &event);
}

void layer_forget(struct layer *l)
{
    l->protocol->free(l->state);
    l->protocol = NULL;
    l->resync = true;
}

void layer_become_opaque(struct layer *l)
{
    l->protocol->free(l->state);
    set_protocol(l, &protocol_opaque);
}

struct layer *layer_open_inner(struct layer *l, const struct request *via, bool whole)
{
    if (l->depth + 1 > CONVERSATION_DEPTH_MAX) {
        layer_limit(l, "proxies nested too deep to follow");
        return NULL;
    }
    l->inner = layer_new(l->conversation, l);
    l->inner->depth = l->depth + 1;
    l->inner->via = via;
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

    l->waiting[from] = false;
    while (at < in.n) {
        enum step step;
        size_t used = 0;

        if (l->tunnel[from]) {
            layer_put(l->inner, from, bytes_skip(in, at));
            return in.n;
        }
        step = l->protocol->parse(l, from, bytes_skip(in, at), &used);
        at += used;
        if (step != STEP_AGAIN) {
            l->waiting[from] = step == STEP_WAIT;
            break;
        }
        /* A reply may be what the client's bytes wait for, and the next reply the
         * answer to those. */
        if (from == FROM_SERVER && used && l->waiting[FROM_CLIENT])
            drain_one(l, FROM_CLIENT);
    }
    return at;
}

/* Shows held bytes again, each lot at the time at which it came, as if it came
 * only now that they have a meaning. */
static bool drain_one(struct layer *l, enum direction from)
{
    time_us now = l->conversation->now;
    bool moved = false;

    for (size_t i = 0; i < l->came[from].count;) {
        struct arrival lot = l->came[from].list[i];
        size_t used, before;

        l->conversation->now = lot.ts;
        used = consume(l, from, (struct bytes){l->in[from].data, lot.end});
        moved = moved || used;
        before = l->came[from].count;
        take_held(l, from, used);
        i -= before - l->came[from].count; /* lots that were taken whole */
        if (used < lot.end)
            i++; /* what is left of this lot needs what came later */
        if (l->waiting[from])
            break;
    }
    l->conversation->now = now;
    return moved;
}

/* What one side said may give meaning to what the other side's buffer holds. */
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

/* In mid-conversation: nothing here is known, so look from the next line on. */
static bool skip_line(struct layer *l)
{
    struct buf *in = &l->in[FROM_CLIENT];
    const uint8_t *end = in->len ? memchr(in->data, '\n', in->len) : NULL;
    size_t n = end ? (size_t)(end - in->data) + 1 : in->len;

    l->mid_line = !end && in->len;
    l->resync_skipped += n;
    take_held(l, FROM_CLIENT, n);
    layer_drop_held(l, FROM_SERVER);
    return in->len > 0;
}

static void detect(struct layer *l)
{
    if (l->mid_line && l->in[FROM_CLIENT].len)
        skip_line(l);
    while (!l->mid_line) {
        const struct protocol *p =
            detect_protocol(l, buf_view(&l->in[FROM_CLIENT]), buf_view(&l->in[FROM_SERVER]));

        if (!p)
            return;
        if (p != &protocol_opaque || !l->resync || l->resync_skipped > RESYNC_SKIP_MAX) {
            set_protocol(l, p);
            break;
        }
        if (!skip_line(l))
            return;
    }
    if (!l->protocol)
        return;
    /* A mail server speaks first, everyone else is asked first. */
    drain_both(l, l->protocol == &protocol_smtp ? FROM_SERVER : FROM_CLIENT);
}

static void assume(struct layer *l)
{
    l->waiting[FROM_CLIENT] = false;
    l->protocol->assume(l, buf_view(&l->in[FROM_CLIENT]));
    drain_both(l, FROM_CLIENT);
}

void layer_put(struct layer *l, enum direction from, struct bytes bytes)
{
    struct buf *in = &l->in[from];

    if (!bytes.n || l->finished)
        return;
    if (!l->protocol) {
        hold(l, from, bytes);
        detect(l);
        return;
    }
    if (!in->len) { /* the usual way: straight from the segment, no copy */
        hold(l, from, bytes_skip(bytes, consume(l, from, bytes)));
    } else {
        hold(l, from, bytes);
        take_held(l, from, consume(l, from, buf_view(in)));
    }
    drain(l, other(from));
    if (l->waiting[FROM_CLIENT] && l->in[FROM_CLIENT].len > CONVERSATION_HELD_MAX) {
        layer_limit(l, "client talked on without waiting for the reply");
        assume(l);
    }
    if (l->in[from].len > CONVERSATION_HELD_MAX && !l->tunnel[from]) {
        layer_limit(l, "bytes that no reply or request explains");
        layer_become_opaque(l);
        layer_drop_held(l, FROM_CLIENT);
        layer_drop_held(l, FROM_SERVER);
    }
}

void layer_gap(struct layer *l, enum direction from, uint64_t missing)
{
    if (l->finished)
        return;
    if (l->protocol && !l->tunnel[from] && from == FROM_CLIENT && l->waiting[from])
        assume(l);
    if (l->tunnel[from]) {
        layer_gap(l->inner, from, missing);
        return;
    }
    layer_drop_held(l, from);
    l->waiting[from] = false;
    if (l->protocol) { /* which may forget itself */
        l->protocol->gap(l, from, missing);
        if (l->protocol)
            drain(l, other(from));
    } else {
        l->resync = true;
        l->mid_line = false;
    }
}

static void layer_close(struct layer *l, enum direction from)
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
    if (l->protocol) {
        if (l->waiting[FROM_CLIENT] && l->in[FROM_CLIENT].len)
            assume(l);
        if (l->protocol->finish)
            l->protocol->finish(l);
    }
    l->finished = true;
    if (l->inner)
        layer_finish(l->inner);
}

struct conversation *conversation_new(struct event_sink sink)
{
    struct conversation *c = MEM_NEW(struct conversation);

    c->sink = sink;
    c->root = layer_new(c, NULL);
    return c;
}

void conversation_set_midstream(struct conversation *c)
{
    c->root->resync = true;
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

enum module conversation_protocol(const struct conversation *c)
{
    if (c->protocol == MODULE_NONE && c->spoken)
        return MODULE_OTHER;
    return c->protocol;
}

size_t conversation_held(const struct conversation *c)
{
    size_t held = sizeof *c;

    for (const struct layer *l = c->root; l; l = l->inner) {
        held += sizeof *l + l->in[FROM_CLIENT].cap + l->in[FROM_SERVER].cap;
        if (l->protocol && l->protocol->held)
            held += l->protocol->held(l->state);
    }
    return held;
}

const char *module_name(enum module m)
{
    static const char *const names[] = {"", "http", "socks4", "socks4a", "socks5", "smtp", "other"};

    return names[m];
}

const char *request_class_name(enum request_class c)
{
    static const char *const names[] = {"connect-smtp", "connect-other", "get", "error"};

    return names[c];
}

/* What nobody here understands: taken, not kept. */

static void *opaque_new(struct layer *l)
{
    (void)l;
    return NULL;
}

static void opaque_free(void *state)
{
    (void)state;
}

static enum step opaque_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    (void)l, (void)from;
    *used = in.n;
    return STEP_AGAIN;
}

static void opaque_gap(struct layer *l, enum direction from, uint64_t missing)
{
    (void)l, (void)from, (void)missing;
}

static void opaque_assume(struct layer *l, struct bytes rest)
{
    (void)l, (void)rest;
}

const struct protocol protocol_opaque = {
    .module = MODULE_OTHER,
    .new = opaque_new,
    .free = opaque_free,
    .parse = opaque_parse,
    .gap = opaque_gap,
    .assume = opaque_assume,
};
