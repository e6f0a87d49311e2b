/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tunnels over UDP.  Any program may use their ports, so what does not look like the
 * tunnel's header, with content that fits, leaves the packet what it is: UDP.
 */
#include "packet/walk.h"

enum udp_port {
    PORT_L2TP = 1701,
    PORT_GTPU = 2152,
    PORT_TEREDO = 3544,
    PORT_LISP = 4341,
    PORT_VXLAN = 4789,
    PORT_VXLAN_GPE = 4790,
    PORT_GUE = 6080,
    PORT_GENEVE = 6081,
    PORT_VXLAN_LINUX = 8472, /* what Linux used before the number was assigned */
    PORT_TZSP = 37008,
};

/* RFC 7348 section 5:  | flags 8 (08; 80 with a group policy) | 24 | VNI 24 | 0 8 | Ethernet ... */
static bool looks_like_vxlan(struct cursor c)
{
    uint32_t flags = cursor_be32(&c) >> 24;
    uint32_t vni = cursor_be32(&c);

    return !c.failed && (flags & 0x7f) == 0x08 && (vni & 0xff) == 0;
}

enum decap_reason read_vxlan(struct walk *w)
{
    cursor_skip(&w->c, 8);
    return walk_follow(w, HEADER_ETHERNET);
}

/* RFC 8926 section 3.4
 *   | version 0 2, option words 6 | O, C, 0 6 | type 16 | VNI 24 | 0 8 | options ... | payload | */
static bool looks_like_geneve(struct cursor c)
{
    uint8_t version = cursor_u8(&c) >> 6;
    uint16_t type;

    cursor_skip(&c, 1);
    type = cursor_be16(&c);
    return !c.failed && version == 0 &&
           (type == ETHERTYPE_ETHERNET || type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6);
}

enum decap_reason read_geneve(struct walk *w)
{
    size_t options = (size_t)(cursor_u8(&w->c) & 0x3f) * 4;
    uint16_t type;

    cursor_skip(&w->c, 1);
    type = cursor_be16(&w->c);
    cursor_skip(&w->c, 4 + options);
    return tunnel_follow_type(w, type);
}

/* On any port only with nothing set but the flag, and a frame behind it. */
static bool is_plain_vxlan(struct cursor c)
{
    if (cursor_be32(&c) != 0x08000000)
        return false;
    return (cursor_be32(&c) & 0xff) == 0 && looks_like_ethernet(c);
}

/* draft-ietf-nvo3-vxlan-gpe:  | flags 8 (I 08, P 04) | 16 | next 8 | VNI 24 | 0 8 | */
static bool looks_like_vxlan_gpe(struct cursor c)
{
    uint32_t head = cursor_be32(&c);

    return !c.failed && (head >> 24 & 0x0c) == 0x0c && (head & 0xff) >= 1 && (head & 0xff) <= 5;
}

enum decap_reason read_vxlan_gpe(struct walk *w)
{
    static const enum header next[] = {HEADER_NONE,     HEADER_IP4, HEADER_IP6,
                                       HEADER_ETHERNET, HEADER_NSH, HEADER_MPLS};
    uint8_t type = (uint8_t)cursor_be32(&w->c);

    cursor_skip(&w->c, 4);
    return type < sizeof next / sizeof *next ? walk_follow(w, next[type]) : walk_unknown(w);
}

/* 3GPP TS 29.281 section 5.1
 *   | version 1 3, PT 1, 0, E, S, PN | type 8 (255: a packet) | length 16 | TEID 32 |
 *   | sequence 16, N-PDU 8, next extension 8: if E, S or PN | extensions: words 8 ... next 8 | */
static bool skip_gtpu(struct cursor *c)
{
    uint8_t flags = cursor_u8(c), type = cursor_u8(c), next = 0;

    cursor_skip(c, 6);
    if (flags & 0x07) {
        cursor_skip(c, 3);
        next = cursor_u8(c);
    }
    while (next && flags & 0x04 && !c->failed) {
        size_t words = cursor_u8(c);

        if (!words)
            return false;
        cursor_skip(c, words * 4 - 2);
        next = cursor_u8(c);
    }
    return !c->failed && flags >> 4 == 3 && type == 255;
}

static bool looks_like_gtpu(struct cursor c, size_t on_wire)
{
    size_t before = c.left;

    return skip_gtpu(&c) && looks_like_ip(c, on_wire - (before - c.left));
}

enum decap_reason read_gtpu(struct walk *w)
{
    (void)skip_gtpu(&w->c);
    return walk_follow(w, HEADER_IP);
}

/* RFC 2661 section 3.1, a data message:  | T 0, L, S, O, P ..., version 2 4 | length 16: if L |
 *   tunnel 16 | session 16 | Ns 16, Nr 16: if S | offset 16, padding: if O | PPP ... | */
static bool skip_l2tp(struct cursor *c)
{
    uint16_t flags = cursor_be16(c);

    cursor_skip(c, (flags & 0x4000 ? 2u : 0u) + 4 + (flags & 0x0800 ? 4u : 0u));
    if (flags & 0x0200)
        cursor_skip(c, cursor_be16(c));
    return !c->failed && (flags & 0x800f) == 2;
}

static bool looks_like_l2tp(struct cursor c)
{
    return skip_l2tp(&c);
}

enum decap_reason read_l2tp(struct walk *w)
{
    (void)skip_l2tp(&w->c);
    return walk_follow(w, HEADER_PPP);
}

/* TaZmen Sniffer Protocol:  | version 1 8 | type 8 (0, 1: a frame) | 16 (1: Ethernet) |
 *   fields: tag 8 (0: padding, 1: end), length 8, value | Ethernet ... | */
static bool looks_like_tzsp(struct cursor c)
{
    uint8_t version = cursor_u8(&c), type = cursor_u8(&c);

    return cursor_be16(&c) == 1 && !c.failed && version == 1 && type <= 1;
}

enum decap_reason read_tzsp(struct walk *w)
{
    cursor_skip(&w->c, 4);
    while (!w->c.failed) {
        uint8_t tag = cursor_u8(&w->c);

        if (tag == 1)
            break;
        if (tag)
            cursor_skip(&w->c, cursor_u8(&w->c));
    }
    return walk_follow(w, HEADER_ETHERNET);
}

/* RFC 4380 section 5.1.1
 *   | 0001 | id length 8, value length 8, ... , nonce 64, confirmation 8 |: if there
 *   | 0000 | port 16 | address 32 |: if there   | IPv6 ... | */
static bool skip_teredo(struct cursor *c)
{
    struct cursor peek = *c;

    if (cursor_be16(&peek) == 1) {
        size_t n = cursor_u8(&peek);

        n += cursor_u8(&peek);
        cursor_skip(c, 4 + n + 9);
        peek = *c;
        (void)cursor_be16(&peek);
    }
    peek = *c;
    if (cursor_be16(&peek) == 0)
        cursor_skip(c, 8);
    return !c->failed;
}

static bool looks_like_teredo(struct cursor c, size_t on_wire)
{
    size_t before = c.left;
    struct cursor peek;

    if (!skip_teredo(&c))
        return false;
    peek = c;
    return cursor_u8(&peek) >> 4 == 6 && looks_like_ip(c, on_wire - (before - c.left));
}

enum decap_reason read_teredo(struct walk *w)
{
    (void)skip_teredo(&w->c);
    return walk_follow(w, HEADER_IP6);
}

/* draft-ietf-intarea-gue, variant 0:  | 0 2, C, words 5 | protocol 8 | flags 16 | fields ... | IP
 * variant 1 is the IP packet itself. */
static bool skip_gue(struct cursor *c, uint8_t *protocol)
{
    struct cursor peek = *c;
    uint8_t first = cursor_u8(&peek);

    *protocol = PROTOCOL_IPV4;
    if (first >> 6 == 1)
        return true;
    *protocol = cursor_u8(&peek);
    cursor_skip(c, 4 + (size_t)(first & 0x1f) * 4);
    return !c->failed && !(first & 0xe0);
}

static bool looks_like_gue(struct cursor c, size_t on_wire)
{
    size_t before = c.left;
    uint8_t protocol;

    return skip_gue(&c, &protocol) && (protocol == PROTOCOL_IPV4 || protocol == PROTOCOL_IPV6) &&
           looks_like_ip(c, on_wire - (before - c.left));
}

enum decap_reason read_gue(struct walk *w)
{
    uint8_t protocol;

    (void)skip_gue(&w->c, &protocol);
    return walk_follow(w, HEADER_IP);
}

/* RFC 9300 section 5:  | flags 8, nonce 24 | instance, status 32 | IP ... | */
static bool looks_like_lisp(struct cursor c, size_t on_wire)
{
    cursor_skip(&c, 8);
    return on_wire > 8 && looks_like_ip(c, on_wire - 8);
}

enum decap_reason read_lisp(struct walk *w)
{
    cursor_skip(&w->c, 8);
    return walk_follow(w, HEADER_IP);
}

static enum header tunnel_to(uint16_t port, struct cursor c, size_t on_wire)
{
    switch (port) {
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
        return looks_like_vxlan(c) ? HEADER_VXLAN : HEADER_NONE;
    case PORT_VXLAN_GPE:
        return looks_like_vxlan_gpe(c) ? HEADER_VXLAN_GPE : HEADER_NONE;
    case PORT_GENEVE:
        return looks_like_geneve(c) ? HEADER_GENEVE : HEADER_NONE;
    case PORT_GTPU:
        return looks_like_gtpu(c, on_wire) ? HEADER_GTPU : HEADER_NONE;
    case PORT_L2TP:
        return looks_like_l2tp(c) ? HEADER_L2TP : HEADER_NONE;
    case PORT_TZSP:
        return looks_like_tzsp(c) ? HEADER_TZSP : HEADER_NONE;
    case PORT_TEREDO:
        return looks_like_teredo(c, on_wire) ? HEADER_TEREDO : HEADER_NONE;
    case PORT_GUE:
        return looks_like_gue(c, on_wire) ? HEADER_GUE : HEADER_NONE;
    case PORT_LISP:
        return looks_like_lisp(c, on_wire) ? HEADER_LISP : HEADER_NONE;
    default:
        return is_plain_vxlan(c) ? HEADER_VXLAN : HEADER_NONE;
    }
}

/* RFC 768:  | source port 16 | destination port 16 | length 16 | checksum 16 | ... */
enum decap_reason read_udp(struct walk *w)
{
    struct cursor c = w->c;
    uint16_t source = cursor_be16(&c), port = cursor_be16(&c), length = cursor_be16(&c);
    size_t on_wire = walk_wire_left(w);
    enum header tunnel;

    cursor_skip(&c, 2);
    if (c.failed)
        return walk_arrive(w);
    tunnel = tunnel_to(port, c, on_wire - 8);
    if (tunnel == HEADER_NONE && (source == PORT_TEREDO || source == PORT_L2TP))
        tunnel = tunnel_to(source, c, on_wire - 8); /* its servers send from there */
    if (tunnel == HEADER_NONE)
        return walk_arrive(w);
    if (length >= 8 && length < walk_wire_left(w)) /* 0: not known yet, as in IP */
        walk_limit(w, length);
    cursor_skip(&w->c, 8);
    return walk_enter_tunnel(w, tunnel);
}
