/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the packets were that gave no TCP segment: by EtherType, IP protocol or UDP port.  Of
 * fixed size, and O(1) a packet: what finds no place is counted together.
 */
#ifndef POTSHERD_UNKNOWN_H
#define POTSHERD_UNKNOWN_H

#include "base/buf.h"
#include "potsherd/decap.h"

#define UNKNOWN_PLACES 256 /* a power of two */
#define UNKNOWN_PROBES 8   /* places that are looked at for one */

struct unknown_packets {
    struct unknown_kind {
        uint8_t space; /* of numbers: EtherType and others; 0: free */
        uint16_t number;
        uint64_t count;
    } kinds[UNKNOWN_PLACES];
    uint64_t others;
};

void unknown_note(struct unknown_packets *u, const struct datagram *d, enum decap_reason reason);
void unknown_add(struct unknown_packets *to, const struct unknown_packets *more);
/* "120 UDP port 53, 14 EtherType 0x88cc", the most frequent first; empty: none. */
void unknown_describe(const struct unknown_packets *u, struct buf *out);

#endif
