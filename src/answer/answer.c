/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The responder's loop: a frame comes, `tcp` judges it, `record` hears it, events
 * come back, `persona` answers, `tcp` makes segments of that, `send` lets them out
 * and `record` hears them, too.
 *
 * Events arrive while `record` is at work, so nothing is sent then: the persona
 * fills its buffer, and pump() sends when record has returned.
 */
#include "potsherd/answer.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "answer/arp.h"
#include "answer/attempts.h"
#include "answer/halfopen.h"
#include "answer/peers.h"
#include "answer/persona.h"
#include "answer/send.h"
#include "answer/tcp.h"
#include "answer/wheel.h"
#include "base/mem.h"
#include "potsherd/decap.h"
#include "potsherd/pcapfile.h"
#include "potsherd/segment.h"

#define OPTION_MSS  2
#define MSS_DEFAULT 536 /* RFC 9293 section 3.7.1 */

#define LEAST_FRAME 60 /* what a short frame is padded to on Ethernet, without its checksum */
#define OPTION_ROOM 4  /* that the option of a SYN/ACK takes */

/* ACKs of segments that prove nothing, a second; each connection has its own limit, too
 * (tcp.h).  Twice that at once. */
#define CHALLENGES_A_SOURCE 20
#define CHALLENGES_IN_ALL   1000

_Static_assert(1 + HALFOPEN_TRIES <= ANSWER_FRAMES_A_SYN, "frames that a SYN leads to");

#define SET_BACK (5 * TIME_SECOND) /* time so much earlier than the latest: the clock */

struct talk_key { /* hashed as bytes: no padding */
    struct address us, peer;
    uint8_t ports[4];
};

struct talk {                   /* a conversation */
    struct wheel_link timer;    /* must be first */
    struct talk *newer, *older; /* by last segment taken */
    struct talk_key key;
    uint16_t port, peer_port;
    struct link link;
    struct tcp tcp;
    struct persona *persona;
    const struct connection *connection; /* the stream's, until it has ended it */
    bool gone;                           /* the stream has ended it */
    bool told_close;                     /* the persona knows that the peer has closed */
    bool waits;   /* both have closed: no more counted as one of its source's */
    bool flooded; /* counted as such */
};

struct answer {
    struct answer_options options;
    struct answer_counts counts;
    struct scope scope;
    struct peers peers;
    struct personas *personas;
    struct sender *sender;
    struct pcapfile *saved;
    struct halfopen *halfopen;
    struct attempts *attempts;
    struct rate *syn_rate, *challenge_rate, *challenges_rate; /* by source, by source, in all */
    struct cookie_key key;
    GHashTable *talks;   /* by key */
    GHashTable *sources; /* address -> how many talks */
    struct talk *newest, *oldest;
    struct wheel wheel;
    struct talk *current;  /* whose frame is at work */
    struct talk_key asker; /* whoever may be answered without being a talk */
    unsigned emitted;      /* segments since pump() looked */
    time_us now;           /* never goes back: timers go by it */
    time_us behind;        /* so much is the clock behind it, for having been set back */
};

static const struct cookie_key *hash_key; /* GLib's hash functions have no context */

/* --- conversations by addresses and ports --- */

static struct talk_key make_key(const struct address *us, uint16_t port, const struct address *peer,
                                uint16_t peer_port)
{
    return (struct talk_key){
        *us,
        *peer,
        {(uint8_t)(port >> 8), (uint8_t)port, (uint8_t)(peer_port >> 8), (uint8_t)peer_port}};
}

static uint64_t hash_of(const struct talk_key *key)
{
    return cookie_siphash(hash_key, key, sizeof *key);
}

static guint hash_talk(gconstpointer key)
{
    return (guint)hash_of(key);
}

static gboolean equal_talk(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct talk_key)) == 0;
}

static guint hash_source(gconstpointer address)
{
    return (guint)cookie_siphash(hash_key, address, sizeof(struct address));
}

static gboolean equal_source(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct address)) == 0;
}

static struct talk *find_talk(const struct answer *a, const struct talk_key *key)
{
    if (a->current && equal_talk(&a->current->key, key))
        return a->current;
    return g_hash_table_lookup(a->talks, key);
}

static struct talk *talk_of(const struct answer *a, const struct connection *c)
{
    struct talk_key key = make_key(&c->dst, c->dst_port, &c->src, c->src_port);

    return find_talk(a, &key);
}

static void unlink_talk(struct answer *a, struct talk *t)
{
    *(t->newer ? &t->newer->older : &a->newest) = t->older;
    *(t->older ? &t->older->newer : &a->oldest) = t->newer;
    t->newer = t->older = NULL;
}

static void link_newest(struct answer *a, struct talk *t)
{
    t->older = a->newest;
    *(a->newest ? &a->newest->newer : &a->oldest) = t;
    a->newest = t;
}

static void touch(struct answer *a, struct talk *t)
{
    if (a->newest == t)
        return;
    unlink_talk(a, t);
    link_newest(a, t);
}

static unsigned talks_of(const struct answer *a, const struct address *peer)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(a->sources, peer));
}

static void count_source(struct answer *a, const struct address *peer, int by)
{
    unsigned n = talks_of(a, peer) + (unsigned)by;

    if (n)
        g_hash_table_replace(a->sources, g_memdup2(peer, sizeof *peer), GUINT_TO_POINTER(n));
    else
        g_hash_table_remove(a->sources, peer);
}

static void count_end(struct answer *a, const struct talk *t)
{
    switch (t->tcp.over) {
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

static void free_talk(struct answer *a, struct talk *t)
{
    count_end(a, t);
    if (a->current == t)
        a->current = NULL;
    g_hash_table_remove(a->talks, &t->key);
    if (!t->waits)
        count_source(a, &t->key.peer, -1);
    unlink_talk(a, t);
    wheel_unset(&a->wheel, &t->timer);
    tcp_fini(&t->tcp);
    persona_free(t->persona);
    mem_free(t);
}

/* --- what leaves --- */

static time_us clock_of(const struct answer *a)
{
    return a->now - a->behind;
}

static void record_at(struct answer *a, time_us ts, const struct link *link, const uint8_t *bytes,
                      size_t n, uint32_t wire)
{
    struct frame frame = {.ts = ts,
                          .link_type = link->link_type,
                          .bytes = bytes,
                          .captured = (uint32_t)n,
                          .wire = wire,
                          .number = 1};

    if (a->saved)
        pcapfile_put(a->saved, &frame);
    a->options.record(a->options.context, &frame);
}

static void record(struct answer *a, const struct link *link, const uint8_t *bytes, size_t n,
                   uint32_t wire)
{
    record_at(a, clock_of(a), link, bytes, n, wire);
}

static struct segment segment_of(const struct talk *t, uint8_t flags, uint32_t seq, uint32_t ack)
{
    return (struct segment){.src = t->key.us,
                            .dst = t->key.peer,
                            .src_port = t->port,
                            .dst_port = t->peer_port,
                            .seq = seq,
                            .ack = ack,
                            .flags = flags,
                            .window = tcp_window(&t->tcp)};
}

struct emission {
    struct answer *answer;
    struct talk *talk;
};

/* Answers bear our own link address, whatever the frame was sent to; and that of now, since
 * an interface may get another one. */
static struct link with_own_source(const struct answer *a, const struct link *link)
{
    struct link own = *link;

    if (own.link_type == FRAME_LINK_ETHERNET && peers_knows_own(&a->peers))
        memcpy(own.bytes + sizeof a->peers.mac, a->peers.mac, sizeof a->peers.mac);
    return own;
}

static void emit(void *context, uint8_t flags, uint32_t seq, uint32_t ack, const uint8_t *data,
                 uint32_t n)
{
    struct emission *e = context;
    struct answer *a = e->answer;
    struct segment s = segment_of(e->talk, flags, seq, ack);
    struct link link = with_own_source(a, &e->talk->link);
    struct wire wire;

    s.data = data;
    s.captured = s.length = n;
    frame_build_tcp(&link, &s, &wire);
    a->emitted++;
    if (send_frame(a->sender, &wire, clock_of(a)) && !e->talk->gone)
        record(a, &e->talk->link, wire.bytes, wire.n, (uint32_t)wire.n);
}

static uint8_t *put_mss(uint8_t option[4], uint16_t mss)
{
    option[0] = OPTION_MSS;
    option[1] = 4;
    option[2] = (uint8_t)(mss >> 8);
    option[3] = (uint8_t)mss;
    return option;
}

static uint16_t our_mss(const struct address *us)
{
    return us->family == 4 ? FRAME_MSS_V4 : FRAME_MSS_V6;
}

static void build_syn_ack(const struct halfopen_syn *syn, struct wire *wire)
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
                        .options = put_mss(option, our_mss(&syn->us)),
                        .options_captured = syn->bare ? 0 : OPTION_ROOM};

    frame_build_tcp(&syn->link, &s, wire);
}

static bool send_syn_ack(struct answer *a, const struct halfopen_syn *syn)
{
    struct halfopen_syn now = *syn;
    struct wire wire;

    a->asker = make_key(&syn->us, syn->port, &syn->peer, syn->peer_port);
    now.link = with_own_source(a, &syn->link);
    build_syn_ack(&now, &wire);
    return send_frame(a->sender, &wire, clock_of(a));
}

/* For send.c: whoever has just asked, and the peers of conversations. */
static bool knows(void *who, const struct address *us, uint16_t port, const struct address *peer,
                  uint16_t peer_port)
{
    const struct answer *a = who;
    struct talk_key key = make_key(us, port, peer, peer_port);

    return equal_talk(&a->asker, &key) || find_talk(a, &key);
}

/* --- one conversation's turn --- */

static void schedule(struct answer *a, struct talk *t)
{
    time_us tcp = tcp_next(&t->tcp), persona = persona_next(t->persona);
    time_us when = tcp < persona ? tcp : persona;

    if (when != INT64_MAX)
        wheel_set(&a->wheel, &t->timer, when);
}

/* What the client said first to a target that nobody plays. */
static void note_first_bytes(struct answer *a, struct talk *t)
{
    struct bytes target, first = BYTES_NONE;

    if (t->connection && a->options.first_bytes)
        first = persona_overheard(t->persona, &target);
    if (first.n)
        a->options.first_bytes(a->options.context, t->connection, first, clock_of(a));
}

/* The persona's words to tcp, tcp's segments out, as long as that leads to more. */
static void pump(struct answer *a, struct talk *t)
{
    struct emission e = {a, t};
    struct bytes words;

    a->current = t;
    do {
        if (t->tcp.peer_closed && !t->told_close) {
            t->told_close = true;
            persona_end(t->persona, a->now);
        }
        words = persona_say(t->persona);
        if (words.n) {
            tcp_write(&t->tcp, words);
            persona_said(t->persona);
        }
        if (persona_closes(t->persona))
            tcp_close(&t->tcp);
        a->emitted = 0;
        tcp_output(&t->tcp, a->now, (struct tcp_sink){&e, emit});
    } while (a->emitted && persona_say(t->persona).n);
    a->current = NULL;
    note_first_bytes(a, t); /* the request that led there has its reply by now */
    if (!t->flooded && persona_was_flooded(t->persona)) {
        t->flooded = true;
        a->counts.flooded++;
    }
    if (t->tcp.over) {
        free_talk(a, t);
        return;
    }
    if (!t->waits && tcp_is_waiting(&t->tcp)) {
        t->waits = true;
        count_source(a, &t->key.peer, -1);
    }
    schedule(a, t);
}

static void abort_talk(struct answer *a, struct talk *t)
{
    struct emission e = {a, t};

    tcp_abort(&t->tcp, (struct tcp_sink){&e, emit});
    free_talk(a, t);
}

static void run_timer(struct answer *a, struct talk *t)
{
    struct emission e = {a, t};

    if (t->gone) {
        if (tcp_is_waiting(&t->tcp))
            free_talk(a, t);
        else
            abort_talk(a, t);
        return;
    }
    a->current = t;
    persona_timer(t->persona, a->now);
    if (a->now >= tcp_next(&t->tcp))
        tcp_timer(&t->tcp, a->now, (struct tcp_sink){&e, emit});
    pump(a, t);
}

/* --- what arrives --- */

struct arrival { /* a TCP segment and how it came */
    const struct frame *frame;
    struct link came; /* turned round */
    struct link back; /* the way that answers take */
    struct segment segment;
    bool whole;         /* all of it is there, with a right checksum, or one yet to be made */
    bool source_routed; /* or with options that cannot be read */
};

/* Who sends duplicates, old segments and forged ones makes us send, too. */
static void limit_challenges(struct answer *a, struct talk *t)
{
    static const struct address all;

    if (!tcp_owes_challenge(&t->tcp) || (rate_take(a->challenge_rate, &t->key.peer, a->now) &&
                                         rate_take(a->challenges_rate, &all, a->now)))
        return;
    tcp_forgo_challenge(&t->tcp);
    a->counts.unchallenged++;
}

static void take(struct answer *a, struct talk *t, const struct arrival *in)
{
    const struct segment *s = &in->segment;
    uint32_t expected = t->tcp.rcv_nxt;
    enum tcp_verdict verdict;

    a->current = t;
    verdict = tcp_receive(&t->tcp, s, a->now);
    limit_challenges(a, t);
    if (verdict == TCP_REFUSED) {
        if (t->tcp.shut)
            a->counts.unread_segments++;
        else
            a->counts.refused_segments++;
        pump(a, t);
        return;
    }
    touch(a, t);
    t->link = in->back; /* the way back may change */
    if (!t->gone)
        record(a, &in->came, in->frame->bytes, in->frame->captured, in->frame->wire);
    if (s->captured && s->seq == expected)
        persona_hear(t->persona, (struct bytes){s->data, s->captured}, a->now);
    pump(a, t);
}

/* 0: it does not say. */
static uint16_t read_mss(const struct segment *s)
{
    const uint8_t *o = s->options;
    unsigned n = s->options_captured;

    for (unsigned i = 0; i < n && o[i];) {
        if (o[i] == 1) {
            i++;
            continue;
        }
        if (i + 1 >= n || o[i + 1] < 2 || i + o[i + 1] > n)
            break;
        if (o[i] == OPTION_MSS && o[i + 1] == 4)
            return (uint16_t)(o[i + 2] << 8 | o[i + 3]);
        i += o[i + 1];
    }
    return 0;
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

/* --- attempts: SYNs that no handshake follows --- */

/* Its SYNs, as they were when they came. */
static void record_attempt(struct answer *a, const struct attempt *attempt)
{
    uint8_t option[4];
    struct segment syn = {.src = attempt->peer,
                          .dst = attempt->us,
                          .src_port = attempt->peer_port,
                          .dst_port = attempt->port,
                          .seq = attempt->isn,
                          .flags = TCP_SYN,
                          .window = attempt->window,
                          .options = put_mss(option, attempt->mss),
                          .options_captured = attempt->mss ? 4 : 0};
    struct wire wire;

    frame_build_tcp(&attempt->link, &syn, &wire);
    for (unsigned i = 0; i < attempt->syns; i++)
        record_at(a, attempt_time(attempt, i) - a->behind, &attempt->link, wire.bytes, wire.n,
                  (uint32_t)wire.n);
}

static void note_attempt(struct answer *a, const struct arrival *in, const struct talk_key *key)
{
    const struct segment *s = &in->segment;
    struct attempt attempt = {.link = frame_turn_link(&in->came),
                              .peer = s->src,
                              .us = s->dst,
                              .peer_port = s->src_port,
                              .port = s->dst_port,
                              .window = s->window,
                              .mss = read_mss(s),
                              .isn = s->seq,
                              .first = a->now,
                              .syns = 1};
    struct attempt over;

    if (attempts_add(a->attempts, hash_of(key), &attempt, &over))
        record_attempt(a, &over);
}

/* A reset for our SYN/ACK, from a port scanner, or a host that has never called.  One
 * with another number may be anybody's, and ends no attempt. */
static void take_refusal(struct answer *a, const struct arrival *in, const struct talk_key *key)
{
    struct attempt was;

    halfopen_remove(a->halfopen, hash_of(key));
    if (!attempts_take(a->attempts, hash_of(key), in->segment.seq - 1, &was))
        return;
    record_attempt(a, &was);
    record(a, &in->came, in->frame->bytes, in->frame->captured, in->frame->wire);
}

static void record_attempts(struct answer *a, time_us until)
{
    struct attempt over;

    while (attempts_due(a->attempts, until, &over))
        record_attempt(a, &over);
}

/* --- handshakes --- */

/* Whether a SYN/ACK with an option would be longer than the SYN, and longer than the
 * shortest frame: the SYN may bear somebody else's address. */
static bool must_be_bare(const struct arrival *in)
{
    size_t n = in->back.n + (in->segment.src.family == 4 ? 20u : 40u) + 20u + OPTION_ROOM;

    return n > LEAST_FRAME && n > in->frame->wire;
}

static void take_syn(struct answer *a, const struct arrival *in, const struct talk_key *key)
{
    const struct segment *s = &in->segment;
    struct cookie_tuple tuple = tuple_of(s, s->seq);
    uint16_t theirs = read_mss(s), mss = least_mss(theirs ? theirs : MSS_DEFAULT, our_mss(&s->dst));
    struct halfopen_syn syn = {.link = in->back,
                               .us = s->dst,
                               .peer = s->src,
                               .port = s->dst_port,
                               .peer_port = s->src_port,
                               .peer_isn = s->seq,
                               .bare = must_be_bare(in)};

    a->counts.syns++;
    note_attempt(a, in, key);
    if (!rate_take(a->syn_rate, &s->src, a->now)) {
        a->counts.syns_over_rate++;
        return;
    }
    syn.isn = cookie_make(&a->key, &tuple, mss, a->now);
    if (send_syn_ack(a, &syn) && persona_speaks_first(a->options.module(s->dst_port)))
        halfopen_add(a->halfopen, hash_of(key), &syn, a->now);
}

/* The SYN and SYN/ACK of a handshake that was never kept, as they were. */
static void record_handshake(struct answer *a, const struct arrival *in, uint16_t mss)
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
                          .options = put_mss(option, mss),
                          .options_captured = 4};
    struct halfopen_syn answer = {.link = in->back,
                                  .us = s->dst,
                                  .peer = s->src,
                                  .port = s->dst_port,
                                  .peer_port = s->src_port,
                                  .isn = s->ack - 1,
                                  .peer_isn = s->seq - 1};
    struct link theirs = frame_turn_link(&in->came);
    struct wire wire;

    frame_build_tcp(&theirs, &syn, &wire);
    record(a, &theirs, wire.bytes, wire.n, (uint32_t)wire.n);
    build_syn_ack(&answer, &wire);
    record(a, &in->back, wire.bytes, wire.n, (uint32_t)wire.n);
}

static struct talk *new_talk(struct answer *a, const struct arrival *in, const struct talk_key *key,
                             uint16_t mss)
{
    const struct segment *s = &in->segment;
    struct talk *t = MEM_NEW(struct talk);
    struct persona_facts facts = {.us = s->dst,
                                  .client = s->src,
                                  .port = s->dst_port,
                                  .module = a->options.module(s->dst_port),
                                  .chance = hash_of(key) ^ (uint64_t)a->now};

    t->key = *key;
    t->port = s->dst_port;
    t->peer_port = s->src_port;
    t->link = in->back;
    t->persona = persona_new(a->personas, &facts, a->now);
    tcp_init(&t->tcp, s->ack, s->seq, mss, s->window, a->options.idle_timeout, a->now);
    g_hash_table_insert(a->talks, &t->key, t);
    count_source(a, &key->peer, 1);
    link_newest(a, t);
    a->counts.conversations++;
    return t;
}

static void make_room(struct answer *a)
{
    while (g_hash_table_size(a->talks) >= a->options.max_conversations && a->oldest) {
        a->counts.evicted++;
        abort_talk(a, a->oldest);
    }
}

/* The ACK of a handshake proves the peer; anything else is nobody's. */
static void take_ack(struct answer *a, const struct arrival *in, const struct talk_key *key)
{
    const struct segment *s = &in->segment;
    struct cookie_tuple tuple = tuple_of(s, s->seq - 1);
    struct attempt no_more;
    uint16_t mss;

    if (!cookie_check(&a->key, &tuple, s->ack - 1, a->now, &mss)) {
        a->counts.bad_acks++;
        return;
    }
    halfopen_remove(a->halfopen, hash_of(key));
    if (a->options.max_per_source && talks_of(a, &s->src) >= a->options.max_per_source) {
        a->counts.refused_source++;
        return;
    }
    (void)attempts_take(a->attempts, hash_of(key), s->seq - 1, &no_more);
    make_room(a);
    record_handshake(a, in, mss);
    take(a, new_talk(a, in, key, mss), in);
}

/* What a card has joined out of a conversation's segments may bear the first one's checksum:
 * only then is it longer than any that we allow. */
static bool is_sound(const struct arrival *in, const struct talk *t)
{
    return in->whole || (t && in->segment.captured > our_mss(&in->segment.dst));
}

static void take_segment(struct answer *a, const struct arrival *in)
{
    const struct segment *s = &in->segment;
    struct talk_key key = make_key(&s->dst, s->dst_port, &s->src, s->src_port);
    struct talk *t = find_talk(a, &key);
    bool syn = (s->flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN;

    if (!is_sound(in, t)) {
        a->counts.bad_checksums++;
        return;
    }
    if (t && syn && tcp_is_waiting(&t->tcp)) { /* the ports are used again */
        free_talk(a, t);
        t = NULL;
    }
    if (t)
        take(a, t, in);
    else if (syn)
        take_syn(a, in, &key);
    else if (s->flags & TCP_RST)
        take_refusal(a, in, &key);
    else if ((s->flags & (TCP_SYN | TCP_ACK)) == TCP_ACK)
        take_ack(a, in, &key);
    else
        a->counts.bad_acks++;
}

static struct link choose_way(const struct answer *a, const struct link *came, int family)
{
    const struct answer_options *o = &a->options;

    return o->next_hop ? frame_make_link(o->next_hop, a->peers.mac, family)
                       : with_own_source(a, came);
}

/* The kernel hands over without a checksum what comes from this host or its guests, or was
 * joined by it: there is the sum of the pseudo header, for the card to go on with. */
static bool is_whole(const struct datagram *d, const struct segment *s)
{
    uint16_t checksum;

    if (d->bad_checksum || d->captured < d->wire)
        return false;
    checksum = (uint16_t)(d->payload[16] << 8 | d->payload[17]);
    return !s->bad_checksum ||
           checksum == frame_partial_checksum(&d->src, &d->dst, d->protocol, d->wire);
}

/* A TCP segment in a plain IP packet (no tunnel, no fragment) for one of our
 * addresses and ports. */
static bool read_segment(struct answer *a, const struct frame *frame, struct arrival *out)
{
    struct frame inner = {.ts = frame->ts, .link_type = FRAME_LINK_RAW};
    struct datagram d;
    uint16_t type;
    size_t offset, header;

    out->frame = frame;
    if (!frame_read_link(frame, &out->came, &type, &offset) ||
        (type != FRAME_ETHER_IPV4 && type != FRAME_ETHER_IPV6))
        return false;
    inner.bytes = frame->bytes + offset;
    inner.captured = inner.wire = frame->captured - (uint32_t)offset;
    if (!inner.captured || decap_frame(&inner, &d) != DECAP_OK || d.fragment || d.protocol != 6)
        return false;
    out->back = choose_way(a, &out->came, d.src.family);
    header = type == FRAME_ETHER_IPV4 ? (inner.bytes[0] & 15u) * 4 : 40;
    if (d.payload != inner.bytes + header || decap_segment(&d, true, &out->segment) != DECAP_OK)
        return false;
    out->whole = is_whole(&d, &out->segment);
    out->source_routed = d.src.family == 4 && frame_is_source_routed(inner.bytes, header);
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
    struct arp_answer answer;

    if (!a->options.arp || !arp_answer(&a->peers, frame, &answer))
        return false;
    a->asker = make_key(&answer.us, 0, &answer.asker, 0);
    if (send_frame(a->sender, &answer.frame, clock_of(a)))
        a->counts.arp++;
    return true;
}

static void advance(struct answer *a, time_us now)
{
    if (now + a->behind < a->now - SET_BACK) {
        log_warn("the clock was set back by %lld s",
                 (long long)((a->now - a->behind - now) / TIME_SECOND));
        a->behind = a->now - now;
    }
    if (now + a->behind > a->now)
        a->now = now + a->behind;
}

void answer_put(struct answer *a, const struct frame *frame)
{
    struct arrival in;

    a->counts.frames++;
    advance(a, frame->ts);
    if (!read_segment(a, frame, &in)) {
        if (!take_question(a, frame))
            a->counts.ignored++;
    } else if (is_answerable(a, &in)) {
        take_segment(a, &in);
    }
}

void answer_tick(struct answer *a, time_us now)
{
    const struct halfopen_syn *syn;
    struct wheel_link *link;

    advance(a, now);
    while ((link = wheel_pop(&a->wheel, a->now)))
        run_timer(a, (struct talk *)(void *)link);
    while ((syn = halfopen_due(a->halfopen, a->now)))
        send_syn_ack(a, syn);
    record_attempts(a, a->now);
}

static time_us earlier(time_us a, time_us b)
{
    return a < b ? a : b;
}

time_us answer_next(const struct answer *a)
{
    time_us next = earlier(wheel_next(&a->wheel),
                           earlier(halfopen_next(a->halfopen), attempts_next(a->attempts)));

    return next == INT64_MAX ? next : next - a->behind;
}

/* --- what the stream says --- */

void answer_event(struct answer *a, const struct connection *c, const struct event *event)
{
    struct talk *t = talk_of(a, c);

    if (!t || t->gone)
        return;
    t->connection = c;
    persona_event(t->persona, event, a->now);
}

void answer_ended(struct answer *a, const struct connection *c)
{
    struct talk *t = talk_of(a, c);

    if (!t || t->gone)
        return;
    note_first_bytes(a, t);
    t->connection = NULL;
    t->gone = true;
    wheel_set(&a->wheel, &t->timer, a->now);
}

/* --- the interface --- */

static bool add_addresses(struct answer *a, struct failure *why)
{
    for (unsigned i = 0; i < a->options.address_count; i++)
        if (!scope_add(&a->scope, a->options.addresses[i], why))
            return false;
    return a->scope.n || failure_set(why, "no address is given");
}

static void put_wire(void *context, const struct wire *wire)
{
    struct answer *a = context;

    a->options.put(a->options.context, wire->bytes, wire->n);
}

static bool open_sender(struct answer *a, struct failure *why)
{
    const struct answer_options *o = &a->options;
    struct send_options options = {.interface = o->interface,
                                   .routed = o->routed,
                                   .file = o->dry_run,
                                   .put = o->put ? put_wire : NULL,
                                   .context = a,
                                   .peers = &a->peers,
                                   .rate = o->rate,
                                   .key = a->key,
                                   .knows = knows,
                                   .who = a};

    a->sender = send_open(&options, why);
    return a->sender != NULL;
}

bool answer_open_files(struct answer *a, int dir_fd, struct failure *why)
{
    const struct answer_options *o = &a->options;

    if (o->save_pcap && !(a->saved = pcapfile_new(o->save_pcap, SEGMENT_ANSWERED, why)))
        return false;
    return send_open_files(a->sender, dir_fd, o->output, why);
}

void answer_set_link(struct answer *a, const struct answer_link *link)
{
    struct prefix nets[ANSWER_NETS_MAX];

    for (unsigned i = 0; i < link->n; i++)
        nets[i] = (struct prefix){.address = link->nets[i].address, .length = link->nets[i].bits};
    peers_init(&a->peers, &a->scope, link->mac, a->options.span, nets, link->n);
}

/* On a wire, answers bear our own link address. */
static bool check_link(struct answer *a, struct failure *why)
{
    answer_set_link(a, &a->options.link);
    return a->options.put || peers_knows_own(&a->peers) ||
           failure_set(why, "%s: it has no Ethernet address, without which nothing is answered",
                       a->options.interface);
}

struct answer *answer_new(const struct answer_options *options, time_us now, struct failure *why)
{
    struct answer *a = MEM_NEW(struct answer);

    a->options = *options;
    a->now = now;
    if (getrandom(&a->key, sizeof a->key, 0) != sizeof a->key)
        log_panic("no random numbers");
    hash_key = &a->key;
    wheel_init(&a->wheel, now);
    a->talks = g_hash_table_new(hash_talk, equal_talk);
    a->sources = g_hash_table_new_full(hash_source, equal_source, g_free, NULL);
    a->halfopen = halfopen_new();
    a->attempts = attempts_new();
    a->syn_rate = rate_new(options->syn_rate, &a->key);
    a->challenge_rate = rate_new(CHALLENGES_A_SOURCE, &a->key);
    a->challenges_rate = rate_new(CHALLENGES_IN_ALL, &a->key);
    if (add_addresses(a, why) && check_link(a, why))
        a->personas = personas_load(options->personas, why);
    if (a->personas && open_sender(a, why))
        return a;
    answer_free(a);
    return NULL;
}

bool answer_reload(struct answer *a, struct failure *why)
{
    struct personas *fresh = personas_load(a->options.personas, why);

    if (!fresh)
        return false;
    personas_free(a->personas);
    a->personas = fresh;
    return true;
}

void answer_flush(struct answer *a)
{
    send_flush(a->sender);
    if (a->saved)
        pcapfile_flush(a->saved);
}

void answer_stop(struct answer *a, time_us now)
{
    advance(a, now);
    while (a->oldest) {
        if (tcp_is_waiting(&a->oldest->tcp))
            free_talk(a, a->oldest);
        else
            abort_talk(a, a->oldest);
    }
    record_attempts(a, INT64_MAX);
}

void answer_tell_counts(const struct answer *a, struct answer_counts *out)
{
    const struct send_counts *sent = send_counts(a->sender);

    *out = a->counts;
    out->unsaved = pcapfile_lost(a->saved);
    out->unrepeated = halfopen_forgotten(a->halfopen);
    out->unaudited = send_unaudited(a->sender);
    out->sent = sent->sent;
    out->sent_over_rate = sent->over_rate;
    out->send_failed = sent->failed;
    out->out_of_scope = sent->out_of_scope;
}

uint64_t answer_open(const struct answer *a)
{
    return g_hash_table_size(a->talks);
}

const struct failure *answer_failure(const struct answer *a)
{
    return pcapfile_failure(a->saved);
}

void answer_free(struct answer *a)
{
    if (!a)
        return;
    while (a->oldest)
        free_talk(a, a->oldest);
    g_hash_table_destroy(a->talks);
    g_hash_table_destroy(a->sources);
    halfopen_free(a->halfopen);
    attempts_free(a->attempts);
    rate_free(a->syn_rate);
    rate_free(a->challenge_rate);
    rate_free(a->challenges_rate);
    personas_free(a->personas);
    pcapfile_close(a->saved);
    send_close(a->sender);
    mem_free(a);
}

bool answer_check_address(const char *text, struct failure *why)
{
    struct scope scope = {.n = 0};

    return scope_add(&scope, text, why);
}

bool answer_has(const struct answer *a, const struct address *address)
{
    return scope_has(&a->scope, address);
}

/* SYN without ACK; pcap-filter has a name for that byte in IPv4 only. */
#define IS_SYN "((ip and tcp[13] & 0x12 == 2) or (ip6 and ip6[53] & 0x12 == 2))"

char *answer_filter(const struct answer *a, const uint16_t *ports, unsigned n, bool syns)
{
    GString *nets = g_string_new(NULL), *all = g_string_new(NULL);
    char text[ADDRESS_TEXT_MAX + 4];

    for (unsigned i = 0; i < a->scope.n; i++) {
        scope_format(&a->scope.list[i], text);
        g_string_append_printf(nets, "%sdst net %s", i ? " or " : "", text);
    }
    g_string_append_printf(all, "(%s" IS_SYN " and (%s) and tcp and (", syns ? "" : "not ",
                           nets->str);
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(all, "%sdst port %u", i ? " or " : "", ports[i]);
    g_string_append(all, "))");
    if (a->options.arp && !syns)
        g_string_append(all, " or arp or (icmp6 and ip6[40] == 135)");
    g_string_free(nets, TRUE);
    return g_string_free(all, FALSE);
}
