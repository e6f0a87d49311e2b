/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/neighbor.h"

#include <string.h>

#include "base/cursor.h"
#include "potsherd/checksum.h"

#define MAC_BYTES    6
#define SOLICITATION 135
#define ICMPV6       58

static const uint8_t broadcast[MAC_BYTES] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const uint8_t ipv6_groups[2] = {0x33, 0x33}; /* RFC 2464 section 7 */

/* The sender's and the receiver's link address, as link_read turns them round. */
static const uint8_t *from_of(const struct link *link)
{
    return link->bytes;
}

static const uint8_t *to_of(const struct link *link)
{
    return link->bytes + MAC_BYTES;
}

/* To our own link address, or to a group that begins so. */
static bool is_to_us_or(const struct peers *peers, const struct link *link, const uint8_t *group,
                        size_t n)
{
    return memcmp(to_of(link), peers->mac, MAC_BYTES) == 0 || memcmp(to_of(link), group, n) == 0;
}

/* RFC 826:  hardware | protocol | 6 | 4 | operation | sender MAC, IP | target MAC, IP */
static bool answer_arp(struct builder *builder, const struct peers *peers, const struct link *link,
                       struct cursor c, struct neighbor_answer *out)
{
    uint16_t hardware = cursor_be16(&c), protocol = cursor_be16(&c);
    uint16_t sizes = cursor_be16(&c), operation = cursor_be16(&c);
    const uint8_t *peer_mac = cursor_take(&c, 6), *peer_ip = cursor_take(&c, 4);
    const uint8_t *target;

    cursor_skip(&c, 6);
    target = cursor_take(&c, 4);
    if (c.failed || hardware != 1 || protocol != FRAME_ETHER_IPV4 || sizes != 0x0604 ||
        operation != 1)
        return false;
    out->asker = address_v4(peer_ip);
    out->us = address_v4(target);
    if (!scope_has(peers->scope, &out->us) || !peers_may_ask(peers, &out->asker) ||
        !peers_is_other(peers, peer_mac) || !is_to_us_or(peers, link, broadcast, MAC_BYTES))
        return false;
    build_arp_reply(builder, link, peers->mac, &out->us, peer_mac, &out->asker, &out->frame);
    return true;
}

/* RFC 4861 sections 4.3 and 7.1.1: hop limit 255, code 0, right checksum. */
static bool answer_solicitation(struct builder *builder, const struct peers *peers,
                                const struct link *link, struct cursor c,
                                struct neighbor_answer *out)
{
    uint8_t version = cursor_u8(&c) >> 4, next, hops;
    const uint8_t *src, *dst, *icmp;
    struct address to;
    uint16_t n;

    cursor_skip(&c, 3);
    n = cursor_be16(&c);
    next = cursor_u8(&c);
    hops = cursor_u8(&c);
    src = cursor_take(&c, 16);
    dst = cursor_take(&c, 16);
    icmp = cursor_take(&c, n);
    if (c.failed || version != 6 || next != ICMPV6 || hops != 255 || n < 24 ||
        icmp[0] != SOLICITATION || icmp[1] != 0)
        return false;
    out->asker = address_v6(src);
    out->us = address_v6(icmp + 8);
    to = address_v6(dst);
    if (!scope_has(peers->scope, &out->us) || !peers_may_ask(peers, &out->asker) ||
        !is_to_us_or(peers, link, ipv6_groups, sizeof ipv6_groups) ||
        !checksum_is_right(&out->asker, &to, ICMPV6, icmp, n))
        return false;
    build_advertisement(builder, link, peers->mac, &out->us, &out->asker, &out->frame);
    return true;
}

bool neighbor_answer(struct builder *builder, const struct peers *peers, const struct frame *frame,
                     struct neighbor_answer *out)
{
    struct link link;
    struct cursor c;
    uint16_t type;
    size_t offset;

    if (frame->link_type != FRAME_LINK_ETHERNET || !link_read(frame, &link, &type, &offset))
        return false;
    if (!peers_is_other(peers, from_of(&link)))
        return false;
    c = cursor_over(frame->bytes + offset, frame->caplen - offset);
    if (type == FRAME_ETHER_ARP)
        return answer_arp(builder, peers, &link, c, out);
    return type == FRAME_ETHER_IPV6 && answer_solicitation(builder, peers, &link, c, out);
}
