/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/tree.h"

#include <string.h>

bool texts_are_alike(const uint8_t *a, const uint8_t *b, unsigned bins)
{
    unsigned equal = 0;

    for (int i = 0; i < TREE_BINS; i++)
        equal += a[i] == b[i];
    return equal >= bins;
}

/* What comes when there is no room for another kind is not counted. */
static void add_text(const struct tree *t, struct tree_node *node, const uint8_t *text)
{
    for (unsigned i = 0; i < node->text_count; i++)
        if (texts_are_alike(node->texts[i], text, t->rules.alike)) {
            node->with_text[i]++;
            return;
        }
    if (node->text_count == TREE_TEXTS)
        return;
    memcpy(node->texts[node->text_count], text, TREE_BINS);
    node->with_text[node->text_count++] = 1;
}

static bool has_several_texts(const struct tree *t, const struct tree_node *node)
{
    unsigned kinds = 0;

    for (unsigned i = 0; i < node->text_count; i++)
        kinds += node->with_text[i] >= t->rules.min_messages;
    return kinds > 1;
}

static bool is_campaign(const struct tree *t, const struct tree_node *node, uint64_t messages)
{
    const struct tree_rules *r = &t->rules;

    if (messages < r->min_messages || (!node->own && has_several_texts(t, node)))
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

static void open_node(struct tree *t, uint64_t step, bool own)
{
    bool above = t->depth && t->nodes[t->depth].own;
    struct tree_node *node = &t->nodes[++t->depth];

    node->step = step;
    node->first = t->paths;
    node->children = node->in_children = node->ends = 0;
    node->own = above || own;
    node->text_count = 0;
}

void tree_add(struct tree *t, const struct tree_path *path)
{
    unsigned same = 0;

    while (same < path->n && same < t->depth && t->nodes[same + 1].step == path->steps[same])
        same++;
    while (t->depth > same)
        close_node(t);
    while (t->depth < path->n)
        open_node(t, path->steps[t->depth], path->own[t->depth]);
    for (unsigned i = 2; path->text.n == TREE_BINS && t->rules.alike && i <= t->depth; i++)
        if (!t->nodes[i].own)
            add_text(t, &t->nodes[i], path->text.at);
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
