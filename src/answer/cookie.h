/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SYN cookies: the initial sequence number of a SYN/ACK says by itself, when it
 * comes back, that this peer was answered a short time ago and which segment size
 * it can take.  So a SYN costs no memory.  Pure: key and time are passed in.
 *
 *   31                15 14       3 2   0
 *  +-------------------+-----------+-----+
 *  | back              | front     | MSS |   MSS: index into a table of eight
 *  +-------------------+-----------+-----+
 *
 * Front and back are keyed hashes of the addresses and ports, the client's initial sequence
 * number, what stands to the right of them, and a counter that steps every COOKIE_STEP.  Who
 * parses has the key of the front: it lets nearly nothing of a flood of forged ACKs pass.  The
 * key of the back has who sends, so that nobody else can say that a peer has got the number.
 */
#ifndef POTSHERD_ANSWER_COOKIE_H
#define POTSHERD_ANSWER_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "potsherd/address.h"
#include "potsherd/time.h"

#define COOKIE_STEP       (60 * TIME_SECOND) /* a cookie is good for one to two of these */
#define COOKIE_FRONT_BITS 12
#define COOKIE_BACK_BITS  17

struct cookie_key {
    uint64_t k0, k1; /* random, from whoever starts the program */
};

struct cookie_tuple {
    struct address src, dst; /* src: the client */
    uint16_t src_port, dst_port;
    uint32_t client_isn;
};

/* The largest segment size that a cookie can hold and that is at most `mss`. */
uint16_t cookie_round_mss(uint16_t mss);

/* MSS and front; the rest is 0. */
uint32_t cookie_make(const struct cookie_key *key, const struct cookie_tuple *tuple, uint16_t mss,
                     time_us now);
/* With the back in it, whatever stood there. */
uint32_t cookie_complete(const struct cookie_key *key, const struct cookie_tuple *tuple,
                         uint32_t cookie, time_us now);

/* Whether `cookie`, or its front, was made for this tuple in this step of the counter or the one
 * before; `*mss` is then what was kept in it. */
bool cookie_check(const struct cookie_key *key, const struct cookie_tuple *tuple, uint32_t cookie,
                  time_us now, uint16_t *mss);
bool cookie_is_complete(const struct cookie_key *key, const struct cookie_tuple *tuple,
                        uint32_t cookie, time_us now); /* the same of the back */

/* SipHash-2-4; for hash tables whose keys strangers choose, too. */
uint64_t cookie_siphash(const struct cookie_key *key, const void *bytes, size_t n);

#endif
