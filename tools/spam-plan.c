/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spam-plan.h"

#include "frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Streams of random numbers; those of templates and mails are in spam-template.h. */
#define STREAM_VISIT  (1ull << 60)
#define STREAM_SOURCE (2ull << 60)
#define STREAM_ACTIVE (3ull << 60)

#define START_US 1149897600000000ull /* 2006-06-10, as mkpcap's other captures */

enum {
    LEAST_MAILS = 20,   /* expected of a campaign, where there are mails enough */
    MIXED_PERCENT = 10, /* of mails that are not of the campaign of their connection */
    CYCLE_VISITS = 4,   /* have 1, 2, 3 and 4 mails: */
    CYCLE_MAILS = 10,
    PORT_FIRST = 1024,
    PORTS = 64512
};

static void *new_array(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);

    if (!p) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return p;
}

/* ---- campaigns ---- */

/* Adds a campaign's weight to each epoch in which it is active: larger ones are so for longer. */
static void spread(const struct spam_plan *plan, uint64_t campaign, double weight)
{
    struct rng rng;
    uint32_t length, first;

    rng_init(&rng, plan->seed, STREAM_ACTIVE + campaign);
    length = 1 + rng_below(&rng, campaign < plan->campaigns / 10 ? SPAM_EPOCHS : SPAM_EPOCHS / 2);
    first = rng_below(&rng, SPAM_EPOCHS - length + 1);
    for (uint32_t epoch = first; epoch < first + length; epoch++)
        plan->upto[epoch * plan->campaigns + campaign] = weight / length;
}

static void weigh(struct spam_plan *plan)
{
    double all = (double)plan->mails * (100 - plan->noise) / 100, zipf = 0, sum = 0;
    double least = all / 2 / (double)plan->campaigns;

    if (least > LEAST_MAILS)
        least = LEAST_MAILS;
    for (uint64_t i = 0; i < plan->campaigns; i++)
        zipf += 1.0 / (double)(i + 1);
    plan->upto = new_array(SPAM_EPOCHS * plan->campaigns, sizeof *plan->upto);
    for (uint64_t i = 0; i < plan->campaigns; i++)
        spread(plan, i,
               least + (all - least * (double)plan->campaigns) / (double)(i + 1) / zipf + 1e-9);
    for (size_t i = 0; i < SPAM_EPOCHS * plan->campaigns; i++)
        plan->upto[i] = sum += plan->upto[i];
}

/* The first of `n` sums that is larger. */
static size_t first_larger(const double *sums, size_t n, double x)
{
    size_t low = 0;

    while (n) {
        size_t half = n / 2;

        if (sums[low + half] > x) {
            n = half;
        } else {
            low += half + 1;
            n -= half + 1;
        }
    }
    return low;
}

/* One that is active when the `visit`th connection begins. */
static uint64_t draw_campaign(const struct spam_plan *plan, uint64_t visit, struct rng *rng)
{
    size_t n = plan->campaigns;
    double total = plan->upto[SPAM_EPOCHS * n - 1], from, to;
    double x = total * (double)visit / (double)plan->visits, share = rng_share(rng);
    size_t epoch = first_larger(plan->upto, SPAM_EPOCHS * n, x) / n, i;

    if (rng_below(rng, 100) < plan->noise)
        return SPAM_NOISE;
    from = epoch ? plan->upto[epoch * n - 1] : 0;
    to = plan->upto[epoch * n + n - 1];
    i = first_larger(plan->upto + epoch * n, n, from + share * (to - from));
    return (i < n ? i : n - 1) + 1;
}

/* ---- connections ---- */

/* A campaign has between 4 and all of the sources, the first ones of an order of its own. */
static uint32_t draw_source(const struct spam_plan *plan, uint64_t campaign, struct rng *rng)
{
    uint32_t sources = (uint32_t)plan->sources, own, nth;
    struct rng choice;

    if (campaign == SPAM_NOISE || sources <= 4)
        return rng_below(rng, sources);
    rng_init(&choice, plan->seed, STREAM_SOURCE + campaign);
    own = 4 + rng_below(&choice, sources / 4 + 1);
    nth = rng_below(rng, own < sources ? own : sources);
    rng_init(&choice, plan->seed, STREAM_SOURCE + (campaign << 20) + nth);
    return rng_below(&choice, sources);
}

static uint64_t start_of(const struct spam_plan *plan, uint64_t visit, struct rng *rng)
{
    uint64_t gap_us = 1000000 / plan->rate;

    return START_US + visit * 1000000 / plan->rate + rng_below(rng, (uint32_t)gap_us);
}

void spam_plan_visit(const struct spam_plan *plan, uint64_t number, struct spam_visit *visit)
{
    static const uint8_t before[CYCLE_VISITS] = {0, 1, 3, 6};
    struct rng rng;
    uint64_t campaign;

    rng_init(&rng, plan->seed, STREAM_VISIT + number);
    memset(visit, 0, sizeof *visit);
    visit->number = number;
    visit->start_us = start_of(plan, number, &rng);
    visit->first_mail = number / CYCLE_VISITS * CYCLE_MAILS + before[number % CYCLE_VISITS];
    visit->mails = 1 + number % CYCLE_VISITS;
    if (visit->mails > plan->mails - visit->first_mail)
        visit->mails = (uint32_t)(plan->mails - visit->first_mail);
    campaign = draw_campaign(plan, number, &rng);
    for (uint32_t i = 0; i < visit->mails; i++) {
        bool other = i && rng_below(&rng, 100) < MIXED_PERCENT;

        visit->campaign[i] = other ? draw_campaign(plan, number, &rng) : campaign;
    }
    visit->source = draw_source(plan, campaign, &rng);
    /* all ports have their turn before one comes again */
    visit->source_port = (uint16_t)(PORT_FIRST + number * 7919 % PORTS);
}

/* ---- the plan ---- */

void spam_plan_defaults(struct arg_value values[SPAM_OPTIONS])
{
    values[SPAM_CAMPAIGNS].number = 100;
    values[SPAM_MAILS].number = 10000;
    values[SPAM_SEED].number = 1;
    values[SPAM_LAYOUTS].number = 200;
    values[SPAM_WEAK].number = 20;
    values[SPAM_NOISE_SHARE].number = 10;
    values[SPAM_SOURCES].number = 8192;
    values[SPAM_RATE].number = 20;
}

void spam_plan_make(struct spam_plan *plan, const struct arg_value values[SPAM_OPTIONS])
{
    uint64_t rest;

    *plan = (struct spam_plan){.seed = values[SPAM_SEED].number,
                               .campaigns = values[SPAM_CAMPAIGNS].number,
                               .mails = values[SPAM_MAILS].number,
                               .layouts = values[SPAM_LAYOUTS].number,
                               .sources = values[SPAM_SOURCES].number,
                               .rate = values[SPAM_RATE].number,
                               .weak = (unsigned)values[SPAM_WEAK].number,
                               .noise = (unsigned)values[SPAM_NOISE_SHARE].number};
    rest = plan->mails % CYCLE_MAILS;
    plan->visits = plan->mails / CYCLE_MAILS * CYCLE_VISITS;
    for (uint64_t mails = 1; rest; mails++) {
        rest -= rest < mails ? rest : mails;
        plan->visits++;
    }
    weigh(plan);
}

void spam_plan_free(struct spam_plan *plan)
{
    free(plan->upto);
    plan->upto = NULL;
}
