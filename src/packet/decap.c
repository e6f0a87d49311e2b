/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One reader a header.  Each takes its header off the front of the walk and
 * names the reader of what follows; decap_frame calls one after the other until
 * an IP packet carries no further header that we follow.
 */
#include "potsherd/decap.h"

#include "base/cursor.h"
#include "potsherd/checksum.h"

#define IP_OPTION_NONE   1
#define IP_OPTION_LOOSE  131
#define IP_OPTION_STRICT 137

struct walk;
typedef enum decap_reason reader(struct walk *w);

struct walk {
    struct cursor c;      /* captured bytes of the header at hand and all behind it */
    size_t missing;       /* bytes that followed on the wire and were not captured */
    reader *next;         /* NULL: arrived */
    bool in_tunnel;       /* behind the first header that is no plain link layer */
    struct datagram *out; /* filled by the last IP header */
};

/* pcap's numbers: those of files and, where they differ, those of libpcap. */
enum link_type {
    LINK_NULL = 0,
    LINK_ETHERNET = 1,
    LINK_PPP = 9,
    LINK_RAW_BSD = 12,
    LINK_RAW_OPENBSD = 14,
    LINK_PPP_HDLC = 50,
    LINK_PPP_ETHER = 51,
    LINK_RAW = 101,
    LINK_CISCO_HDLC = 104,
    LINK_LOOP = 108,
    LINK_COOKED_V1 = 113,
    LINK_IPV4 = 228,
    LINK_IPV6 = 229,
    LINK_COOKED_V2 = 276,
};

enum ethertype {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_ARP = 0x0806,
    ETHERTYPE_ERSPAN3 = 0x22eb,
    ETHERTYPE_ETHERNET = 0x6558, /* transparent Ethernet bridging */
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_IPV6 = 0x86dd,
    ETHERTYPE_PPP = 0x880b,
    ETHERTYPE_WCCP = 0x883e,
    ETHERTYPE_MPLS = 0x8847,
    ETHERTYPE_MPLS_UPSTREAM = 0x8848,
    ETHERTYPE_PPPOE = 0x8864,
    ETHERTYPE_QINQ = 0x88a8,
    ETHERTYPE_ERSPAN = 0x88be,
    ETHERTYPE_QINQ_OLD = 0x9100,
};

enum ip_protocol {
    PROTOCOL_HOP_BY_HOP = 0,
    PROTOCOL_IPV4 = 4,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    PROTOCOL_IPV6 = 41,
    PROTOCOL_ROUTING = 43,
    PROTOCOL_FRAGMENT = 44,
    PROTOCOL_GRE = 47,
    PROTOCOL_AH = 51,
    PROTOCOL_NONE = 59,
    PROTOCOL_DESTINATION = 60,
    PROTOCOL_ETHERIP = 97,
    PROTOCOL_MOBILITY = 135,
    PROTOCOL_MPLS = 137,
    PROTOCOL_HIP = 139,
    PROTOCOL_SHIM6 = 140,
};

enum udp_port {
    PORT_VXLAN = 4789,
    PORT_GENEVE = 6081,
    PORT_VXLAN_LINUX = 8472, /* what Linux used before the number was assigned */
};

static reader read_ethernet, read_ip, read_ip4, read_ip6, read_payload, read_mpls, read_pppoe,
    read_ppp, read_hdlc, read_gre, read_erspan, read_udp, read_vxlan, read_geneve, read_etherip,
    read_wccp;

static size_t wire_left(const struct walk *w)
{
    return w->c.left + w->missing;
}

/* A length field says that n bytes belong to the packet at hand: what is beyond
 * is padding, what is short of it was not captured. */
static void limit(struct walk *w, size_t n)
{
    if (w->c.left >= n) {
        w->c.left = n;
        w->missing = 0;
    } else {
        w->missing = n - w->c.left;
    }
}

/* The header is read: on to the next, if it was all there. */
static enum decap_reason follow(struct walk *w, reader *next)
{
    if (w->c.failed)
        return w->in_tunnel ? DECAP_TUNNEL_CUT : DECAP_LINK_CUT;
    w->next = next;
    return DECAP_OK;
}

static enum decap_reason enter_tunnel(struct walk *w, reader *next)
{
    w->in_tunnel = true;
    return follow(w, next);
}

static enum decap_reason unknown(const struct walk *w)
{
    if (w->c.failed)
        return w->in_tunnel ? DECAP_TUNNEL_CUT : DECAP_LINK_CUT;
    return w->in_tunnel ? DECAP_TUNNEL_UNKNOWN : DECAP_NOT_IP;
}

/* The way ends at the IP packet whose header was read last. */
static enum decap_reason arrive(struct walk *w)
{
    w->out->payload = w->c.at;
    w->out->captured = (uint32_t)w->c.left;
    w->out->wire = (uint32_t)wire_left(w);
    w->next = NULL;
    return DECAP_OK;
}

/*
 * Link layers
 */

static bool is_vlan(uint16_t type)
{
    return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD;
}

/* What an EtherType announces.  IEEE 802.1Q, any number of tags:
 *   | 0x8100, 0x88a8 or 0x9100 (just read) | tag control 2 | type 2 | ... */
static enum decap_reason follow_ethertype(struct walk *w, uint16_t type)
{
    while (is_vlan(type)) {
        cursor_skip(&w->c, 2);
        type = cursor_be16(&w->c);
    }
    switch (type) {
    case ETHERTYPE_IPV4:
        return follow(w, read_ip4);
    case ETHERTYPE_IPV6:
        return follow(w, read_ip6);
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_UPSTREAM:
        return enter_tunnel(w, read_mpls);
    case ETHERTYPE_PPPOE:
        return enter_tunnel(w, read_pppoe);
    default:
        return unknown(w);
    }
}

/* IEEE 802.2 with SNAP, when the type field of Ethernet is a length:
 *   | AA AA 03 | OUI 00 00 00 | EtherType 2 | ... */
static enum decap_reason follow_llc(struct walk *w)
{
    uint32_t llc = cursor_be32(&w->c);
    uint16_t oui = cursor_be16(&w->c);

    if (llc != 0xaaaa0300 || oui != 0)
        return unknown(w);
    return follow_ethertype(w, cursor_be16(&w->c));
}

/*   | destination 6 | source 6 | EtherType, or length up to 1500, 2 | ... */
static enum decap_reason read_ethernet(struct walk *w)
{
    uint16_t type;

    cursor_skip(&w->c, 12);
    type = cursor_be16(&w->c);
    if (type <= 1500 && !w->c.failed)
        return follow_llc(w);
    return follow_ethertype(w, type);
}

/* BSD loopback: | address family 4 | IP ...
 * NULL has it in the byte order of the machine that wrote it, LOOP in network
 * order; no family needs more than 16 bits, so either can be told. */
static enum decap_reason read_loopback(struct walk *w)
{
    uint32_t family = cursor_be32(&w->c);

    if (family > 0xffff)
        family = __builtin_bswap32(family);
    switch (family) {
    case 2: /* AF_INET everywhere */
        return follow(w, read_ip4);
    case 10: /* AF_INET6: Linux, then Windows, NetBSD and OpenBSD, FreeBSD, macOS */
    case 23:
    case 24:
    case 28:
    case 30:
        return follow(w, read_ip6);
    default:
        return unknown(w);
    }
}

/* Linux cooked v1:
 *   | packet type 2 | ARPHRD 2 | address length 2 | address 8 | EtherType 2 | ... */
static enum decap_reason read_cooked_v1(struct walk *w)
{
    cursor_skip(&w->c, 14);
    return follow_ethertype(w, cursor_be16(&w->c));
}

/* Linux cooked v2:
 *   | EtherType 2 | 0 2 | interface 4 | ARPHRD 2 | packet type 1 | address length 1 | address 8 |
 */
static enum decap_reason read_cooked_v2(struct walk *w)
{
    uint16_t type = cursor_be16(&w->c);

    cursor_skip(&w->c, 18);
    return follow_ethertype(w, type);
}

/* PPP, RFC 1661 section 2:  | protocol 1 or 2 (odd last byte) | ...
 * with RFC 1662's FF 03 in front of it or not. */
static enum decap_reason read_ppp(struct walk *w)
{
    uint16_t protocol = cursor_u8(&w->c);

    if (protocol == 0xff) {
        cursor_skip(&w->c, 1);
        protocol = cursor_u8(&w->c);
    }
    if (!(protocol & 1))
        protocol = (uint16_t)(protocol << 8 | cursor_u8(&w->c));
    switch (protocol) {
    case 0x0021:
        return follow(w, read_ip4);
    case 0x0057:
        return follow(w, read_ip6);
    case 0x0281:
    case 0x0283:
        return enter_tunnel(w, read_mpls);
    default:
        return unknown(w);
    }
}

/* PPP in HDLC framing, or Cisco's HDLC:  | 0F or 8F | 00 | EtherType 2 | ... */
static enum decap_reason read_hdlc(struct walk *w)
{
    struct cursor peek = w->c;
    uint8_t address = cursor_u8(&peek);

    if (address != 0x0f && address != 0x8f)
        return read_ppp(w);
    cursor_skip(&w->c, 2);
    return follow_ethertype(w, cursor_be16(&w->c));
}

static reader *reader_of_link(int link_type)
{
    static const struct {
        int type;
        reader *read;
    } links[] = {
        {LINK_ETHERNET, read_ethernet},
        {LINK_RAW_BSD, read_ip},
        {LINK_RAW_OPENBSD, read_ip},
        {LINK_RAW, read_ip},
        {LINK_IPV4, read_ip4},
        {LINK_IPV6, read_ip6},
        {LINK_NULL, read_loopback},
        {LINK_LOOP, read_loopback},
        {LINK_COOKED_V1, read_cooked_v1},
        {LINK_COOKED_V2, read_cooked_v2},
        {LINK_PPP, read_ppp},
        {LINK_PPP_HDLC, read_hdlc},
        {LINK_CISCO_HDLC, read_hdlc},
        {LINK_PPP_ETHER, read_pppoe},
    };

    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (links[i].type == link_type)
            return links[i].read;
    }
    return NULL;
}

/*
 * IP
 */

static enum decap_reason read_ip(struct walk *w)
{
    struct cursor peek = w->c;
    uint8_t version = cursor_u8(&peek) >> 4;

    if (peek.failed)
        return DECAP_IP_CUT;
    if (version != 4 && version != 6)
        return unknown(w);
    return version == 4 ? read_ip4(w) : read_ip6(w);
}

/* RFC 791 section 3.1
 *   | version 4, header words 4 | TOS 8 | total length 16                   |
 *   | identification 16                 | 0, DF, MF, fragment offset 13     |
 *   | TTL 8      | protocol 8           | header checksum 16                |
 *   | source 32 | destination 32 | options ...                              |
 */
static enum decap_reason read_ip4(struct walk *w)
{
    const size_t on_wire = wire_left(w);
    const uint8_t *header = w->c.at;
    struct datagram *out = w->out;
    uint8_t first = cursor_u8(&w->c);
    size_t header_n = (size_t)(first & 0x0f) * 4, total;
    const uint8_t *src, *dst;
    uint16_t fragment;

    cursor_skip(&w->c, 1);
    total = cursor_be16(&w->c);
    *out = (struct datagram){.ts = out->ts};
    out->fragment_id = cursor_be16(&w->c);
    fragment = cursor_be16(&w->c);
    cursor_skip(&w->c, 1);
    out->protocol = cursor_u8(&w->c);
    cursor_skip(&w->c, 2);
    src = cursor_take(&w->c, 4);
    dst = cursor_take(&w->c, 4);
    if (!src || !dst)
        return DECAP_IP_CUT;
    if (total == 0) /* segmentation offload: the length was not known yet */
        total = on_wire;
    if (first >> 4 != 4 || header_n < 20 || total < header_n)
        return DECAP_IP_MALFORMED;
    cursor_skip(&w->c, header_n - 20);
    if (w->c.failed)
        return DECAP_IP_CUT;
    limit(w, total - header_n);
    out->src = address_v4(src);
    out->dst = address_v4(dst);
    out->bad_checksum = checksum_add(0, header, header_n) != 0xffff;
    out->more_fragments = fragment & 0x2000;
    out->fragment_at = (uint32_t)(fragment & 0x1fff) * 8;
    out->fragment = out->more_fragments || out->fragment_at != 0;
    return out->fragment ? arrive(w) : read_payload(w);
}

/* RFC 2675: a packet beyond 64 KiB has its length in a hop-by-hop option.
 *   | next 8 | words 8 | option type C2, length 4 | jumbo payload length 32 |
 * Options: | type 8 | length 8 | data |, type 0 is one byte of padding. */
static size_t jumbo_length(struct cursor c)
{
    struct cursor options;
    size_t n;

    cursor_skip(&c, 1);
    n = (size_t)cursor_u8(&c) * 8 + 6;
    options = cursor_sub(&c, n);
    while (options.left && !options.failed) {
        uint8_t type = cursor_u8(&options);
        uint8_t length;

        if (type == 0)
            continue;
        length = cursor_u8(&options);
        if (type == 0xc2 && length == 4)
            return cursor_be32(&options);
        cursor_skip(&options, length);
    }
    return 0;
}

/* RFC 8200 section 3
 *   | version 4, traffic class 8, flow label 20                             |
 *   | payload length 16                 | next header 8     | hop limit 8   |
 *   | source 128 | destination 128 | extension headers, payload ...         |
 */
static enum decap_reason read_ip6(struct walk *w)
{
    struct datagram *out = w->out;
    uint8_t version = (uint8_t)(cursor_be32(&w->c) >> 28);
    size_t length = cursor_be16(&w->c);
    const uint8_t *src, *dst;

    *out = (struct datagram){.ts = out->ts};
    out->protocol = cursor_u8(&w->c);
    cursor_skip(&w->c, 1);
    src = cursor_take(&w->c, 16);
    dst = cursor_take(&w->c, 16);
    if (!src || !dst)
        return DECAP_IP_CUT;
    if (version != 6)
        return DECAP_IP_MALFORMED;
    if (length == 0 && out->protocol == PROTOCOL_HOP_BY_HOP)
        length = jumbo_length(w->c);
    if (length == 0 && out->protocol != PROTOCOL_NONE) /* segmentation offload */
        length = wire_left(w);
    limit(w, length);
    out->src = address_v6(src);
    out->dst = address_v6(dst);
    return read_payload(w);
}

static bool is_extension(const struct datagram *d)
{
    switch (d->protocol) {
    case PROTOCOL_AH:
        return true;
    case PROTOCOL_HOP_BY_HOP:
    case PROTOCOL_ROUTING:
    case PROTOCOL_FRAGMENT:
    case PROTOCOL_DESTINATION:
    case PROTOCOL_MOBILITY:
    case PROTOCOL_HIP:
    case PROTOCOL_SHIM6:
        return d->src.family == 6;
    default:
        return false;
    }
}

/* RFC 8200 section 4:    | next header 8 | 8-byte words behind the first 8 | ... |
 * RFC 8200 section 4.5:  | next header 8 | 0 8 | offset 13, 0 2, M 1 | identification 32 |
 * RFC 4302 section 2:    | next header 8 | 4-byte words less 2 | ... | */
static void read_extension(struct walk *w)
{
    struct datagram *out = w->out;
    uint8_t kind = out->protocol, length;

    out->protocol = cursor_u8(&w->c);
    length = cursor_u8(&w->c);
    if (kind == PROTOCOL_FRAGMENT) {
        uint16_t where = cursor_be16(&w->c);

        out->fragment_id = cursor_be32(&w->c);
        out->more_fragments = where & 1;
        out->fragment_at = where & 0xfff8;
        /* one that is alone is a whole packet: RFC 6946 */
        out->fragment = out->more_fragments || out->fragment_at != 0;
    } else if (kind == PROTOCOL_AH) {
        cursor_skip(&w->c, ((size_t)length + 2) * 4 - 2);
    } else {
        cursor_skip(&w->c, (size_t)length * 8 + 6);
    }
}

/* What an IP packet carries: a tunnel is entered, all else is what we came for. */
static enum decap_reason read_payload(struct walk *w)
{
    while (!w->out->fragment && is_extension(w->out) && !w->c.failed)
        read_extension(w);
    if (w->c.failed)
        return DECAP_IP_CUT;
    if (w->out->fragment)
        return arrive(w);
    switch (w->out->protocol) {
    case PROTOCOL_UDP:
        return read_udp(w);
    case PROTOCOL_IPV4:
        return enter_tunnel(w, read_ip4);
    case PROTOCOL_IPV6:
        return enter_tunnel(w, read_ip6);
    case PROTOCOL_GRE:
        return enter_tunnel(w, read_gre);
    case PROTOCOL_MPLS:
        return enter_tunnel(w, read_mpls);
    case PROTOCOL_ETHERIP:
        return enter_tunnel(w, read_etherip);
    default:
        return arrive(w);
    }
}

/*
 * Tunnels
 */

/* Whether an Ethernet header with a type that we follow may stand here. */
static bool looks_like_ethernet(struct cursor c)
{
    uint16_t type;

    cursor_skip(&c, 12);
    type = cursor_be16(&c);
    return is_vlan(type) || type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6 ||
           type == ETHERTYPE_ARP || type == ETHERTYPE_MPLS || type == ETHERTYPE_PPPOE;
}

/* Whether an IP header of a packet that fits may stand here. */
static bool looks_like_ip(struct cursor c, size_t on_wire)
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

/* RFC 3032 section 2.1, a stack of labels; nothing tells what follows it:
 *   | label 20, class 3, bottom of stack 1, TTL 8 | ... | IP, or Ethernet,
 * or (RFC 4448 section 4.6) a control word | 0 4, reserved 12, sequence 16 | and Ethernet.
 * A MAC address may begin with the same half-byte as IP or a control word does,
 * so the candidates are looked at more closely before the half-byte decides. */
static enum decap_reason read_mpls(struct walk *w)
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
    if (looks_like_ip(w->c, wire_left(w)) || (!ethernet && (half == 4 || half == 6)))
        return follow(w, read_ip);
    if (half == 0 && (!ethernet || looks_like_ethernet(behind_word)))
        w->c = behind_word;
    else if (half == 1 && !ethernet) /* an associated channel: RFC 4385 section 5 */
        return unknown(w);
    return follow(w, read_ethernet);
}

/* RFC 2516 section 4
 *   | version 1, type 1 | code 0: session | session 16 | length 16 | PPP ... | */
static enum decap_reason read_pppoe(struct walk *w)
{
    uint16_t kind = cursor_be16(&w->c), length;

    cursor_skip(&w->c, 2);
    length = cursor_be16(&w->c);
    if (w->c.failed || kind != 0x1100)
        return unknown(w);
    limit(w, length);
    return enter_tunnel(w, read_ppp);
}

/* What a GRE or GENEVE header announces: EtherTypes, and what has none. */
static enum decap_reason follow_tunnel_type(struct walk *w, uint16_t type)
{
    switch (type) {
    case ETHERTYPE_ETHERNET:
        return follow(w, read_ethernet);
    case ETHERTYPE_PPP:
        return follow(w, read_ppp);
    case ETHERTYPE_WCCP:
        return follow(w, read_wccp);
    default:
        return follow_ethertype(w, type);
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
static enum decap_reason read_gre(struct walk *w)
{
    uint16_t flags = cursor_be16(&w->c);
    uint16_t type = cursor_be16(&w->c);
    uint16_t version = flags & GRE_VERSION;

    if (version > 1)
        return unknown(w);
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
        return unknown(w);
    if (type == ETHERTYPE_ERSPAN && !(flags & GRE_SEQUENCE)) /* type I: the frame alone */
        return follow(w, read_ethernet);
    if (type == ETHERTYPE_ERSPAN || type == ETHERTYPE_ERSPAN3)
        return follow(w, read_erspan);
    return follow_tunnel_type(w, type);
}

/* draft-foschiano-erspan-03 sections 4.2 and 4.3; type I has no header
 *   II:  | version 1 4, VLAN 12, class 3, encapsulation 2, T, session 10 | 0 12, index 20 |
 *   III: | version 2 4, VLAN 12, class 3, BSO 2, T, session 10 | time 32 |
 *        | SGT 16, P, frame type 5, hardware 6, D, granularity 2, O | 8 bytes more: if O | */
static enum decap_reason read_erspan(struct walk *w)
{
    uint8_t version = (uint8_t)(cursor_be32(&w->c) >> 28);
    uint32_t last;
    uint8_t frame_type;

    cursor_skip(&w->c, 4);
    if (version == 1)
        return follow(w, read_ethernet);
    if (version != 2)
        return unknown(w);
    last = cursor_be32(&w->c);
    if (last & 1)
        cursor_skip(&w->c, 8);
    frame_type = last >> 10 & 0x1f;
    if (frame_type != 0 && frame_type != 2)
        return unknown(w);
    return follow(w, frame_type == 2 ? read_ip : read_ethernet);
}

/* WCCP version 2 puts a redirect header of 4 bytes in front of IP, version 1
 * none; it never begins with the half-byte 4 (draft-wilson-wrec-wccp-v2-01). */
static enum decap_reason read_wccp(struct walk *w)
{
    if (!looks_like_ip(w->c, wire_left(w)))
        cursor_skip(&w->c, 4);
    return follow(w, read_ip);
}

/* RFC 3378 section 3:  | version 3 4, 0 12 | Ethernet ... | */
static enum decap_reason read_etherip(struct walk *w)
{
    uint16_t header = cursor_be16(&w->c);

    return header == 0x3000 ? follow(w, read_ethernet) : unknown(w);
}

/* RFC 7348 section 5:  | flags 8 (08; 80 with a group policy) | 24 | VNI 24 | 0 8 | Ethernet ... */
static bool looks_like_vxlan(struct cursor c)
{
    uint32_t flags = cursor_be32(&c) >> 24;
    uint32_t vni = cursor_be32(&c);

    return !c.failed && (flags & 0x7f) == 0x08 && (vni & 0xff) == 0;
}

static enum decap_reason read_vxlan(struct walk *w)
{
    cursor_skip(&w->c, 8);
    return follow(w, read_ethernet);
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

static enum decap_reason read_geneve(struct walk *w)
{
    size_t options = (size_t)(cursor_u8(&w->c) & 0x3f) * 4;
    uint16_t type;

    cursor_skip(&w->c, 1);
    type = cursor_be16(&w->c);
    cursor_skip(&w->c, 4 + options);
    return follow_tunnel_type(w, type);
}

/* RFC 768:  | source port 16 | destination port 16 | length 16 | checksum 16 | ...
 * Any program may use these ports, so what does not look like the tunnel's
 * header leaves the packet what it is: UDP. */
static enum decap_reason read_udp(struct walk *w)
{
    struct cursor c = w->c;
    uint16_t port, length;
    reader *tunnel = NULL;

    cursor_skip(&c, 2);
    port = cursor_be16(&c);
    length = cursor_be16(&c);
    cursor_skip(&c, 2);
    if ((port == PORT_VXLAN || port == PORT_VXLAN_LINUX) && looks_like_vxlan(c))
        tunnel = read_vxlan;
    else if (port == PORT_GENEVE && looks_like_geneve(c))
        tunnel = read_geneve;
    if (!tunnel)
        return arrive(w);
    if (length >= 8 && length < wire_left(w)) /* 0: not known yet, as in IP */
        limit(w, length);
    cursor_skip(&w->c, 8);
    return enter_tunnel(w, tunnel);
}

/*
 * The way in
 */

static enum decap_reason go(struct walk *w)
{
    for (unsigned depth = 0; depth < DECAP_DEPTH_MAX; depth++) {
        enum decap_reason reason = w->next(w);

        if (reason != DECAP_OK || !w->next)
            return reason;
    }
    return DECAP_TOO_DEEP;
}

bool decap_link_type_known(int link_type)
{
    return reader_of_link(link_type) != NULL;
}

enum decap_reason decap_frame(const struct frame *frame, struct datagram *out)
{
    struct walk w = {
        .c = cursor_over(frame->bytes, frame->captured),
        .missing = frame->wire > frame->captured ? frame->wire - frame->captured : 0,
        .next = reader_of_link(frame->link_type),
        .out = out,
    };

    *out = (struct datagram){.ts = frame->ts};
    return w.next ? go(&w) : DECAP_LINK_TYPE;
}

enum decap_reason decap_joined(const struct datagram *joined, struct datagram *out)
{
    struct walk w = {
        .c = cursor_over(joined->payload, joined->captured),
        .missing = joined->wire > joined->captured ? joined->wire - joined->captured : 0,
        .next = read_payload,
        .out = out,
    };

    *out = *joined;
    return go(&w);
}

const char *decap_reason_text(enum decap_reason reason)
{
    static const char *const texts[] = {
#define DECAP_TEXT(name, text) text,
        DECAP_REASONS(DECAP_TEXT)
#undef DECAP_TEXT
    };

    return (unsigned)reason < DECAP_REASON_COUNT ? texts[reason] : "?";
}

/*
 * TCP
 */

/* RFC 9293 section 3.1
 *   | source port 16                      | destination port 16               |
 *   | sequence number 32 | acknowledgment number 32                           |
 *   | header words 4, 0 4, flags 8        | window 16                         |
 *   | checksum 16                         | urgent pointer 16                 |
 *   | options ... | data ...                                                  |
 */
enum decap_reason decap_segment(const struct datagram *d, bool verify, struct segment *out)
{
    struct cursor c = cursor_over(d->payload, d->captured);
    uint32_t header_n, options_n;

    *out = (struct segment){.ts = d->ts, .src = d->src, .dst = d->dst};
    if (d->fragment)
        return DECAP_FRAGMENT;
    if (d->protocol != PROTOCOL_TCP)
        return DECAP_NOT_TCP;
    out->src_port = cursor_be16(&c);
    out->dst_port = cursor_be16(&c);
    out->seq = cursor_be32(&c);
    out->ack = cursor_be32(&c);
    header_n = (uint32_t)(cursor_u8(&c) >> 4) * 4;
    out->flags = cursor_u8(&c);
    out->window = cursor_be16(&c);
    cursor_skip(&c, 2);
    out->urgent = cursor_be16(&c);
    if (c.failed)
        return d->wire < 20 ? DECAP_TCP_MALFORMED : DECAP_TCP_CUT;
    if (header_n < 20 || header_n > d->wire)
        return DECAP_TCP_MALFORMED;
    options_n = header_n - 20;
    out->options_captured = (uint8_t)(options_n < c.left ? options_n : c.left);
    out->options = cursor_take(&c, out->options_captured);
    out->data = c.at;
    out->captured = (uint32_t)c.left;
    out->length = d->wire - header_n;
    out->bad_checksum = verify && d->captured == d->wire &&
                        !checksum_is_right(&d->src, &d->dst, d->protocol, d->payload, d->wire);
    return DECAP_OK;
}

/* Options: | type 8 | length 8, of all of it | data |; 0 ends them, 1 is one byte. */
bool decap_is_source_routed(const uint8_t *header, size_t n)
{
    for (size_t i = 20; i < n && header[i] != 0;) {
        if (header[i] == IP_OPTION_NONE) {
            i++;
            continue;
        }
        if (header[i] == IP_OPTION_LOOSE || header[i] == IP_OPTION_STRICT || i + 1 >= n ||
            header[i + 1] < 2 || i + header[i + 1] > n)
            return true;
        i += header[i + 1];
    }
    return false;
}
