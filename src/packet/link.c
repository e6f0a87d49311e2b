/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/link.h"

#include <string.h>

#define MAC_BYTES      6
#define ETHERNET_BYTES 14
#define VLAN_BYTES     4

static uint16_t get_be16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static bool is_vlan(uint16_t type)
{
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

static bool read_ethernet(const struct frame *frame, struct link *back, uint16_t *type)
{
    size_t n = ETHERNET_BYTES;

    if (frame->caplen < n)
        return false;
    while (is_vlan(*type = get_be16(frame->bytes + n - 2))) {
        n += VLAN_BYTES;
        if (n > FRAME_LINK_MAX || frame->caplen < n)
            return false;
    }
    memcpy(back->bytes, frame->bytes + MAC_BYTES, MAC_BYTES);
    memcpy(back->bytes + MAC_BYTES, frame->bytes, MAC_BYTES);
    memcpy(back->bytes + 2 * MAC_BYTES, frame->bytes + 2 * MAC_BYTES, n - 2 * MAC_BYTES);
    back->n = (uint8_t)n;
    return true;
}

bool link_read(const struct frame *frame, struct link *back, uint16_t *type, size_t *offset)
{
    *back = (struct link){.link_type = frame->link_type};
    if (frame->link_type == FRAME_LINK_ETHERNET) {
        if (!read_ethernet(frame, back, type))
            return false;
    } else if (frame->link_type == FRAME_LINK_RAW && frame->caplen) {
        *type = frame->bytes[0] >> 4 == 6 ? FRAME_ETHER_IPV6 : FRAME_ETHER_IPV4;
    } else {
        return false;
    }
    *offset = back->n;
    return true;
}

struct link link_reverse(const struct link *link)
{
    struct link reversed = *link;

    if (link->n >= ETHERNET_BYTES) {
        memcpy(reversed.bytes, link->bytes + MAC_BYTES, MAC_BYTES);
        memcpy(reversed.bytes + MAC_BYTES, link->bytes, MAC_BYTES);
    }
    return reversed;
}

struct link link_make(const uint8_t to[6], const uint8_t from[6], int family)
{
    struct link link = {.link_type = FRAME_LINK_ETHERNET, .n = ETHERNET_BYTES};
    uint16_t type = family == 4 ? FRAME_ETHER_IPV4 : FRAME_ETHER_IPV6;

    memcpy(link.bytes, to, MAC_BYTES);
    memcpy(link.bytes + MAC_BYTES, from, MAC_BYTES);
    link.bytes[12] = (uint8_t)(type >> 8);
    link.bytes[13] = (uint8_t)type;
    return link;
}
