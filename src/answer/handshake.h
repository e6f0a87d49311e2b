/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Handshakes, from the SYN to the ACK that proves the peer (cookie.h).  No answer depends on
 * state kept for a SYN: the tables of half-open connections (halfopen.h) and of attempts that
 * are to be recorded (attempts.h) have a fixed size.
 */
#ifndef POTSHERD_ANSWER_HANDSHAKE_H
#define POTSHERD_ANSWER_HANDSHAKE_H

#include "answer/arrival.h"
#include "answer/key.h"
#include "answer/outlet.h"
#include "potsherd/answer.h"

struct handshakes;

/* All but `syn_rate` (SYNs answered a second and source; 0: all) is borrowed. */
struct handshakes *handshakes_new(const struct cookie_key *key, struct outlet *outlet,
                                  const char *(*module)(uint16_t port), uint64_t syn_rate,
                                  struct answer_counts *counts);
void handshakes_free(struct handshakes *h);

void handshake_take_syn(struct handshakes *h, const struct arrival *in,
                        const struct connection_key *key);
/* A reset from who has no conversation. */
void handshake_take_reset(struct handshakes *h, const struct arrival *in,
                          const struct connection_key *key);
struct handshake_proof { /* of the ACK that ends it */
    uint16_t mss;        /* what the peer takes */
    uint64_t ticket;     /* of the sender: it lets segments to this peer pass */
};

/* Whether this ACK may be the end of a handshake: a true one is, and one in 2^COOKIE_FRONT_BITS of
 * the others.  Then the sender is asked; `*mss` is what the peer takes. */
bool handshake_may_end(struct handshakes *h, const struct arrival *in, uint16_t *mss);
/* The sender says that it is, and it is accepted: the SYN and SYN/ACK are recorded. */
void handshake_finish(struct handshakes *h, const struct arrival *in,
                      const struct connection_key *key, const struct handshake_proof *proof);

/* Sends again, and records, what is due now; when that is next, or INT64_MAX. */
void handshakes_tick(struct handshakes *h);
time_us handshakes_next(const struct handshakes *h);
void handshakes_record_all(struct handshakes *h); /* at the end */
uint64_t handshakes_not_repeated(const struct handshakes *h);

#endif
