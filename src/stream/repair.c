/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/repair.h"

#include <stddef.h>
#include <string.h>

#include "base/mem.h"

#define NIDS_COUNT_MAX (UINT32_C(1) << 30) /* then libnids' counters are begun anew */

#define MEMORY_LOOK_BYTES 4096 /* delivered between two questions to the handler */

#define QUEUED_PIECE_BYTES 96 /* that libnids and malloc add to a segment in the queue */

struct held {
    struct held *next, *prev;
    uint64_t number; /* in the order of arrival, both directions */
    time_us since, ts;
    uint32_t seq, ack, captured;
    bool fin;
    uint8_t data[];
};

static struct repair *the_repair; /* libnids calls back without a context of ours */

/* --- delivery --- */

/* What was acknowledged, or seen to be sent, long ago must not seem to be ahead when
 * 2 GiB have passed. */
static void advance(struct half *h, uint32_t n)
{
    h->next += n;
    h->acked = seq_later(h->acked, h->next);
    h->sent = seq_later(h->sent, h->next);
}

static void deliver(void *user, enum direction from, const uint8_t *bytes, size_t n)
{
    struct flow *f = user;
    struct repair *r = the_repair;
    struct half *h = &f->reassembly->half[from];

    advance(h, (uint32_t)n);
    f->connection.bytes[from] += n;
    r->handler->data(r->handler->context, &f->connection, from, bytes, n, r->stamp);
}

static uint64_t queue_cost(const struct half *h)
{
    return h->queued.bytes + (uint64_t)h->queued.pieces * QUEUED_PIECE_BYTES;
}

static void drop_delivered(struct repair *r, struct half *h)
{
    if (!h->queued.count)
        return;
    r->memory -= queue_cost(h);
    ranges_drop(&h->queued, h->next);
    r->memory += queue_cost(h);
}

static void open_nids(struct flow *f)
{
    struct reassembly *a = f->reassembly;

    if (!a->nids)
        a->nids = nids_stream_open(f, a->half[FROM_CLIENT].next, a->half[FROM_SERVER].next);
}

/* libnids counts bytes in int: begin anew long before that overflows, when its
 * queues are empty. */
static void renew_nids(struct flow *f)
{
    struct reassembly *a = f->reassembly;

    if (!a->nids || a->half[FROM_CLIENT].queued.count || a->half[FROM_SERVER].queued.count ||
        (nids_stream_count(a->nids, FROM_CLIENT) < NIDS_COUNT_MAX &&
         nids_stream_count(a->nids, FROM_SERVER) < NIDS_COUNT_MAX))
        return;
    nids_stream_close(a->nids);
    a->nids = NULL;
}

static void give_up(struct repair *r, struct flow *f, enum direction from, uint32_t end)
{
    struct half *h = &f->reassembly->half[from];
    uint32_t n = end - h->next;

    f->connection.missing[from] += n;
    r->counts->missing_bytes += n;
    r->counts->gaps++;
    r->stamp = f->connection.last; /* about when what follows came, if it is here */
    r->handler->gap(r->handler->context, &f->connection, from, n, r->stamp);
    advance(h, n);
    if (f->reassembly->nids)
        nids_stream_skip(f->reassembly->nids, from, n);
    drop_delivered(r, h);
}

static void tell_close(struct repair *r, struct flow *f, enum direction from)
{
    struct half *h = &f->reassembly->half[from];

    if (!h->fin_due || h->closed || h->next != h->fin)
        return;
    h->closed = true;
    r->handler->close(r->handler->context, &f->connection, from, r->stamp);
}

/* --- arrival --- */

/* Bytes ahead of `next`, none of which came before. */
static void queue(struct repair *r, struct flow *f, enum direction from, uint32_t seq,
                  const uint8_t *data, uint32_t n)
{
    struct half *h = &f->reassembly->half[from];

    open_nids(f);
    ranges_add(&h->queued, seq, n);
    r->memory += n + QUEUED_PIECE_BYTES;
    nids_stream_put(f->reassembly->nids, from, seq, data, n);
}

/* The parts of [seq, seq + n) that did not come before go to libnids: bytes that
 * came first count. */
static void put_new(struct repair *r, struct flow *f, enum direction from, uint32_t seq,
                    const uint8_t *data, uint32_t n)
{
    struct half *h = &f->reassembly->half[from];

    while (n) {
        int32_t old = seq_distance(seq, h->next);
        uint32_t fresh = UINT32_MAX, have = old > 0 ? (uint32_t)old : 0;

        if (!have && h->queued.count)
            have = ranges_seen(&h->queued, seq, &fresh);
        if (have >= n)
            return;
        if (!have) {
            have = fresh < n ? fresh : n;
            if (seq == h->next) {
                open_nids(f);
                nids_stream_put(f->reassembly->nids, from, seq, data, have);
                drop_delivered(r, h);
            } else {
                queue(r, f, from, seq, data, have);
            }
        }
        seq += have;
        data += have;
        n -= have;
    }
}

static void accept(struct repair *r, struct flow *f, enum direction from, time_us ts, uint32_t seq,
                   const uint8_t *data, uint32_t captured, bool fin)
{
    struct half *h = &f->reassembly->half[from];

    r->stamp = ts;
    if (fin)
        h->fin_due = h->has_fin && !h->fin_guessed;
    put_new(r, f, from, seq, data, captured);
    tell_close(r, f, from);
}

/* Whether a segment's sender had received bytes that have not been delivered here. */
static bool is_early(const struct half *other, uint32_t ack)
{
    uint32_t need = ack;
    int32_t ahead;

    if (other->has_fin && seq_distance(other->fin, need) > 0)
        need = other->fin;
    ahead = seq_distance(other->next, need);
    return ahead > 0 && (uint32_t)ahead <= REPAIR_WINDOW_MAX;
}

/* Held segments stand in the order of what they acknowledge, then of arrival: the
 * first one is the first to go. */
static void link_held(struct half *h, struct held *held)
{
    struct held *before = h->held_last;

    while (before && seq_distance(before->ack, held->ack) < 0)
        before = before->prev;
    held->prev = before;
    held->next = before ? before->next : h->held_first;
    if (held->next)
        held->next->prev = held;
    else
        h->held_last = held;
    if (before)
        before->next = held;
    else
        h->held_first = held;
}

static void hold(struct repair *r, struct flow *f, enum direction from, const struct segment *s)
{
    struct held *held = mem_new(sizeof *held + s->captured);

    held->number = ++r->held_count;
    held->since = r->now;
    held->ts = s->ts;
    held->seq = s->seq;
    held->ack = s->ack;
    held->captured = s->captured;
    held->fin = s->flags & TCP_FIN;
    if (s->captured)
        memcpy(held->data, s->data, s->captured);
    link_held(&f->reassembly->half[from], held);
    f->reassembly->held_pieces++;
    f->reassembly->held_bytes += sizeof *held + s->captured;
    r->memory += sizeof *held + s->captured;
}

/* The first held segment of a direction goes its way. */
static void release_first(struct repair *r, struct flow *f, enum direction from)
{
    struct half *h = &f->reassembly->half[from];
    struct held *held = h->held_first;

    h->held_first = held->next;
    if (held->next)
        held->next->prev = NULL;
    else
        h->held_last = NULL;
    accept(r, f, from, held->ts, held->seq, held->data, held->captured, held->fin);
    f->reassembly->held_pieces--;
    f->reassembly->held_bytes -= sizeof *held + held->captured;
    r->memory -= sizeof *held + held->captured;
    mem_free(held);
}

/* Lets go of what the other direction's progress has made due. */
static bool release(struct repair *r, struct flow *f, enum direction from)
{
    const struct half *h = &f->reassembly->half[from], *other = &f->reassembly->half[!from];
    bool moved = false;

    while (h->held_first && !is_early(other, h->held_first->ack)) {
        release_first(r, f, from);
        moved = true;
    }
    return moved;
}

static void release_both(struct repair *r, struct flow *f)
{
    bool moved;

    do {
        moved = release(r, f, FROM_CLIENT);
        moved = release(r, f, FROM_SERVER) || moved;
    } while (moved);
}

/* --- stalls --- */

static bool waits_for_acked(const struct half *h)
{
    uint32_t known = h->acked;

    if (h->has_fin && seq_distance(h->fin, known) > 0)
        known = h->fin;
    return seq_distance(h->next, known) > 0;
}

static void unlink_stalled(struct reassembly *a)
{
    if (a->is_stalled)
        flow_list_unlink(&a->stalled);
    a->is_stalled = false;
}

static bool note_stall_of(struct repair *r, struct half *h)
{
    bool stalled = h->stalls;

    h->stalls = waits_for_acked(h);
    if (h->stalls && (!stalled || h->stall != h->next)) {
        h->stall = h->next;
        h->stall_since = r->now;
    }
    return h->stalls;
}

static void note_stall(struct repair *r, struct flow *f)
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
    flow_list_append(&r->stalled, &a->stalled);
}

/* Where the bytes that are here begin: queued or held; at most `limit`, and not
 * before `next`. */
static uint32_t first_here(const struct half *h, uint32_t limit)
{
    if (h->queued.count)
        limit = seq_earlier(limit, h->queued.list[0].start);
    for (const struct held *held = h->held_first; held; held = held->next)
        if (seq_distance(h->next, held->seq + held->captured) > 0)
            limit = seq_earlier(limit, held->seq);
    return seq_later(limit, h->next);
}

/* Whether the last number before `end` may be a FIN's that the capture lacks: it
 * was acknowledged, and nothing that was seen to be sent reaches it. */
static bool may_be_fin(const struct flow *f, enum direction from, uint32_t end)
{
    const struct half *h = &f->reassembly->half[from], *other = &f->reassembly->half[!from];

    return !h->has_fin && end == h->acked && seq_distance(h->sent, end) > 0 && !f->has_rst &&
           (end - h->next == 1 || (other->has_fin && !other->fin_guessed));
}

/* Gives up the first hole of a direction, as far as `limit`.  False when there is
 * none. */
static bool give_up_hole(struct repair *r, struct flow *f, enum direction from, uint32_t limit)
{
    struct half *h = &f->reassembly->half[from];
    uint32_t end;

    if (h->has_fin) /* the FIN takes a number, too */
        limit = seq_earlier(limit, h->fin);
    end = first_here(h, limit);
    if (end == h->next)
        return false;
    if (may_be_fin(f, from, end)) {
        h->has_fin = h->fin_guessed = true;
        h->fin = --end;
    }
    if (end != h->next)
        give_up(r, f, from, end);
    tell_close(r, f, from);
    return true;
}

/* Of the segments that wait for the other direction, the one that waits longest. */
static const struct held *first_held(const struct reassembly *a, enum direction *from)
{
    const struct held *c = a->half[FROM_CLIENT].held_first, *s = a->half[FROM_SERVER].held_first;

    *from = !s || (c && c->number < s->number) ? FROM_CLIENT : FROM_SERVER;
    return *from == FROM_CLIENT ? c : s;
}

/* Makes way for a held segment.  What its own side sent before it is lost first:
 * who speaks in turn said that before the other side's bytes that it acknowledges. */
static void let_through(struct repair *r, struct flow *f, enum direction from,
                        const struct held *held, bool at_end)
{
    const struct half *h = &f->reassembly->half[from];
    uint32_t lost = at_end ? held->seq : seq_earlier(held->seq, h->acked);

    if (!give_up_hole(r, f, from, lost) && !give_up_hole(r, f, !from, held->ack))
        release_first(r, f, from); /* acknowledges what acknowledges it */
}

static bool give_up_stall(struct repair *r, struct flow *f, enum direction from)
{
    struct half *h = &f->reassembly->half[from];

    return note_stall_of(r, h) && r->now - h->stall_since >= STREAM_PATIENCE &&
           give_up_hole(r, f, from, h->acked);
}

/* Ends stalls that have lasted for STREAM_PATIENCE. */
static void settle(struct repair *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;
    const struct held *held;
    enum direction from;

    for (;;) {
        release_both(r, f);
        held = first_held(a, &from);
        if (held && r->now - held->since < STREAM_PATIENCE)
            return;
        if (held)
            let_through(r, f, from, held, false);
        else if (!give_up_stall(r, f, FROM_CLIENT) && !give_up_stall(r, f, FROM_SERVER))
            return;
    }
}

static void update_memory(struct repair *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;
    size_t now = r->handler->memory(r->handler->context, &f->connection);

    r->memory += now - a->handler_memory;
    a->handler_memory = now;
    a->told_at = f->connection.bytes[FROM_CLIENT] + f->connection.bytes[FROM_SERVER];
}

/* What the handler holds can only have grown by about what it was given. */
static void update_memory_now_and_then(struct repair *r, struct flow *f)
{
    if (f->connection.bytes[FROM_CLIENT] + f->connection.bytes[FROM_SERVER] -
            f->reassembly->told_at >=
        MEMORY_LOOK_BYTES)
        update_memory(r, f);
}

struct flow *repair_expire(struct repair *r)
{
    struct reassembly *a;

    if (r->stalled.next == &r->stalled)
        return NULL;
    a = (struct reassembly *)(void *)((char *)r->stalled.next -
                                      offsetof(struct reassembly, stalled));
    if (r->now - a->stalled_since < STREAM_PATIENCE)
        return NULL;
    unlink_stalled(a);
    settle(r, a->flow);
    note_stall(r, a->flow);
    update_memory(r, a->flow);
    return a->flow;
}

static bool over_limits(const struct reassembly *a)
{
    const struct half *c = &a->half[FROM_CLIENT], *s = &a->half[FROM_SERVER];

    return queue_cost(c) + queue_cost(s) + a->held_bytes > STREAM_REORDER_BYTES_MAX ||
           (uint64_t)c->queued.pieces + s->queued.pieces + a->held_pieces >
               STREAM_REORDER_PIECES_MAX;
}

/* Too much waits for one hole: give that up, whatever is known of it. */
static void enforce_limits(struct repair *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;
    const struct held *held;
    enum direction from;

    while (over_limits(a)) {
        f->connection.flags |= CONNECTION_FLAG(REORDER_LIMIT);
        held = first_held(a, &from);
        if (held) {
            let_through(r, f, from, held, true);
        } else {
            from = a->half[FROM_CLIENT].queued.bytes >= a->half[FROM_SERVER].queued.bytes
                       ? FROM_CLIENT
                       : FROM_SERVER;
            (void)give_up_hole(r, f, from, a->half[from].queued.list[0].start);
        }
        release_both(r, f);
    }
}

/* --- the interface --- */

void repair_init(struct repair *r, const struct stream_handler *handler,
                 struct stream_counts *counts, uint64_t max_connections)
{
    memset(r, 0, sizeof *r);
    r->handler = handler;
    r->counts = counts;
    flow_list_init(&r->stalled);
    the_repair = r;
    nids_adapter_init(max_connections, deliver);
}

void repair_fini(struct repair *r)
{
    (void)r;
    nids_adapter_fini();
    the_repair = NULL;
}

void repair_open(struct repair *r, struct flow *f, const uint32_t next[2])
{
    struct reassembly *a = f->reassembly = MEM_NEW(struct reassembly);

    a->flow = f;
    for (int d = 0; d < 2; d++)
        a->half[d].next = a->half[d].acked = a->half[d].sent = next[d];
    r->memory += sizeof *a + sizeof *f;
    r->handler->open(r->handler->context, &f->connection);
}

static void take_ack(struct repair *r, struct half *other, uint32_t ack)
{
    int32_t ahead = seq_distance(other->next, ack);

    if (ahead > 0 && (uint32_t)ahead > REPAIR_WINDOW_MAX)
        r->counts->out_of_window++;
    else
        other->acked = seq_later(other->acked, ack);
    if (other->fin_guessed && seq_distance(other->fin + 1, other->acked) > 0)
        other->has_fin = other->fin_guessed = false; /* it was a byte after all */
}

/* What is seen to have been sent, delivered or not.  Data behind a FIN means that
 * one of the two is not the sender's: the stream goes on. */
static void note_sent(struct half *h, const struct segment *s)
{
    uint32_t end = s->seq + s->length;

    h->sent = seq_later(h->sent, end);
    if (s->flags & TCP_FIN && end == h->sent && (!h->has_fin || h->fin_guessed)) {
        h->has_fin = true;
        h->fin_guessed = false;
        h->fin = end;
    }
    if (h->has_fin && seq_distance(h->fin, h->sent) > 0)
        h->has_fin = h->fin_guessed = h->fin_due = false;
}

static void put_data(struct repair *r, struct flow *f, enum direction from, const struct segment *s)
{
    struct reassembly *a = f->reassembly;
    struct half *h = &a->half[from], *other = &a->half[!from];
    int32_t ahead = seq_distance(h->next, s->seq);

    if ((ahead > 0 && (uint32_t)ahead > REPAIR_WINDOW_MAX) ||
        (h->closed && seq_distance(h->fin, s->seq + s->length) > 0)) { /* behind its end */
        r->counts->out_of_window++;
        return;
    }
    note_sent(h, s);
    if (s->flags & TCP_URG)
        f->connection.flags |= CONNECTION_FLAG(URGENT);
    if (s->captured < s->length)
        f->connection.flags |= CONNECTION_FLAG(SNAPPED);
    if ((s->flags & TCP_ACK) && is_early(other, s->ack)) {
        hold(r, f, from, s);
    } else {
        accept(r, f, from, s->ts, s->seq, s->data, s->captured, s->flags & TCP_FIN);
        if (a->held_pieces)
            release_both(r, f);
    }
    if (a->held_pieces || h->queued.count)
        enforce_limits(r, f);
    renew_nids(f);
    update_memory_now_and_then(r, f);
}

void repair_put(struct repair *r, struct flow *f, enum direction from, const struct segment *s)
{
    if (f->finished)
        return;
    if (s->flags & TCP_ACK)
        take_ack(r, &f->reassembly->half[!from], s->ack);
    if (s->length || s->flags & TCP_FIN)
        put_data(r, f, from, s);
    note_stall(r, f);
}

/* Gives up every hole and lets everything go. */
static void settle_all(struct repair *r, struct flow *f)
{
    struct half *c = &f->reassembly->half[FROM_CLIENT], *s = &f->reassembly->half[FROM_SERVER];
    const struct held *held;
    enum direction from;

    for (;;) {
        release_both(r, f);
        held = first_held(f->reassembly, &from);
        if (held)
            let_through(r, f, from, held, true);
        else if (!give_up_hole(r, f, FROM_CLIENT, seq_later(c->acked, c->sent)) &&
                 !give_up_hole(r, f, FROM_SERVER, seq_later(s->acked, s->sent)))
            return;
    }
}

void repair_finish(struct repair *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;

    settle_all(r, f);
    unlink_stalled(a);
    for (int d = 0; d < 2; d++) {
        a->half[d].fin_due = a->half[d].has_fin; /* seen or guessed */
        tell_close(r, f, d);
    }
    r->handler->finish(r->handler->context, &f->connection, r->now);
    f->finished = true;
    nids_stream_close(a->nids);
    a->nids = NULL;
    update_memory(r, f);
}

void repair_free(struct repair *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;

    if (!a)
        return;
    for (int d = 0; d < 2; d++)
        ranges_fini(&a->half[d].queued); /* empty since repair_finish, and nothing is held */
    r->memory -= a->handler_memory + sizeof *a + sizeof *f;
    mem_free(a);
    f->reassembly = NULL;
}

bool repair_is_whole(const struct flow *f)
{
    const struct reassembly *a = f->reassembly;
    const struct half *c = &a->half[FROM_CLIENT], *s = &a->half[FROM_SERVER];

    return !a->held_pieces && c->has_fin && c->next == c->fin && s->has_fin && s->next == s->fin;
}

bool repair_both_ended(const struct flow *f)
{
    return f->reassembly->half[FROM_CLIENT].has_fin && f->reassembly->half[FROM_SERVER].has_fin;
}
