/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of mangle that see frames: fragments, checksums, encapsulations; see mangle.h. */
#include "mangle.h"

#include <stdlib.h>
#include <string.h>

enum {
    IP_PROTO_IPIP = 4,
    IP_PROTO_UDP = 17,
    IP_PROTO_IPV6 = 41,
    IP_PROTO_FRAGMENT = 44,
    IP_PROTO_GRE = 47,
    TYPE_VLAN = 0x8100,
    TYPE_QINQ = 0x88a8,
    TYPE_MPLS = 0x8847,
    TYPE_PPPOE = 0x8864,
    TYPE_ERSPAN_2 = 0x88be, /* of type I, too */
    TYPE_ERSPAN_3 = 0x22eb,
    TYPE_TEB = 0x6558, /* transparent Ethernet bridging */
    PORT_VXLAN = 4789,
    PORT_GENEVE = 6081,
    UDP_HEAD = 8,
    MORE_FRAGMENTS = 0x2000,
};

/* The ends of every tunnel (RFC 5737 addresses). */
static const uint8_t tunnel_macs[12] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
static const uint32_t tunnel_from = 0xc0000201, tunnel_to = 0xc0000202;

/* Where the IP packet of a frame is and how long; false: it holds none at this place. */
static bool find_ip(const struct packet *packet, uint32_t *offset, uint32_t *len)
{
    uint16_t type = frame_ethertype(packet->bytes, packet->have, offset);
    const uint8_t *ip = packet->bytes + *offset;
    uint32_t rest, said;

    if (packet->have != packet->len)
        return false;
    if (type == TYPE_IPV4 && *offset + IPV4_HEAD <= packet->have)
        said = get16(ip + 2);
    else if (type == TYPE_IPV6 && *offset + IPV6_HEAD <= packet->have)
        said = get16(ip + 4) ? get16(ip + 4) + (uint32_t)IPV6_HEAD : 0;
    else
        return false;
    rest = packet->have - *offset;
    *len = said == 0 || said > rest ? rest : said;
    return true;
}

/* New bytes for a packet: `head` and then `len` bytes of the old ones from `offset` on. */
static void replace(struct packet *packet, const uint8_t *head, size_t head_len, uint32_t offset,
                    uint32_t len)
{
    uint8_t *bytes = grow(NULL, head_len + len);

    memcpy(bytes, head, head_len);
    memcpy(bytes + head_len, packet->bytes + offset, len);
    free(packet->bytes);
    packet->bytes = bytes;
    packet->have = packet->len = (uint32_t)head_len + len;
    packet->connection = NO_CONNECTION; /* packet->at is no longer true */
}

/* ---- fragments ---- */

static void fix_ipv4_head(uint8_t *ip)
{
    put16(ip + 10, 0);
    put16(ip + 10, internet_checksum(ip, (size_t)(ip[0] & 15) * 4, 0));
}

/* One fragment: the frame up to the IP payload, a fragment header for IPv6, then the piece. */
static struct packet fragment_part(const struct packet *packet, uint32_t ip, uint32_t head,
                                   uint32_t at, uint32_t len, bool more, uint32_t id)
{
    bool v6 = packet->bytes[ip] >> 4 == 6;
    uint32_t extra = v6 ? 8 : 0;
    struct packet part = *packet;
    uint8_t *p = grow(NULL, head + extra + len);

    memcpy(p, packet->bytes, head);
    memcpy(p + head + extra, packet->bytes + head + at, len);
    if (v6) {
        put16(p + ip + 4, extra + len);
        p[head] = p[ip + 6];
        p[head + 1] = 0;
        put16(p + head + 2, at | more);
        put32(p + head + 4, id);
        p[ip + 6] = IP_PROTO_FRAGMENT;
    } else {
        put16(p + ip + 2, head - ip + len);
        put16(p + ip + 6, at / 8 | (more ? MORE_FRAGMENTS : 0));
        fix_ipv4_head(p + ip);
    }
    part.bytes = p;
    part.have = part.len = head + extra + len;
    part.connection = NO_CONNECTION;
    return part;
}

static bool can_fragment(const struct packet *packet, uint32_t ip)
{
    const uint8_t *p = packet->bytes + ip;

    if (p[0] >> 4 == 6)
        return get16(p + 4) != 0 && p[6] != IP_PROTO_FRAGMENT;
    return get16(p + 2) != 0 && (get16(p + 6) & 0x3fff) == 0;
}

void op_fragment(struct capture *capture, const struct arg_value *value)
{
    uint32_t most = (uint32_t)value->number & ~7u, id = 0;
    size_t count;
    struct packet *old = capture_restart(capture, &count);

    for (size_t i = 0; i < count; i++) {
        uint32_t ip, len, head;

        if (!find_ip(&old[i], &ip, &len) || !can_fragment(&old[i], ip)) {
            packet_push(capture, old[i]);
            continue;
        }
        head = old[i].bytes[ip] >> 4 == 6 ? IPV6_HEAD : (old[i].bytes[ip] & 15) * 4u;
        if (len <= head + most) {
            packet_push(capture, old[i]);
            continue;
        }
        len -= head;
        id++;
        for (uint32_t at = 0; at < len; at += most) {
            bool more = len - at > most;

            packet_push(capture, fragment_part(&old[i], ip, ip + head, at, more ? most : len - at,
                                               more, id));
        }
        free(old[i].bytes);
    }
    free(old);
}

/* Wrong by a fixed difference that is neither of the two zeros of one's complement. */
void op_bad_checksums(struct capture *capture, const struct arg_value *value)
{
    (void)value;
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];
        uint32_t ip, len;

        if (!find_ip(packet, &ip, &len))
            continue;
        if (packet->bytes[ip] >> 4 == 4)
            packet->bytes[ip + 10] ^= 0x5a;
        if (packet->connection != NO_CONNECTION)
            packet->bytes[packet->at.tcp + 16] ^= 0x5a;
    }
}

void op_snap(struct capture *capture, const struct arg_value *value)
{
    for (size_t i = 0; i < capture->count; i++)
        if (capture->packets[i].have > value->number)
            capture->packets[i].have = (uint32_t)value->number;
}

/* ---- tags and labels ---- */

static void insert_tags(struct capture *capture, const uint8_t *tags, size_t len)
{
    uint8_t head[12 + 8];

    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];

        if (packet->have < ETHERNET_HEAD || packet->have != packet->len) {
            capture->unchanged++;
            continue;
        }
        memcpy(head, packet->bytes, 12);
        memcpy(head + 12, tags, len);
        replace(packet, head, 12 + len, 12, packet->have - 12);
    }
}

/* TPID(16) PCP(3) DEI(1) VID(12) */
void op_vlan(struct capture *capture, const struct arg_value *value)
{
    uint8_t tag[4];

    put16(tag, TYPE_VLAN);
    put16(tag + 2, (uint32_t)value->number);
    insert_tags(capture, tag, sizeof tag);
}

void op_qinq(struct capture *capture, const struct arg_value *value)
{
    uint8_t tags[8];

    put16(tags, TYPE_QINQ);
    put16(tags + 2, (uint32_t)value->number);
    put16(tags + 4, TYPE_VLAN);
    put16(tags + 6, (uint32_t)value->second);
    insert_tags(capture, tags, sizeof tags);
}

/* Between the Ethernet header (with its tags) and the IP packet: `type` and what `fill` writes. */
static void insert_shim(struct capture *capture, uint16_t type, size_t len,
                        void (*fill)(uint8_t *shim, uint8_t version, uint32_t ip_len,
                                     const struct arg_value *value),
                        const struct arg_value *value)
{
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];
        uint32_t ip, ip_len;
        uint8_t *head;

        if (!find_ip(packet, &ip, &ip_len)) {
            capture->unchanged++;
            continue;
        }
        head = grow(NULL, ip + len);
        memcpy(head, packet->bytes, ip);
        put16(head + ip - 2, type);
        fill(head + ip, packet->bytes[ip] >> 4, ip_len, value);
        replace(packet, head, ip + len, ip, ip_len);
        free(head);
    }
}

/* RFC 3032: label(20) TC(3) bottom(1) TTL(8) */
static void fill_mpls(uint8_t *shim, uint8_t version, uint32_t ip_len,
                      const struct arg_value *value)
{
    (void)version, (void)ip_len;
    put32(shim, (uint32_t)value->number << 12 | 1u << 8 | 64);
}

void op_mpls(struct capture *capture, const struct arg_value *value)
{
    insert_shim(capture, TYPE_MPLS, 4, fill_mpls, value);
}

/* RFC 2516: version(4) type(4) code(8) session(16) length(16), then the PPP protocol(16) */
static void fill_pppoe(uint8_t *shim, uint8_t version, uint32_t ip_len,
                       const struct arg_value *value)
{
    (void)value;
    put16(shim, 0x1100);
    put16(shim + 2, 1);
    put16(shim + 4, ip_len + 2);
    put16(shim + 6, version == 4 ? 0x0021 : 0x0057);
}

void op_pppoe(struct capture *capture, const struct arg_value *value)
{
    insert_shim(capture, TYPE_PPPOE, 8, fill_pppoe, value);
}

/* ---- tunnels in IPv4 ---- */

enum { OUTER = ETHERNET_HEAD + IPV4_HEAD, TUNNEL_MAX = OUTER + 64 };

/* Writes Ethernet and IPv4 in front of `len` bytes; false: too long for an IP packet. */
static bool fill_outer(uint8_t head[OUTER], uint8_t protocol, uint32_t len, uint32_t id)
{
    uint8_t *ip = head + ETHERNET_HEAD;

    if (IPV4_HEAD + len > IP_LEN_MAX)
        return false;
    memcpy(head, tunnel_macs, sizeof tunnel_macs);
    put16(head + 12, TYPE_IPV4);
    memset(ip, 0, IPV4_HEAD);
    ip[0] = 0x45;
    put16(ip + 2, IPV4_HEAD + len);
    put16(ip + 4, id);
    ip[8] = 64;
    ip[9] = protocol;
    put32(ip + 12, tunnel_from);
    put32(ip + 16, tunnel_to);
    fix_ipv4_head(ip);
    return true;
}

/* Wraps the IP packet (protocol by its version) or, with `whole`, the frame into `head` and IPv4.
 */
static bool tunnel(struct packet *packet, uint8_t protocol, const uint8_t *inner, size_t inner_len,
                   bool whole, size_t number)
{
    uint8_t head[TUNNEL_MAX];
    uint32_t offset = 0, len = packet->have;

    if (packet->have != packet->len || (!whole && !find_ip(packet, &offset, &len)))
        return false;
    if (!fill_outer(head, protocol, (uint32_t)inner_len + len, (uint32_t)number))
        return false;
    if (inner_len)
        memcpy(head + OUTER, inner, inner_len);
    replace(packet, head, OUTER + inner_len, offset, len);
    return true;
}

static uint8_t ip_version(const struct packet *packet)
{
    uint32_t offset, len;

    return find_ip(packet, &offset, &len) ? packet->bytes[offset] >> 4 : 0;
}

void op_ipip(struct capture *capture, const struct arg_value *value)
{
    (void)value;
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];
        uint8_t protocol = ip_version(packet) == 6 ? IP_PROTO_IPV6 : IP_PROTO_IPIP;

        capture->unchanged += !tunnel(packet, protocol, NULL, 0, false, i);
    }
}

void op_6in4(struct capture *capture, const struct arg_value *value)
{
    (void)value;
    for (size_t i = 0; i < capture->count; i++)
        if (ip_version(&capture->packets[i]) == 6)
            capture->unchanged += !tunnel(&capture->packets[i], IP_PROTO_IPV6, NULL, 0, false, i);
}

/* RFC 2784: flags and version(16) protocol(16) */
void op_gre(struct capture *capture, const struct arg_value *value)
{
    (void)value;
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];
        uint8_t gre[4] = {0};

        put16(gre + 2, ip_version(packet) == 6 ? TYPE_IPV6 : TYPE_IPV4);
        capture->unchanged += !tunnel(packet, IP_PROTO_GRE, gre, sizeof gre, false, i);
    }
}

/* RFC 2890: C, K and S set; checksum(16) 0(16) key(32) sequence number(32) */
void op_gre_options(struct capture *capture, const struct arg_value *value)
{
    (void)value;
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];
        uint8_t gre[16] = {0xb0};
        uint8_t *p;

        put16(gre + 2, ip_version(packet) == 6 ? TYPE_IPV6 : TYPE_IPV4);
        put32(gre + 8, 0xcafe);
        put32(gre + 12, (uint32_t)i);
        if (!tunnel(packet, IP_PROTO_GRE, gre, sizeof gre, false, i)) {
            capture->unchanged++;
            continue;
        }
        p = packet->bytes + OUTER;
        put16(p + 4, internet_checksum(p, packet->have - OUTER, 0));
    }
}

/*
 * Type I: GRE alone.  II: GRE with S, then version(4) VLAN(12) COS(3) En(2) T(1) session(10)
 * reserved(12) index(20).  III: version 2 in the same first word, timestamp(32), SGT(16), P FT(5)
 * hardware(6) D Gra(2) O.
 */
void op_erspan(struct capture *capture, const struct arg_value *value)
{
    static const size_t lengths[] = {0, 4, 16, 20};
    size_t len = lengths[value->number];

    for (size_t i = 0; i < capture->count; i++) {
        uint8_t gre[20] = {0};

        put16(gre, value->number == 1 ? 0 : 0x1000);
        put16(gre + 2, value->number == 3 ? TYPE_ERSPAN_3 : TYPE_ERSPAN_2);
        put32(gre + 4, (uint32_t)i);
        put32(gre + 8, (value->number == 3 ? 2u : 1u) << 28 | 10u << 16 | 100);
        put32(gre + 12, value->number == 3 ? (uint32_t)i : 1);
        capture->unchanged += !tunnel(&capture->packets[i], IP_PROTO_GRE, gre, len, true, i);
    }
}

/* UDP as the tunnels use it: the source port from the flow, a right checksum. */
static void tunnel_udp(struct capture *capture, uint16_t port, const uint8_t *inner, size_t len)
{
    uint8_t head[UDP_HEAD + 16];

    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];
        uint32_t udp_len = UDP_HEAD + (uint32_t)len + packet->have;
        uint16_t from =
            (uint16_t)(49152 +
                       (packet->connection == NO_CONNECTION ? 0 : packet->connection) % 16384);
        uint64_t pseudo = (uint64_t)(tunnel_from >> 16) + (tunnel_from & 0xffff) +
                          (tunnel_to >> 16) + (tunnel_to & 0xffff) + IP_PROTO_UDP + udp_len;
        uint16_t sum;

        put16(head, from);
        put16(head + 2, port);
        put16(head + 4, udp_len);
        put16(head + 6, 0);
        memcpy(head + UDP_HEAD, inner, len);
        if (!tunnel(packet, IP_PROTO_UDP, head, UDP_HEAD + len, true, i)) {
            capture->unchanged++;
            continue;
        }
        sum = internet_checksum(packet->bytes + OUTER, udp_len, pseudo);
        put16(packet->bytes + OUTER + 6, sum ? sum : 0xffff);
    }
}

/* RFC 7348: flags(8) 0(24) VNI(24) 0(8) */
void op_vxlan(struct capture *capture, const struct arg_value *value)
{
    uint8_t vxlan[8] = {0x08};

    put32(vxlan + 4, (uint32_t)value->number << 8);
    tunnel_udp(capture, PORT_VXLAN, vxlan, sizeof vxlan);
}

/* RFC 8926: version(2) option length(6) O C 0(6) type(16) VNI(24) 0(8), an experimental option */
void op_geneve(struct capture *capture, const struct arg_value *value)
{
    uint8_t geneve[16] = {2, 0};

    put16(geneve + 2, TYPE_TEB);
    put32(geneve + 4, (uint32_t)value->number << 8);
    put16(geneve + 8, 0xff00); /* option class for experiments */
    geneve[10] = 1;            /* type */
    geneve[11] = 1;            /* length in words */
    put32(geneve + 12, 0x01020304);
    tunnel_udp(capture, PORT_GENEVE, geneve, sizeof geneve);
}
