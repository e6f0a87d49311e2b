/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/gate.h"

#include <string.h>

#include "answer/arrival.h"
#include "answer/key.h"
#include "base/cursor.h"
#include "base/mem.h"
#include "potsherd/answer.h"
#include "potsherd/decap.h"

#define MAC_BYTES 6

/* That a peer's rate may be ahead: one more than for who asks, whose frames may come here late, and
 * together. */
#define RATE_SECONDS (RATE_BURST + 1)

struct gate {
    struct gate_options options;
    const struct peers *peers;
    struct gate_secrets secrets;
    struct rate *rate, *syn_rate, *refusals;
};

struct gate *gate_new(const struct gate_options *options, const struct peers *peers,
                      const struct gate_secrets *secrets)
{
    struct gate *g = MEM_NEW(struct gate);

    g->options = *options;
    g->peers = peers;
    g->secrets = *secrets;
    g->rate = rate_new(options->rate, RATE_SECONDS, &secrets->rate);
    g->syn_rate = rate_new(ANSWER_FRAMES_A_SYN * options->syn_rate, RATE_SECONDS, &secrets->rate);
    g->refusals = rate_new(GATE_REFUSALS, 1, &secrets->rate);
    return g;
}

void gate_free(struct gate *g)
{
    if (!g)
        return;
    rate_free(g->rate);
    rate_free(g->syn_rate);
    rate_free(g->refusals);
    mem_free(g);
}

/* --- what is it, really? --- */

static bool read_arp(const struct peers *peers, struct cursor c, struct outgoing *out)
{
    const uint8_t *us, *our_mac, *peer, *peer_mac;

    cursor_skip(&c, 6);
    if (cursor_be16(&c) != 2)
        return false;
    our_mac = cursor_take(&c, MAC_BYTES);
    us = cursor_take(&c, 4);
    peer_mac = cursor_take(&c, MAC_BYTES);
    peer = cursor_take(&c, 4);
    if (c.failed || memcmp(our_mac, peers->mac, MAC_BYTES) != 0 || !peers_is_other(peers, peer_mac))
        return false;
    *out = (struct outgoing){.us = address_v4(us), .peer = address_v4(peer), .kind = "arp"};
    return true;
}

/* In a plain IPv6 packet: what is in a tunnel would be read here, and the tunnel be sent. */
static bool read_advertisement(const struct frame *frame, size_t offset, struct outgoing *out)
{
    struct datagram d;

    if (decap_frame(frame, &d) != DECAP_OK || d.payload != frame->bytes + offset + 40 ||
        d.fragment || d.protocol != 58 || d.caplen < 24 || d.payload[0] != 136)
        return false;
    *out = (struct outgoing){.us = d.src, .peer = d.dst, .kind = "nd"};
    return memcmp(d.payload + 8, d.src.bytes, 16) == 0;
}

/* `back`: the frame's own link header, turned round.  Without an interface (a unit test)
 * there is no address of our own to compare with. */
static bool is_from_us_to_one(const struct peers *peers, const struct link *back)
{
    const uint8_t *from = back->bytes, *to = back->bytes + MAC_BYTES;

    if (back->link_type != FRAME_LINK_ETHERNET)
        return true;
    return peers_is_other(peers, to) &&
           (!peers_knows_own(peers) || memcmp(from, peers->mac, MAC_BYTES) == 0);
}

/* As the builder makes them: without options or extension headers, and with the length that they
 * have, which is no matter of taste of who reads them. */
static bool is_plain(struct cursor c, uint16_t type)
{
    size_t n = c.left;
    const uint8_t *ip = cursor_take(&c, type == FRAME_ETHER_IPV4 ? 20 : 40);

    if (c.failed)
        return false;
    if (type == FRAME_ETHER_IPV4)
        return ip[0] == 0x45 && (size_t)(ip[2] << 8 | ip[3]) == n;
    return type == FRAME_ETHER_IPV6 && (size_t)(ip[4] << 8 | ip[5]) == n - 40;
}

/* The segment of a frame of TCP; in `in`. */
static bool read_outgoing(const struct peers *peers, const struct built_frame *wire,
                          struct arrival *in, struct outgoing *out)
{
    struct frame frame = {.link_type = wire->link_type,
                          .bytes = wire->bytes,
                          .caplen = (uint32_t)wire->n,
                          .wire_len = (uint32_t)wire->n};
    struct link link;
    uint16_t type;
    size_t offset;

    if (!link_read(&frame, &link, &type, &offset) || !is_from_us_to_one(peers, &link))
        return false;
    if (type == FRAME_ETHER_ARP)
        return read_arp(peers, cursor_over(wire->bytes + offset, wire->n - offset), out);
    if (!is_plain(cursor_over(wire->bytes + offset, wire->n - offset), type))
        return false;
    if (!arrival_read(&frame, in))
        return read_advertisement(&frame, offset, out);
    *out = (struct outgoing){.us = in->segment.src,
                             .peer = in->segment.dst,
                             .port = in->segment.src_port,
                             .peer_port = in->segment.dst_port,
                             .flags = in->segment.flags};
    return in->whole && !in->source_routed && !in->segment.bad_checksum;
}

/* --- may it? --- */

/* Who asks where we are may have an address that no segment comes from. */
static bool is_in_scope(const struct gate *g, const struct outgoing *o)
{
    if (!scope_has(g->peers->scope, &o->us))
        return false;
    if (o->kind)
        return g->options.arp && peers_may_ask(g->peers, &o->peer);
    return peers_may_have(g->peers, &o->peer) && g->options.module(o->port);
}

static uint64_t ticket_of(const struct gate *g, const struct address *us, uint16_t port,
                          const struct address *peer, uint16_t peer_port)
{
    struct connection_key key = key_make(us, port, peer, peer_port);
    uint64_t ticket = key_hash(&g->secrets.ticket, &key);

    return ticket ? ticket : 1;
}

static bool is_syn_ack(const struct segment *s)
{
    return s->flags == (TCP_SYN | TCP_ACK) && !s->wire_len;
}

/* RFC 1624: the checksum, as 16 bits of what it covers change from `was` to `is`. */
static uint16_t correct(uint16_t checksum, uint16_t was, uint16_t is)
{
    uint32_t sum = (uint16_t)~checksum + (uint32_t)(uint16_t)~was + is;

    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t) ~((sum & 0xffff) + (sum >> 16));
}

static void put_be16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

/* The header begins 20 bytes before its options, which a SYN/ACK has behind it. */
static void complete(const struct gate *g, struct built_frame *wire, const struct segment *s,
                     time_us now)
{
    struct cookie_tuple tuple = {.src = s->dst,
                                 .dst = s->src,
                                 .src_port = s->dst_port,
                                 .dst_port = s->src_port,
                                 .client_isn = s->ack - 1};
    uint32_t seq = cookie_complete(&g->secrets.cookie, &tuple, s->seq, now);
    uint8_t *header = wire->bytes + (wire->n - 20 - s->options_caplen);
    uint16_t checksum = (uint16_t)(header[16] << 8 | header[17]);

    checksum = correct(checksum, (uint16_t)(s->seq >> 16), (uint16_t)(seq >> 16));
    checksum = correct(checksum, (uint16_t)s->seq, (uint16_t)seq);
    put_be16(header + 4, seq >> 16);
    put_be16(header + 6, seq);
    put_be16(header + 16, checksum);
}

static bool has_ticket(const struct gate *g, const struct segment *s, const struct outgoing *o,
                       uint64_t ticket)
{
    return !(s->flags & TCP_SYN) && ticket == ticket_of(g, &o->us, o->port, &o->peer, o->peer_port);
}

enum gate_verdict gate_check(struct gate *g, struct built_frame *wire, uint64_t ticket, time_us now,
                             struct outgoing *out)
{
    struct arrival in;
    bool syn_ack;

    if (!read_outgoing(g->peers, wire, &in, out) || !is_in_scope(g, out))
        return GATE_OUT_OF_SCOPE;
    syn_ack = !out->kind && is_syn_ack(&in.segment);
    if (!out->kind && !syn_ack && !has_ticket(g, &in.segment, out, ticket))
        return GATE_OUT_OF_SCOPE;
    if (!rate_take(g->rate, &out->peer, now) ||
        (syn_ack && !rate_take(g->syn_rate, &out->peer, now)))
        return GATE_OVER_RATE;
    if (syn_ack)
        complete(g, wire, &in.segment, now);
    return GATE_OPEN;
}

uint64_t gate_prove(struct gate *g, const struct cookie_tuple *tuple, uint32_t cookie, time_us now)
{
    static const struct address all;

    if (rate_is_empty(g->refusals, &all, now))
        return 0;
    if (!cookie_is_complete(&g->secrets.cookie, tuple, cookie, now)) {
        (void)rate_take(g->refusals, &all, now);
        return 0;
    }
    return ticket_of(g, &tuple->dst, tuple->dst_port, &tuple->src, tuple->src_port);
}
