/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a captured frame to the TCP segment in it.  Pure: bytes in, facts out;
 * no state, no allocation.  Fragments are reported, not joined (defrag.h does that).
 */
#ifndef POTSHERD_DECAP_H
#define POTSHERD_DECAP_H

#include <stddef.h>

#include "potsherd/packet.h"

/* Headers followed in one frame; stacked VLAN tags, MPLS labels and IPv6
 * extension headers count as part of the header that they stand beside. */
#define DECAP_DEPTH_MAX 16

/* Why a frame gave no datagram, or a datagram no segment.  The words stand in
 * the summary after the count. */
#define DECAP_REASONS(X)                                                                           \
    X(OK, "")                                                                                      \
    X(LINK_TYPE, "link type not supported")                                                        \
    X(LINK_CUT, "cut inside the link-layer header")                                                \
    X(NOT_IP, "not IP")                                                                            \
    X(TUNNEL_CUT, "cut inside a tunnel header")                                                    \
    X(TUNNEL_UNKNOWN, "tunnel that carries something else")                                        \
    X(TOO_DEEP, "more nested headers than followed")                                               \
    X(IP_CUT, "cut inside the IP header")                                                          \
    X(IP_MALFORMED, "malformed IP header")                                                         \
    X(IP_CHECKSUM, "wrong IP header checksum")                                                     \
    X(FRAGMENT, "IP fragment that was not joined")                                                 \
    X(NOT_TCP, "not TCP")                                                                          \
    X(TCP_CUT, "cut inside the TCP header")                                                        \
    X(TCP_MALFORMED, "malformed TCP header")                                                       \
    X(TCP_CHECKSUM, "wrong TCP checksum")

enum decap_reason {
#define DECAP_ENUM(name, text) DECAP_##name,
    DECAP_REASONS(DECAP_ENUM)
#undef DECAP_ENUM
        DECAP_REASON_COUNT
};

const char *decap_reason_text(enum decap_reason reason);

/* Whether frames of this link type can be read at all. */
bool decap_link_type_known(int link_type);

/* The innermost IPv4 or IPv6 packet of a frame.  A fragment ends the way in:
 * what a fragmented tunnel packet carries can be read only when it is joined,
 * by decap_joined. */
enum decap_reason decap_frame(const struct frame *frame, struct datagram *out);

/* The same from a joined datagram on: itself, or the innermost packet in it when
 * it is a tunnel packet (that one may be a fragment again).  `out` may be
 * `joined`. */
enum decap_reason decap_joined(const struct datagram *joined, struct datagram *out);

/* The TCP segment of a datagram that is whole (no fragment, or joined).  With
 * `verify` the checksum is looked at and bad_checksum set.  When the capture was
 * cut after the fixed 20 bytes of the header, the segment is still given, with
 * the length of its data and none of it. */
enum decap_reason decap_segment(const struct datagram *datagram, bool verify, struct segment *out);

/* Whether an IPv4 header has an option that names the way (RFC 791: loose or strict source
 * route), or options that cannot be read.  All of the `n` bytes of the header are there. */
bool decap_is_source_routed(const uint8_t *header, size_t n);

#endif
