/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joins IPv4 and IPv6 fragments.  Memory is bounded: the oldest unfinished
 * datagram goes first, and whatever goes unjoined is counted by its reason.
 * Time is the packets' own, so the same packets always give the same datagrams.
 *
 * Of bytes that overlap in IPv4 the first ones to arrive win; overlapping IPv6
 * fragments drop their datagram (RFC 5722).
 */
#ifndef POTSHERD_DEFRAG_H
#define POTSHERD_DEFRAG_H

#include "potsherd/packet.h"

#define DEFRAG_TIMEOUT       (30 * TIME_SECOND) /* after the first fragment */
#define DEFRAG_BYTES_MAX     ((size_t)16 << 20) /* held in all, with what holding costs */
#define DEFRAG_DATAGRAMS_MAX 8192               /* unfinished at the same time */
#define DEFRAG_PIECES_MAX    2048               /* fragments held of one datagram */
#define DEFRAG_LENGTH_MAX    65535              /* bytes of payload; RFC 791, RFC 8200 */

struct defrag_counts {
    uint64_t fragments; /* that came in */
    /* Datagrams; each that began ends in one of these, or is waiting. */
    uint64_t joined;
    uint64_t timed_out;   /* some fragment did not come in time */
    uint64_t evicted;     /* made room for others */
    uint64_t overlapping; /* IPv6: dropped for it */
    uint64_t cut;         /* a fragment was not captured whole (snap length) */
    uint64_t too_many;    /* came in more fragments than are held */
    uint64_t waiting;     /* unfinished now */
    /* Fragments that were left out, without harm to their datagrams. */
    uint64_t malformed; /* empty, too long, no multiple of 8 bytes, or beyond the end */
    uint64_t trimmed;   /* IPv4: overlapped; the bytes that were there stayed */
};

struct defrag;

struct defrag *defrag_new(void);
void defrag_free(struct defrag *d);

/* Takes a fragment.  True when it makes its datagram whole: `out` is that
 * datagram, with the time of this fragment, and its payload stays until the next
 * call.  `in` may be `out`, and may lie in what the last call gave. */
bool defrag_put(struct defrag *d, const struct datagram *in, struct datagram *out);

struct defrag_counts defrag_counts(const struct defrag *d);

#endif
