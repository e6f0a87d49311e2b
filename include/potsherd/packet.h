/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What crosses from capture to stream: a captured frame, the IP datagram in it
 * and the TCP segment in that.  Plain facts; numbers in host byte order; the
 * byte pointers are borrowed from the frame and end with it.
 */
#ifndef POTSHERD_PACKET_H
#define POTSHERD_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "potsherd/address.h"
#include "potsherd/time.h"

struct frame { /* one packet as the capture holds it */
    time_us ts;
    int link_type;        /* LINKTYPE_* of the pcap file (DLT_* of libpcap) */
    const uint8_t *bytes; /* from the link-layer header on */
    uint32_t caplen;      /* bytes that are there */
    uint32_t wire_len;    /* bytes that there were; more than caplen when cut (snap length) */
    uint64_t number;      /* 1 for the first frame of the run */
    uint32_t capture_n;   /* of the capture file that holds it, from 1; 0: live */
};

struct datagram { /* one IPv4 or IPv6 packet, out of all tunnels */
    time_us ts;
    uint32_t capture_n; /* of its frame */
    struct address src, dst;
    uint8_t protocol; /* 6 for TCP; after IPv6 extension headers */
    bool fragment;    /* one piece of several: the next four fields count */
    bool more_fragments;
    uint32_t fragment_id;
    uint32_t fragment_at;   /* byte offset of this piece in the whole payload */
    const uint8_t *payload; /* what the IP header carries */
    uint32_t caplen;        /* payload bytes that are there */
    uint32_t wire_len;      /* payload bytes that there were by the IP header */
    bool bad_checksum;      /* IPv4 header checksum is wrong */
    uint16_t ethertype;     /* where the way to an IP packet ended at another one; else 0 */
};

enum tcp_flag {
    TCP_FIN = 0x01,
    TCP_SYN = 0x02,
    TCP_RST = 0x04,
    TCP_PSH = 0x08,
    TCP_ACK = 0x10,
    TCP_URG = 0x20,
};

struct segment { /* one TCP segment; RFC 9293 section 3.1 */
    time_us ts;
    struct address src, dst;
    uint16_t src_port, dst_port;
    uint32_t capture_n; /* of its frame */
    uint32_t seq, ack;
    uint8_t flags; /* enum tcp_flag */
    uint16_t window;
    uint16_t urgent;        /* urgent pointer; means something only with TCP_URG */
    const uint8_t *options; /* TCP options as captured: fewer than sent when cut */
    uint8_t options_caplen;
    const uint8_t *data;
    uint32_t caplen;   /* data bytes that are there */
    uint32_t wire_len; /* data bytes that there were on the wire */
    bool bad_checksum; /* set only when asked for and the whole segment is there */
};

#endif
