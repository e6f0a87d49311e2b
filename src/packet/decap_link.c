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
    LINK_PFLOG = 117,
    LINK_IPV4 = 228,
    LINK_IPV6 = 229,
    LINK_NFLOG = 239,
    LINK_COOKED_V2 = 276,
};

bool link_is_vlan(uint16_t type)
{
    return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD;
}

/* IEEE 802.1AE section 9:  | AN and flags 8 | short length 8 | number 32 | SCI 64: if 0x20 |
 * In clear only without E (0x08) and C (0x04); an integrity check of 16 bytes ends the frame. */
static bool skip_macsec(struct cursor *c)
{
    uint8_t flags = cursor_u8(c);

    cursor_skip(c, flags & 0x20 ? 13 : 5);
    return !(flags & 0x0c);
}

/* A tag before the type of what follows; false: it is none, or cannot be stepped over.
 *   802.1Q     0x8100, 0x88a8, 0x9100:  | tag control 2 |
 *   VN-Tag     0x8926:                  | direction, interfaces 4 |
 *   802.1BR    0x893f:                  | E-CID ... 6 |
 *   CMD (SGT)  0x8909:                  | version 1 | words 1 | option and value 4 a word |
 *   HSR        0x892f:                  | path, size 2 | sequence 2 |
 *   MACsec     0x88e5 */
static bool skip_tag(struct cursor *c, uint16_t type)
{
    switch (type) {
    case ETHERTYPE_VLAN:
    case ETHERTYPE_QINQ:
    case ETHERTYPE_QINQ_OLD:
        cursor_skip(c, 2);
        return true;
    case ETHERTYPE_VNTAG:
    case ETHERTYPE_HSR:
        cursor_skip(c, 4);
        return true;
    case ETHERTYPE_ETAG:
        cursor_skip(c, 6);
        return true;
    case ETHERTYPE_CMD:
        cursor_skip(c, 1);
        cursor_skip(c, (size_t)cursor_u8(c) * 4);
        return true;
    case ETHERTYPE_MACSEC:
        return skip_macsec(c);
    default:
        return false;
    }
}

/* IEEE 802.2 with SNAP, where the type is a length:
 *   | AA AA 03 | OUI 00 00 00 | EtherType 2 | ... */
static bool skip_snap(struct cursor *c)
{
    uint32_t llc = cursor_be32(c);

    return llc == 0xaaaa0300 && cursor_be16(c) == 0;
}

/* What an EtherType announces, after any number of tags.  A length stands where the type
 * does, once. */
static enum decap_reason follow_type(struct walk *w, uint16_t type, bool may_be_length)
{
    for (;;) {
        if (skip_tag(&w->c, type)) {
            type = cursor_be16(&w->c);
            may_be_length = true;
        } else if (may_be_length && type <= 1500 && skip_snap(&w->c)) {
            type = cursor_be16(&w->c);
            may_be_length = false;
        } else {
            break;
        }
        if (w->c.failed)
            return walk_unknown(w);
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
    case ETHERTYPE_NSH:
        return walk_enter_tunnel(w, HEADER_NSH);
    case ETHERTYPE_TRILL:
        return walk_enter_tunnel(w, HEADER_TRILL);
    case ETHERTYPE_ITAG:
        return walk_enter_tunnel(w, HEADER_ITAG);
    default:
        w->out->ethertype = type;
        return walk_unknown(w);
    }
}

enum decap_reason link_follow_type(struct walk *w, uint16_t type)
{
    return follow_type(w, type, false);
}

/*   | destination 6 | source 6 | EtherType, or length up to 1500, 2 | ... */
enum decap_reason read_ethernet(struct walk *w)
{
    uint16_t type;

    cursor_skip(&w->c, 12);
    type = cursor_be16(&w->c);
    return follow_type(w, type, true);
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

/* Linux NFLOG:  | family 1 | version 1 | group 2 | attributes: length 2 | type 2 | value, padded
 * to 4; lengths and types in the byte order of the machine.  Type 9 is the packet. */
enum decap_reason read_nflog(struct walk *w)
{
    bool swapped = false, first = true;

    cursor_skip(&w->c, 4);
    while (!w->c.failed && walk_wire_left(w)) {
        uint16_t length = cursor_be16(&w->c), type = cursor_be16(&w->c);

        swapped = first ? length > 0xff : swapped; /* the first is a short one */
        first = false;
        length = swapped ? __builtin_bswap16(length) : length;
        type = swapped ? __builtin_bswap16(type) : type;
        if (length < 4 || w->c.failed)
            break;
        if ((type & 0x3fff) == 9) {
            walk_limit(w, length - 4u);
            return walk_follow(w, HEADER_IP);
        }
        cursor_skip(&w->c, ((length + 3u) & ~3u) - 4);
    }
    return walk_unknown(w);
}

/* OpenBSD's pf log:  | length 1 | family 1 | ... ; the packet follows at the next multiple of 4. */
enum decap_reason read_pflog(struct walk *w)
{
    uint8_t length = cursor_u8(&w->c);

    cursor_skip(&w->c, ((length + 3u) & ~3u) - 1);
    return length < 48 ? walk_unknown(w) : walk_follow(w, HEADER_IP);
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
        {LINK_NFLOG, HEADER_NFLOG},
        {LINK_PFLOG, HEADER_PFLOG},
    };

    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (links[i].type == link_type)
            return links[i].header;
    }
    return HEADER_NONE;
}
