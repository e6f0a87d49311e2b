/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which bytes of one direction wait for earlier ones: a sorted set of ranges of
 * sequence numbers.  It knows numbers only; the bytes are libnids'.
 */
#ifndef POTSHERD_STREAM_RANGES_H
#define POTSHERD_STREAM_RANGES_H

#include <stdint.h>

struct range { /* [start, end) */
    uint32_t start, end;
    uint32_t pieces; /* segments that it came in */
};

struct ranges {
    struct range *list; /* sorted, apart from each other; freed when empty */
    uint32_t count, room;
    uint32_t bytes, pieces; /* in all of them */
};

void ranges_fini(struct ranges *r);

/* How many bytes from `seq` on are in a range.  If none: *fresh is how many are
 * not, up to the next range; UINT32_MAX when there is none. */
uint32_t ranges_seen(const struct ranges *r, uint32_t seq, uint32_t *fresh);
/* Adds [seq, seq + n), of which nothing is in a range. */
void ranges_add(struct ranges *r, uint32_t seq, uint32_t n);
/* Forgets what ends at or before `next`. */
void ranges_drop(struct ranges *r, uint32_t next);

/* --- sequence numbers: modulo 2^32, RFC 9293 section 3.4 --- */

static inline int32_t seq_distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

static inline uint32_t seq_later(uint32_t a, uint32_t b)
{
    return seq_distance(a, b) > 0 ? b : a;
}

static inline uint32_t seq_earlier(uint32_t a, uint32_t b)
{
    return seq_distance(a, b) > 0 ? a : b;
}

#endif
