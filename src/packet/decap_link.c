/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Link layers. */
#include "packet/walk.h"

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

bool link_is_vlan(uint16_t type)
{
    return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD;
}

/* What an EtherType announces.  IEEE 802.1Q, any number of tags:
 *   | 0x8100, 0x88a8 or 0x9100 (just read) | tag control 2 | type 2 | ... */
enum decap_reason link_follow_type(struct walk *w, uint16_t type)
{
    while (link_is_vlan(type)) {
        cursor_skip(&w->c, 2);
        type = cursor_be16(&w->c);
    }
    switch (type) {
    case ETHERTYPE_IPV4:
        return walk_follow(w, HEADER_IP4);
    case ETHERTYPE_IPV6:
        return walk_follow(w, HEADER_IP6);
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_UPSTREAM:
        return walk_enter_tunnel(w, HEADER_MPLS);
    case ETHERTYPE_PPPOE:
        return walk_enter_tunnel(w, HEADER_PPPOE);
    default:
        return walk_unknown(w);
    }
}

/* IEEE 802.2 with SNAP, when the type field of Ethernet is a length:
 *   | AA AA 03 | OUI 00 00 00 | EtherType 2 | ... */
static enum decap_reason follow_llc(struct walk *w)
{
    uint32_t llc = cursor_be32(&w->c);
    uint16_t oui = cursor_be16(&w->c);

    if (llc != 0xaaaa0300 || oui != 0)
        return walk_unknown(w);
    return link_follow_type(w, cursor_be16(&w->c));
}

/*   | destination 6 | source 6 | EtherType, or length up to 1500, 2 | ... */
enum decap_reason read_ethernet(struct walk *w)
{
    uint16_t type;

    cursor_skip(&w->c, 12);
    type = cursor_be16(&w->c);
    if (type <= 1500 && !w->c.failed)
        return follow_llc(w);
    return link_follow_type(w, type);
}

/* BSD loopback: | address family 4 | IP ...
 * NULL has it in the byte order of the machine that wrote it, LOOP in network
 * order; no family needs more than 16 bits, so the two can be distinguished. */
enum decap_reason read_loopback(struct walk *w)
{
    uint32_t family = cursor_be32(&w->c);

    if (family > 0xffff)
        family = __builtin_bswap32(family);
    switch (family) {
    case 2: /* AF_INET everywhere */
        return walk_follow(w, HEADER_IP4);
    case 10: /* AF_INET6: Linux, then Windows, NetBSD and OpenBSD, FreeBSD, macOS */
    case 23:
    case 24:
    case 28:
    case 30:
        return walk_follow(w, HEADER_IP6);
    default:
        return walk_unknown(w);
    }
}

/* Linux cooked v1:
 *   | packet type 2 | ARPHRD 2 | address length 2 | address 8 | EtherType 2 | ... */
enum decap_reason read_cooked_v1(struct walk *w)
{
    cursor_skip(&w->c, 14);
    return link_follow_type(w, cursor_be16(&w->c));
}

/* Linux cooked v2:
 *   | EtherType 2 | 0 2 | interface 4 | ARPHRD 2 | packet type 1 | address length 1 | address 8 |
 */
enum decap_reason read_cooked_v2(struct walk *w)
{
    uint16_t type = cursor_be16(&w->c);

    cursor_skip(&w->c, 18);
    return link_follow_type(w, type);
}

/* PPP, RFC 1661 section 2:  | protocol 1 or 2 (odd last byte) | ...
 * with RFC 1662's FF 03 in front of it or not. */
enum decap_reason read_ppp(struct walk *w)
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
        return walk_follow(w, HEADER_IP4);
    case 0x0057:
        return walk_follow(w, HEADER_IP6);
    case 0x0281:
    case 0x0283:
        return walk_enter_tunnel(w, HEADER_MPLS);
    default:
        return walk_unknown(w);
    }
}

/* PPP in HDLC framing, or Cisco's HDLC:  | 0F or 8F | 00 | EtherType 2 | ... */
enum decap_reason read_hdlc(struct walk *w)
{
    struct cursor peek = w->c;
    uint8_t address = cursor_u8(&peek);

    if (address != 0x0f && address != 0x8f)
        return read_ppp(w);
    cursor_skip(&w->c, 2);
    return link_follow_type(w, cursor_be16(&w->c));
}

enum header link_header(int link_type)
{
    static const struct {
        int type;
        enum header header;
    } links[] = {
        {LINK_ETHERNET, HEADER_ETHERNET},
        {LINK_RAW_BSD, HEADER_IP},
        {LINK_RAW_OPENBSD, HEADER_IP},
        {LINK_RAW, HEADER_IP},
        {LINK_IPV4, HEADER_IP4},
        {LINK_IPV6, HEADER_IP6},
        {LINK_NULL, HEADER_LOOPBACK},
        {LINK_LOOP, HEADER_LOOPBACK},
        {LINK_COOKED_V1, HEADER_COOKED_V1},
        {LINK_COOKED_V2, HEADER_COOKED_V2},
        {LINK_PPP, HEADER_PPP},
        {LINK_PPP_HDLC, HEADER_HDLC},
        {LINK_CISCO_HDLC, HEADER_HDLC},
        {LINK_PPP_ETHER, HEADER_PPPOE},
    };

    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (links[i].type == link_type)
            return links[i].header;
    }
    return HEADER_NONE;
}
