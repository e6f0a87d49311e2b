/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Segments of a connection whose first sequence numbers are not known yet: the
 * capture lacks the handshake, or holds it after the first data.  They are kept
 * until the handshake is there, or has been waited for long enough, or there are
 * too many of them.  Then the lowest numbers seen are the first ones.
 */
#ifndef POTSHERD_STREAM_EARLY_SEGMENTS_H
#define POTSHERD_STREAM_EARLY_SEGMENTS_H

#include "stream/flow.h"

#define EARLY_SEGMENTS_BYTES_MAX (4 << 20) /* of one connection, copies and what they cost */
#define EARLY_SEGMENTS_NEAR_MAX  (1 << 24) /* farther apart are the numbers of two connections */

struct early_segments;

struct early_segments *early_segments_new(void);
void early_segments_free(struct early_segments *b);

/* Keeps a copy.  False: it holds enough, decide now. */
bool early_segments_put(struct early_segments *b, bool from_low, const struct segment *seg);
size_t early_segments_bytes(const struct early_segments *b);
/* Whether a SYN with this number can be of the same connection. */
bool early_segments_fits(const struct early_segments *b, bool from_low, uint32_t isn);
/* The lowest number that the low or the high endpoint used, or the other one
 * acknowledged, without the byte of a keep-alive; false when there is none. */
bool early_segments_lowest(const struct early_segments *b, bool of_low, uint32_t *seq);
/* The next segment in the order of arrival, borrowed until the call after; NULL:
 * no more. */
const struct segment *early_segments_next(struct early_segments *b, bool *from_low);

#endif
