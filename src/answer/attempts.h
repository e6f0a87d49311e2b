/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SYNs that no handshake has followed yet.  Cookies keep nothing of them, but who
 * knocks and goes away is to be recorded, too: so the newest are remembered in a table
 * of fixed size, and reported when nothing can follow them any more, or when they have to
 * make room.  Nothing depends on it: a flood overwrites it.  Pure.
 */
#ifndef POTSHERD_ANSWER_ATTEMPTS_H
#define POTSHERD_ANSWER_ATTEMPTS_H

#include "answer/cookie.h"
#include "potsherd/build.h"

#define ATTEMPTS_MAX     8192 /* 144 bytes each */
#define ATTEMPTS_WAYS    8    /* places for one hash; when all are taken, the oldest goes */
#define ATTEMPTS_TIMEOUT (2 * COOKIE_STEP) /* no ACK can be right after that */
#define ATTEMPT_SYNS_MAX 8                 /* of one attempt; a client sends five to seven */

struct attempt {
    struct link link; /* as they came */
    struct address peer, us;
    uint16_t peer_port, port;
    uint16_t window, mss; /* mss 0: without the option */
    uint32_t isn;
    time_us first;
    uint32_t later[ATTEMPT_SYNS_MAX - 1]; /* the other SYNs: microseconds after the first */
    uint8_t syns;
};

struct attempts;

struct attempts *attempts_new(void);
void attempts_free(struct attempts *a);
/* A SYN (syns 1), or its repetition.  True when that ends an attempt: it is `*over`.
 * `hash`: of the addresses and ports, by a secret key. */
bool attempts_add(struct attempts *a, uint64_t hash, const struct attempt *syn,
                  struct attempt *over);
/* Forgets the one of these addresses, ports and number; true when there was: `*was`. */
bool attempts_take(struct attempts *a, uint64_t hash, uint32_t isn, struct attempt *was);
/* Forgets one that is over at this time, longest idle first; INT64_MAX: any. */
bool attempts_due(struct attempts *a, time_us now, struct attempt *over);
time_us attempts_next(const struct attempts *a); /* when the next one is over, or INT64_MAX */
time_us attempt_time(const struct attempt *attempt, unsigned n); /* of its SYN n, from 0 */

#endif
