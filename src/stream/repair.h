/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What keeps a connection's bytes whole around libnids: which bytes came, which
 * wait for earlier ones, which were acknowledged but never seen; and the causal
 * order of the two directions.
 */
#ifndef POTSHERD_STREAM_REPAIR_H
#define POTSHERD_STREAM_REPAIR_H

#include "stream/flow.h"
#include "stream/nids.h"
#include "stream/ranges.h"

#define REPAIR_WINDOW_MAX (UINT32_C(1) << 30) /* farther ahead is no segment of this connection */

struct half {       /* what one side sends; sequence numbers */
    uint32_t next;  /* the next byte to deliver */
    uint32_t acked; /* the other side has acknowledged all before it */
    uint32_t sent;  /* the highest end of a segment seen */
    uint32_t fin;   /* where the stream ends, when has_fin */
    uint32_t stall; /* `next` when it was first seen to lack what is acknowledged ... */
    time_us stall_since;
    bool stalls; /* ... if it does */
    bool has_fin;
    bool fin_guessed;     /* never seen, but a number was acknowledged that no byte explains */
    bool fin_due;         /* it was seen, and does not wait for the other direction */
    bool closed;          /* the handler has been told of its end */
    struct ranges queued; /* what libnids holds: waits for earlier bytes */
    struct held *held_first,
        *held_last; /* wait for the other direction; by what they acknowledge */
};

struct reassembly {
    struct half half[2]; /* by enum direction: who sends */
    struct nids_stream *nids;
    struct flow_link stalled; /* in repair->stalled while waiting for acknowledged bytes */
    struct flow *flow;
    time_us stalled_since;
    bool is_stalled;
    uint64_t held_bytes;
    uint32_t held_pieces;
    size_t handler_memory; /* as last told by the handler */
    uint64_t told_at;      /* bytes delivered by then */
};

struct repair { /* one a stream */
    const struct stream_handler *handler;
    struct stream_counts *counts;
    struct flow_link stalled; /* longest first */
    uint64_t memory;          /* of all connections: waiting, held, and the handler's */
    uint64_t held_count;      /* segments ever held */
    time_us now;              /* latest packet */
    time_us stamp;            /* of the packet that brought what is being delivered */
};

void repair_init(struct repair *r, const struct stream_handler *handler,
                 struct stream_counts *counts, uint64_t max_connections);
void repair_fini(struct repair *r);

/* The connection is open; `next` by enum direction. */
void repair_open(struct repair *r, struct flow *f, const uint32_t next[2]);
/* A segment of it, from `from`; no SYN, no RST. */
void repair_put(struct repair *r, struct flow *f, enum direction from, const struct segment *s);
/* Gives up acknowledged bytes for which a connection has waited long enough.
 * Returns that connection; NULL when there is none (any more). */
struct flow *repair_expire(struct repair *r);
/* Nothing more will come: gives up every hole and delivers all the rest. */
void repair_finish(struct repair *r, struct flow *f);
void repair_free(struct repair *r, struct flow *f);

bool repair_is_whole(const struct flow *f);   /* all up to both FINs was delivered */
bool repair_both_ended(const struct flow *f); /* both FINs were seen */

#endif
