/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SYN/ACKs to be sent again: the one thing that cookies cannot do.  Where the
 * client speaks first, its data brings the lost ACK; where we greet, both sides
 * would wait for ever.  So the newest such SYNs are remembered, in a table of
 * fixed size: a flood overwrites it and costs nothing more.  Pure.
 */
#ifndef POTSHERD_ANSWER_HALFOPEN_H
#define POTSHERD_ANSWER_HALFOPEN_H

#include "answer/frame.h"

#define HALFOPEN_MAX   4096
#define HALFOPEN_WAYS  8 /* places for one hash; when all are taken, the oldest goes */
#define HALFOPEN_TRIES 5 /* after 1, 3, 7, 15 and 31 seconds */

struct halfopen_syn {
    struct link link;
    struct address us, peer;
    uint16_t port, peer_port;
    uint32_t isn, peer_isn;
};

struct halfopen;

struct halfopen *halfopen_new(void);
void halfopen_free(struct halfopen *h);
/* `hash`: of the addresses and ports, by a secret key. */
void halfopen_add(struct halfopen *h, uint64_t hash, const struct halfopen_syn *syn, time_us now);
/* The handshake is over, one way or the other. */
void halfopen_remove(struct halfopen *h, uint64_t hash);
/* One whose SYN/ACK is due again, or NULL. */
const struct halfopen_syn *halfopen_due(struct halfopen *h, time_us now);
time_us halfopen_next(const struct halfopen *h); /* or INT64_MAX */

#endif
