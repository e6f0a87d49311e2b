/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SYN/ACKs to be sent again: the one thing that cookies cannot do.  Where the
 * client speaks first, its data brings the lost ACK; where we greet, both sides
 * would wait for ever.  So the newest such SYNs are remembered, in a table of
 * fixed size: a flood overwrites it and costs nothing more.  Pure.
 *
 * Whoever sends a SYN from an address that is not its own makes us send to that address:
 * one SYN/ACK, and at most HALFOPEN_TRIES again.  While more than HALFOPEN_LOAD wait,
 * nobody is sent one again.
 *
 * Cost: adding and removing look at HALFOPEN_WAYS places; one that is due is the head of
 * a list, since all wait equally long for the same try.
 */
#ifndef POTSHERD_ANSWER_HALFOPEN_H
#define POTSHERD_ANSWER_HALFOPEN_H

#include "potsherd/build.h"

#define HALFOPEN_MAX   4096
#define HALFOPEN_WAYS  8   /* places for one hash; when all are taken, the oldest goes */
#define HALFOPEN_TRIES 2   /* after 1 and 3 seconds */
#define HALFOPEN_LOAD  512 /* that wait: half a second of a thousand connections a second */

struct halfopen_syn {
    struct link link;
    struct address us, peer;
    uint16_t port, peer_port;
    uint32_t isn, peer_isn;
    bool bare; /* without options, to be no longer than the SYN was */
};

struct halfopen;

struct halfopen *halfopen_new(void);
void halfopen_free(struct halfopen *h);
/* `hash`: of the addresses and ports, by a secret key. */
void halfopen_add(struct halfopen *h, uint64_t hash, const struct halfopen_syn *syn, time_us now);
/* The handshake is over, one way or the other. */
void halfopen_remove(struct halfopen *h, uint64_t hash);
/* One whose SYN/ACK is due again, or NULL.  Time does not go back.  Those that are due in
 * a load are forgotten. */
const struct halfopen_syn *halfopen_due(struct halfopen *h, time_us now);
uint64_t halfopen_forgotten(const struct halfopen *h); /* SYN/ACKs not sent again: a load */
time_us halfopen_next(const struct halfopen *h);       /* or INT64_MAX */

#endif
