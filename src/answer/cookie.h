/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SYN cookies: the initial sequence number of a SYN/ACK says by itself, when it
 * comes back, that this peer was answered a short time ago and which segment size
 * it can take.  So a SYN costs no memory.  Pure: key and time are passed in.
 *
 *   31                            3 2   0
 *  +-------------------------------+-----+
 *  | keyed hash, 29 bits           | MSS |   MSS: index into a table of eight
 *  +-------------------------------+-----+
 *
 * The hash covers the addresses and ports, the client's initial sequence number,
 * the MSS index and a counter that steps every COOKIE_STEP.
 */
#ifndef POTSHERD_ANSWER_COOKIE_H
#define POTSHERD_ANSWER_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "potsherd/address.h"
#include "potsherd/time.h"

#define COOKIE_STEP (60 * TIME_SECOND) /* a cookie is good for one to two of these */

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

uint32_t cookie_make(const struct cookie_key *key, const struct cookie_tuple *tuple, uint16_t mss,
                     time_us now);

/* Whether `cookie` was made for this tuple in this step of the counter or the one
 * before; `*mss` is then what was kept in it. */
bool cookie_check(const struct cookie_key *key, const struct cookie_tuple *tuple, uint32_t cookie,
                  time_us now, uint16_t *mss);

/* SipHash-2-4; for hash tables whose keys strangers choose, too. */
uint64_t cookie_siphash(const struct cookie_key *key, const void *bytes, size_t n);

#endif
