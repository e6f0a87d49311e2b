/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sequence numbers: modulo 2^32 (RFC 9293 section 3.4), in unsigned arithmetic.
 * `stream` and `answer` compare them here.
 *
 * Two numbers exactly 2^31 apart are neither before nor after each other: every function
 * below answers "no" for them.
 */
#ifndef POTSHERD_SEQUENCE_H
#define POTSHERD_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

/* The largest window of TCP (RFC 7323 section 2.3).  A number farther than this from the next
 * one expected, ahead or behind, is none of that connection's. */
#define SEQUENCE_WINDOW (UINT32_C(1) << 30)

enum sequence_place { SEQUENCE_BEHIND, SEQUENCE_AT, SEQUENCE_AHEAD, SEQUENCE_OUTSIDE };

static inline bool sequence_before(uint32_t a, uint32_t b)
{
    return b - a - 1 < UINT32_C(0x7fffffff);
}

static inline uint32_t sequence_later(uint32_t a, uint32_t b)
{
    return sequence_before(a, b) ? b : a;
}

static inline uint32_t sequence_earlier(uint32_t a, uint32_t b)
{
    return sequence_before(b, a) ? b : a;
}

/* Where `number` lies as seen from the next one expected. */
static inline enum sequence_place sequence_place(uint32_t next, uint32_t number)
{
    if (number == next)
        return SEQUENCE_AT;
    if (number - next <= SEQUENCE_WINDOW)
        return SEQUENCE_AHEAD;
    return next - number <= SEQUENCE_WINDOW ? SEQUENCE_BEHIND : SEQUENCE_OUTSIDE;
}

#endif
