/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counters made of those of the campaigns, as derive.h makes them of others. */
#ifndef POTSHERD_REPORT_DERIVE_CAMPAIGNS_H
#define POTSHERD_REPORT_DERIVE_CAMPAIGNS_H

#include "report/tally.h"

enum {
    BUCKET_SOURCES,
    BUCKET_EMAILS,
    BUCKET_NUMBERS
}; /* sources by how many campaigns they sent */
enum {
    DURATION_CAMPAIGNS,
    DURATION_EMAILS,
    DURATION_DAYS,    /* days from first to last, of all of them */
    DURATION_ACTIVE,  /* of these those with an email */
    DURATION_BUSIEST, /* emails on the busiest day of each, or TALLY_UNKNOWN */
    DURATION_NUMBERS
};
enum { /* campaigns */
       EVEN_ACTIVE,
       EVEN_BUSIEST, /* or TALLY_UNKNOWN */
       EVEN_ALL,
       EVEN_BUSIEST_ALL, /* or TALLY_UNKNOWN */
       EVEN_NUMBERS
};
enum { PAIR_SHARED, PAIR_SOURCES, PAIR_OTHER_SOURCES, PAIR_NUMBERS };
enum { PAIR_WHAT, PAIR_OTHER_WHAT, PAIR_FACTS };

/* Whether the emails of the report are those that the campaigns were found among, as far as can be
 * seen: what is a part of them is a percentage of them then. */
bool campaigns_have_records(const struct tally *t);

void derive_campaigns_a_source(const struct tally *t, struct counter *buckets);
void derive_durations(const struct tally *t, struct counter *durations);
void derive_evenness(const struct tally *t, struct counter *shares); /* of those of several days */
void derive_pairs(const struct tally *t, const struct campaign_pairs_found *found,
                  struct counter *pairs);

#endif
