/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Segments of a connection whose first sequence numbers are not known yet: the
 * capture lacks the handshake, or holds it behind the first data.  They are kept
 * until the handshake is there, or has been waited for long enough, or there are
 * too many of them.  Then the lowest numbers seen are the first ones.
 */
#ifndef POTSHERD_STREAM_BEGINNING_H
#define POTSHERD_STREAM_BEGINNING_H

#include "stream/flow.h"

#define BEGINNING_BYTES_MAX (4 << 20) /* of one connection, copies and what they cost */
#define BEGINNING_NEAR_MAX  (1 << 24) /* farther apart are the numbers of two connections */

struct beginning;

struct beginning *beginning_new(void);
void beginning_free(struct beginning *b);

/* Keeps a copy.  False: it holds enough, decide now. */
bool beginning_put(struct beginning *b, bool from_low, const struct segment *seg);
size_t beginning_bytes(const struct beginning *b);
/* Whether a SYN with this number can be of the same connection. */
bool beginning_fits(const struct beginning *b, bool from_low, uint32_t isn);
/* The lowest number that the low or the high endpoint used, or the other one
 * acknowledged; false when there is none. */
bool beginning_lowest(const struct beginning *b, bool of_low, uint32_t *seq);
/* The next segment in the order of arrival, borrowed until the call after; NULL:
 * no more. */
const struct segment *beginning_next(struct beginning *b, bool *from_low);

#endif
