/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/handshake.h"

#include "answer/attempts.h"
#include "answer/halfopen.h"
#include "answer/persona.h"
#include "answer/rate.h"
#include "answer/tcp.h"
#include "base/mem.h"

#define MSS_DEFAULT 536 /* RFC 9293 section 3.7.1 */
#define LEAST_FRAME 60  /* what a short frame is padded to on Ethernet, without its checksum */
#define OPTION_ROOM 4   /* that the option of a SYN/ACK takes */

_Static_assert(1 + HALFOPEN_TRIES <= ANSWER_FRAMES_A_SYN, "frames that a SYN leads to");

struct handshakes {
    const struct cookie_key *key;
    struct outlet *outlet;
    const char *(*module)(uint16_t port);
    struct answer_counts *counts;
    struct halfopen *halfopen;
    struct attempts *attempts;
    struct rate *syn_rate; /* by source */
};

struct handshakes *handshakes_new(const struct cookie_key *key, struct outlet *outlet,
                                  const char *(*module)(uint16_t port), uint64_t syn_rate,
                                  struct answer_counts *counts)
{
    struct handshakes *h = MEM_NEW(struct handshakes);

    h->key = key;
    h->outlet = outlet;
    h->module = module;
    h->counts = counts;
    h->halfopen = halfopen_new();
    h->attempts = attempts_new();
    h->syn_rate = rate_new(syn_rate, RATE_BURST, key);
    return h;
}

void handshakes_free(struct handshakes *h)
{
    if (!h)
        return;
    halfopen_free(h->halfopen);
    attempts_free(h->attempts);
    rate_free(h->syn_rate);
    mem_free(h);
}

static struct cookie_tuple tuple_of(const struct segment *s, uint32_t client_isn)
{
    return (struct cookie_tuple){.src = s->src,
                                 .dst = s->dst,
                                 .src_port = s->src_port,
                                 .dst_port = s->dst_port,
                                 .client_isn = client_isn};
}

static uint16_t least_mss(uint16_t a, uint16_t b)
{
    return a < b ? a : b;
}

/* --- SYN/ACKs --- */

static void build_syn_ack(struct handshakes *h, const struct halfopen_syn *syn,
                          struct built_frame *wire)
{
    uint8_t option[4];
    struct segment s = {.src = syn->us,
                        .dst = syn->peer,
                        .src_port = syn->port,
                        .dst_port = syn->peer_port,
                        .seq = syn->isn,
                        .ack = syn->peer_isn + 1,
                        .flags = TCP_SYN | TCP_ACK,
                        .window = TCP_WINDOW,
                        .options = arrival_put_mss(option, arrival_our_mss(&syn->us)),
                        .options_caplen = syn->bare ? 0 : OPTION_ROOM};

    build_tcp(h->outlet->builder, &syn->link, &s, wire);
}

static bool send_syn_ack(struct handshakes *h, const struct halfopen_syn *syn)
{
    struct halfopen_syn now = *syn;
    struct built_frame wire;

    now.link = outlet_own_link(h->outlet, &syn->link);
    build_syn_ack(h, &now, &wire);
    return outlet_send(h->outlet, &wire, &syn->peer, 0);
}

/* --- attempts: SYNs that no handshake follows --- */

/* Its SYNs, as they were when they came. */
static void record_attempt(struct handshakes *h, const struct attempt *attempt)
{
    uint8_t option[4];
    struct segment syn = {.src = attempt->peer,
                          .dst = attempt->us,
                          .src_port = attempt->peer_port,
                          .dst_port = attempt->port,
                          .seq = attempt->isn,
                          .flags = TCP_SYN,
                          .window = attempt->window,
                          .options = arrival_put_mss(option, attempt->mss),
                          .options_caplen = attempt->mss ? 4 : 0};
    struct built_frame wire;

    build_tcp(h->outlet->builder, &attempt->link, &syn, &wire);
    for (unsigned i = 0; i < attempt->syns; i++)
        outlet_record_at(h->outlet, attempt_time(attempt, i) - h->outlet->behind, &attempt->link,
                         wire.bytes, wire.n, (uint32_t)wire.n);
}

static void note_attempt(struct handshakes *h, const struct arrival *in, uint64_t hash)
{
    const struct segment *s = &in->segment;
    struct attempt attempt = {.link = link_reverse(&in->came),
                              .peer = s->src,
                              .us = s->dst,
                              .peer_port = s->src_port,
                              .port = s->dst_port,
                              .window = s->window,
                              .mss = arrival_mss(s),
                              .isn = s->seq,
                              .first = h->outlet->now,
                              .syns = 1};
    struct attempt over;

    if (attempts_add(h->attempts, hash, &attempt, &over))
        record_attempt(h, &over);
}

/* It answers our SYN/ACK: from a port scanner, or from a host whose address somebody else used.
 * A reset with another number may be forged, and ends no attempt. */
void handshake_take_reset(struct handshakes *h, const struct arrival *in,
                          const struct connection_key *key)
{
    uint64_t hash = key_hash(h->key, key);
    struct attempt was;

    halfopen_remove(h->halfopen, hash);
    if (!attempts_take(h->attempts, hash, in->segment.seq - 1, &was))
        return;
    record_attempt(h, &was);
    outlet_record(h->outlet, &in->came, in->frame->bytes, in->frame->caplen, in->frame->wire_len);
}

static void record_attempts(struct handshakes *h, time_us until)
{
    struct attempt over;

    while (attempts_due(h->attempts, until, &over))
        record_attempt(h, &over);
}

/* --- SYNs --- */

/* Whether a SYN/ACK with an option would be longer than the SYN, and longer than the
 * shortest frame: the SYN may bear somebody else's address. */
static bool must_be_bare(const struct arrival *in)
{
    size_t n = in->back.n + (in->segment.src.family == 4 ? 20u : 40u) + 20u + OPTION_ROOM;

    return n > LEAST_FRAME && n > in->frame->wire_len;
}

void handshake_take_syn(struct handshakes *h, const struct arrival *in,
                        const struct connection_key *key)
{
    const struct segment *s = &in->segment;
    struct cookie_tuple tuple = tuple_of(s, s->seq);
    uint16_t theirs = arrival_mss(s);
    uint16_t mss = least_mss(theirs ? theirs : MSS_DEFAULT, arrival_our_mss(&s->dst));
    uint64_t hash = key_hash(h->key, key);
    struct halfopen_syn syn = {.link = in->back,
                               .us = s->dst,
                               .peer = s->src,
                               .port = s->dst_port,
                               .peer_port = s->src_port,
                               .peer_isn = s->seq,
                               .bare = must_be_bare(in)};

    h->counts->syns++;
    note_attempt(h, in, hash);
    if (!rate_take(h->syn_rate, &s->src, h->outlet->now)) {
        h->counts->syns_over_rate++;
        return;
    }
    syn.isn = cookie_make(h->key, &tuple, mss, h->outlet->now);
    if (send_syn_ack(h, &syn) && persona_speaks_first(h->module(s->dst_port)))
        halfopen_add(h->halfopen, hash, &syn, h->outlet->now);
}

/* --- ACKs --- */

bool handshake_may_end(struct handshakes *h, const struct arrival *in, uint16_t *mss)
{
    const struct segment *s = &in->segment;
    struct cookie_tuple tuple = tuple_of(s, s->seq - 1);

    if (!cookie_check(h->key, &tuple, s->ack - 1, h->outlet->now, mss))
        return false;
    orders_prove(h->outlet->orders, &tuple, s->ack - 1);
    return true;
}

/* The SYN and SYN/ACK of a handshake that was never kept, as they were. */
static void record_handshake(struct handshakes *h, const struct arrival *in, uint16_t mss)
{
    const struct segment *s = &in->segment;
    uint8_t option[4];
    struct segment syn = {.src = s->src,
                          .dst = s->dst,
                          .src_port = s->src_port,
                          .dst_port = s->dst_port,
                          .seq = s->seq - 1,
                          .flags = TCP_SYN,
                          .window = s->window,
                          .options = arrival_put_mss(option, mss),
                          .options_caplen = 4};
    struct halfopen_syn answer = {.link = in->back,
                                  .us = s->dst,
                                  .peer = s->src,
                                  .port = s->dst_port,
                                  .peer_port = s->src_port,
                                  .isn = s->ack - 1,
                                  .peer_isn = s->seq - 1};
    struct link theirs = link_reverse(&in->came);
    struct built_frame wire;

    build_tcp(h->outlet->builder, &theirs, &syn, &wire);
    outlet_record(h->outlet, &theirs, wire.bytes, wire.n, (uint32_t)wire.n);
    build_syn_ack(h, &answer, &wire);
    outlet_record(h->outlet, &in->back, wire.bytes, wire.n, (uint32_t)wire.n);
}

void handshake_finish(struct handshakes *h, const struct arrival *in,
                      const struct connection_key *key, const struct handshake_proof *proof)
{
    uint64_t hash = key_hash(h->key, key);
    struct attempt no_more;

    halfopen_remove(h->halfopen, hash);
    (void)attempts_take(h->attempts, hash, in->segment.seq - 1, &no_more);
    record_handshake(h, in, proof->mss);
}

/* --- time --- */

void handshakes_tick(struct handshakes *h)
{
    const struct halfopen_syn *syn;

    while ((syn = halfopen_due(h->halfopen, h->outlet->now)))
        send_syn_ack(h, syn);
    record_attempts(h, h->outlet->now);
}

time_us handshakes_next(const struct handshakes *h)
{
    time_us again = halfopen_next(h->halfopen), over = attempts_next(h->attempts);

    return again < over ? again : over;
}

void handshakes_record_all(struct handshakes *h)
{
    record_attempts(h, INT64_MAX);
}

uint64_t handshakes_not_repeated(const struct handshakes *h)
{
    return halfopen_forgotten(h->halfopen);
}
