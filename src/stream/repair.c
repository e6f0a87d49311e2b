/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/repair.h"

#include <stddef.h>
#include <string.h>

#include "base/mem.h"

#define NIDS_COUNT_MAX (UINT32_C(1) << 30) /* then libnids' counters are begun anew */

#define MEMORY_LOOK_BYTES 4096 /* delivered between two questions to the handler */

struct held {
    struct held *next;
    uint32_t seq, ack, length, captured;
    bool fin;
    uint8_t data[];
};

static int32_t distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

static uint32_t later(uint32_t a, uint32_t b)
{
    return distance(a, b) > 0 ? b : a;
}

static struct repair *the_repair; /* libnids calls back without a context of ours */

/* --- delivery --- */

static void deliver(void *user, enum direction from, const uint8_t *bytes, size_t n)
{
    struct flow *f = user;
    struct repair *r = the_repair;
    struct half *h = &f->reassembly->half[from];

    h->next += (uint32_t)n;
    f->connection.bytes[from] += n;
    r->handler->data(r->handler->context, &f->connection, from, bytes, n, r->now);
}

static void drop_ranges_before(struct repair *r, struct half *h)
{
    uint32_t gone = 0;

    while (gone < h->range_count && distance(h->ranges[gone].end, h->next) >= 0) {
        uint32_t n = h->ranges[gone].end - h->ranges[gone].start;

        h->waiting_bytes -= n;
        h->waiting_pieces -= h->ranges[gone].pieces;
        r->memory -= n;
        gone++;
    }
    if (!gone)
        return;
    h->range_count -= gone;
    memmove(h->ranges, h->ranges + gone, h->range_count * sizeof *h->ranges);
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

    if (!a->nids || a->half[FROM_CLIENT].range_count || a->half[FROM_SERVER].range_count ||
        (nids_stream_count(a->nids, FROM_CLIENT) < NIDS_COUNT_MAX &&
         nids_stream_count(a->nids, FROM_SERVER) < NIDS_COUNT_MAX))
        return;
    nids_stream_close(a->nids);
    a->nids = NULL;
}

/* The first hole's end, or `next` when nothing is known to be missing. */
static uint32_t hole_end(const struct half *h, uint32_t known)
{
    if (h->range_count)
        return h->ranges[0].start;
    if (h->has_fin && distance(h->fin, known) > 0)
        known = h->fin; /* the FIN takes a number, too */
    return later(h->next, known);
}

static void give_up(struct repair *r, struct flow *f, enum direction from, uint32_t end)
{
    struct half *h = &f->reassembly->half[from];
    uint32_t n = end - h->next;

    f->connection.missing[from] += n;
    r->counts->missing_bytes += n;
    r->counts->gaps++;
    r->handler->gap(r->handler->context, &f->connection, from, n, r->now);
    h->next = end;
    if (h->range_count || f->reassembly->nids) {
        open_nids(f);
        nids_stream_skip(f->reassembly->nids, from, n);
    }
    drop_ranges_before(r, h);
}

static void tell_close(struct repair *r, struct flow *f, enum direction from)
{
    struct half *h = &f->reassembly->half[from];

    if (!h->has_fin || h->closed || h->next != h->fin)
        return;
    h->closed = true;
    r->handler->close(r->handler->context, &f->connection, from, r->now);
}

/* --- arrival --- */

static void insert_range(struct half *h, uint32_t at, uint32_t start, uint32_t end)
{
    if (h->range_count == h->range_room) {
        h->range_room = h->range_room ? 2 * h->range_room : 4;
        h->ranges = mem_resize(h->ranges, h->range_room * sizeof *h->ranges);
    }
    memmove(h->ranges + at + 1, h->ranges + at, (h->range_count - at) * sizeof *h->ranges);
    h->ranges[at] = (struct range){start, end, 1};
    h->range_count++;
}

/* Joins the range at `at` with its neighbours where they touch. */
static void join_ranges(struct half *h, uint32_t at)
{
    if (at + 1 < h->range_count && h->ranges[at].end == h->ranges[at + 1].start) {
        h->ranges[at].end = h->ranges[at + 1].end;
        h->ranges[at].pieces += h->ranges[at + 1].pieces;
        h->range_count--;
        memmove(h->ranges + at + 1, h->ranges + at + 2,
                (h->range_count - at - 1) * sizeof *h->ranges);
    }
    if (at && h->ranges[at - 1].end == h->ranges[at].start) {
        h->ranges[at - 1].end = h->ranges[at].end;
        h->ranges[at - 1].pieces += h->ranges[at].pieces;
        h->range_count--;
        memmove(h->ranges + at, h->ranges + at + 1, (h->range_count - at) * sizeof *h->ranges);
    }
}

/* Bytes ahead of `next`, none of which came before. */
static void queue_new(struct repair *r, struct flow *f, enum direction from, uint32_t at,
                      uint32_t seq, const uint8_t *data, uint32_t n)
{
    struct half *h = &f->reassembly->half[from];

    open_nids(f);
    insert_range(h, at, seq, seq + n);
    join_ranges(h, at);
    h->waiting_bytes += n;
    h->waiting_pieces++;
    r->memory += n;
    nids_stream_put(f->reassembly->nids, from, seq, data, n);
}

/* The parts of [seq, seq + n) that did not come before go to libnids: bytes that
 * came first count. */
static void put_new(struct repair *r, struct flow *f, enum direction from, uint32_t seq,
                    const uint8_t *data, uint32_t n)
{
    struct half *h = &f->reassembly->half[from];
    uint32_t at = h->range_count;

    while (at && distance(seq, h->ranges[at - 1].end) > 0) /* mostly the last one, or none */
        at--;
    while (n) {
        uint32_t piece = n;

        if (at < h->range_count) {
            const struct range *next = &h->ranges[at];

            if (distance(next->start, seq) >= 0) { /* begins inside this range: skip what it has */
                uint32_t have = next->end - seq;

                if (have >= n)
                    return;
                seq += have;
                data += have;
                n -= have;
                at++;
                continue;
            }
            if (next->start - seq < piece)
                piece = next->start - seq;
        }
        if (seq == h->next) {
            open_nids(f);
            nids_stream_put(f->reassembly->nids, from, seq, data, piece);
            drop_ranges_before(r, h);
            at = 0;
        } else {
            uint32_t before = h->range_count;

            queue_new(r, f, from, at, seq, data, piece);
            at = at + 1 - (before + 1 - h->range_count); /* joined ranges close up */
            if (at > h->range_count)
                at = h->range_count;
        }
        seq += piece;
        data += piece;
        n -= piece;
    }
}

static void accept(struct repair *r, struct flow *f, enum direction from, uint32_t seq,
                   const uint8_t *data, uint32_t captured, uint32_t length, bool fin)
{
    struct half *h = &f->reassembly->half[from];
    int32_t old = distance(seq, h->next);

    if (captured < length)
        f->connection.flags |= CONNECTION_FLAG(SNAPPED);
    h->sent = later(h->sent, seq + length);
    if (h->fin_guessed && distance(h->fin, h->sent) > 0)
        h->has_fin = h->fin_guessed = false; /* it was a byte after all */
    if (fin && (!h->has_fin || h->fin_guessed)) {
        h->has_fin = true;
        h->fin_guessed = false;
        h->fin = seq + length;
    }
    if (old > 0) {
        uint32_t skip = (uint32_t)old < captured ? (uint32_t)old : captured;

        seq += (uint32_t)old;
        data += skip;
        captured -= skip;
    }
    if (captured)
        put_new(r, f, from, seq, data, captured);
    tell_close(r, f, from);
}

/* Whether a segment's sender had received bytes that have not been delivered here. */
static bool is_early(const struct half *other, uint32_t ack)
{
    uint32_t need = ack;
    int32_t ahead;

    if (other->has_fin && distance(other->fin, need) > 0)
        need = other->fin;
    ahead = distance(other->next, need);
    return ahead > 0 && (uint32_t)ahead <= REPAIR_WINDOW_MAX;
}

static void hold(struct repair *r, struct flow *f, enum direction from, const struct segment *s)
{
    struct half *h = &f->reassembly->half[from];
    struct held *held = mem_new(sizeof *held + s->captured);

    held->seq = s->seq;
    held->ack = s->ack;
    held->length = s->length;
    held->captured = s->captured;
    held->fin = s->flags & TCP_FIN;
    if (s->captured)
        memcpy(held->data, s->data, s->captured);
    if (h->held_last)
        h->held_last->next = held;
    else
        h->held_first = held;
    h->held_last = held;
    f->reassembly->held_bytes += sizeof *held + s->captured;
    r->memory += sizeof *held + s->captured;
}

static void free_held(struct repair *r, struct flow *f, struct held *held)
{
    f->reassembly->held_bytes -= sizeof *held + held->captured;
    r->memory -= sizeof *held + held->captured;
    mem_free(held);
}

/* Lets go of what the other direction's progress has made due; `all`: of everything. */
static bool release(struct repair *r, struct flow *f, enum direction from, bool all)
{
    struct half *h = &f->reassembly->half[from];
    struct held **link = &h->held_first, *held, *kept = NULL;
    bool moved = false;

    while ((held = *link)) {
        if (!all && is_early(&f->reassembly->half[!from], held->ack)) {
            kept = held;
            link = &held->next;
            continue;
        }
        *link = held->next;
        if (!held->next)
            h->held_last = kept;
        accept(r, f, from, held->seq, held->data, held->captured, held->length, held->fin);
        free_held(r, f, held);
        moved = true;
    }
    return moved;
}

static void release_both(struct repair *r, struct flow *f)
{
    bool moved;

    do {
        moved = release(r, f, FROM_CLIENT, false);
        moved = release(r, f, FROM_SERVER, false) || moved;
    } while (moved);
}

/* --- stalls --- */

static bool waits_for_acked(const struct half *h)
{
    uint32_t known = h->acked;

    if (h->has_fin && distance(h->fin, known) > 0)
        known = h->fin;
    return distance(h->next, known) > 0;
}

static void unlink_stalled(struct reassembly *a)
{
    if (!a->is_stalled)
        return;
    a->is_stalled = false;
    a->stalled.prev->next = a->stalled.next;
    a->stalled.next->prev = a->stalled.prev;
}

static void note_stall(struct repair *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;

    if (!waits_for_acked(&a->half[FROM_CLIENT]) && !waits_for_acked(&a->half[FROM_SERVER])) {
        unlink_stalled(a);
        return;
    }
    if (a->is_stalled)
        return;
    a->is_stalled = true;
    a->stalled_since = r->now;
    a->stalled.prev = r->stalled.prev;
    a->stalled.next = &r->stalled;
    r->stalled.prev->next = &a->stalled;
    r->stalled.prev = &a->stalled;
}

/* Gives up the first hole of the acknowledged bytes of one direction. */
static bool give_up_acked(struct repair *r, struct flow *f, enum direction from)
{
    struct half *h = &f->reassembly->half[from];
    uint32_t end;

    if (!waits_for_acked(h))
        return false;
    end = hole_end(h, h->acked);
    if (distance(end, h->acked) < 0) /* the hole is longer than what is known to be lost */
        end = h->acked;
    if (end - h->next == 1 && !h->range_count && !h->has_fin) {
        /* One number that nothing follows: a FIN that the capture lacks, not a byte. */
        h->has_fin = h->fin_guessed = true;
        h->fin = h->next;
    } else {
        give_up(r, f, from, end);
    }
    tell_close(r, f, from);
    return true;
}

static void settle_acked(struct repair *r, struct flow *f)
{
    do
        release_both(r, f);
    while (give_up_acked(r, f, FROM_CLIENT) || give_up_acked(r, f, FROM_SERVER));
    release_both(r, f);
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

void repair_expire(struct repair *r)
{
    while (r->stalled.next != &r->stalled) {
        struct reassembly *a = (struct reassembly *)(void *)((char *)r->stalled.next -
                                                             offsetof(struct reassembly, stalled));

        if (r->now - a->stalled_since < STREAM_PATIENCE)
            return;
        unlink_stalled(a);
        settle_acked(r, a->flow);
        note_stall(r, a->flow);
        update_memory(r, a->flow);
    }
}

/* Too much waits for one hole: give that up, whatever is known of it. */
static void enforce_limits(struct repair *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;

    for (;;) {
        const struct half *c = &a->half[FROM_CLIENT], *s = &a->half[FROM_SERVER];
        enum direction from = c->waiting_bytes >= s->waiting_bytes ? FROM_CLIENT : FROM_SERVER;
        struct half *h = &a->half[from];

        if ((uint64_t)c->waiting_bytes + s->waiting_bytes + a->held_bytes <=
                STREAM_REORDER_BYTES_MAX &&
            c->waiting_pieces + s->waiting_pieces <= STREAM_REORDER_PIECES_MAX)
            return;
        f->connection.flags |= CONNECTION_FLAG(REORDER_LIMIT);
        settle_acked(r, f);
        if (h->range_count) {
            give_up(r, f, from, h->ranges[0].start);
            tell_close(r, f, from);
        } else {
            (void)release(r, f, FROM_CLIENT, true);
            (void)release(r, f, FROM_SERVER, true);
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
    r->stalled.next = r->stalled.prev = &r->stalled;
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
    f->announced = true;
}

static void take_ack(struct repair *r, struct half *other, uint32_t ack)
{
    int32_t ahead = distance(other->next, ack);

    if (ahead > 0 && (uint32_t)ahead > REPAIR_WINDOW_MAX)
        r->counts->out_of_window++;
    else
        other->acked = later(other->acked, ack);
}

void repair_put(struct repair *r, struct flow *f, enum direction from, const struct segment *s)
{
    struct reassembly *a = f->reassembly;
    struct half *other = &a->half[!from];
    bool fin = s->flags & TCP_FIN;

    if (f->finished)
        return;
    if (s->flags & TCP_ACK)
        take_ack(r, other, s->ack);
    if (s->length || fin) {
        int32_t ahead = distance(a->half[from].next, s->seq);

        if (ahead > 0 && (uint32_t)ahead > REPAIR_WINDOW_MAX) {
            r->counts->out_of_window++;
            return;
        }
        if (s->flags & TCP_URG)
            f->connection.flags |= CONNECTION_FLAG(URGENT);
        if ((s->flags & TCP_ACK) && is_early(other, s->ack)) {
            hold(r, f, from, s);
        } else {
            accept(r, f, from, s->seq, s->data, s->captured, s->length, fin);
            if (a->held_bytes)
                release_both(r, f);
        }
        if (a->held_bytes || a->half[from].range_count)
            enforce_limits(r, f);
        renew_nids(f);
        update_memory_now_and_then(r, f);
    }
    note_stall(r, f);
}

/* What is known to have been sent, when nothing more will come. */
static uint32_t known_end(const struct flow *f, enum direction from)
{
    const struct half *h = &f->reassembly->half[from], *other = &f->reassembly->half[!from];
    uint32_t known = later(h->acked, h->sent);

    /* The other side's FIN was seen, this side's was not, and no reset came: the
     * last number acknowledged is the FIN's, not a byte's. */
    if (!h->has_fin && other->has_fin && !f->has_rst && h->acked == known &&
        distance(h->next, known) > 0)
        known--;
    return known;
}

void repair_finish(struct repair *r, struct flow *f)
{
    struct reassembly *a = f->reassembly;
    bool moved = true;

    while (moved) {
        release_both(r, f);
        moved = false;
        for (int d = 0; d < 2 && !moved; d++) {
            uint32_t end = hole_end(&a->half[d], known_end(f, d));

            if (end != a->half[d].next) {
                give_up(r, f, d, end);
                tell_close(r, f, d);
                moved = true;
            }
        }
        if (!moved && a->held_bytes) {
            moved = release(r, f, FROM_CLIENT, true);
            moved = release(r, f, FROM_SERVER, true) || moved;
        }
    }
    unlink_stalled(a);
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
    for (int d = 0; d < 2; d++) {
        r->memory -= a->half[d].waiting_bytes;
        mem_free(a->half[d].ranges);
    }
    r->memory -= a->handler_memory + sizeof *a + sizeof *f;
    mem_free(a);
    f->reassembly = NULL;
}

bool repair_is_whole(const struct flow *f)
{
    const struct reassembly *a = f->reassembly;

    return !a->held_bytes && !a->half[FROM_CLIENT].range_count &&
           !a->half[FROM_SERVER].range_count && !waits_for_acked(&a->half[FROM_CLIENT]) &&
           !waits_for_acked(&a->half[FROM_SERVER]);
}

bool repair_both_ended(const struct flow *f)
{
    return f->reassembly->half[FROM_CLIENT].has_fin && f->reassembly->half[FROM_SERVER].has_fin;
}
