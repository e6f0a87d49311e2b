/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes of one direction that cannot be delivered yet: earlier ones are missing, or the
 * other direction's bytes that their segment acknowledges.  Pieces do not overlap: of bytes
 * that came twice the first copy is kept.
 *
 * Cost, with n pieces kept: putting a segment takes O(log n) and one step for each piece
 * that it overlaps, at most one a byte of the segment; taking the first piece O(log n).
 * A piece is one block of memory and one node of a balanced tree.  Whoever owns this bounds
 * n and the bytes, and keeps all pieces within 2^31 numbers of each other.
 */
#ifndef POTSHERD_STREAM_PENDING_H
#define POTSHERD_STREAM_PENDING_H

#include <glib.h>

#include "potsherd/event.h"

#define PENDING_PIECE_COST 160 /* bytes of memory that a piece takes beside its data */

struct pending_piece {
    uint32_t seq, length;
    uint32_t ack; /* what its segment acknowledged, where ack_counts */
    bool ack_counts;
    uint64_t number; /* in the order of arrival, both directions */
    time_us since;   /* when it began to wait */
    time_us ts;      /* of its packet */
    const uint8_t *data;
};

struct pending { /* all zero: nothing is kept */
    GTree *tree; /* by sequence number; NULL until the first piece */
    struct pending_piece *first, *last;
    uint32_t count;
    uint64_t memory; /* bytes, PENDING_PIECE_COST included */
};

void pending_fini(struct pending *p); /* forgets what is kept */

/* Keeps copies of the parts of `segment` that are not here.  What is here already and
 * acknowledged more than `segment` does then waits for as much as `segment`.  Returns the
 * steps it took. */
uint32_t pending_put(struct pending *p, const struct pending_piece *segment);
/* The first piece leaves; the caller frees it with mem_free. */
struct pending_piece *pending_take(struct pending *p);

#endif
