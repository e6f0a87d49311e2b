/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/frame.h"

#include <string.h>

#include "base/checksum.h"

#define PROTOCOL_TCP     6
#define PROTOCOL_ICMPV6  58
#define TTL              64
#define IP_OPTION_NONE   1
#define IP_OPTION_LOOSE  131
#define IP_OPTION_STRICT 137
#define MAC_BYTES        6
#define ETHERNET_BYTES   14
#define VLAN_BYTES       4

static void put_be16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static void put_be32(uint8_t *to, uint32_t value)
{
    put_be16(to, value >> 16);
    put_be16(to + 2, value);
}

static uint16_t get_be16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

/* --- checksums --- */

uint16_t frame_checksum(const struct address *src, const struct address *dst, uint8_t protocol,
                        const uint8_t *payload, size_t n)
{
    uint16_t sum = checksum_pseudo_header(src, dst, protocol, (uint32_t)n);

    return (uint16_t)~checksum_add(sum, payload, n);
}

uint16_t frame_partial_checksum(const struct address *src, const struct address *dst,
                                uint8_t protocol, size_t n)
{
    return checksum_pseudo_header(src, dst, protocol, (uint32_t)n);
}

/* --- link layer --- */

static bool is_vlan(uint16_t type)
{
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

static bool read_ethernet(const struct frame *frame, struct link *back, uint16_t *type)
{
    size_t n = ETHERNET_BYTES;

    if (frame->captured < n)
        return false;
    while (is_vlan(*type = get_be16(frame->bytes + n - 2))) {
        n += VLAN_BYTES;
        if (n > FRAME_LINK_MAX || frame->captured < n)
            return false;
    }
    memcpy(back->bytes, frame->bytes + MAC_BYTES, MAC_BYTES);
    memcpy(back->bytes + MAC_BYTES, frame->bytes, MAC_BYTES);
    memcpy(back->bytes + 2 * MAC_BYTES, frame->bytes + 2 * MAC_BYTES, n - 2 * MAC_BYTES);
    back->n = (uint8_t)n;
    return true;
}

bool frame_read_link(const struct frame *frame, struct link *back, uint16_t *type, size_t *offset)
{
    *back = (struct link){.link_type = frame->link_type};
    if (frame->link_type == FRAME_LINK_ETHERNET) {
        if (!read_ethernet(frame, back, type))
            return false;
    } else if (frame->link_type == FRAME_LINK_RAW && frame->captured) {
        *type = frame->bytes[0] >> 4 == 6 ? FRAME_ETHER_IPV6 : FRAME_ETHER_IPV4;
    } else {
        return false;
    }
    *offset = back->n;
    return true;
}

struct link frame_turn_link(const struct link *link)
{
    struct link turned = *link;

    if (link->n >= ETHERNET_BYTES) {
        memcpy(turned.bytes, link->bytes + MAC_BYTES, MAC_BYTES);
        memcpy(turned.bytes + MAC_BYTES, link->bytes, MAC_BYTES);
    }
    return turned;
}

struct link frame_make_link(const uint8_t to[6], const uint8_t from[6], int family)
{
    struct link link = {.link_type = FRAME_LINK_ETHERNET, .n = ETHERNET_BYTES};

    memcpy(link.bytes, to, MAC_BYTES);
    memcpy(link.bytes + MAC_BYTES, from, MAC_BYTES);
    put_be16(link.bytes + 2 * MAC_BYTES, family == 4 ? FRAME_ETHER_IPV4 : FRAME_ETHER_IPV6);
    return link;
}

static uint8_t *begin(const struct link *link, struct wire *out)
{
    out->link_type = link->link_type;
    memcpy(out->bytes, link->bytes, link->n);
    out->n = link->n;
    return out->bytes + out->n;
}

/* --- IP --- */

/* Options: | type 8 | length 8, of all of it | data |; 0 ends them, 1 is one byte. */
bool frame_is_source_routed(const uint8_t *header, size_t n)
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

/* RFC 791 section 3.1: no options, not to be fragmented, so no identification
 * either (RFC 6864). */
static void put_ipv4(uint8_t *ip, const struct address *src, const struct address *dst,
                     uint8_t protocol, size_t payload)
{
    memset(ip, 0, 20);
    ip[0] = 0x45;
    put_be16(ip + 2, (uint32_t)(20 + payload));
    ip[6] = 0x40; /* DF */
    ip[8] = TTL;
    ip[9] = protocol;
    memcpy(ip + 12, src->bytes, 4);
    memcpy(ip + 16, dst->bytes, 4);
    put_be16(ip + 10, (uint16_t)~checksum_add(0, ip, 20));
}

/* RFC 8200 section 3. */
static void put_ipv6(uint8_t *ip, const struct address *src, const struct address *dst,
                     uint8_t protocol, size_t payload, uint8_t hops)
{
    memset(ip, 0, 8);
    ip[0] = 0x60;
    put_be16(ip + 4, (uint32_t)payload);
    ip[6] = protocol;
    ip[7] = hops;
    memcpy(ip + 8, src->bytes, 16);
    memcpy(ip + 24, dst->bytes, 16);
}

/* --- TCP: RFC 9293 section 3.1 --- */

void frame_build_tcp(const struct link *link, const struct segment *s, struct wire *out)
{
    uint8_t *ip = begin(link, out);
    size_t ip_bytes = s->src.family == 4 ? 20 : 40;
    uint8_t *tcp = ip + ip_bytes;
    size_t options = (s->options_captured + 3u) & ~3u, n = 20 + options + s->captured;

    memset(tcp, 0, 20 + options);
    put_be16(tcp, s->src_port);
    put_be16(tcp + 2, s->dst_port);
    put_be32(tcp + 4, s->seq);
    put_be32(tcp + 8, s->ack);
    tcp[12] = (uint8_t)((20 + options) / 4 << 4);
    tcp[13] = s->flags;
    put_be16(tcp + 14, s->window);
    put_be16(tcp + 18, s->urgent);
    if (s->options_captured)
        memcpy(tcp + 20, s->options, s->options_captured);
    if (s->captured)
        memcpy(tcp + 20 + options, s->data, s->captured);
    if (s->src.family == 4)
        put_ipv4(ip, &s->src, &s->dst, PROTOCOL_TCP, n);
    else
        put_ipv6(ip, &s->src, &s->dst, PROTOCOL_TCP, n, TTL);
    put_be16(tcp + 16, frame_checksum(&s->src, &s->dst, PROTOCOL_TCP, tcp, n));
    out->n += ip_bytes + n;
}

/* --- address resolution --- */

void frame_build_arp_reply(const struct link *link, const uint8_t mac[6], const struct address *us,
                           const uint8_t peer_mac[6], const struct address *peer, struct wire *out)
{
    static const uint8_t head[8] = {0, 1, 8, 0, 6, 4, 0, 2}; /* Ethernet, IPv4, reply */
    uint8_t *arp = begin(link, out);

    memcpy(out->bytes + MAC_BYTES, mac, MAC_BYTES); /* the question went to everybody */
    memcpy(arp, head, sizeof head);
    memcpy(arp + 8, mac, MAC_BYTES);
    memcpy(arp + 14, us->bytes, 4);
    memcpy(arp + 18, peer_mac, MAC_BYTES);
    memcpy(arp + 24, peer->bytes, 4);
    out->n += 28;
}

/*   0       1       2               4       8                24      26
 *  +-------+-------+---------------+-------+----------------+-------+-----------+
 *  | 136   | 0     | checksum      | RSO.. | target address | 2 | 1 | our MAC   |
 *  +-------+-------+---------------+-------+----------------+-------+-----------+ */
void frame_build_advertisement(const struct link *link, const uint8_t mac[6],
                               const struct address *us, const struct address *peer,
                               struct wire *out)
{
    uint8_t *ip = begin(link, out), *icmp = ip + 40;

    memcpy(out->bytes + MAC_BYTES, mac, MAC_BYTES);
    put_ipv6(ip, us, peer, PROTOCOL_ICMPV6, 32, 255);
    memset(icmp, 0, 32);
    icmp[0] = 136;
    icmp[4] = 0x60; /* solicited, override */
    memcpy(icmp + 8, us->bytes, 16);
    icmp[24] = 2; /* target link-layer address */
    icmp[25] = 1;
    memcpy(icmp + 26, mac, MAC_BYTES);
    put_be16(icmp + 2, frame_checksum(us, peer, PROTOCOL_ICMPV6, icmp, 32));
    out->n += 72;
}
