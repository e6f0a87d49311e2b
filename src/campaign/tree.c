/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/tree.h"

#include <stdbool.h>

static bool is_campaign(const struct tree *t, const struct tree_node *node, uint64_t messages)
{
    const struct tree_rules *r = &t->rules;

    if (messages < r->min_messages)
        return false;
    if (node->ends >= r->min_messages)
        return true;
    /* messages / (in_children / children) >= threshold */
    return node->children > r->min_children &&
           (double)messages * (double)node->children >= r->threshold * (double)node->in_children;
}

uint64_t tree_count(const struct tree *t)
{
    return t->ranges.len / sizeof(struct tree_range);
}

const struct tree_range *tree_range(const struct tree *t, uint64_t n)
{
    return (const struct tree_range *)(const void *)t->ranges.data + n;
}

/* Those below it are parts of it. */
static void put_range(struct tree *t, const struct tree_node *node, unsigned depth)
{
    struct tree_range range = {.first = node->first, .end = t->paths, .depth = depth};

    while (tree_count(t) && tree_range(t, tree_count(t) - 1)->first >= range.first)
        t->ranges.len -= sizeof range;
    buf_append(&t->ranges, &range, sizeof range);
}

static void close_node(struct tree *t)
{
    const struct tree_node *node = &t->nodes[t->depth];
    struct tree_node *above = &t->nodes[t->depth - 1];
    uint64_t messages = t->paths - node->first;

    if (t->depth > 1 && is_campaign(t, node, messages))
        put_range(t, node, t->depth);
    above->children++;
    above->in_children += messages;
    t->depth--;
}

void tree_add(struct tree *t, const uint64_t *path, unsigned steps)
{
    unsigned same = 0;

    while (same < steps && same < t->depth && t->nodes[same + 1].step == path[same])
        same++;
    while (t->depth > same)
        close_node(t);
    for (unsigned i = same; i < steps; i++)
        t->nodes[++t->depth] = (struct tree_node){.step = path[i], .first = t->paths};
    t->nodes[t->depth].ends++;
    t->paths++;
}

void tree_end(struct tree *t)
{
    while (t->depth)
        close_node(t);
}

void tree_fini(struct tree *t)
{
    buf_fini(&t->ranges);
}
