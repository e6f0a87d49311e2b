/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The flow table: one entry per TCP connection, IPv4 and IPv6, found in one
 * look-up a packet, kept in lists by state with the longest idle first.
 */
#ifndef POTSHERD_STREAM_FLOW_H
#define POTSHERD_STREAM_FLOW_H

#include "potsherd/stream.h"

#define FLOW_TOUCH_EVERY (TIME_SECOND / 10)

/* In the order in which those who have waited long enough take their turns. */
enum flow_queue { QUEUE_UNDECIDED, QUEUE_STALLED, QUEUE_STATES };

enum flow_state {
    FLOW_HALF_OPEN, /* a SYN or SYN/ACK was seen */
    FLOW_OPEN,
    FLOW_CLOSING, /* ended; late segments may still come */
    FLOW_STATE_COUNT
};

struct flow_key {             /* canonical: the smaller endpoint first; whole words, for speed */
    uint64_t low[2], high[2]; /* addresses as they stand in memory, zero after IPv4 */
    uint64_t rest;            /* family, low port, high port: 16 bits each */
};

struct flow_link { /* of a doubly linked list */
    struct flow_link *next, *prev;
};

struct early_segments; /* early_segments.c: segments from before its first numbers are known */
struct reassembly;     /* reassembly.c: what only a connection with data needs */

struct first_syn { /* of a new connection on the ports of another */
    bool seen, from_low;
    uint32_t isn;
    uint32_t capture_n;
    time_us ts;
};

struct flow {
    struct flow_link by_age; /* first, so that a link is its flow */
    time_us touched;         /* when it was last put at the end of its list */
    uint64_t waits_since;    /* likewise, as the number of a frame */
    uint64_t began;          /* likewise: with this frame, which no other flow began with */
    struct flow *hash_next;
    uint64_t hash;
    struct flow_key key;
    struct connection connection;
    enum flow_state state;
    bool low_is_client;
    bool syn_seen, syn_ack_seen;
    bool finished; /* handler->finish was called */
    bool has_rst;
    uint32_t isn[2];              /* by enum direction, where seen */
    struct first_syn pending_syn; /* not confirmed yet */
    uint32_t syns;                /* SYNs of the client, retransmissions too */
    struct early_segments *early; /* NULL: nothing kept, or begun */
    struct flow_link undecided;   /* in stream->undecided while open, and not begun */
    time_us undecided_since;
    uint64_t undecided_frame;      /* likewise */
    struct reassembly *reassembly; /* NULL until it has begun */
};

struct flow_table {
    struct flow **buckets;
    size_t bucket_count; /* a power of two */
    size_t count;
    size_t in_state[FLOW_STATE_COUNT];
    struct flow_link ages[FLOW_STATE_COUNT]; /* longest idle first */
    uint64_t secret[2];
    uint64_t frame;                     /* that is looked at */
    time_us now;                        /* its time, or a later one */
    uint64_t ordered[FLOW_STATE_COUNT]; /* flow_list_order */
};

void flow_list_init(struct flow_link *head);
void flow_list_append(struct flow_link *head, struct flow_link *l);
void flow_list_unlink(struct flow_link *l);
/* What has waited since the same frame as the first of the list, which several flows do when
 * their turns came in the same one, is put into the order in which the flows began: the order is
 * then the same whether others are in the list or not.  `*ordered` is the list's own, 0 at first.
 * O(n log n) for n of them. */
void flow_list_order(struct flow_link *head, struct flow *(*flow_of)(struct flow_link *l),
                     uint64_t (*since)(struct flow_link *l), uint64_t *ordered);

void flow_table_init(struct flow_table *t);
void flow_table_fini(struct flow_table *t); /* the flows must be gone */

/* The key of a segment; *from_low: its source is the key's low endpoint. */
void flow_key_of(const struct segment *s, struct flow_key *key, bool *from_low);
void flow_key_between(const struct address *src, uint16_t src_port, const struct address *dst,
                      uint16_t dst_port, struct flow_key *key, bool *from_low);
/* The same for all that have the secret. */
uint64_t flow_hash(const struct flow_key *key, const uint64_t secret[2]);
struct flow *flow_find(const struct flow_table *t, const struct flow_key *key, uint64_t *hash);
struct flow *flow_add(struct flow_table *t, const struct flow_key *key, uint64_t hash);
void flow_remove(struct flow_table *t, struct flow *f); /* and frees it */
/* It is the most recent one now; known to FLOW_TOUCH_EVERY, for speed. */
void flow_touch(struct flow_table *t, struct flow *f);
void flow_enter(struct flow_table *t, struct flow *f, enum flow_state state);
struct flow *flow_oldest(struct flow_table *t, enum flow_state state); /* or NULL */
/* The same, in an order that the flows of other jobs do not change. */
struct flow *flow_next(struct flow_table *t, enum flow_state state);

#endif
