/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The responder's turns: a frame comes, `tcp` decides what it is, it is recorded, events come
 * back, `persona` answers, `tcp` makes segments of that, which are sent and recorded, too.
 *
 * Events arrive while a frame is being recorded, so nothing is sent then: the persona
 * fills its buffer, and pump() sends when the recorder has returned.
 */
#include "answer/responder.h"

#include <string.h>

#include "answer/arrival.h"
#include "answer/neighbor.h"

static struct conversation *find_of(const struct answer *a, const struct connection *connection)
{
    struct connection_key key =
        key_make(&connection->dst, connection->dst_port, &connection->src, connection->src_port);

    return conversations_find(a->conversations, &key);
}

static void count_end(struct answer *a, const struct conversation *c)
{
    switch (c->tcp.over) {
    case TCP_RESET:
        a->counts.resets++;
        break;
    case TCP_IDLE:
        a->counts.idle++;
        break;
    case TCP_GAVE_UP:
        a->counts.gave_up++;
        break;
    default:
        break;
    }
}

static void drop(struct answer *a, struct conversation *c)
{
    count_end(a, c);
    wheel_unset(&a->wheel, &c->timer);
    conversations_remove(a->conversations, c);
}

/* --- what leaves --- */

static struct segment segment_of(const struct conversation *c, uint8_t flags, uint32_t seq,
                                 uint32_t ack)
{
    return (struct segment){.src = c->key.us,
                            .dst = c->key.peer,
                            .src_port = c->port,
                            .dst_port = c->peer_port,
                            .seq = seq,
                            .ack = ack,
                            .flags = flags,
                            .window = tcp_window(&c->tcp)};
}

struct emission {
    struct answer *answer;
    struct conversation *conversation;
};

static void emit(void *context, uint8_t flags, uint32_t seq, uint32_t ack, const uint8_t *data,
                 uint32_t n)
{
    struct emission *e = context;
    struct answer *a = e->answer;
    struct segment s = segment_of(e->conversation, flags, seq, ack);
    struct link link = outlet_own_link(&a->outlet, &e->conversation->link);
    struct built_frame wire;

    s.data = data;
    s.caplen = s.wire_len = n;
    build_tcp(a->outlet.builder, &link, &s, &wire);
    a->emitted++;
    if (outlet_send(&a->outlet, &wire, &s.dst, e->conversation->ticket) && !e->conversation->ended)
        outlet_record(&a->outlet, &e->conversation->link, wire.bytes, wire.n, (uint32_t)wire.n);
}

/* --- one conversation's turn --- */

static void schedule(struct answer *a, struct conversation *c)
{
    time_us tcp = tcp_next(&c->tcp), persona = persona_next(c->persona);
    time_us when = tcp < persona ? tcp : persona;

    if (when != INT64_MAX)
        wheel_set(&a->wheel, &c->timer, when);
}

/* What the client said first to a target that no persona plays. */
static void note_first_bytes(struct answer *a, struct conversation *c)
{
    struct bytes first = BYTES_NONE;

    if (c->connection && a->options.first_bytes)
        first = persona_first_bytes(c->persona);
    if (first.n)
        a->options.first_bytes(a->options.context, c->connection, first, outlet_clock(&a->outlet));
}

/* The persona's text to tcp, tcp's segments out, as long as that leads to more. */
static void pump(struct answer *a, struct conversation *c)
{
    struct emission e = {a, c};
    struct bytes text;

    conversations_set_current(a->conversations, c);
    note_first_bytes(a, c); /* the request that led there has its reply by now */
    do {
        if (c->tcp.peer_closed && !c->close_handled) {
            c->close_handled = true;
            persona_end(c->persona, a->outlet.now);
        }
        text = persona_say(c->persona);
        if (text.n) {
            tcp_write(&c->tcp, text);
            persona_said(c->persona);
        }
        if (persona_closes(c->persona))
            tcp_close(&c->tcp);
        a->emitted = 0;
        tcp_output(&c->tcp, a->outlet.now, (struct tcp_sink){&e, emit});
    } while (a->emitted && persona_say(c->persona).n);
    conversations_set_current(a->conversations, NULL);
    if (!c->flooded && persona_was_flooded(c->persona)) {
        c->flooded = true;
        a->counts.flooded++;
    }
    if (c->tcp.over) {
        drop(a, c);
        return;
    }
    if (tcp_is_waiting(&c->tcp))
        conversations_close(a->conversations, c);
    schedule(a, c);
}

static void abort_conversation(struct answer *a, struct conversation *c)
{
    struct emission e = {a, c};

    tcp_abort(&c->tcp, (struct tcp_sink){&e, emit});
    drop(a, c);
}

static void run_timer(struct answer *a, struct conversation *c)
{
    struct emission e = {a, c};

    if (c->ended) {
        if (tcp_is_waiting(&c->tcp))
            drop(a, c);
        else
            abort_conversation(a, c);
        return;
    }
    conversations_set_current(a->conversations, c);
    persona_timer(c->persona, a->outlet.now);
    if (a->outlet.now >= tcp_next(&c->tcp))
        tcp_timer(&c->tcp, a->outlet.now, (struct tcp_sink){&e, emit});
    pump(a, c);
}

/* --- what arrives --- */

/* Who sends duplicates, old segments and forged ones makes us send, too. */
static void limit_challenges(struct answer *a, struct conversation *c)
{
    static const struct address all;

    if (!tcp_owes_challenge(&c->tcp) ||
        (rate_take(a->challenge_rate, &c->key.peer, a->outlet.now) &&
         rate_take(a->challenges_rate, &all, a->outlet.now)))
        return;
    tcp_forgo_challenge(&c->tcp);
    a->counts.unchallenged++;
}

static void take(struct answer *a, struct conversation *c, const struct arrival *in)
{
    const struct segment *s = &in->segment;
    uint32_t expected = c->tcp.rcv_nxt;
    enum tcp_verdict verdict;

    conversations_set_current(a->conversations, c);
    verdict = tcp_receive(&c->tcp, s, a->outlet.now);
    limit_challenges(a, c);
    if (verdict == TCP_REFUSED) {
        if (c->tcp.shut)
            a->counts.unread_segments++;
        else
            a->counts.refused_segments++;
        pump(a, c);
        return;
    }
    conversations_touch(a->conversations, c);
    c->link = in->back; /* the way back may change */
    if (!c->ended)
        outlet_record(&a->outlet, &in->came, in->frame->bytes, in->frame->caplen,
                      in->frame->wire_len);
    if (s->caplen && s->seq == expected)
        persona_hear(c->persona, (struct bytes){s->data, s->caplen}, a->outlet.now);
    pump(a, c);
}

static struct conversation *new_conversation(struct answer *a, const struct arrival *in,
                                             const struct connection_key *key,
                                             const struct handshake_proof *proof)
{
    const struct segment *s = &in->segment;
    struct conversation *c = conversations_add(a->conversations, key);
    struct persona_facts facts = {.us = s->dst,
                                  .client = s->src,
                                  .port = s->dst_port,
                                  .module = a->options.module(s->dst_port),
                                  .chance = key_hash(&a->key, key) ^ (uint64_t)a->outlet.now};

    c->port = s->dst_port;
    c->peer_port = s->src_port;
    c->link = in->back;
    c->ticket = proof->ticket;
    c->persona = persona_new(a->personas, &facts, a->outlet.now);
    tcp_init(&c->tcp, s->ack, s->seq, proof->mss, s->window, a->options.idle_timeout,
             a->outlet.now);
    a->counts.conversations++;
    return c;
}

static void make_room(struct answer *a)
{
    struct conversation *idle;

    while (conversations_count(a->conversations) >= a->options.max_conversations &&
           (idle = conversations_longest_idle(a->conversations))) {
        a->counts.evicted++;
        abort_conversation(a, idle);
    }
}

/* The sender has made the number that this ACK bears: it proves the peer. */
static void accept_peer(struct answer *a, const struct arrival *in,
                        const struct handshake_proof *proof)
{
    const struct answer_options *o = &a->options;
    const struct segment *s = &in->segment;
    struct connection_key key = key_make(&s->dst, s->dst_port, &s->src, s->src_port);

    if (o->max_per_source && conversations_of(a->conversations, &key.peer) >= o->max_per_source) {
        a->counts.refused_source++;
        return;
    }
    make_room(a);
    handshake_finish(a->handshakes, in, &key, proof);
    take(a, new_conversation(a, in, &key, proof), in);
}

/* The ACK of a handshake; any other segment belongs to no conversation. */
static void take_ack(struct answer *a, const struct arrival *in, uint64_t hash)
{
    uint16_t mss;

    if (!asked_has_room(a->asked, in->frame))
        a->counts.unasked++;
    else if (handshake_may_end(a->handshakes, in, &mss))
        asked_add(a->asked, hash, mss, in->frame);
    else
        a->counts.bad_acks++;
}

/* What a card has joined out of a conversation's segments may bear the first one's checksum:
 * only then is it longer than any that we allow. */
static bool is_sound(const struct arrival *in, const struct conversation *c)
{
    return in->whole || (c && in->segment.caplen > arrival_our_mss(&in->segment.dst));
}

static bool is_syn(const struct segment *s)
{
    return (s->flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN;
}

static void take_of_nobody(struct answer *a, const struct arrival *in,
                           const struct connection_key *key)
{
    uint8_t flags = in->segment.flags;

    if (is_syn(&in->segment))
        handshake_take_syn(a->handshakes, in, key);
    else if (flags & TCP_RST)
        handshake_take_reset(a->handshakes, in, key);
    else if ((flags & (TCP_SYN | TCP_ACK)) == TCP_ACK)
        take_ack(a, in, key_hash(&a->key, key));
    else
        a->counts.bad_acks++;
}

/* Whether it waits for the sender's word about its peer. */
static bool is_held(struct answer *a, const struct arrival *in, uint64_t hash)
{
    enum asked_hold hold = asked_hold(a->asked, hash, in->frame);

    a->counts.unasked += hold == ASKED_FULL;
    return hold != ASKED_NOT;
}

static void take_segment(struct answer *a, const struct arrival *in)
{
    const struct segment *s = &in->segment;
    struct connection_key key = key_make(&s->dst, s->dst_port, &s->src, s->src_port);
    struct conversation *c = conversations_find(a->conversations, &key);

    if (!is_sound(in, c)) {
        a->counts.bad_checksums++;
        return;
    }
    if (c && is_syn(s) && tcp_is_waiting(&c->tcp)) { /* the ports are used again */
        drop(a, c);
        c = NULL;
    }
    if (c)
        take(a, c, in);
    else if (!is_held(a, in, key_hash(&a->key, &key)))
        take_of_nobody(a, in, &key);
}

static struct link choose_way(const struct answer *a, const struct link *came, int family)
{
    const struct answer_options *o = &a->options;

    return o->next_hop ? link_make(o->next_hop, a->peers.mac, family)
                       : outlet_own_link(&a->outlet, came);
}

/* A segment for one of our addresses and ports. */
static bool read_segment(struct answer *a, const struct frame *frame, struct arrival *out)
{
    if (!arrival_read(frame, out))
        return false;
    out->back = choose_way(a, &out->came, out->segment.src.family);
    return scope_has(&a->scope, &out->segment.dst) && a->options.module(out->segment.dst_port) &&
           out->segment.src_port;
}

/* Whether it has come the right way, from somebody who can be there. */
static bool is_answerable(struct answer *a, const struct arrival *in)
{
    const uint8_t *from = in->came.bytes, *to = from + sizeof a->peers.mac;
    uint64_t *count = NULL;

    if (in->came.link_type == FRAME_LINK_ETHERNET &&
        (!peers_is_other(&a->peers, from) || !peers_is_for_us(&a->peers, to)))
        count = &a->counts.bad_links;
    else if (!peers_may_have(&a->peers, &in->segment.src))
        count = &a->counts.bad_sources;
    else if (in->source_routed)
        count = &a->counts.source_routed;
    if (count)
        ++*count;
    return !count;
}

static bool take_question(struct answer *a, const struct frame *frame)
{
    struct neighbor_answer answer;

    if (!a->options.arp || !neighbor_answer(a->outlet.builder, &a->peers, frame, &answer))
        return false;
    if (outlet_send(&a->outlet, &answer.frame, &answer.asker, 0))
        a->counts.arp++;
    return true;
}

/* What is held of a peer that the sender has answered about. */
static void take_held(struct answer *a, struct handshake_proof *proof)
{
    struct frame frame;
    struct arrival in;
    bool first = true;

    while (asked_next(a->asked, &frame)) {
        if (!read_segment(a, &frame, &in)) /* (it could be read when it came) */
            continue;
        if (!proof->ticket)
            a->counts.bad_acks++;
        else if (first)
            accept_peer(a, &in, proof);
        else
            take_segment(a, &in);
        first = false;
    }
}

static void take_tickets(struct answer *a)
{
    struct handshake_proof proof;

    while (orders_next_ticket(a->outlet.orders, &proof.ticket) && asked_begin(a->asked, &proof.mss))
        take_held(a, &proof);
}

void answer_put(struct answer *a, const struct frame *frame)
{
    struct arrival in;

    a->counts.frames++;
    outlet_advance(&a->outlet, frame->ts);
    if (!read_segment(a, frame, &in)) {
        if (!take_question(a, frame))
            a->counts.ignored++;
    } else if (is_answerable(a, &in)) {
        take_segment(a, &in);
        if (a->own_sender) /* which has answered */
            take_tickets(a);
    }
}

void answer_tick(struct answer *a, time_us now)
{
    struct wheel_link *link;

    outlet_advance(&a->outlet, now);
    take_tickets(a);
    while ((link = wheel_pop(&a->wheel, a->outlet.now)))
        run_timer(a, (struct conversation *)(void *)link);
    handshakes_tick(a->handshakes);
    if (++a->turns == ANSWER_TURNS_MAX)
        answer_flush(a);
}

void answer_flush(struct answer *a)
{
    a->turns = 0;
    orders_flush(a->outlet.orders);
}

time_us answer_next(const struct answer *a)
{
    time_us timer = wheel_next(&a->wheel), handshake = handshakes_next(a->handshakes);
    time_us next = timer < handshake ? timer : handshake;

    return next == INT64_MAX ? next : next - a->outlet.behind;
}

/* --- what the stream says --- */

void answer_event(struct answer *a, const struct connection *connection, const struct event *event)
{
    struct conversation *c = find_of(a, connection);

    if (!c || c->ended)
        return;
    c->connection = connection;
    persona_event(c->persona, event, a->outlet.now);
}

void answer_ended(struct answer *a, const struct connection *connection)
{
    struct conversation *c = find_of(a, connection);

    if (!c || c->ended)
        return;
    note_first_bytes(a, c);
    c->connection = NULL;
    c->ended = true;
    wheel_set(&a->wheel, &c->timer, a->outlet.now);
}

/* --- the end --- */

void answer_stop(struct answer *a, time_us now)
{
    struct conversation *c;

    outlet_advance(&a->outlet, now);
    while ((c = conversations_longest_idle(a->conversations))) {
        if (tcp_is_waiting(&c->tcp))
            drop(a, c);
        else
            abort_conversation(a, c);
    }
    handshakes_record_all(a->handshakes);
    orders_flush(a->outlet.orders);
}
