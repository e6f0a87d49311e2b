/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/ranges.h"

#include <string.h>

#include "base/mem.h"

void ranges_fini(struct ranges *r)
{
    mem_free(r->list);
    memset(r, 0, sizeof *r);
}

/* The first range that ends behind `seq`: mostly there is none, or it is the last. */
static uint32_t find(const struct ranges *r, uint32_t seq)
{
    uint32_t low = 0, high = r->count;

    if (!high || seq_distance(r->list[high - 1].end, seq) >= 0)
        return high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (seq_distance(seq, r->list[middle].end) > 0)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

uint32_t ranges_seen(const struct ranges *r, uint32_t seq, uint32_t *fresh)
{
    uint32_t at = find(r, seq);

    *fresh = UINT32_MAX;
    if (at == r->count)
        return 0;
    if (seq_distance(seq, r->list[at].start) <= 0)
        return r->list[at].end - seq;
    *fresh = r->list[at].start - seq;
    return 0;
}

static void insert(struct ranges *r, uint32_t at, uint32_t start, uint32_t end)
{
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 4;
        r->list = mem_resize(r->list, r->room * sizeof *r->list);
    }
    memmove(r->list + at + 1, r->list + at, (r->count - at) * sizeof *r->list);
    r->list[at] = (struct range){start, end, 1};
    r->count++;
}

void ranges_add(struct ranges *r, uint32_t seq, uint32_t n)
{
    uint32_t at = find(r, seq), end = seq + n;
    struct range *before = at ? &r->list[at - 1] : NULL;
    struct range *after = at < r->count ? &r->list[at] : NULL;

    r->bytes += n;
    r->pieces++;
    if (before && before->end != seq)
        before = NULL;
    if (after && after->start != end)
        after = NULL;
    if (before && after) {
        before->end = after->end;
        before->pieces += after->pieces + 1;
        r->count--;
        memmove(after, after + 1, (r->count - at) * sizeof *after);
    } else if (before) {
        before->end = end;
        before->pieces++;
    } else if (after) {
        after->start = seq;
        after->pieces++;
    } else {
        insert(r, at, seq, end);
    }
}

void ranges_drop(struct ranges *r, uint32_t next)
{
    uint32_t gone = 0;

    while (gone < r->count && seq_distance(r->list[gone].end, next) >= 0) {
        r->bytes -= r->list[gone].end - r->list[gone].start;
        r->pieces -= r->list[gone].pieces;
        gone++;
    }
    if (!gone)
        return;
    r->count -= gone;
    if (r->count)
        memmove(r->list, r->list + gone, r->count * sizeof *r->list);
    else
        ranges_fini(r);
}
