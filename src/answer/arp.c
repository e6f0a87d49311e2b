/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/arp.h"

#include "base/cursor.h"

#define SOLICITATION 135
#define ICMPV6       58

static bool is_zero(const struct address *a)
{
    static const struct address none;

    return memcmp(a->bytes, none.bytes, sizeof none.bytes) == 0;
}

/* RFC 826:  hardware | protocol | 6 | 4 | operation | sender MAC, IP | target MAC, IP */
static bool answer_arp(const struct scope *scope, const uint8_t mac[6], const struct link *link,
                       struct cursor c, struct arp_answer *out)
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
    if (!scope_has(scope, &out->us) || memcmp(peer_ip, target, 4) == 0)
        return false; /* (an announcement asks nothing) */
    frame_build_arp_reply(link, mac, &out->us, peer_mac, &out->asker, &out->frame);
    return true;
}

/* RFC 4861 sections 4.3 and 7.1.1: hop limit 255, code 0, right checksum. */
static bool answer_solicitation(const struct scope *scope, const uint8_t mac[6],
                                const struct link *link, struct cursor c, struct arp_answer *out)
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
    if (!scope_has(scope, &out->us) || is_zero(&out->asker) || src[0] == 0xff ||
        frame_checksum(&out->asker, &to, ICMPV6, icmp, n) != 0)
        return false; /* (who is without an address wants to know whether it is taken) */
    frame_build_advertisement(link, mac, &out->us, &out->asker, &out->frame);
    return true;
}

bool arp_answer(const struct scope *scope, const uint8_t mac[6], const struct frame *frame,
                struct arp_answer *out)
{
    struct link link;
    struct cursor c;
    uint16_t type;
    size_t offset;

    if (frame->link_type != FRAME_LINK_ETHERNET || !frame_read_link(frame, &link, &type, &offset))
        return false;
    c = cursor_over(frame->bytes + offset, frame->captured - offset);
    if (type == FRAME_ETHER_ARP)
        return answer_arp(scope, mac, &link, c, out);
    return type == FRAME_ETHER_IPV6 && answer_solicitation(scope, mac, &link, c, out);
}
