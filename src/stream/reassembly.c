/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every loop here either delivers a piece, gives up at least one byte, or ends.  Giving up
 * goes as far as the next piece or acknowledgement, so the steps of a connection are at
 * most proportional to its segments; they are counted in counters.steps.
 */
#include "stream/reassembly.h"

#include <stddef.h>
#include <string.h>

#include "base/mem.h"
#include "potsherd/counters.h"

#define NIDS_COUNT_MAX (UINT32_C(1) << 30) /* libnids counts in int: opened again long before */

#define MEMORY_LOOK_BYTES 4096 /* delivered between two questions to the handler */

static struct reassembler *the_reassembler; /* libnids calls back without a context of ours */

/* --- delivery --- */

/* What was acknowledged, or seen to be sent, long ago must not seem to be ahead when
 * 2 GiB have passed. */
static void advance(struct half_stream *h, uint32_t n)
{
    h->next += n;
    h->acked = sequence_later(h->acked, h->next);
    h->sent = sequence_later(h->sent, h->next);
}

static void deliver(void *user, enum direction from, const uint8_t *bytes, size_t n)
{
    struct flow *f = user;
    struct reassembler *r = the_reassembler;

    advance(&f->reassembly->half[from], (uint32_t)n);
    f->connection.bytes[from] += n;
    r->handler->data(r->handler->context, &f->connection, from, bytes, n, r->stamp);
}

static void open_nids(struct flow *f)
{
    struct reassembly *a = f->reassembly;

    if (a->nids && (nids_stream_count(a->nids, FROM_CLIENT) >= NIDS_COUNT_MAX ||
                    nids_stream_count(a->nids, FROM_SERVER) >= NIDS_COUNT_MAX)) {
        nids_stream_close(a->nids);
        a->nids = NULL;
    }
    if (!a->nids)
        a->nids = nids_stream_open(f, a->half[FROM_CLIENT].next, a->half[FROM_SERVER].next);
}

/* The next bytes of a direction, from a packet of the time `ts`. */
static void hand_over(struct reassembler *r, struct flow *f, enum direction from,
                      const uint8_t *data, uint32_t n, time_us ts)
{
    f->reassembly->half[from].stamp = r->stamp = ts;
    open_nids(f);
    nids_stream_put(f->reassembly->nids, from, data, n);
}

/* Whether a segment's sender had received bytes that have not been delivered here. */
static bool is_early(const struct half_stream *other, uint32_t ack)
{
    uint32_t need = other->has_fin ? sequence_earlier(ack, other->fin) : ack;

    return sequence_place(other->next, need) == SEQUENCE_AHEAD;
}

/* Whether a direction's first pending piece waits for bytes of the other one. */
static bool first_is_early(const struct reassembly *a, enum direction from)
{
    const struct pending_piece *first = a->half[from].pending.first;

    return first && first->ack_counts && is_early(&a->half[!from], first->ack);
}

static bool first_is_next(const struct half_stream *h)
{
    return h->pending.first && h->pending.first->seq == h->next;
}

/* Without the FIN itself, a direction's end is known at the connection's end only. */
static void close_when_due(struct reassembler *r, struct flow *f, enum direction from)
{
    struct half_stream *h = &f->reassembly->half[from];

    if (!h->has_fin || h->fin_guessed || h->closed || h->next != h->fin ||
        (h->fin_ack_counts && is_early(&f->reassembly->half[!from], h->fin_ack)))
        return;
    h->closed = true;
    r->handler->close(r->handler->context, &f->connection, from, r->stamp);
}

/* A piece that waited for earlier bytes could be read when those were there. */
static time_us stamp_of(const struct half_stream *h, const struct pending_piece *piece)
{
    return piece->ts > h->stamp ? piece->ts : h->stamp;
}

/* Delivers what need not wait any more in a direction. */
static bool release(struct reassembler *r, struct flow *f, enum direction from)
{
    struct half_stream *h = &f->reassembly->half[from];
    bool moved = false;

    while (first_is_next(h) && !first_is_early(f->reassembly, from)) {
        struct pending_piece *piece = pending_take(&h->pending);

        r->counts->steps++;
        r->memory -= piece->length + PENDING_PIECE_COST;
        hand_over(r, f, from, piece->data, piece->length, stamp_of(h, piece));
        mem_free(piece);
        moved = true;
    }
    close_when_due(r, f, from);
    return moved;
}

static void release_both(struct reassembler *r, struct flow *f, enum direction from)
{
    bool moved;

    do {
        moved = release(r, f, from);
        moved = release(r, f, !from) || moved;
    } while (moved);
}

/* --- gaps --- */

static void give_up(struct reassembler *r, struct flow *f, enum direction from, uint32_t end)
{
    struct half_stream *h = &f->reassembly->half[from];
    uint32_t n = end - h->next;

    f->connection.missing[from] += n;
    r->counts->missing_bytes += n;
    r->counts->gaps++;
    /* about when what follows came, if it is here */
    r->stamp = h->pending.first ? stamp_of(h, h->pending.first) : f->connection.last;
    r->handler->gap(r->handler->context, &f->connection, from, n, r->stamp);
    advance(h, n);
    if (f->reassembly->nids)
        nids_stream_skip(f->reassembly->nids, from, n);
}

/* Whether the last number before `end` may be a FIN's that the capture lacks: it
 * was acknowledged, and nothing that was seen to be sent reaches it. */
static bool may_be_fin(const struct flow *f, enum direction from, uint32_t end)
{
    const struct half_stream *h = &f->reassembly->half[from];
    const struct half_stream *other = &f->reassembly->half[!from];

    return !h->has_fin && end == h->acked && sequence_before(h->sent, end) && !f->has_rst &&
           (end - h->next == 1 || (other->has_fin && !other->fin_guessed));
}

/* Gives up the first gap of a direction, as far as `limit`.  False: there is none. */
static bool give_up_gap(struct reassembler *r, struct flow *f, enum direction from, uint32_t limit)
{
    struct half_stream *h = &f->reassembly->half[from];

    if (h->pending.first) /* all of these lie before the FIN */
        limit = sequence_earlier(limit, h->pending.first->seq);
    else if (h->has_fin) /* which takes a number, too */
        limit = sequence_earlier(limit, h->fin);
    if (!sequence_before(h->next, limit))
        return false;
    if (may_be_fin(f, from, limit)) {
        h->has_fin = h->fin_guessed = true;
        h->fin = --limit;
    }
    if (limit != h->next)
        give_up(r, f, from, limit);
    close_when_due(r, f, from);
    return true;
}

/* Makes way for a direction's first piece, whatever it waits for.  What its own side
 * sent before it is lost first: who speaks in turn said that before the other side's
 * bytes that it acknowledges. */
static void force_first(struct reassembler *r, struct flow *f, enum direction from)
{
    struct pending_piece *first = f->reassembly->half[from].pending.first;

    if (!give_up_gap(r, f, from, first->seq) && !give_up_gap(r, f, !from, first->ack))
        first->ack_counts = false; /* acknowledges what acknowledges it */
    release_both(r, f, from);
}

/* The direction whose first piece came first; the client's if nothing waits. */
static enum direction longest_waiting(const struct reassembly *a)
{
    const struct pending_piece *c = a->half[FROM_CLIENT].pending.first;
    const struct pending_piece *s = a->half[FROM_SERVER].pending.first;

    return !s || (c && c->number < s->number) ? FROM_CLIENT : FROM_SERVER;
}

/* --- stalls --- */

static bool waits_for_acked(const struct half_stream *h)
{
    return sequence_before(h->next, h->has_fin ? sequence_earlier(h->acked, h->fin) : h->acked);
}

static void unlink_stalled(struct reassembly *a)
{
    if (a->is_stalled)
        flow_list_unlink(&a->stalled);
    a->is_stalled = false;
}

static bool note_stall_of(struct reassembler *r, struct half_stream *h)
{
    bool stalled = h->stalls;

    h->stalls = waits_for_acked(h);
    if (h->stalls && (!stalled || h->stall != h->next)) {
        h->stall = h->next;
        h->stall_since = r->now;
    }
    return h->stalls;
}

static void note_stall(struct reassembler *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;
    bool client = note_stall_of(r, &a->half[FROM_CLIENT]);

    if (!note_stall_of(r, &a->half[FROM_SERVER]) && !client) {
        unlink_stalled(a);
        return;
    }
    if (a->is_stalled)
        return;
    a->is_stalled = true;
    a->stalled_since = r->now;
    a->stalled_frame = r->moment->frame;
    flow_list_append(&r->stalled, &a->stalled);
}

static bool has_waited(const struct reassembler *r, time_us since)
{
    return r->now - since >= STREAM_PATIENCE;
}

/* Whether a direction's first piece has waited long enough for the other direction. */
static bool early_is_due(const struct reassembler *r, const struct reassembly *a,
                         enum direction from)
{
    return first_is_early(a, from) && has_waited(r, a->half[from].pending.first->since);
}

/* Gives up bytes that were acknowledged long ago, or that a piece of either direction has
 * waited for; only as far as a piece of the other one needs, so that it comes in its turn. */
static bool give_up_stall(struct reassembler *r, struct flow *f, enum direction from)
{
    struct reassembly *a = f->reassembly;
    struct half_stream *h = &a->half[from];
    uint32_t limit = h->acked;

    if (!note_stall_of(r, h) ||
        (!has_waited(r, h->stall_since) && !early_is_due(r, a, from) && !early_is_due(r, a, !from)))
        return false;
    if (first_is_early(a, !from))
        limit = sequence_earlier(limit, a->half[!from].pending.first->ack);
    return give_up_gap(r, f, from, limit);
}

/* Both directions are here, and each acknowledges the other. */
static bool uncross(struct reassembler *r, struct flow *f, enum direction from)
{
    struct reassembly *a = f->reassembly;
    struct half_stream *h = &a->half[from];

    if (!first_is_next(h) || !first_is_next(&a->half[!from]) ||
        !has_waited(r, h->pending.first->since))
        return false;
    h->pending.first->ack_counts = false;
    return true;
}

/* Ends stalls that have lasted for STREAM_PATIENCE. */
static void settle(struct reassembler *r, struct flow *f)
{
    enum direction from;

    do {
        r->counts->steps++;
        release_both(r, f, FROM_CLIENT);
        from = longest_waiting(f->reassembly);
    } while (give_up_stall(r, f, from) || give_up_stall(r, f, !from) || uncross(r, f, from));
}

static void update_memory(struct reassembler *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;
    size_t now = r->handler->memory(r->handler->context, &f->connection);

    r->memory += now - a->handler_memory;
    a->handler_memory = now;
    a->looked_at = f->connection.bytes[FROM_CLIENT] + f->connection.bytes[FROM_SERVER];
}

/* What the handler holds can only have grown by about what it was given. */
static void update_memory_now_and_then(struct reassembler *r, struct flow *f)
{
    if (f->connection.bytes[FROM_CLIENT] + f->connection.bytes[FROM_SERVER] -
            f->reassembly->looked_at >=
        MEMORY_LOOK_BYTES)
        update_memory(r, f);
}

static struct reassembly *of_stalled(struct flow_link *l)
{
    return (struct reassembly *)(void *)((char *)l - offsetof(struct reassembly, stalled));
}

static struct flow *flow_of_stalled(struct flow_link *l)
{
    return of_stalled(l)->flow;
}

static uint64_t stalled_since(struct flow_link *l)
{
    return of_stalled(l)->stalled_frame;
}

struct flow *reassembler_expire(struct reassembler *r)
{
    struct reassembly *a;

    flow_list_order(&r->stalled, flow_of_stalled, stalled_since, &r->ordered);
    if (r->stalled.next == &r->stalled)
        return NULL;
    a = of_stalled(r->stalled.next);
    if (!has_waited(r, a->stalled_since))
        return NULL;
    r->counts->steps++;
    r->moment->turn = moment_turn(QUEUE_STALLED, a->stalled_frame);
    r->moment->began = a->flow->began;
    unlink_stalled(a);
    settle(r, a->flow);
    note_stall(r, a->flow);
    update_memory(r, a->flow);
    return a->flow;
}

/* --- arrival --- */

static bool over_limits(const struct reassembly *a)
{
    const struct pending *c = &a->half[FROM_CLIENT].pending;
    const struct pending *s = &a->half[FROM_SERVER].pending;

    return c->memory + s->memory > STREAM_REORDER_BYTES_MAX ||
           c->count + s->count > STREAM_REORDER_PIECES_MAX;
}

/* Too much waits: what the larger part waits for is given up, whatever is known of it. */
static void enforce_limits(struct reassembler *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;

    while (over_limits(a)) {
        r->counts->steps++;
        f->connection.flags |= CONNECTION_FLAG(REORDER_LIMIT);
        force_first(r, f,
                    a->half[FROM_CLIENT].pending.memory >= a->half[FROM_SERVER].pending.memory
                        ? FROM_CLIENT
                        : FROM_SERVER);
    }
}

static void take_ack(struct reassembler *r, struct half_stream *other, uint32_t ack)
{
    switch (sequence_place(other->next, ack)) {
    case SEQUENCE_AHEAD:
        other->acked = sequence_later(other->acked, ack);
        break;
    case SEQUENCE_OUTSIDE:
        r->counts->out_of_window++;
        break;
    default:
        break;
    }
    if (other->fin_guessed && sequence_before(other->fin + 1, other->acked))
        other->has_fin = other->fin_guessed = false; /* it was a byte after all */
}

/* What is seen to have been sent, delivered or not.  Data after a FIN means that
 * one of the two is not the sender's: the stream goes on. */
static void note_sent(struct half_stream *h, const struct segment *s)
{
    uint32_t end = s->seq + s->wire_len;

    h->sent = sequence_later(h->sent, end);
    if (s->flags & TCP_FIN && end == h->sent && (!h->has_fin || h->fin_guessed)) {
        h->has_fin = true;
        h->fin_guessed = false;
        h->fin = end;
        h->fin_ack = s->ack;
        h->fin_ack_counts = s->flags & TCP_ACK;
    }
    if (h->has_fin && sequence_before(h->fin, h->sent))
        h->has_fin = h->fin_guessed = false;
}

/* Bytes from `next` on or later, some of which may be here already. */
static void put_fresh(struct reassembler *r, struct flow *f, enum direction from,
                      const struct pending_piece *piece)
{
    struct half_stream *h = &f->reassembly->half[from];
    uint64_t before = h->pending.memory;

    if (!h->pending.count && piece->seq == h->next &&
        !(piece->ack_counts && is_early(&f->reassembly->half[!from], piece->ack))) {
        hand_over(r, f, from, piece->data, piece->length, piece->ts);
        return;
    }
    r->counts->steps += pending_put(&h->pending, piece);
    r->memory += h->pending.memory - before;
}

static void put_data(struct reassembler *r, struct flow *f, enum direction from,
                     const struct segment *s, enum sequence_place place)
{
    struct half_stream *h = &f->reassembly->half[from];
    uint32_t old = place == SEQUENCE_BEHIND ? h->next - s->seq : 0;

    r->stamp = s->ts;
    if (old < s->caplen)
        put_fresh(r, f, from,
                  &(struct pending_piece){.seq = s->seq + old,
                                          .length = s->caplen - old,
                                          .ack = s->ack,
                                          .ack_counts = s->flags & TCP_ACK,
                                          .number = ++r->arrivals,
                                          .since = r->now,
                                          .ts = s->ts,
                                          .data = s->data + old});
    release_both(r, f, from);
    enforce_limits(r, f);
    update_memory_now_and_then(r, f);
}

static void take_data(struct reassembler *r, struct flow *f, enum direction from,
                      const struct segment *s)
{
    struct half_stream *h = &f->reassembly->half[from];
    enum sequence_place place = sequence_place(h->next, s->seq);

    if (place == SEQUENCE_OUTSIDE ||
        (h->closed && sequence_before(h->fin, s->seq + s->wire_len))) { /* after its end */
        r->counts->out_of_window++;
        return;
    }
    note_sent(h, s);
    if (s->flags & TCP_URG)
        f->connection.flags |= CONNECTION_FLAG(URGENT);
    if (s->caplen < s->wire_len)
        f->connection.flags |= CONNECTION_FLAG(SNAPPED);
    put_data(r, f, from, s, place);
}

/* --- the interface --- */

void reassembler_init(struct reassembler *r, const struct stream_handler *handler,
                      struct counters *counts, uint64_t max_connections)
{
    memset(r, 0, sizeof *r);
    r->handler = handler;
    r->counts = counts;
    flow_list_init(&r->stalled);
    the_reassembler = r;
    nids_adapter_init(max_connections, deliver);
}

void reassembler_fini(struct reassembler *r)
{
    (void)r;
    nids_adapter_fini();
    the_reassembler = NULL;
}

void reassembly_open(struct reassembler *r, struct flow *f, const uint32_t next[2])
{
    struct reassembly *a = f->reassembly = MEM_NEW(struct reassembly);

    a->flow = f;
    for (int d = 0; d < 2; d++)
        a->half[d].next = a->half[d].acked = a->half[d].sent = next[d];
    r->memory += sizeof *a + sizeof *f;
    r->handler->open(r->handler->context, &f->connection);
}

void reassembly_put(struct reassembler *r, struct flow *f, enum direction from,
                    const struct segment *s)
{
    if (f->finished)
        return;
    if (s->flags & TCP_ACK)
        take_ack(r, &f->reassembly->half[!from], s->ack);
    if (s->wire_len || s->flags & TCP_FIN)
        take_data(r, f, from, s);
    note_stall(r, f);
}

/* Gives up every gap and delivers everything. */
static void settle_all(struct reassembler *r, struct flow *f)
{
    struct half_stream *c = &f->reassembly->half[FROM_CLIENT];
    struct half_stream *s = &f->reassembly->half[FROM_SERVER];
    enum direction from;

    do {
        release_both(r, f, FROM_CLIENT);
        while (from = longest_waiting(f->reassembly), f->reassembly->half[from].pending.count) {
            r->counts->steps++;
            force_first(r, f, from);
        }
        r->counts->steps++;
    } while (give_up_gap(r, f, FROM_CLIENT, sequence_later(c->acked, c->sent)) ||
             give_up_gap(r, f, FROM_SERVER, sequence_later(s->acked, s->sent)));
}

/* A FIN that was seen or guessed ends its direction now, whatever it acknowledges. */
static void close_at_end(struct reassembler *r, struct flow *f, enum direction from)
{
    struct half_stream *h = &f->reassembly->half[from];

    h->fin_guessed = h->fin_ack_counts = false;
    close_when_due(r, f, from);
}

void reassembly_finish(struct reassembler *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;

    settle_all(r, f);
    unlink_stalled(a);
    for (int d = 0; d < 2; d++)
        close_at_end(r, f, d);
    r->handler->finish(r->handler->context, &f->connection, r->now);
    f->finished = true;
    nids_stream_close(a->nids);
    a->nids = NULL;
    update_memory(r, f);
}

void reassembly_free(struct reassembler *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;

    if (!a)
        return;
    for (int d = 0; d < 2; d++) {
        r->memory -= a->half[d].pending.memory; /* none since reassembly_finish */
        pending_fini(&a->half[d].pending);
    }
    r->memory -= a->handler_memory + sizeof *a + sizeof *f;
    mem_free(a);
    f->reassembly = NULL;
}

bool reassembly_is_whole(const struct flow *f)
{
    const struct half_stream *c = &f->reassembly->half[FROM_CLIENT];
    const struct half_stream *s = &f->reassembly->half[FROM_SERVER];

    return c->has_fin && c->next == c->fin && s->has_fin && s->next == s->fin;
}

bool reassembly_both_ended(const struct flow *f)
{
    return f->reassembly->half[FROM_CLIENT].has_fin && f->reassembly->half[FROM_SERVER].has_fin;
}
