/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a captured frame to the TCP segment in it.  Pure: bytes in, facts out;
 * no state, no allocation.  Fragments are told, not joined (stream does that).
 */
#ifndef POTSHERD_DECAP_H
#define POTSHERD_DECAP_H

#include "potsherd/packet.h"

#define DECAP_DEPTH_MAX 16 /* headers between the link layer and the innermost IP header */

/* Why a frame gave no datagram, or a datagram no segment.  The words stand in
 * the summary behind the count. */
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

/* The innermost IPv4 or IPv6 packet of a frame. */
enum decap_reason decap_frame(const struct frame *frame, struct datagram *out);

/* The TCP segment of a datagram that is whole (no fragment, or joined).  With
 * `verify` the checksum is looked at and bad_checksum set. */
enum decap_reason decap_segment(const struct datagram *datagram, bool verify, struct segment *out);

#endif
