/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/derive_campaigns.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>

bool campaigns_have_records(const struct tally *t)
{
    const struct tally_options *o = &t->options;

    return !o->sensor && !o->period.has_since && !o->period.has_until &&
           t->emails >= t->campaigns.emails;
}

/* ---- rows that are ranges ---- */

struct range {
    const char *name;
    uint64_t most; /* the last one has no more than the largest number */
};

/* All of them, in their order, whether anything is in them or not. */
static void begin_ranges(struct counter *c, unsigned numbers, const struct range *ranges, size_t n)
{
    counter_init(c, numbers, 0, SIZE_MAX);
    for (size_t i = 0; i < n; i++)
        (void)counter_get(c, bytes_of(ranges[i].name));
}

static struct count *range_of(struct counter *c, const struct range *ranges, uint64_t number)
{
    while (number > ranges->most)
        ranges++;
    return counter_get(c, bytes_of(ranges->name));
}

/* ---- sources ---- */

static const struct range campaigns_a_source[] = {
    {"1", 1},
    {"2", 2},
    {"3", 3},
    {"4", 4},
    {"5", 5},
    {"6-10", 10},
    {"11-20", 20},
    {"21-50", 50},
    {"51-100", 100},
    {"101-1000", 1000},
    {"more than 1000", UINT64_MAX},
};

static size_t ranges_needed(const struct counter *senders)
{
    const struct count *sender;
    size_t at = 0, n = 0;

    while ((sender = counter_each(senders, &at)) != NULL)
        while (sender->n[SENDER_CAMPAIGNS] > campaigns_a_source[n].most)
            n++;
    return n + 1;
}

void derive_campaigns_a_source(const struct tally *t, struct counter *buckets)
{
    const struct count *sender;
    size_t at = 0;

    begin_ranges(buckets, BUCKET_NUMBERS, campaigns_a_source, ranges_needed(&t->campaigns.senders));
    while ((sender = counter_each(&t->campaigns.senders, &at)) != NULL) {
        struct count *bucket = range_of(buckets, campaigns_a_source, sender->n[SENDER_CAMPAIGNS]);

        bucket->n[BUCKET_SOURCES]++;
        bucket->n[BUCKET_EMAILS] += sender->n[SENDER_EMAILS];
    }
}

/* ---- days ---- */

static const struct range durations_in_days[] = {
    {"1 day", 1},
    {"2-7 days", 7},
    {"8-30 days", 30},
    {"more than 30 days", UINT64_MAX},
};

/* From the day of the first to that of the last. */
static uint64_t span_of(const struct count *campaign)
{
    int64_t first = bin_day((time_us)campaign->n[CAMPAIGN_FIRST]);
    int64_t last = bin_day((time_us)campaign->n[CAMPAIGN_LAST]);

    return last > first ? (uint64_t)(last - first) + 1 : 1;
}

static void add_known(uint64_t *sum, uint64_t n, bool known)
{
    *sum = known && *sum != TALLY_UNKNOWN ? *sum + n : TALLY_UNKNOWN;
}

/* How many of its days have an email is not known of a campaign of several runs. */
void derive_durations(const struct tally *t, struct counter *durations)
{
    const struct count *campaign;
    size_t at = 0;

    begin_ranges(durations, DURATION_NUMBERS, durations_in_days, G_N_ELEMENTS(durations_in_days));
    while ((campaign = counter_each(&t->campaigns.all, &at)) != NULL) {
        uint64_t span = span_of(campaign), days = campaign->n[CAMPAIGN_DAYS];
        struct count *of = range_of(durations, durations_in_days, span);

        of->n[DURATION_CAMPAIGNS]++;
        of->n[DURATION_EMAILS] += campaign->n[CAMPAIGN_EMAILS];
        if (days != TALLY_UNKNOWN) {
            of->n[DURATION_DAYS] += span;
            of->n[DURATION_ACTIVE] += days;
        }
        add_known(&of->n[DURATION_BUSIEST], campaign->n[CAMPAIGN_BUSIEST], t->have_campaign_days);
    }
}

/* Shares in parts of 10 000, rounded up, so that a share is in a range only if it is no larger. */
#define WHOLE UINT64_C(10000)
static const struct range shares[] = {
    {"0-25 %", WHOLE / 4},   {"25-50 %", WHOLE / 2}, {"50-75 %", WHOLE / 4 * 3},
    {"75-100 %", WHOLE - 1}, {"100 %", UINT64_MAX},
};

static struct count *share_of(struct counter *c, uint64_t part, uint64_t whole)
{
    uint64_t share = WHOLE;

    if (part < whole)
        share = MIN((uint64_t)(((unsigned __int128)part * WHOLE + whole - 1) / whole), WHOLE - 1);
    return range_of(c, shares, share);
}

static void set_wholes(struct counter *c, uint64_t active, uint64_t busiest, bool know_busiest)
{
    for (size_t i = 0; i < G_N_ELEMENTS(shares); i++) {
        struct count *of = counter_get(c, bytes_of(shares[i].name));

        of->n[EVEN_ALL] = active;
        of->n[EVEN_BUSIEST_ALL] = know_busiest ? busiest : TALLY_UNKNOWN;
        if (!know_busiest)
            of->n[EVEN_BUSIEST] = TALLY_UNKNOWN;
    }
}

void derive_evenness(const struct tally *t, struct counter *even)
{
    uint64_t active = 0, busiest = 0;
    const struct count *campaign;
    size_t at = 0;

    begin_ranges(even, EVEN_NUMBERS, shares, G_N_ELEMENTS(shares));
    while ((campaign = counter_each(&t->campaigns.all, &at)) != NULL) {
        uint64_t span = span_of(campaign), days = campaign->n[CAMPAIGN_DAYS];

        if (span < 2)
            continue;
        if (days != TALLY_UNKNOWN) {
            share_of(even, days, span)->n[EVEN_ACTIVE]++;
            active++;
        }
        share_of(even, campaign->n[CAMPAIGN_BUSIEST], campaign->n[CAMPAIGN_EMAILS])
            ->n[EVEN_BUSIEST]++;
        busiest++;
    }
    set_wholes(even, active, busiest, t->have_campaign_days);
}

/* ---- pairs ---- */

static struct bytes what_of(const struct tally *t, const char *id)
{
    const struct count *campaign = counter_find(&t->campaigns.all, bytes_of(id));

    return campaign ? campaign->facts[CAMPAIGN_SHARED] : BYTES_NONE;
}

void derive_pairs(const struct tally *t, const struct campaign_pairs_found *found,
                  struct counter *pairs)
{
    struct buf key = {0};

    counter_init(pairs, PAIR_NUMBERS, PAIR_FACTS, SIZE_MAX);
    for (size_t i = 0; i < found->count; i++) {
        const struct campaign_pair *pair = &found->first[i];
        char id[17], other[17];
        struct count *count;

        snprintf(id, sizeof id, "%016" PRIx64, pair->campaign);
        snprintf(other, sizeof other, "%016" PRIx64, pair->other);
        key_begin(&key, bytes_of(id));
        key_add(&key, bytes_of(other));
        count = counter_get(pairs, buf_view(&key));
        count->n[PAIR_SHARED] = pair->shared;
        count->n[PAIR_SOURCES] = pair->sources;
        count->n[PAIR_OTHER_SOURCES] = pair->other_sources;
        counter_fact(pairs, count, PAIR_WHAT, what_of(t, id));
        counter_fact(pairs, count, PAIR_OTHER_WHAT, what_of(t, other));
    }
    buf_fini(&key);
}
