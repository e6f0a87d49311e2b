/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The adapter of libnids; nobody else includes nids.h.
 *
 * libnids 1.26 reassembles, and is only ever shown packets on which it does that
 * well: our own IPv4 headers under a private address pair for each connection
 * (so IPv6, tunnels and reused ports are no matter), a handshake that is always
 * there, no options, no FIN, RST or URG, right checksums, and each byte once, when it is
 * next.  Its out-of-order queue stays empty: that is a list searched from its end, which
 * is thrown away above 64 KiB.  What arrives early waits in pending.c.
 */
#ifndef POTSHERD_STREAM_NIDS_H
#define POTSHERD_STREAM_NIDS_H

#include <stdbool.h>
#include <stdint.h>

#include "potsherd/event.h"

struct nids_stream; /* one connection inside libnids; opaque */

/* In order, once each byte.  The bytes end with the call. */
typedef void nids_deliver(void *user, enum direction from, const uint8_t *bytes, size_t n);

void nids_adapter_init(uint64_t max_streams, nids_deliver *deliver);
void nids_adapter_fini(void);

/* Opens a connection whose next bytes have these sequence numbers. */
struct nids_stream *nids_stream_open(void *user, uint32_t next_from_client,
                                     uint32_t next_from_server);
void nids_stream_close(struct nids_stream *s);

/* The next bytes of a direction; they are delivered before this returns. */
void nids_stream_put(struct nids_stream *s, enum direction from, const uint8_t *bytes, size_t n);

/* Steps over the next `n` bytes, which will never come. */
void nids_stream_skip(struct nids_stream *s, enum direction from, uint32_t n);

/* Bytes delivered in this direction since open.  libnids counts in int. */
uint32_t nids_stream_count(const struct nids_stream *s, enum direction from);

#endif
