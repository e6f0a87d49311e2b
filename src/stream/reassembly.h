/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection's bytes in order: which came, which wait for earlier ones, which were
 * acknowledged but never seen; and the causal order of the two directions.  libnids is
 * given each byte once, when it is next.
 */
#ifndef POTSHERD_STREAM_REASSEMBLY_H
#define POTSHERD_STREAM_REASSEMBLY_H

#include "potsherd/sequence.h"
#include "stream/flow.h"
#include "stream/nids.h"
#include "stream/pending.h"

struct half_stream {  /* what one side sends; sequence numbers */
    uint32_t next;    /* the next byte to deliver */
    uint32_t acked;   /* the other side has acknowledged all before it */
    uint32_t sent;    /* the highest end of a segment seen */
    uint32_t fin;     /* where the stream ends, when has_fin */
    uint32_t fin_ack; /* what the FIN acknowledges, when fin_ack_counts */
    uint32_t stall;   /* `next` when it was first seen to lack what is acknowledged ... */
    time_us stall_since;
    bool stalls; /* ... if it does */
    bool has_fin;
    bool fin_guessed; /* never seen, but a number was acknowledged that no byte explains */
    bool fin_ack_counts;
    bool closed;   /* the handler knows of its end */
    time_us stamp; /* of the latest packet of what was delivered */
    struct pending pending;
};

struct reassembly {
    struct half_stream half[2]; /* by enum direction: who sends */
    struct nids_stream *nids;
    struct flow_link stalled; /* in reassembler->stalled while waiting for acknowledged bytes */
    struct flow *flow;
    time_us stalled_since;
    uint64_t stalled_frame; /* likewise */
    bool is_stalled;
    size_t handler_memory; /* at the last look */
    uint64_t looked_at;    /* bytes delivered by then */
};

struct reassembler { /* one a stream */
    const struct stream_handler *handler;
    struct counters *counts;
    struct flow_link stalled; /* longest first */
    uint64_t memory;          /* of all connections: pending, and the handler's */
    uint64_t arrivals;        /* pieces that ever had to wait */
    time_us now;              /* latest packet */
    time_us stamp;            /* of the packet that brought what is being delivered */
    struct moment *moment;    /* of it */
    uint64_t ordered;         /* of `stalled` */
};

void reassembler_init(struct reassembler *r, const struct stream_handler *handler,
                      struct counters *counts, uint64_t max_connections);
void reassembler_fini(struct reassembler *r);

/* The connection is open; `next` by enum direction. */
void reassembly_open(struct reassembler *r, struct flow *f, const uint32_t next[2]);
/* A segment of it, from `from`; no SYN, no RST. */
void reassembly_put(struct reassembler *r, struct flow *f, enum direction from,
                    const struct segment *s);
/* Gives up acknowledged bytes for which a connection has waited long enough.
 * Returns that connection; NULL when there is none (any more). */
struct flow *reassembler_expire(struct reassembler *r);
/* Nothing more will come: gives up every gap and delivers all the rest. */
void reassembly_finish(struct reassembler *r, struct flow *f);
void reassembly_free(struct reassembler *r, struct flow *f);

bool reassembly_is_whole(const struct flow *f);   /* all up to both FINs was delivered */
bool reassembly_both_ended(const struct flow *f); /* both FINs were seen */

#endif
