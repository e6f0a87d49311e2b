/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The link-layer header of a reply.  Pure.
 *
 * A reply goes back by the link-layer header that the peer's frame came with,
 * reversed: no routing, no look-up, VLAN tags kept.  Or it leaves by a header
 * made of given addresses, where frames come in on a wire that takes none.
 */
#ifndef POTSHERD_LINK_H
#define POTSHERD_LINK_H

#include <stddef.h>

#include "potsherd/packet.h"

#define FRAME_LINK_MAX   22 /* bytes: Ethernet with two VLAN tags */
#define FRAME_ETHER_IPV4 0x0800
#define FRAME_ETHER_ARP  0x0806
#define FRAME_ETHER_IPV6 0x86dd

#define FRAME_LINK_ETHERNET 1   /* DLT_EN10MB */
#define FRAME_LINK_RAW      101 /* LINKTYPE_RAW */

struct link { /* the way back to a peer */
    int link_type;
    uint8_t bytes[FRAME_LINK_MAX];
    uint8_t n;
};

/* Reads a received frame's link-layer header: `back` is the header of a reply,
 * `type` the EtherType of what follows at `*offset`.  False when it is cut, or of
 * a link type that cannot be answered. */
bool link_read(const struct frame *frame, struct link *back, uint16_t *type, size_t *offset);

/* The same header with source and destination exchanged. */
struct link link_reverse(const struct link *link);

/* An Ethernet header without tags, for IP packets of this family (4, 6). */
struct link link_make(const uint8_t to[6], const uint8_t from[6], int family);

#endif
