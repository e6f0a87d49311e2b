/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tunnels: MPLS, PPPoE, GRE, ERSPAN, WCCP, EtherIP, NSH, TRILL, 802.1ah. */
#include "packet/walk.h"

bool looks_like_ethernet(struct cursor c)
{
    uint16_t type;

    cursor_skip(&c, 12);
    type = cursor_be16(&c);
    return link_is_vlan(type) || type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6 ||
           type == ETHERTYPE_ARP || type == ETHERTYPE_MPLS || type == ETHERTYPE_PPPOE;
}

bool looks_like_ip(struct cursor c, size_t on_wire)
{
    uint8_t first = cursor_u8(&c);
    size_t length, header_n = (size_t)(first & 0x0f) * 4;

    cursor_skip(&c, 1);
    if (first >> 4 == 4) {
        length = cursor_be16(&c);
        return header_n >= 20 && length >= header_n && length <= on_wire && !c.failed;
    }
    cursor_skip(&c, 2);
    length = cursor_be16(&c);
    return first >> 4 == 6 && length + 40 <= on_wire && !c.failed;
}

/* RFC 3032 section 2.1, a stack of labels; no field names what follows it:
 *   | label 20, class 3, bottom of stack 1, TTL 8 | ... | IP, or Ethernet,
 * or (RFC 4448 section 4.6) a control word | 0 4, reserved 12, sequence 16 | and Ethernet.
 * A MAC address may begin with the same half-byte as IP or a control word does,
 * so the candidates are looked at more closely before the half-byte decides. */
enum decap_reason read_mpls(struct walk *w)
{
    struct cursor behind_word;
    bool ethernet;
    uint32_t label;
    uint8_t half;

    do {
        label = cursor_be32(&w->c);
    } while (!(label & 0x100) && !w->c.failed);
    behind_word = w->c;
    half = cursor_u8(&behind_word) >> 4;
    cursor_skip(&behind_word, 3);
    if (behind_word.failed)
        return DECAP_TUNNEL_CUT;
    ethernet = looks_like_ethernet(w->c);
    if (looks_like_ip(w->c, walk_wire_left(w)) || (!ethernet && (half == 4 || half == 6)))
        return walk_follow(w, HEADER_IP);
    if (half == 0 && (!ethernet || looks_like_ethernet(behind_word)))
        w->c = behind_word;
    else if (half == 1 && !ethernet) /* an associated channel: RFC 4385 section 5 */
        return walk_unknown(w);
    return walk_follow(w, HEADER_ETHERNET);
}

/* RFC 2516 section 4
 *   | version 1, type 1 | code 0: session | session 16 | length 16 | PPP ... | */
enum decap_reason read_pppoe(struct walk *w)
{
    uint16_t kind = cursor_be16(&w->c), length;

    cursor_skip(&w->c, 2);
    length = cursor_be16(&w->c);
    if (w->c.failed || kind != 0x1100)
        return walk_unknown(w);
    walk_limit(w, length);
    return walk_enter_tunnel(w, HEADER_PPP);
}

enum decap_reason tunnel_follow_type(struct walk *w, uint16_t type)
{
    switch (type) {
    case ETHERTYPE_ETHERNET:
        return walk_follow(w, HEADER_ETHERNET);
    case ETHERTYPE_PPP:
        return walk_follow(w, HEADER_PPP);
    case ETHERTYPE_WCCP:
        return walk_follow(w, HEADER_WCCP);
    default:
        return link_follow_type(w, type);
    }
}

/* RFC 1701 section 2: source route entries, up to one of length 0.
 *   | address family 16 | offset 8 | length 8 | routing ... | */
static void skip_routing(struct cursor *c)
{
    uint8_t length;

    do {
        cursor_skip(c, 3);
        length = cursor_u8(c);
        cursor_skip(c, length);
    } while (length && !c->failed);
}

enum gre_flag {
    GRE_CHECKSUM = 0x8000,
    GRE_ROUTING = 0x4000,
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_ACK = 0x0080, /* version 1 */
    GRE_VERSION = 0x0007,
};

/* RFC 1701, 2784 and 2890
 *   | C R K S s, recursion 3, flags 5, version 3 | type 16 |
 *   | checksum 16, offset 16: if C or R | key 32: if K | sequence 32: if S | routing: if R |
 * RFC 2637 section 4.1 (version 1, PPTP)
 *   | ... A at 0x80 | type 0x880b | payload length 16, call 16 | sequence: if S | ack 32: if A | */
enum decap_reason read_gre(struct walk *w)
{
    uint16_t flags = cursor_be16(&w->c);
    uint16_t type = cursor_be16(&w->c);
    uint16_t version = flags & GRE_VERSION;

    if (version > 1)
        return walk_unknown(w);
    if (version == 0 && flags & (GRE_CHECKSUM | GRE_ROUTING))
        cursor_skip(&w->c, 4);
    if (flags & GRE_KEY)
        cursor_skip(&w->c, 4);
    if (flags & GRE_SEQUENCE)
        cursor_skip(&w->c, 4);
    if (version == 1 && flags & GRE_ACK)
        cursor_skip(&w->c, 4);
    if (version == 0 && flags & GRE_ROUTING)
        skip_routing(&w->c);
    if (version == 1 && !(flags & GRE_SEQUENCE)) /* acknowledges only */
        return walk_unknown(w);
    if (type == ETHERTYPE_ERSPAN && !(flags & GRE_SEQUENCE)) /* type I: the frame alone */
        return walk_follow(w, HEADER_ETHERNET);
    if (type == ETHERTYPE_ERSPAN || type == ETHERTYPE_ERSPAN3)
        return walk_follow(w, HEADER_ERSPAN);
    return tunnel_follow_type(w, type);
}

/* draft-foschiano-erspan-03 sections 4.2 and 4.3; type I has no header
 *   II:  | version 1 4, VLAN 12, class 3, encapsulation 2, T, session 10 | 0 12, index 20 |
 *   III: | version 2 4, VLAN 12, class 3, BSO 2, T, session 10 | time 32 |
 *        | SGT 16, P, frame type 5, hardware 6, D, granularity 2, O | 8 bytes more: if O | */
enum decap_reason read_erspan(struct walk *w)
{
    uint8_t version = (uint8_t)(cursor_be32(&w->c) >> 28);
    uint32_t last;
    uint8_t frame_type;

    cursor_skip(&w->c, 4);
    if (version == 1)
        return walk_follow(w, HEADER_ETHERNET);
    if (version != 2)
        return walk_unknown(w);
    last = cursor_be32(&w->c);
    if (last & 1)
        cursor_skip(&w->c, 8);
    frame_type = last >> 10 & 0x1f;
    if (frame_type != 0 && frame_type != 2)
        return walk_unknown(w);
    return walk_follow(w, frame_type == 2 ? HEADER_IP : HEADER_ETHERNET);
}

/* WCCP version 2 puts a redirect header of 4 bytes in front of IP, version 1
 * none; it never begins with the half-byte 4 (draft-wilson-wrec-wccp-v2-01). */
enum decap_reason read_wccp(struct walk *w)
{
    if (!looks_like_ip(w->c, walk_wire_left(w)))
        cursor_skip(&w->c, 4);
    return walk_follow(w, HEADER_IP);
}

/* RFC 3378 section 3:  | version 3 4, 0 12 | Ethernet ... | */
enum decap_reason read_etherip(struct walk *w)
{
    uint16_t header = cursor_be16(&w->c);

    return header == 0x3000 ? walk_follow(w, HEADER_ETHERNET) : walk_unknown(w);
}

/* RFC 8300 section 2.2
 *   | version 2, O, U, TTL 6, words 6 | U 4, MD type 4 | next 8 | path 32 | context ... | */
enum decap_reason read_nsh(struct walk *w)
{
    uint16_t head = cursor_be16(&w->c);
    size_t words = head & 0x3f;
    uint8_t next = (cursor_skip(&w->c, 1), cursor_u8(&w->c));

    if (head >> 14 || words < 2)
        return walk_unknown(w);
    cursor_skip(&w->c, words * 4 - 4);
    switch (next) {
    case 1:
        return walk_follow(w, HEADER_IP4);
    case 2:
        return walk_follow(w, HEADER_IP6);
    case 3:
        return walk_follow(w, HEADER_ETHERNET);
    case 4:
        return walk_follow(w, HEADER_NSH);
    case 5:
        return walk_follow(w, HEADER_MPLS);
    default:
        return walk_unknown(w);
    }
}

/* RFC 6325 section 3:  | version 2, 2, M, option words 5, hops 6 | egress 16 | ingress 16 | options
 * ... | Ethernet ... | */
enum decap_reason read_trill(struct walk *w)
{
    uint16_t head = cursor_be16(&w->c);

    cursor_skip(&w->c, 4 + (size_t)(head >> 6 & 0x1f) * 4);
    return head >> 14 ? walk_unknown(w) : walk_follow(w, HEADER_ETHERNET);
}

/* IEEE 802.1ah:  | priority, flags 8, I-SID 24 | Ethernet ... | */
enum decap_reason read_itag(struct walk *w)
{
    cursor_skip(&w->c, 4);
    return walk_follow(w, HEADER_ETHERNET);
}
