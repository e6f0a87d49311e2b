/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which connection a segment belongs to, and where that connection stands
 * (RFC 9293 section 3.3.2, as seen by a listener between the two hosts): handshakes,
 * reused ports, ends, time-outs and what is evicted to stay within the limits.
 */
#ifndef POTSHERD_STREAM_CONNECTIONS_H
#define POTSHERD_STREAM_CONNECTIONS_H

#include "stream/flow.h"
#include "stream/reassembly.h"

struct connections {
    struct stream_options options;
    struct stream_handler handler;
    struct counters *counts;
    struct flow_table table;
    struct reassembler reassembler;
    struct flow_link undecided; /* flows that wait for their handshake, longest first */
    size_t syn_data;            /* bytes kept of SYNs that carried data */
    time_us next_look;          /* at what has timed out */
    struct moment *moment;      /* that the handler is called for */
    struct moment no_moment;    /* where nobody asks */
};

/* `counts` is the caller's, who keeps it as long as the connections. */
void connections_init(struct connections *all, const struct stream_options *options,
                      const struct stream_handler *handler, struct counters *counts);
void connections_fini(struct connections *all); /* after connections_finish */
/* A segment, which is borrowed. */
void connections_put(struct connections *all, const struct segment *seg);
/* It is `now`, if it was not later before: ends what has timed out. */
void connections_advance(struct connections *all, time_us now);
void connections_finish(struct connections *all); /* all of them end */

#endif
