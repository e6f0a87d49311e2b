/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/early_segments.h"

#include <string.h>

#include "base/mem.h"
#include "potsherd/sequence.h"

struct kept {
    struct kept *next;
    struct segment segment;
    bool from_low;
    uint8_t data[];
};

struct early_segments {
    struct kept *first, *last, *given;
    size_t bytes;
    uint32_t lowest[2]; /* 1: of the low endpoint */
    bool known[2], sent[2];
};

struct early_segments *early_segments_new(void)
{
    return MEM_NEW(struct early_segments);
}

void early_segments_free(struct early_segments *b)
{
    bool from_low;

    if (!b)
        return;
    while (early_segments_next(b, &from_low))
        ;
    mem_free(b);
}

static void note(struct early_segments *b, bool of_low, uint32_t seq)
{
    if (!b->known[of_low] || (sequence_before(seq, b->lowest[of_low]) &&
                              b->lowest[of_low] - seq < EARLY_SEGMENTS_NEAR_MAX))
        b->lowest[of_low] = seq;
    b->known[of_low] = true;
}

/* What was acknowledged counts until the first data is there: afterwards it may
 * be about data from before the capture. */
static void note_numbers(struct early_segments *b, bool from_low, const struct segment *seg)
{
    if (seg->flags & TCP_RST) /* may have any number */
        return;
    if (seg->wire_len || seg->flags & TCP_FIN || !b->known[from_low])
        note(b, from_low, seg->seq);
    b->sent[from_low] = b->sent[from_low] || seg->wire_len;
    if (seg->flags & TCP_ACK && !b->sent[!from_low])
        note(b, !from_low, seg->ack);
}

bool early_segments_put(struct early_segments *b, bool from_low, const struct segment *seg)
{
    struct kept *kept = mem_new(sizeof *kept + seg->caplen);

    kept->segment = *seg;
    kept->segment.data = kept->data;
    kept->segment.options = NULL;
    kept->segment.options_caplen = 0;
    kept->from_low = from_low;
    if (seg->caplen)
        memcpy(kept->data, seg->data, seg->caplen);
    if (b->last)
        b->last->next = kept;
    else
        b->first = kept;
    b->last = kept;
    b->bytes += sizeof *kept + seg->caplen;
    note_numbers(b, from_low, seg);
    return b->bytes <= EARLY_SEGMENTS_BYTES_MAX;
}

size_t early_segments_bytes(const struct early_segments *b)
{
    return b->bytes;
}

bool early_segments_fits(const struct early_segments *b, bool from_low, uint32_t isn)
{
    return !b->known[from_low] || b->lowest[from_low] - (isn + 1) < EARLY_SEGMENTS_NEAR_MAX;
}

/* Whether what begins at `lowest` is a keep-alive: one byte of no meaning before the next one
 * (RFC 1122 section 4.2.3.6).  Who sends single bytes sends a second one. */
static bool begins_with_keepalive(const struct early_segments *b, bool of_low, uint32_t lowest)
{
    bool probe = false;

    for (const struct kept *k = b->first; k; k = k->next) {
        const struct segment *s = &k->segment;

        if (k->from_low != of_low || !s->wire_len)
            continue;
        if (s->wire_len == 1 && s->seq == lowest && !(s->flags & TCP_FIN))
            probe = true;
        else if (s->seq == lowest || (s->seq == lowest + 1 && s->wire_len == 1))
            return false;
    }
    return probe;
}

/* O(segments kept), once a connection. */
bool early_segments_lowest(const struct early_segments *b, bool of_low, uint32_t *seq)
{
    *seq = b->lowest[of_low];
    if (b->known[of_low] && begins_with_keepalive(b, of_low, *seq))
        ++*seq;
    return b->known[of_low];
}

const struct segment *early_segments_next(struct early_segments *b, bool *from_low)
{
    mem_free(b->given);
    b->given = b->first;
    if (!b->given)
        return NULL;
    b->first = b->given->next;
    if (!b->first)
        b->last = NULL;
    *from_low = b->given->from_low;
    return &b->given->segment;
}
