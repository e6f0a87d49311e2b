/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which campaigns have sources in common, and how many.
 *
 * Kept is who sent which: 16 bytes for each campaign of each source, up to a limit; what comes
 * later is counted as left out.  Sources are known by their hash (counter_hash): two of n have the
 * same one with a probability of n * n / 2^65.
 *
 * Cost: a source of k campaigns makes k * (k - 1) / 2 pairs, and who chose them is a stranger.  So
 * there are `steps` in all: sources that sent more than so many campaigns that the sum would be
 * larger are left out, and counted.  They say least, too: who sends everything relates all to all.
 * Time: steps, and a sort of what is kept.  Memory beside it: 20 bytes for each, 24 a campaign.
 */
#ifndef POTSHERD_REPORT_CAMPAIGN_PAIRS_H
#define POTSHERD_REPORT_CAMPAIGN_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct campaign_pairs;

struct campaign_pair {
    uint64_t campaign, other; /* the other one has no more sources */
    uint64_t shared;          /* sources */
    uint64_t sources, other_sources;
};

struct campaign_pairs_found {
    struct campaign_pair *first; /* the `top` with most shared sources; then with most sources, most
                                    of the other one; then by the numbers of the campaigns */
    size_t count;
    uint64_t pairs;                   /* in all */
    uint64_t rows, left_out;          /* known: campaigns of sources; and not for want of memory */
    uint64_t most, sources_with_more; /* campaigns a source that were looked at; sources that sent
                                         more of them */
};

struct campaign_pairs *campaign_pairs_new(size_t limit);
void campaign_pairs_free(struct campaign_pairs *p);
void campaign_pairs_clear(struct campaign_pairs *p);
void campaign_pairs_put(struct campaign_pairs *p, uint64_t campaign, uint64_t source);

/* To be ended with campaign_pairs_found_fini.  May sort what was put. */
void campaign_pairs_find(struct campaign_pairs *p, size_t top, uint64_t steps,
                         struct campaign_pairs_found *found);
void campaign_pairs_found_fini(struct campaign_pairs_found *found);

#endif
