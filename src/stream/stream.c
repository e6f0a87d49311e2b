/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which connection a segment belongs to, and where that connection stands
 * (RFC 9293 section 3.3.2, as seen by a listener between the two hosts).
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "potsherd/counters.h"
#include "stream/beginning.h"
#include "stream/defrag.h"
#include "stream/reassembly.h"

#define RST_BEHIND_MAX 65536     /* a reset may answer a segment that is a little old */
#define RST_AHEAD_MAX  (1 << 24) /* ... or follow data that the capture lacks */

#define SYN_DATA_MAX (16 << 20) /* bytes that came with unanswered SYNs (RFC 7413), kept in all */

#define SYN_DATA_LENGTH_MAX 65535 /* of one segment */

#define EXPIRE_EVERY (TIME_SECOND / 20)

struct stream {
    struct stream_options options;
    struct stream_handler handler;
    struct counters counts;
    struct flow_table table;
    struct reassembler reassembler;
    struct defrag *defrag;
    struct flow_link undecided; /* flows that wait for their handshake, longest first */
    size_t syn_data;            /* bytes kept of SYNs that carried data */
    time_us next_look;          /* at what has timed out */
};

const char *connection_end_name(enum connection_end end)
{
    static const char *const names[] = {"", "fin", "rst", "timeout", "evicted", "cut", "eof"};

    return names[end];
}

const char *connection_flag_word(unsigned bit)
{
    static const char *const words[] = {
#define FLAG_WORD(name, word, meaning) word,
        CONNECTION_FLAGS(FLAG_WORD)
#undef FLAG_WORD
    };

    return words[bit];
}

static void begin(struct stream *s, struct flow *f);

/* --- ends --- */

static void drop_beginning(struct stream *s, struct flow *f)
{
    if (!f->beginning)
        return;
    if (f->state == FLOW_HALF_OPEN)
        s->syn_data -= beginning_bytes(f->beginning);
    else
        flow_list_unlink(&f->undecided);
    s->reassembler.memory -= beginning_bytes(f->beginning);
    beginning_free(f->beginning);
    f->beginning = NULL;
}

/* In test builds: what is counted as held is given back by the end of what holds it. */
static void check_memory(const struct stream *s)
{
#ifdef POTSHERD_CHECKS
    if (!s->table.count && s->reassembler.memory)
        log_panic("%" PRIu64 " bytes are counted for no connection", s->reassembler.memory);
#else
    (void)s;
#endif
}

static void end_attempt(struct stream *s, struct flow *f)
{
    s->counts.attempts++;
    f->connection.packets[FROM_CLIENT] = f->syns;
    s->handler.attempt(s->handler.context, &f->connection);
    drop_beginning(s, f);
    flow_remove(&s->table, f);
    check_memory(s);
}

/* Nothing more will come. */
static void deliver_rest(struct stream *s, struct flow *f)
{
    if (f->beginning)
        begin(s, f);
    if (!f->finished)
        reassembly_finish(&s->reassembler, f);
}

static void end_connection(struct stream *s, struct flow *f, enum connection_end end)
{
    struct connection *c = &f->connection;

    if (f->state == FLOW_HALF_OPEN) {
        end_attempt(s, f);
        return;
    }
    deliver_rest(s, f);
    if (!f->syn_seen || !f->syn_ack_seen)
        c->flags |= CONNECTION_FLAG(NO_HANDSHAKE);
    if (c->end == END_NONE) /* both FINs may just have come out of the queue */
        c->end = reassembly_both_ended(f) ? END_FIN : end;
    if (!c->packets[FROM_CLIENT] || !c->packets[FROM_SERVER]) {
        c->flags |= CONNECTION_FLAG(ONE_SIDED);
        s->counts.one_sided++;
    }
    s->counts.ended[c->end]++;
    s->handler.end(s->handler.context, c);
    reassembly_free(&s->reassembler, f);
    flow_remove(&s->table, f);
    check_memory(s);
}

/* One side has slammed the door, or both have said good-bye. */
static void begin_closing(struct stream *s, struct flow *f, enum connection_end end)
{
    if (f->connection.end == END_NONE)
        f->connection.end = end;
    if (f->state != FLOW_CLOSING)
        flow_enter(&s->table, f, FLOW_CLOSING);
}

static void look_at_end(struct stream *s, struct flow *f)
{
    if (f->finished || !reassembly_both_ended(f))
        return;
    if (f->state == FLOW_OPEN)
        begin_closing(s, f, END_FIN);
    if (reassembly_is_whole(f)) /* all that there ever was has been delivered */
        reassembly_finish(&s->reassembler, f);
}

static time_us timeout_of(const struct stream *s, enum flow_state state)
{
    switch (state) {
    case FLOW_HALF_OPEN:
        return STREAM_HANDSHAKE_TIMEOUT;
    case FLOW_CLOSING:
        return STREAM_LINGER;
    default:
        return s->options.idle_timeout;
    }
}

static struct flow *longest_undecided(struct stream *s)
{
    struct flow_link *first = s->undecided.next;

    return first == &s->undecided
               ? NULL
               : (struct flow *)(void *)((char *)first - offsetof(struct flow, undecided));
}

static void expire(struct stream *s)
{
    struct flow *f;

    while ((f = longest_undecided(s)) && s->reassembler.now - f->undecided_since >= STREAM_PATIENCE)
        begin(s, f);
    while ((f = reassembler_expire(&s->reassembler)))
        look_at_end(s, f);
    for (int state = 0; state < FLOW_STATE_COUNT; state++) {
        while ((f = flow_oldest(&s->table, state)) &&
               s->reassembler.now - f->connection.last >= timeout_of(s, state)) {
            s->counts.steps++;
            end_connection(s, f, END_TIMEOUT);
        }
    }
}

static void make_room(struct stream *s)
{
    while (s->table.in_state[FLOW_OPEN] + s->table.in_state[FLOW_CLOSING] >
               s->options.max_connections ||
           s->reassembler.memory > s->options.max_memory) {
        struct flow *f = flow_oldest(&s->table, FLOW_CLOSING);

        if (!f)
            f = flow_oldest(&s->table, FLOW_OPEN);
        if (!f)
            return;
        s->counts.steps++;
        end_connection(s, f, END_EVICTED);
    }
}

/* --- beginnings --- */

static struct address endpoint(const struct flow_key *key, bool low)
{
    const uint8_t *bytes = (const uint8_t *)(low ? key->low : key->high);

    return key->rest >> 32 == 4 ? address_v4(bytes) : address_v6(bytes);
}

static struct flow *add_flow(struct stream *s, const struct flow_key *key, uint64_t hash,
                             bool low_is_client, time_us ts)
{
    struct flow *f = flow_add(&s->table, key, hash);
    struct connection *c = &f->connection;

    f->low_is_client = low_is_client;
    c->src = endpoint(key, low_is_client);
    c->dst = endpoint(key, !low_is_client);
    c->src_port = (uint16_t)(low_is_client ? key->rest >> 16 : key->rest);
    c->dst_port = (uint16_t)(low_is_client ? key->rest : key->rest >> 16);
    c->first = c->last = ts;
    return f;
}

/* Without a handshake: the side with a served port is the server; else the one
 * with the lower port. */
static enum direction guess_sender(const struct stream *s, const struct segment *seg)
{
    bool src = s->options.is_service && s->options.is_service(seg->src_port);
    bool dst = s->options.is_service && s->options.is_service(seg->dst_port);

    if (src != dst)
        return src ? FROM_SERVER : FROM_CLIENT;
    return seg->src_port < seg->dst_port ? FROM_SERVER : FROM_CLIENT;
}

static struct flow *new_flow(struct stream *s, const struct segment *seg,
                             const struct flow_key *key, uint64_t hash, bool from_low)
{
    bool syn = seg->flags & TCP_SYN, ack = seg->flags & TCP_ACK;
    enum direction from;
    struct flow *f;

    if ((seg->flags & TCP_RST) || (!syn && (!seg->length || !ack))) {
        s->counts.strays++;
        return NULL;
    }
    from = syn ? (ack ? FROM_SERVER : FROM_CLIENT) : guess_sender(s, seg);
    f = add_flow(s, key, hash, (from == FROM_CLIENT) == from_low, seg->ts);
    if (s->table.in_state[FLOW_HALF_OPEN] > s->options.max_half_open) {
        s->counts.evicted_attempts++;
        end_attempt(s, flow_oldest(&s->table, FLOW_HALF_OPEN));
    }
    return f;
}

/* Keeps a segment until it is known, or decided, with which numbers the
 * connection begins. */
static bool keep(struct stream *s, struct flow *f, bool from_low, const struct segment *seg)
{
    size_t before;
    bool room;

    if (!f->beginning)
        f->beginning = beginning_new();
    before = beginning_bytes(f->beginning);
    room = beginning_put(f->beginning, from_low, seg);
    s->reassembler.memory += beginning_bytes(f->beginning) - before;
    if (f->state == FLOW_HALF_OPEN)
        s->syn_data += beginning_bytes(f->beginning) - before;
    return room;
}

/* The first segment that is more than a SYN opens the connection. */
static bool try_open(struct stream *s, struct flow *f, enum direction from,
                     const struct segment *seg)
{
    bool shaken = f->syn_seen && f->syn_ack_seen;

    if (!(seg->flags & TCP_ACK) || (!seg->length && !shaken && from == FROM_SERVER))
        return false;
    if (!f->beginning)
        f->beginning = beginning_new();
    else
        s->syn_data -= beginning_bytes(f->beginning);
    flow_enter(&s->table, f, FLOW_OPEN);
    flow_list_append(&s->undecided, &f->undecided);
    f->undecided_since = s->reassembler.now;
    s->counts.connections++;
    return true;
}

static void take_open(struct stream *s, struct flow *f, bool from_low, const struct segment *seg);

/* The first numbers are known, or nothing better will come: the connection begins. */
static void begin(struct stream *s, struct flow *f)
{
    struct beginning *b = f->beginning;
    const struct segment *seg;
    bool from_low;

    if (!f->syn_seen && !f->syn_ack_seen) {
        f->connection.flags |= CONNECTION_FLAG(NO_HANDSHAKE);
        if (beginning_lowest(b, f->low_is_client, &f->isn[FROM_CLIENT]))
            f->isn[FROM_CLIENT]--;
    }
    if (!f->syn_ack_seen && beginning_lowest(b, !f->low_is_client, &f->isn[FROM_SERVER]))
        f->isn[FROM_SERVER]--;
    flow_list_unlink(&f->undecided);
    s->reassembler.memory -= beginning_bytes(b);
    f->beginning = NULL;
    reassembly_open(&s->reassembler, f,
                    (uint32_t[]){f->isn[FROM_CLIENT] + 1, f->isn[FROM_SERVER] + 1});
    while ((seg = beginning_next(b, &from_low)))
        take_open(s, f, from_low, seg);
    beginning_free(b);
}

/* --- segments by flags --- */

/* A new connection on the ports of an old one, which is over for whoever sent
 * this: the old one ends, the new one begins with the SYN seen at `ts`. */
static struct flow *restart(struct stream *s, struct flow *old, bool low_is_client, uint32_t isn,
                            time_us ts)
{
    struct flow_key key = old->key;
    uint64_t hash = old->hash;
    struct flow *f;

    deliver_rest(s, old);
    if (old->connection.end == END_NONE && !reassembly_both_ended(old))
        old->connection.flags |= CONNECTION_FLAG(REUSED);
    end_connection(s, old, END_TIMEOUT);
    f = add_flow(s, &key, hash, low_is_client, ts);
    f->syn_seen = true;
    f->syns = 1;
    f->isn[FROM_CLIENT] = isn;
    f->connection.packets[FROM_CLIENT] = 1;
    return f;
}

/* Who was taken for the server is the client. */
static void turn_round(struct flow *f)
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
static void shake(struct stream *s, struct flow *f, bool from_low, const struct segment *seg)
{
    bool ack = seg->flags & TCP_ACK, know_client = f->syn_seen || f->syn_ack_seen;

    if (!know_client && (from_low == f->low_is_client) == ack)
        turn_round(f);
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
        begin(s, f);
}

/* Data that came with a SYN (RFC 7413); it counts if the connection opens. */
static void keep_syn_data(struct stream *s, struct flow *f, bool from_low,
                          const struct segment *seg)
{
    struct segment data = *seg;

    data.seq++;
    data.flags &= (uint8_t)~TCP_SYN;
    if (f->reassembly)
        take_open(s, f, from_low, &data);
    else if (s->syn_data < SYN_DATA_MAX)
        (void)keep(s, f, from_low, &data);
}

/* Whether a SYN or SYN/ACK cannot be the one that the connection began with. */
static bool is_other_syn(const struct flow *f, bool from_low, const struct segment *seg)
{
    if (f->state == FLOW_HALF_OPEN)
        return false;
    if (f->beginning)
        return !beginning_fits(f->beginning, from_low, seg->seq);
    return seg->seq != f->isn[from_low == f->low_is_client ? FROM_CLIENT : FROM_SERVER];
}

/* A SYN on an open connection may be old, forged, or a new beginning: the answer
 * to it will tell (RFC 5961 section 4 has the hosts do the same). */
static void take_syn(struct stream *s, struct flow *f, bool from_low, const struct segment *seg)
{
    bool ack = seg->flags & TCP_ACK;

    if (!f->reassembly && !is_other_syn(f, from_low, seg)) {
        shake(s, f, from_low, seg);
    } else if (!is_other_syn(f, from_low, seg)) { /* again, or late */
        f->syn_seen = f->syn_seen || !ack;
        f->syn_ack_seen = f->syn_ack_seen || ack;
    } else if (ack) {
        return;
    } else if (f->state == FLOW_CLOSING) {
        f = restart(s, f, from_low, seg->seq, seg->ts);
    } else {
        f->syn_pending = true;
        f->syn_pending_low = from_low;
        f->syn_pending_isn = seg->seq;
        f->syn_pending_ts = seg->ts;
        return;
    }
    if (seg->length)
        keep_syn_data(s, f, from_low, seg);
}

/* Whether this segment belongs to the connection that a pending SYN began. */
static bool confirms_pending(const struct flow *f, bool from_low, const struct segment *seg)
{
    if (!f->syn_pending || !(seg->flags & TCP_ACK))
        return false;
    if (from_low == f->syn_pending_low)
        return !(seg->flags & TCP_SYN) && seg->seq == f->syn_pending_isn + 1;
    return (seg->flags & TCP_SYN) && seg->ack == f->syn_pending_isn + 1;
}

/* A reset counts when its number is near what the connection has come to (RFC 5961
 * section 3 asks hosts for more; a listener may have missed some data). */
static void take_rst(struct stream *s, struct flow *f, enum direction from,
                     const struct segment *seg)
{
    uint32_t next;

    if (f->finished)
        return;
    next = f->reassembly->half[from].next;
    if (seg->seq - next > RST_AHEAD_MAX && next - seg->seq > RST_BEHIND_MAX) {
        s->counts.out_of_window++;
        return;
    }
    f->has_rst = true;
    begin_closing(s, f, reassembly_both_ended(f) ? END_FIN : END_RST);
}

/* A segment of a connection that has begun. */
static void take_open(struct stream *s, struct flow *f, bool from_low, const struct segment *seg)
{
    enum direction from = from_low == f->low_is_client ? FROM_CLIENT : FROM_SERVER;

    if (seg->flags & TCP_RST) {
        take_rst(s, f, from, seg);
        return;
    }
    reassembly_put(&s->reassembler, f, from, seg);
    look_at_end(s, f);
}

/* A segment of a connection that has not. */
static void take_early(struct stream *s, struct flow *f, bool from_low, const struct segment *seg)
{
    enum direction from = from_low == f->low_is_client ? FROM_CLIENT : FROM_SERVER;

    if (f->state == FLOW_HALF_OPEN && seg->flags & TCP_RST) {
        end_attempt(s, f);
        return;
    }
    if (f->state == FLOW_HALF_OPEN && !try_open(s, f, from, seg))
        return;
    if (!keep(s, f, from_low, seg) || f->syn_ack_seen)
        begin(s, f);
}

static void count_packet(struct stream *s, struct flow *f, bool from_low, const struct segment *seg)
{
    struct connection *c = &f->connection;

    c->packets[from_low == f->low_is_client ? FROM_CLIENT : FROM_SERVER]++;
    if (seg->ts > c->last)
        c->last = seg->ts;
    flow_touch(&s->table, f, s->reassembler.now);
}

static void take_segment(struct stream *s, const struct segment *seg)
{
    bool from_low, syn = (seg->flags & (TCP_SYN | TCP_RST)) == TCP_SYN;
    struct flow_key key;
    struct flow *f;
    uint64_t hash;

    flow_key_of(seg, &key, &from_low);
    f = flow_find(&s->table, &key, &hash);
    if (f && confirms_pending(f, from_low, seg))
        f = restart(s, f, f->syn_pending_low, f->syn_pending_isn, f->syn_pending_ts);
    if (!f && !(f = new_flow(s, seg, &key, hash, from_low)))
        return;
    if (seg->bad_checksum && s->options.verify_checksums) {
        s->counts.not_understood[DECAP_TCP_CHECKSUM]++;
        f->connection.flags |= CONNECTION_FLAG(CHECKSUM);
        return;
    }
    if (!syn || !is_other_syn(f, from_low, seg))
        count_packet(s, f, from_low, seg);
    if (syn)
        take_syn(s, f, from_low, seg);
    else if (f->reassembly)
        take_open(s, f, from_low, seg);
    else
        take_early(s, f, from_low, seg);
    make_room(s);
}

/* --- the interface --- */

struct stream *stream_new(const struct stream_options *options,
                          const struct stream_handler *handler)
{
    struct stream *s = MEM_NEW(struct stream);

    s->options = *options;
    if (!s->options.max_half_open)
        s->options.max_half_open = STREAM_HALF_OPEN_MAX;
    s->handler = *handler;
    flow_table_init(&s->table);
    flow_list_init(&s->undecided);
    reassembler_init(&s->reassembler, &s->handler, &s->counts, options->max_connections + 1);
    s->defrag = defrag_new();
    return s;
}

static void advance(struct stream *s, time_us now)
{
    if (now > s->reassembler.now)
        s->reassembler.now = now;
    if (s->reassembler.now < s->next_look)
        return;
    s->next_look = s->reassembler.now + EXPIRE_EVERY;
    expire(s);
}

void stream_tick(struct stream *s, time_us now)
{
    advance(s, now);
}

void stream_count_bad(struct stream *s, enum decap_reason reason)
{
    s->counts.not_understood[reason]++;
}

/* The whole datagram that `d` is the last fragment of; through tunnels, whose
 * packets may have been fragmented inside and out. */
static enum decap_reason join(struct stream *s, struct datagram *d)
{
    enum decap_reason reason = DECAP_OK;

    while (reason == DECAP_OK && d->fragment) {
        s->counts.fragments++;
        if (!defrag_put(s->defrag, d, d))
            return DECAP_FRAGMENT;
        reason = decap_joined(d, d);
    }
    return reason;
}

static void put_whole(struct stream *s, const struct datagram *datagram)
{
    struct segment seg;
    enum decap_reason reason = decap_segment(datagram, s->options.verify_checksums, &seg);

    if (reason != DECAP_OK) {
        stream_count_bad(s, reason);
        return;
    }
    s->counts.segments++;
    if (s->options.service_only && !s->options.is_service(seg.src_port) &&
        !s->options.is_service(seg.dst_port))
        s->counts.not_followed++;
    else
        take_segment(s, &seg);
}

void stream_put(struct stream *s, const struct datagram *datagram)
{
    struct datagram whole;
    enum decap_reason reason;

    s->counts.datagrams++;
    advance(s, datagram->ts);
    if (s->options.verify_checksums && datagram->bad_checksum) {
        stream_count_bad(s, DECAP_IP_CHECKSUM);
        return;
    }
    if (!datagram->fragment) {
        put_whole(s, datagram);
        return;
    }
    whole = *datagram;
    reason = join(s, &whole);
    if (reason == DECAP_OK)
        put_whole(s, &whole);
    else if (reason != DECAP_FRAGMENT) /* that waits for others; counted at the end */
        stream_count_bad(s, reason);
}

static void count_unjoined(struct stream *s)
{
    struct defrag_counts c = defrag_counts(s->defrag);

    s->counts.unjoined = c.timed_out + c.evicted + c.overlapping + c.cut + c.too_many + c.waiting;
}

void stream_finish(struct stream *s)
{
    struct flow *f;

    for (int state = 0; state < FLOW_STATE_COUNT; state++)
        while ((f = flow_oldest(&s->table, state)))
            end_connection(s, f, END_EOF);
    count_unjoined(s);
}

const struct counters *stream_counts(const struct stream *s)
{
    return &s->counts;
}

uint64_t stream_memory(const struct stream *s)
{
    return s->reassembler.memory;
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    reassembler_fini(&s->reassembler);
    flow_table_fini(&s->table);
    defrag_free(s->defrag);
    mem_free(s);
}
