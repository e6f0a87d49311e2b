/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames to be sent, built from facts: link-layer header, IPv4 or IPv6, TCP; and
 * the replies of ARP and neighbour discovery.  Pure; checksums are right.
 *
 * A reply goes back by the link-layer header that the peer's frame came with,
 * turned round: no routing, no look-up, VLAN tags kept.  Or it leaves by a header
 * made of given addresses, where frames come in on a wire that takes none.
 */
#ifndef POTSHERD_ANSWER_FRAME_H
#define POTSHERD_ANSWER_FRAME_H

#include "potsherd/packet.h"

#define FRAME_LINK_MAX   22 /* Ethernet with two VLAN tags */
#define FRAME_MAX        1600
#define FRAME_MSS_V4     1460 /* what fits an Ethernet frame without options */
#define FRAME_MSS_V6     1440
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

struct wire { /* a frame of ours */
    int link_type;
    size_t n;
    uint8_t bytes[FRAME_MAX];
};

/* Reads a received frame's link-layer header: `back` is the header of a reply,
 * `type` the EtherType of what follows at `*offset`.  False when it is cut, or of
 * a link type that cannot be answered. */
bool frame_read_link(const struct frame *frame, struct link *back, uint16_t *type, size_t *offset);

/* The same header with source and destination exchanged. */
struct link frame_turn_link(const struct link *link);

/* An Ethernet header without tags, for IP packets of this family (4, 6). */
struct link frame_make_link(const uint8_t to[6], const uint8_t from[6], int family);

/* A TCP segment.  Of `segment`, all fields but ts, wire lengths and checksum flags
 * count; it must fit (FRAME_MSS_*; 40 bytes of options). */
void frame_build_tcp(const struct link *link, const struct segment *segment, struct wire *out);

/* "`us` is at `mac`", to who asked (RFC 826, RFC 4861 section 4.4).  `peer_mac` is
 * the asker's. */
void frame_build_arp_reply(const struct link *link, const uint8_t mac[6], const struct address *us,
                           const uint8_t peer_mac[6], const struct address *peer, struct wire *out);
void frame_build_advertisement(const struct link *link, const uint8_t mac[6],
                               const struct address *us, const struct address *peer,
                               struct wire *out);

/* RFC 1071 over the pseudo header of `src`, `dst` and the payload; zero over a
 * payload whose checksum field is right. */
uint16_t frame_checksum(const struct address *src, const struct address *dst, uint8_t protocol,
                        const uint8_t *payload, size_t n);

/* What a card is given in the place of the checksum of `n` bytes, for it to fill in: the sum
 * of the pseudo header alone. */
uint16_t frame_partial_checksum(const struct address *src, const struct address *dst,
                                uint8_t protocol, size_t n);

/* Whether an IPv4 header has an option that names the way (RFC 791: loose or strict source
 * route), or options that cannot be read.  All of the `n` bytes of the header are there. */
bool frame_is_source_routed(const uint8_t *header, size_t n);

#endif
