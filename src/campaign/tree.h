/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Campaigns by a frequent pattern tree (Calais et al.: "A Campaign-based Characterization of
 * Spamming Strategies", CEAS 2008; Dinh et al., Digital Investigation 2015), which never stands in
 * memory: the paths come in sorted order, so that the tree is walked depth first while it is read.
 * A node is a campaign when it
 *   - holds a feature that obfuscation could have changed (all below the root's children do),
 *   - stands for `min_messages` at least,
 *   - and either has more than `min_children` children and is on average `threshold` times as
 *     frequent as they are, or ends so many paths itself.
 * Of a campaign's nodes none is a campaign: the highest one counts.
 * Some features are of everybody: a free host, a path that programs make.  Where a path has none
 * but those, and the texts of its messages are of several kinds, each of `min_messages` at least,
 * the node is none either: what is below it may be.  Pure.
 *
 * Cost: the deepest path with TREE_TEXTS texts a node, and a campaign's range.
 */
#ifndef POTSHERD_CAMPAIGN_TREE_H
#define POTSHERD_CAMPAIGN_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define TREE_DEPTH_MAX 64
#define TREE_TEXTS     8  /* different texts of a node that are looked for */
#define TREE_BINS      64 /* of a text's signature, a byte each */

struct tree_rules {
    uint64_t min_messages, min_children;
    double threshold;
    unsigned alike; /* bins of two texts that are alike; 0: texts are not looked at */
};

struct tree_range { /* a campaign: paths [first, end) of those that came, in their order */
    uint64_t first, end;
    unsigned depth; /* of the steps that they share */
};

struct tree_node {
    uint64_t step, first; /* its first path's number */
    uint64_t children, in_children, ends;
    bool own; /* its path has a feature that is not everybody's */
    unsigned text_count;
    uint64_t with_text[TREE_TEXTS];
    uint8_t texts[TREE_TEXTS][TREE_BINS];
};

struct tree_path {
    uint64_t steps[TREE_DEPTH_MAX];
    bool own[TREE_DEPTH_MAX]; /* not everybody's */
    unsigned n;               /* 1 to TREE_DEPTH_MAX */
    struct bytes text;        /* its signature: TREE_BINS bytes, or none */
};

struct tree { /* zero it first, but for the rules */
    struct tree_rules rules;
    uint64_t paths;
    unsigned depth;
    struct tree_node nodes[TREE_DEPTH_MAX + 1]; /* nodes[0] is the root */
    struct buf ranges;                          /* struct tree_range, in rising order */
};

/* Of two paths that begin alike all between do, too. */
void tree_add(struct tree *t, const struct tree_path *path);
/* Whether two signatures are of texts that are alike. */
bool texts_are_alike(const uint8_t *a, const uint8_t *b, unsigned bins);
void tree_end(struct tree *t);
uint64_t tree_count(const struct tree *t);
const struct tree_range *tree_range(const struct tree *t, uint64_t n);
void tree_fini(struct tree *t);

#endif
