/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/pending.h"

#include <string.h>

#include "base/mem.h"
#include "potsherd/sequence.h"

static gint compare(gconstpointer a, gconstpointer b, gpointer unused)
{
    uint32_t x = ((const struct pending_piece *)a)->seq, y = ((const struct pending_piece *)b)->seq;

    (void)unused;
    return x == y ? 0 : sequence_before(x, y) ? -1 : 1;
}

static uint32_t end_of(const struct pending_piece *piece)
{
    return piece->seq + piece->length;
}

static struct pending_piece *piece_of(GTreeNode *node)
{
    return node ? g_tree_node_key(node) : NULL;
}

void pending_fini(struct pending *p)
{
    if (p->tree)
        g_tree_destroy(p->tree);
    memset(p, 0, sizeof *p);
}

/* A copy of [from, to) of a segment. */
static void add(struct pending *p, const struct pending_piece *segment, uint32_t from, uint32_t to)
{
    uint32_t n = to - from;
    struct pending_piece *piece = mem_new(sizeof *piece + n);
    uint8_t *data = (uint8_t *)(piece + 1);

    *piece = *segment;
    piece->seq = from;
    piece->length = n;
    piece->data = data;
    memcpy(data, segment->data + (from - segment->seq), n);
    if (!p->tree)
        p->tree = g_tree_new_full(compare, NULL, mem_free, NULL);
    g_tree_insert(p->tree, piece, piece);
    if (!p->first || sequence_before(from, p->first->seq))
        p->first = piece;
    if (!p->last || sequence_before(p->last->seq, from))
        p->last = piece;
    p->count++;
    p->memory += n + PENDING_PIECE_COST;
}

/* Of the pieces that reach beyond `segment`'s first byte, the first one's node; NULL:
 * there is none. */
static GTreeNode *first_beyond(const struct pending *p, const struct pending_piece *segment)
{
    GTreeNode *node, *before;

    if (!p->last || !sequence_before(segment->seq, end_of(p->last)))
        return NULL;
    node = g_tree_lower_bound(p->tree, segment);
    before = node ? g_tree_node_previous(node) : g_tree_node_last(p->tree);
    return before && sequence_before(segment->seq, end_of(piece_of(before))) ? before : node;
}

static void wait_less(struct pending_piece *piece, const struct pending_piece *segment)
{
    if (!piece->ack_counts)
        return;
    piece->ack_counts = segment->ack_counts;
    piece->ack = sequence_earlier(piece->ack, segment->ack);
}

uint32_t pending_put(struct pending *p, const struct pending_piece *segment)
{
    uint32_t at = segment->seq, end = end_of(segment), steps = 1;
    GTreeNode *node = first_beyond(p, segment);

    while (at != end) {
        struct pending_piece *piece = piece_of(node);

        steps++;
        if (!piece || !sequence_before(piece->seq, end)) {
            add(p, segment, at, end);
            break;
        }
        if (sequence_before(at, piece->seq))
            add(p, segment, at, piece->seq);
        wait_less(piece, segment);
        if (!sequence_before(end_of(piece), end))
            break;
        at = end_of(piece);
        node = g_tree_node_next(node);
    }
    return steps;
}

struct pending_piece *pending_take(struct pending *p)
{
    struct pending_piece *piece = p->first;

    g_tree_steal(p->tree, piece);
    p->count--;
    p->memory -= piece->length + PENDING_PIECE_COST;
    if (p->count)
        p->first = piece_of(g_tree_node_first(p->tree));
    else
        p->first = p->last = NULL;
    return piece;
}
