/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/connections.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "potsherd/counters.h"
#include "stream/early_segments.h"

#define RST_BEHIND_MAX 65536     /* a reset may answer a segment that is a little old */
#define RST_AHEAD_MAX  (1 << 24) /* ... or follow data that the capture lacks */

#define SYN_DATA_MAX (16 << 20) /* bytes that came with unanswered SYNs (RFC 7413), kept in all */

#define SYN_DATA_LENGTH_MAX 65535 /* of one segment */

#define EXPIRE_EVERY (TIME_SECOND / 20)

static void begin(struct connections *all, struct flow *f);

/* --- ends --- */

static void drop_early(struct connections *all, struct flow *f)
{
    if (!f->early)
        return;
    if (f->state == FLOW_HALF_OPEN)
        all->syn_data -= early_segments_bytes(f->early);
    else
        flow_list_unlink(&f->undecided);
    all->reassembler.memory -= early_segments_bytes(f->early);
    early_segments_free(f->early);
    f->early = NULL;
}

/* In test builds: what is counted as held is given back by the end of what holds it. */
static void check_memory(const struct connections *all)
{
#ifdef POTSHERD_CHECKS
    if (!all->table.count && all->reassembler.memory)
        log_panic("%" PRIu64 " bytes are counted for no connection", all->reassembler.memory);
#else
    (void)all;
#endif
}

static void end_attempt(struct connections *all, struct flow *f)
{
    all->counts->attempts++;
    f->connection.packets[FROM_CLIENT] = f->syns;
    all->handler.attempt(all->handler.context, &f->connection);
    drop_early(all, f);
    flow_remove(&all->table, f);
    check_memory(all);
}

/* Nothing more will come. */
static void deliver_rest(struct connections *all, struct flow *f)
{
    if (f->early)
        begin(all, f);
    if (!f->finished)
        reassembly_finish(&all->reassembler, f);
}

static void end_connection(struct connections *all, struct flow *f, enum connection_end end)
{
    struct connection *c = &f->connection;

    if (f->state == FLOW_HALF_OPEN) {
        end_attempt(all, f);
        return;
    }
    deliver_rest(all, f);
    if (!f->syn_seen || !f->syn_ack_seen)
        c->flags |= CONNECTION_FLAG(NO_HANDSHAKE);
    if (c->end == END_NONE) /* both FINs may just have come out of the queue */
        c->end = reassembly_both_ended(f) ? END_FIN : end;
    if (!c->packets[FROM_CLIENT] || !c->packets[FROM_SERVER]) {
        c->flags |= CONNECTION_FLAG(ONE_SIDED);
        all->counts->one_sided++;
    }
    all->counts->ended[c->end]++;
    all->handler.end(all->handler.context, c);
    reassembly_free(&all->reassembler, f);
    flow_remove(&all->table, f);
    check_memory(all);
}

/* One side has reset the connection, or both have closed it. */
static void begin_closing(struct connections *all, struct flow *f, enum connection_end end)
{
    if (f->connection.end == END_NONE)
        f->connection.end = end;
    if (f->state != FLOW_CLOSING)
        flow_enter(&all->table, f, FLOW_CLOSING);
}

static void end_if_whole(struct connections *all, struct flow *f)
{
    if (f->finished || !reassembly_both_ended(f))
        return;
    if (f->state == FLOW_OPEN)
        begin_closing(all, f, END_FIN);
    if (reassembly_is_whole(f)) /* all that there ever was has been delivered */
        reassembly_finish(&all->reassembler, f);
}

static time_us timeout_of(const struct connections *all, enum flow_state state)
{
    switch (state) {
    case FLOW_HALF_OPEN:
        return STREAM_HANDSHAKE_TIMEOUT;
    case FLOW_CLOSING:
        return STREAM_LINGER;
    default:
        return all->options.idle_timeout;
    }
}

static struct flow *longest_undecided(struct connections *all)
{
    struct flow_link *first = all->undecided.next;

    return first == &all->undecided
               ? NULL
               : (struct flow *)(void *)((char *)first - offsetof(struct flow, undecided));
}

/* Of a state's list. */
static void take_turn(struct connections *all, const struct flow *f)
{
    all->moment->turn = moment_turn(QUEUE_STATES + (unsigned)f->state, f->waits_since);
    all->moment->began = f->began;
}

/* By when it came to its place in the list, not by its last packet, which may be younger: who
 * stands first must not hold up others that are due, or those of another job would not wait. */
static bool is_due(const struct connections *all, const struct flow *f)
{
    return all->table.now - f->touched >= timeout_of(all, f->state) + FLOW_TOUCH_EVERY;
}

static void expire(struct connections *all)
{
    struct flow *f;

    while ((f = longest_undecided(all)) &&
           all->reassembler.now - f->undecided_since >= STREAM_PATIENCE) {
        all->moment->turn = moment_turn(QUEUE_UNDECIDED, f->undecided_frame);
        all->moment->began = f->began;
        begin(all, f);
    }
    while ((f = reassembler_expire(&all->reassembler)))
        end_if_whole(all, f);
    for (int state = 0; state < FLOW_STATE_COUNT; state++) {
        while ((f = flow_next(&all->table, state)) && is_due(all, f)) {
            all->counts->steps++;
            take_turn(all, f);
            end_connection(all, f, END_TIMEOUT);
        }
    }
}

static void make_room(struct connections *all)
{
    while (all->table.in_state[FLOW_OPEN] + all->table.in_state[FLOW_CLOSING] >
               all->options.max_connections ||
           all->reassembler.memory > all->options.max_memory) {
        struct flow *f = flow_oldest(&all->table, FLOW_CLOSING);

        if (!f)
            f = flow_oldest(&all->table, FLOW_OPEN);
        if (!f)
            return;
        all->counts->steps++;
        end_connection(all, f, END_EVICTED);
    }
}

/* --- first segments --- */

static struct address endpoint(const struct flow_key *key, bool low)
{
    const uint8_t *bytes = (const uint8_t *)(low ? key->low : key->high);

    return key->rest >> 32 == 4 ? address_v4(bytes) : address_v6(bytes);
}

static struct flow *add_flow(struct connections *all, const struct flow_key *key, uint64_t hash,
                             bool low_is_client, time_us ts, uint32_t capture_n)
{
    struct flow *f = flow_add(&all->table, key, hash);
    struct connection *c = &f->connection;

    f->low_is_client = low_is_client;
    c->src = endpoint(key, low_is_client);
    c->dst = endpoint(key, !low_is_client);
    c->src_port = (uint16_t)(low_is_client ? key->rest >> 16 : key->rest);
    c->dst_port = (uint16_t)(low_is_client ? key->rest : key->rest >> 16);
    c->first = c->last = ts;
    c->capture_n = capture_n;
    return f;
}

/* Without a handshake: the side with a served port is the server; else the one
 * with the lower port. */
static enum direction guess_sender(const struct connections *all, const struct segment *seg)
{
    bool src = all->options.is_service && all->options.is_service(seg->src_port);
    bool dst = all->options.is_service && all->options.is_service(seg->dst_port);

    if (src != dst)
        return src ? FROM_SERVER : FROM_CLIENT;
    return seg->src_port < seg->dst_port ? FROM_SERVER : FROM_CLIENT;
}

static struct flow *new_flow(struct connections *all, const struct segment *seg,
                             const struct flow_key *key, uint64_t hash, bool from_low)
{
    bool syn = seg->flags & TCP_SYN, ack = seg->flags & TCP_ACK;
    enum direction from;
    struct flow *f;

    if ((seg->flags & TCP_RST) || (!syn && (!seg->wire_len || !ack))) {
        all->counts->strays++;
        return NULL;
    }
    from = syn ? (ack ? FROM_SERVER : FROM_CLIENT) : guess_sender(all, seg);
    f = add_flow(all, key, hash, (from == FROM_CLIENT) == from_low, seg->ts, seg->capture_n);
    if (all->table.in_state[FLOW_HALF_OPEN] > all->options.max_half_open) {
        all->counts->evicted_attempts++;
        end_attempt(all, flow_oldest(&all->table, FLOW_HALF_OPEN));
    }
    return f;
}

/* Keeps a segment until it is known, or decided, with which numbers the
 * connection begins. */
static bool keep(struct connections *all, struct flow *f, bool from_low, const struct segment *seg)
{
    size_t before;
    bool room;

    if (!f->early)
        f->early = early_segments_new();
    before = early_segments_bytes(f->early);
    room = early_segments_put(f->early, from_low, seg);
    all->reassembler.memory += early_segments_bytes(f->early) - before;
    if (f->state == FLOW_HALF_OPEN)
        all->syn_data += early_segments_bytes(f->early) - before;
    return room;
}

/* The first segment that is more than a SYN opens the connection. */
static bool try_open(struct connections *all, struct flow *f, enum direction from,
                     const struct segment *seg)
{
    bool has_handshake = f->syn_seen && f->syn_ack_seen;

    if (!(seg->flags & TCP_ACK) || (!seg->wire_len && !has_handshake && from == FROM_SERVER))
        return false;
    if (!f->early)
        f->early = early_segments_new();
    else
        all->syn_data -= early_segments_bytes(f->early);
    flow_enter(&all->table, f, FLOW_OPEN);
    flow_list_append(&all->undecided, &f->undecided);
    f->undecided_since = all->reassembler.now;
    f->undecided_frame = all->moment->frame;
    all->counts->connections++;
    return true;
}

static void take_open(struct connections *all, struct flow *f, bool from_low,
                      const struct segment *seg);

/* The first numbers are known, or nothing better will come: the connection begins. */
static void begin(struct connections *all, struct flow *f)
{
    struct early_segments *b = f->early;
    const struct segment *seg;
    bool from_low;

    if (!f->syn_seen && !f->syn_ack_seen) {
        f->connection.flags |= CONNECTION_FLAG(NO_HANDSHAKE);
        if (early_segments_lowest(b, f->low_is_client, &f->isn[FROM_CLIENT]))
            f->isn[FROM_CLIENT]--;
    }
    if (!f->syn_ack_seen && early_segments_lowest(b, !f->low_is_client, &f->isn[FROM_SERVER]))
        f->isn[FROM_SERVER]--;
    flow_list_unlink(&f->undecided);
    all->reassembler.memory -= early_segments_bytes(b);
    f->early = NULL;
    reassembly_open(&all->reassembler, f,
                    (uint32_t[]){f->isn[FROM_CLIENT] + 1, f->isn[FROM_SERVER] + 1});
    while ((seg = early_segments_next(b, &from_low)))
        take_open(all, f, from_low, seg);
    early_segments_free(b);
}

/* --- segments by flags --- */

/* A new connection on the ports of an old one, which is over for whoever sent
 * this: the old one ends, the new one begins with `syn`. */
static struct flow *restart(struct connections *all, struct flow *old, struct first_syn syn)
{
    struct flow_key key = old->key;
    uint64_t hash = old->hash;
    struct flow *f;

    deliver_rest(all, old);
    if (old->connection.end == END_NONE && !reassembly_both_ended(old))
        old->connection.flags |= CONNECTION_FLAG(REUSED);
    end_connection(all, old, END_TIMEOUT);
    f = add_flow(all, &key, hash, syn.from_low, syn.ts, syn.capture_n);
    f->syn_seen = true;
    f->syns = 1;
    f->isn[FROM_CLIENT] = syn.isn;
    f->connection.packets[FROM_CLIENT] = 1;
    return f;
}

/* Who was taken for the server is the client. */
static void swap_sides(struct flow *f)
{
    struct connection *c = &f->connection;
    struct connection old = *c;

    f->low_is_client = !f->low_is_client;
    c->src = old.dst;
    c->dst = old.src;
    c->src_port = old.dst_port;
    c->dst_port = old.src_port;
    c->packets[FROM_CLIENT] = old.packets[FROM_SERVER];
    c->packets[FROM_SERVER] = old.packets[FROM_CLIENT];
}

/* It acknowledges the SYN, and maybe data that came with it. */
static bool answers_syn(const struct flow *f, const struct segment *seg)
{
    return seg->ack - f->isn[FROM_CLIENT] - 1 <= SYN_DATA_LENGTH_MAX;
}

/* A part of the handshake, or what claims to be one. */
static void take_handshake(struct connections *all, struct flow *f, bool from_low,
                           const struct segment *seg)
{
    bool ack = seg->flags & TCP_ACK, know_client = f->syn_seen || f->syn_ack_seen;

    if (!know_client && (from_low == f->low_is_client) == ack)
        swap_sides(f);
    if (from_low == f->low_is_client && !ack) {
        f->syn_seen = true;
        f->syns++;
        f->isn[FROM_CLIENT] = seg->seq;
    } else if (from_low != f->low_is_client && (!ack || !f->syn_seen || answers_syn(f, seg))) {
        f->syn_ack_seen = true; /* or both sent a SYN at the same time */
        f->isn[FROM_SERVER] = seg->seq;
        if (!f->syn_seen)
            f->isn[FROM_CLIENT] = seg->ack - 1;
    }
    if (f->state == FLOW_OPEN && f->syn_seen && f->syn_ack_seen)
        begin(all, f);
}

/* Data that came with a SYN (RFC 7413); it counts if the connection opens. */
static void keep_syn_data(struct connections *all, struct flow *f, bool from_low,
                          const struct segment *seg)
{
    struct segment data = *seg;

    data.seq++;
    data.flags &= (uint8_t)~TCP_SYN;
    if (f->reassembly)
        take_open(all, f, from_low, &data);
    else if (all->syn_data < SYN_DATA_MAX)
        (void)keep(all, f, from_low, &data);
}

/* Whether a SYN or SYN/ACK cannot be the one that the connection began with. */
static bool is_other_syn(const struct flow *f, bool from_low, const struct segment *seg)
{
    if (f->state == FLOW_HALF_OPEN)
        return false;
    if (f->early)
        return !early_segments_fits(f->early, from_low, seg->seq);
    return seg->seq != f->isn[from_low == f->low_is_client ? FROM_CLIENT : FROM_SERVER];
}

/* A SYN on an open connection may be old, forged, or begin a new connection: the answer
 * to it will tell (RFC 5961 section 4 has the hosts do the same). */
static void take_syn(struct connections *all, struct flow *f, bool from_low,
                     const struct segment *seg)
{
    const struct first_syn syn = {.seen = true,
                                  .from_low = from_low,
                                  .isn = seg->seq,
                                  .ts = seg->ts,
                                  .capture_n = seg->capture_n};
    bool ack = seg->flags & TCP_ACK;

    if (!f->reassembly && !is_other_syn(f, from_low, seg)) {
        take_handshake(all, f, from_low, seg);
    } else if (!is_other_syn(f, from_low, seg)) { /* again, or late */
        f->syn_seen = f->syn_seen || !ack;
        f->syn_ack_seen = f->syn_ack_seen || ack;
    } else if (ack) {
        return;
    } else if (f->state == FLOW_CLOSING) {
        f = restart(all, f, syn);
    } else {
        f->pending_syn = syn;
        return;
    }
    if (seg->wire_len)
        keep_syn_data(all, f, from_low, seg);
}

/* Whether this segment belongs to the connection that a pending SYN began. */
static bool confirms_pending(const struct flow *f, bool from_low, const struct segment *seg)
{
    if (!f->pending_syn.seen || !(seg->flags & TCP_ACK))
        return false;
    if (from_low == f->pending_syn.from_low)
        return !(seg->flags & TCP_SYN) && seg->seq == f->pending_syn.isn + 1;
    return (seg->flags & TCP_SYN) && seg->ack == f->pending_syn.isn + 1;
}

/* A reset counts when its number is near what the connection has come to (RFC 5961
 * section 3 asks hosts for more; a listener may have missed some data). */
static void take_rst(struct connections *all, struct flow *f, enum direction from,
                     const struct segment *seg)
{
    uint32_t next;

    if (f->finished)
        return;
    next = f->reassembly->half[from].next;
    if (seg->seq - next > RST_AHEAD_MAX && next - seg->seq > RST_BEHIND_MAX) {
        all->counts->out_of_window++;
        return;
    }
    f->has_rst = true;
    begin_closing(all, f, reassembly_both_ended(f) ? END_FIN : END_RST);
}

/* A segment of a connection that has begun. */
static void take_open(struct connections *all, struct flow *f, bool from_low,
                      const struct segment *seg)
{
    enum direction from = from_low == f->low_is_client ? FROM_CLIENT : FROM_SERVER;

    if (seg->flags & TCP_RST) {
        take_rst(all, f, from, seg);
        return;
    }
    reassembly_put(&all->reassembler, f, from, seg);
    end_if_whole(all, f);
}

/* A segment of a connection that has not. */
static void take_early(struct connections *all, struct flow *f, bool from_low,
                       const struct segment *seg)
{
    enum direction from = from_low == f->low_is_client ? FROM_CLIENT : FROM_SERVER;

    if (f->state == FLOW_HALF_OPEN && seg->flags & TCP_RST) {
        end_attempt(all, f);
        return;
    }
    if (f->state == FLOW_HALF_OPEN && !try_open(all, f, from, seg))
        return;
    if (!keep(all, f, from_low, seg) || f->syn_ack_seen)
        begin(all, f);
}

static void count_packet(struct connections *all, struct flow *f, bool from_low,
                         const struct segment *seg)
{
    struct connection *c = &f->connection;

    c->packets[from_low == f->low_is_client ? FROM_CLIENT : FROM_SERVER]++;
    if (seg->ts > c->last)
        c->last = seg->ts;
    flow_touch(&all->table, f);
}

void connections_put(struct connections *all, const struct segment *seg)
{
    bool from_low, syn = (seg->flags & (TCP_SYN | TCP_RST)) == TCP_SYN;
    struct flow_key key;
    struct flow *f;
    uint64_t hash;

    flow_key_of(seg, &key, &from_low);
    f = flow_find(&all->table, &key, &hash);
    if (f && confirms_pending(f, from_low, seg))
        f = restart(all, f, f->pending_syn);
    if (!f && !(f = new_flow(all, seg, &key, hash, from_low)))
        return;
    if (seg->bad_checksum && all->options.verify_checksums) {
        all->counts->not_understood[DECAP_TCP_CHECKSUM]++;
        f->connection.flags |= CONNECTION_FLAG(CHECKSUM);
        return;
    }
    if (!syn || !is_other_syn(f, from_low, seg))
        count_packet(all, f, from_low, seg);
    if (syn)
        take_syn(all, f, from_low, seg);
    else if (f->reassembly)
        take_open(all, f, from_low, seg);
    else
        take_early(all, f, from_low, seg);
    make_room(all);
}

void connections_advance(struct connections *all, time_us now)
{
    if (now > all->reassembler.now)
        all->reassembler.now = now;
    all->table.frame = all->moment->frame;
    all->table.now = all->reassembler.now;
    if (all->reassembler.now < all->next_look)
        return;
    all->next_look = all->reassembler.now + EXPIRE_EVERY;
    expire(all);
    all->moment->turn = MOMENT_FRAME;
}

void connections_finish(struct connections *all)
{
    struct flow *f;

    for (int state = 0; state < FLOW_STATE_COUNT; state++)
        while ((f = flow_next(&all->table, state))) {
            take_turn(all, f);
            end_connection(all, f, END_EOF);
        }
}

void connections_init(struct connections *all, const struct stream_options *options,
                      const struct stream_handler *handler, struct counters *counts)
{
    memset(all, 0, sizeof *all);
    all->options = *options;
    if (!all->options.max_half_open)
        all->options.max_half_open = STREAM_HALF_OPEN_MAX;
    all->handler = *handler;
    all->counts = counts;
    all->moment = options->moment ? options->moment : &all->no_moment;
    flow_table_init(&all->table);
    flow_list_init(&all->undecided);
    reassembler_init(&all->reassembler, &all->handler, counts, options->max_connections + 1);
    all->reassembler.moment = all->moment;
}

void connections_fini(struct connections *all)
{
    reassembler_fini(&all->reassembler);
    flow_table_fini(&all->table);
}
