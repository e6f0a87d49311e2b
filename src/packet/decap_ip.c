/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IPv4 and IPv6. */
#include "packet/walk.h"
#include "potsherd/checksum.h"

#define IP_OPTION_NONE   1
#define IP_OPTION_LOOSE  131
#define IP_OPTION_STRICT 137

enum decap_reason read_ip(struct walk *w)
{
    struct cursor peek = w->c;
    uint8_t version = cursor_u8(&peek) >> 4;

    if (peek.failed)
        return DECAP_IP_CUT;
    if (version != 4 && version != 6)
        return walk_unknown(w);
    return version == 4 ? read_ip4(w) : read_ip6(w);
}

/* RFC 791 section 3.1
 *   | version 4, header words 4 | TOS 8 | total length 16                   |
 *   | identification 16                 | 0, DF, MF, fragment offset 13     |
 *   | TTL 8      | protocol 8           | header checksum 16                |
 *   | source 32 | destination 32 | options ...                              |
 */
enum decap_reason read_ip4(struct walk *w)
{
    const size_t on_wire = walk_wire_left(w);
    const uint8_t *header = w->c.at;
    struct datagram *out = w->out;
    uint8_t first = cursor_u8(&w->c);
    size_t header_n = (size_t)(first & 0x0f) * 4, total;
    const uint8_t *src, *dst;
    uint16_t fragment;

    cursor_skip(&w->c, 1);
    total = cursor_be16(&w->c);
    *out = (struct datagram){.ts = out->ts, .capture_n = out->capture_n};
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
    walk_limit(w, total - header_n);
    out->src = address_v4(src);
    out->dst = address_v4(dst);
    out->bad_checksum = checksum_add(0, header, header_n) != 0xffff;
    out->more_fragments = fragment & 0x2000;
    out->fragment_at = (uint32_t)(fragment & 0x1fff) * 8;
    out->fragment = out->more_fragments || out->fragment_at != 0;
    return out->fragment ? walk_arrive(w) : read_payload(w);
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
enum decap_reason read_ip6(struct walk *w)
{
    struct datagram *out = w->out;
    uint8_t version = (uint8_t)(cursor_be32(&w->c) >> 28);
    size_t length = cursor_be16(&w->c);
    const uint8_t *src, *dst;

    *out = (struct datagram){.ts = out->ts, .capture_n = out->capture_n};
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
        length = walk_wire_left(w);
    walk_limit(w, length);
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

/* RFC 8200 section 4:    | next header 8 | 8-byte words after the first 8 | ... |
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
enum decap_reason read_payload(struct walk *w)
{
    while (!w->out->fragment && is_extension(w->out) && !w->c.failed)
        read_extension(w);
    if (w->c.failed)
        return DECAP_IP_CUT;
    if (w->out->fragment)
        return walk_arrive(w);
    switch (w->out->protocol) {
    case PROTOCOL_UDP:
        return read_udp(w);
    case PROTOCOL_IPV4:
        return walk_enter_tunnel(w, HEADER_IP4);
    case PROTOCOL_IPV6:
        return walk_enter_tunnel(w, HEADER_IP6);
    case PROTOCOL_GRE:
        return walk_enter_tunnel(w, HEADER_GRE);
    case PROTOCOL_MPLS:
        return walk_enter_tunnel(w, HEADER_MPLS);
    case PROTOCOL_ETHERIP:
        return walk_enter_tunnel(w, HEADER_ETHERIP);
    default:
        return walk_arrive(w);
    }
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
