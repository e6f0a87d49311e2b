/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reader of pcapng (draft-ietf-opsawg-pcapng): sections of both byte orders, interfaces of
 * several link types, snap lengths and time units in one file, which libpcap refuses.  Pure but
 * for `read`.  Memory: the largest packet block, 16 bytes an interface.
 */
#ifndef POTSHERD_CAPTURE_PCAPNG_H
#define POTSHERD_CAPTURE_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/log.h"
#include "potsherd/time.h"

#define PCAPNG_FIRST_BYTE 0x0a /* of every such file, and of no pcap file */

struct pcapng;

struct pcapng_packet {
    time_us ts;
    bool timed;           /* false: a Simple Packet Block, which has none; `ts` is 0 */
    int link_type;        /* LINKTYPE_* */
    const uint8_t *bytes; /* until the next call */
    uint32_t caplen, wire_len;
};

enum pcapng_result {
    PCAPNG_PACKET,
    PCAPNG_END,
    PCAPNG_NONE, /* it does not begin like pcapng */
    PCAPNG_CUT,
    PCAPNG_DAMAGED,
};

/* `read` gives up to n bytes, fewer only at the end. */
struct pcapng *pcapng_new(size_t (*read)(void *context, uint8_t *to, size_t n), void *context);
void pcapng_free(struct pcapng *p);
/* The next packet.  After any other result there is none; `why` is set by the last two. */
enum pcapng_result pcapng_next(struct pcapng *p, struct pcapng_packet *out, struct failure *why);
uint64_t
pcapng_offset(const struct pcapng *p); /* of the last block, or of the end where it is cut */
/* "2 of decryption secrets, 1 of type 0x00000bad": blocks that hold neither packets nor what
 * belongs to them; empty: none. */
void pcapng_skipped(const struct pcapng *p, struct buf *out);

#endif
