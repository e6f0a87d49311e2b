/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames made of facts: TCP segments, and the replies of ARP and neighbour discovery.
 * Bytes only: nothing is sent, no socket is opened.  Checksums are right.  The adapter of
 * libnet's builders; answer/sender is that of its sockets.
 */
#ifndef POTSHERD_BUILD_H
#define POTSHERD_BUILD_H

#include <stddef.h>

#include "potsherd/link.h"
#include "potsherd/packet.h"

#define FRAME_MAX    1600
#define FRAME_MSS_V4 1460 /* what fits an Ethernet frame without options */
#define FRAME_MSS_V6 1440

struct built_frame { /* a frame of ours */
    int link_type;
    size_t n;
    uint8_t bytes[FRAME_MAX];
};

/* libnet's contexts with the headers of the last frames, which the next ones overwrite.
 * To be used by one thread at a time. */
struct builder;

struct builder *builder_new(void);
void builder_free(struct builder *b);

/* A TCP segment.  Of `segment`, all fields but ts, wire lengths and checksum flags
 * count; it must fit (FRAME_MSS_*; 40 bytes of options, filled up with zero to whole words). */
void build_tcp(struct builder *b, const struct link *link, const struct segment *segment,
               struct built_frame *out);

/* "`us` is at `mac`", to who asked (RFC 826, RFC 4861 section 4.4).  `peer_mac` is
 * the asker's. */
void build_arp_reply(struct builder *b, const struct link *link, const uint8_t mac[6],
                     const struct address *us, const uint8_t peer_mac[6],
                     const struct address *peer, struct built_frame *out);
void build_advertisement(struct builder *b, const struct link *link, const uint8_t mac[6],
                         const struct address *us, const struct address *peer,
                         struct built_frame *out);

#endif
