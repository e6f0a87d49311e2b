/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames for the tools: what mkpcap, mangle and makers of test captures share.
 *
 * Four things, each usable alone: a seeded generator of random numbers, a
 * reader and a writer of classic pcap files, building and finding TCP in
 * Ethernet frames, and `struct talk`, which turns "the client says these
 * bytes" into the packets that two real TCP stacks would exchange.
 *
 * It is not for potsherd itself: the tests judge potsherd with captures made
 * here, so nothing here may share code with it.
 *
 * Ports and 32-bit TCP numbers are in host byte order, addresses as on the
 * wire.  Buffers that a function fills belong to the caller.
 */
#ifndef TOOLS_FRAMES_H
#define TOOLS_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- bytes in network order ---- */

uint16_t get16(const uint8_t *p);
uint32_t get32(const uint8_t *p);
void put16(uint8_t *p, uint32_t value); /* the low 16 bits */
void put32(uint8_t *p, uint32_t value);

/* ---- random numbers: the same seed and stream, the same numbers, everywhere ---- */

struct rng {
    uint64_t s[4];
};

void rng_init(struct rng *rng, uint64_t seed, uint64_t stream);
uint64_t rng_next(struct rng *rng);
uint32_t rng_below(struct rng *rng, uint32_t limit); /* 0 .. limit-1; 0 for limit 0 */
double rng_share(struct rng *rng);                   /* 0 <= share < 1 */

/* ---- pcap files; "-" is standard input or output ---- */

enum { LINK_ETHERNET = 1 };

struct record {
    uint64_t ns;   /* since 1970 */
    uint32_t have; /* bytes captured */
    uint32_t len;  /* bytes on the wire */
    const uint8_t *bytes;
};

struct reader {
    FILE *file;
    uint8_t *buffer;
    uint64_t offset; /* of the next record in the file */
    uint32_t link_type;
    bool swapped;
    bool nano;
    char error[160]; /* why the last call failed */
};

bool reader_open(struct reader *reader, const char *path);
/* 1: a record, its bytes valid until the next call; 0: end of file; -1: see error */
int reader_next(struct reader *reader, struct record *record);
void reader_close(struct reader *reader);

struct writer {
    FILE *file;
    bool nano;
    bool failed;
};

bool writer_open(struct writer *writer, const char *path, bool nano);
void writer_put(struct writer *writer, const struct record *record);
bool writer_close(
    struct writer *writer); /* false: something could not be written; errno says why */

/* ---- frames ---- */

enum {
    TCP_FIN = 0x01,
    TCP_SYN = 0x02,
    TCP_RST = 0x04,
    TCP_PSH = 0x08,
    TCP_ACK = 0x10,
    TCP_URG = 0x20
};

enum {
    ETHERNET_HEAD = 14,
    IPV4_HEAD = 20,
    IPV6_HEAD = 40,
    TCP_HEAD = 20,
    FRAME_HEAD_MAX = ETHERNET_HEAD + IPV6_HEAD + TCP_HEAD + 40,
    IP_LEN_MAX = 65535,
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    IP_PROTO_TCP = 6
};

struct endpoint {
    uint8_t mac[6];
    uint8_t version; /* 4 or 6 */
    uint8_t ip[16];  /* the first four for IPv4 */
    uint16_t port;
};

enum { ADDRESS_TEXT = 46 };

void endpoint_set_ipv4(struct endpoint *endpoint, uint32_t address, uint16_t port);
void endpoint_text(const struct endpoint *endpoint, char text[ADDRESS_TEXT]);
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b); /* address and port */

struct segment {
    const struct endpoint *from, *to;
    uint32_t seq, ack;
    uint16_t window;
    uint16_t id; /* of the IPv4 packet */
    uint8_t flags;
    uint8_t ttl;
    uint8_t options_len; /* a multiple of 4, at most 40 */
    uint8_t options[40];
    const uint8_t *data;
    size_t len;
};

/* Writes the frame with right checksums; needs FRAME_HEAD_MAX + len bytes. Returns its length. */
size_t frame_build(uint8_t *out, const struct segment *segment);

/* Where things are in a frame; offsets from its first byte. */
struct frame_at {
    uint8_t version; /* of IP */
    uint32_t ip, tcp, data, end;
};

/* Ethernet, any VLAN tags, IPv4 or IPv6 without extension headers, whole, not a fragment, TCP. */
bool frame_find_tcp(const uint8_t *frame, size_t len, struct frame_at *at);
/* After the VLAN tags: the EtherType, and in *offset where its payload begins; 0: too short. */
uint16_t frame_ethertype(const uint8_t *frame, size_t len, uint32_t *offset);
/* Sets the IP length from at->end, and every checksum. */
void frame_fix(uint8_t *frame, const struct frame_at *at);
void frame_endpoints(const uint8_t *frame, const struct frame_at *at, struct endpoint *from,
                     struct endpoint *to);

uint16_t internet_checksum(const uint8_t *bytes, size_t len, uint64_t start);

/* ---- a TCP conversation ---- */

enum talker { CLIENT, SERVER };

struct talk_side {
    struct endpoint at;
    uint32_t seq;      /* next to send */
    uint32_t got;      /* next expected from the other */
    uint32_t ts_base;  /* clock of its TCP timestamps */
    uint32_t ts_heard; /* the other's last one */
    uint32_t unacknowledged;
    uint16_t id;
    uint8_t ttl;
};

struct talk {
    /* set by talk_init, may be changed before talk_open */
    uint64_t now_us;
    uint32_t rtt_us;
    uint16_t mss;
    int window_scale; /* 0 .. 14; -1: without that option */
    bool timestamps;
    bool sack;
    void (*emit)(void *context, uint64_t us, const uint8_t *frame, size_t len);
    void *context;
    /* private */
    struct talk_side side[2];
    enum talker last;
    struct rng rng;
    uint8_t frame[FRAME_HEAD_MAX + 9000];
};

/* The frames go to emit, in order. `rng` gives it its sequence numbers and delays. */
void talk_init(struct talk *talk, const struct endpoint *client, const struct endpoint *server,
               const struct rng *rng);
void talk_open(struct talk *talk); /* SYN, SYN/ACK, ACK */
void talk_say(struct talk *talk, enum talker who, const void *bytes, size_t len);
void talk_pause(struct talk *talk, uint64_t us);
void talk_close(struct talk *talk, enum talker first); /* FIN by both */
void talk_reset(struct talk *talk, enum talker who);

#endif
