/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may leave.  Who parses hostile bytes asks for frames to be sent, and the gate trusts none
 * of them: it reads each frame again, and lets out only
 *
 *   SYN/ACKs without data, whose sequence number it completes itself (below);
 *   segments of connections whose handshake it has seen: they come with the ticket that it gave
 *   for that;
 *   with --arp, answers to who asks where an address of ours is;
 *
 * all from an address of the scope, and an open port, to a peer that a host can be, from our own
 * link address to that of one other host, within the peer's rate.
 *
 * The handshake is seen by a number that the peer sends back: part of a SYN/ACK's sequence number
 * is a hash under a secret that is known here only (cookie.h).  An ACK that bears it was sent by
 * who has got the SYN/ACK.  A ticket is a hash under another secret, of addresses and ports, so
 * that nothing is kept for it.  It is good until the end of the run.
 *
 * Who guesses has one chance in 2^COOKIE_BACK_BITS; GATE_REFUSALS a second are looked at.  Pure:
 * the secrets and `now`, which does not go back, are passed in.
 */
#ifndef POTSHERD_ANSWER_GATE_H
#define POTSHERD_ANSWER_GATE_H

#include "answer/cookie.h"
#include "answer/peers.h"
#include "answer/rate.h"
#include "potsherd/build.h"

#define GATE_REFUSALS 100 /* of wrong proofs, a second: of a flood of forged ACKs few get here */

struct gate_options {
    const char *(*module)(uint16_t port); /* NULL: not open */
    bool arp;
    uint64_t rate;     /* frames a second to one peer; 0: no limit */
    uint64_t syn_rate; /* SYNs answered a second and peer; 0: no limit */
};

struct gate_secrets {
    struct cookie_key cookie, ticket, rate;
};

enum gate_verdict { GATE_OPEN, GATE_OUT_OF_SCOPE, GATE_OVER_RATE };

struct outgoing { /* a frame as it reads on the outside */
    struct address us, peer;
    uint16_t port, peer_port;
    const char *kind; /* "arp", "nd", or NULL: TCP */
    uint8_t flags;
};

struct gate;

/* `peers` is borrowed, and may change. */
struct gate *gate_new(const struct gate_options *options, const struct peers *peers,
                      const struct gate_secrets *secrets);
void gate_free(struct gate *g);

/* Whether this frame may leave; a SYN/ACK's sequence number is completed in it.  `ticket` 0: it
 * has none. */
enum gate_verdict gate_check(struct gate *g, struct built_frame *wire, uint64_t ticket, time_us now,
                             struct outgoing *out);

/* The ticket for this connection, when the number that the peer acknowledged proves that it got a
 * SYN/ACK; else 0. */
uint64_t gate_prove(struct gate *g, const struct cookie_tuple *tuple, uint32_t cookie, time_us now);

#endif
