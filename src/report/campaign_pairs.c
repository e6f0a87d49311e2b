/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/campaign_pairs.h"

#include <glib.h>
#include <stdlib.h>

#include "base/mem.h"

#define FIRST_SENDINGS 1024
#define KEEP_SLACK     4096

struct sending {
    uint64_t source, campaign;
};

struct campaign_pairs {
    struct sending *sent;
    size_t count, room, limit;
    uint64_t left_out;
};

struct campaign_pairs *campaign_pairs_new(size_t limit)
{
    struct campaign_pairs *p = MEM_NEW(struct campaign_pairs);

    p->limit = limit;
    return p;
}

void campaign_pairs_free(struct campaign_pairs *p)
{
    g_free(p->sent);
    mem_free(p);
}

void campaign_pairs_clear(struct campaign_pairs *p)
{
    p->count = 0;
    p->left_out = 0;
}

void campaign_pairs_put(struct campaign_pairs *p, uint64_t campaign, uint64_t source)
{
    if (p->count == p->limit) {
        p->left_out++;
        return;
    }
    if (p->count == p->room) {
        p->room = MIN(MAX(p->room * 2, FIRST_SENDINGS), p->limit);
        p->sent = g_renew(struct sending, p->sent, p->room);
    }
    p->sent[p->count++] = (struct sending){source, campaign};
}

/* ---- what is looked at ---- */

struct search {
    const struct sending *sent; /* by source, then by campaign */
    size_t count;
    uint32_t *ends;      /* of each sending: where those of its source end */
    uint32_t *of;        /* of each sending: the index of its campaign */
    uint64_t *campaigns; /* in their order */
    size_t campaign_count;
    uint32_t *starts;  /* of each campaign: where its sendings begin in `by` */
    uint32_t *by;      /* sendings, by campaign */
    uint32_t *shared;  /* of each campaign: with the one at hand */
    uint32_t *touched; /* those of which this is not 0 */
    size_t top, room;  /* pairs that are kept; and those beside them until they are sorted out */
    bool full;         /* the first `top` are known, of those that came */
    struct campaign_pairs_found *found;
};

static int compare_sendings(const void *a, const void *b)
{
    const struct sending *x = a, *y = b;

    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->campaign > y->campaign) - (x->campaign < y->campaign);
}

static int compare_numbers(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* In the order of sources, each campaign once a source. */
static void sort_sendings(struct campaign_pairs *p)
{
    size_t kept = 0;

    if (p->count)
        qsort(p->sent, p->count, sizeof *p->sent, compare_sendings);
    for (size_t i = 0; i < p->count; i++)
        if (!kept || compare_sendings(&p->sent[kept - 1], &p->sent[i]) != 0)
            p->sent[kept++] = p->sent[i];
    p->count = kept;
}

static void find_ends(struct search *s)
{
    size_t end = s->count;

    s->ends = g_new(uint32_t, s->count + 1);
    for (size_t i = s->count; i-- > 0;) {
        if (i + 1 < s->count && s->sent[i].source != s->sent[i + 1].source)
            end = i + 1;
        s->ends[i] = (uint32_t)end;
    }
}

static void number_campaigns(struct search *s)
{
    size_t kept = 0;

    s->campaigns = g_new(uint64_t, s->count + 1);
    for (size_t i = 0; i < s->count; i++)
        s->campaigns[i] = s->sent[i].campaign;
    if (s->count)
        qsort(s->campaigns, s->count, sizeof *s->campaigns, compare_numbers);
    for (size_t i = 0; i < s->count; i++)
        if (!kept || s->campaigns[kept - 1] != s->campaigns[i])
            s->campaigns[kept++] = s->campaigns[i];
    s->campaign_count = kept;
    s->campaigns = g_renew(uint64_t, s->campaigns, kept + 1);
}

static uint32_t index_of(const struct search *s, uint64_t campaign)
{
    const uint64_t *at =
        bsearch(&campaign, s->campaigns, s->campaign_count, sizeof campaign, compare_numbers);

    return (uint32_t)(at - s->campaigns);
}

/* The sendings of each campaign, by counting. */
static void turn_over(struct search *s)
{
    uint32_t *next = g_new0(uint32_t, s->campaign_count + 1);

    s->of = g_new(uint32_t, s->count + 1);
    s->by = g_new(uint32_t, s->count + 1);
    s->starts = g_new0(uint32_t, s->campaign_count + 1);
    for (size_t i = 0; i < s->count; i++) {
        s->of[i] = index_of(s, s->sent[i].campaign);
        s->starts[s->of[i] + 1]++;
    }
    for (size_t c = 0; c < s->campaign_count; c++) {
        s->starts[c + 1] += s->starts[c];
        next[c] = s->starts[c];
    }
    for (size_t i = 0; i < s->count; i++)
        s->by[next[s->of[i]]++] = (uint32_t)i;
    g_free(next);
}

/* How many campaigns a source may have sent, so that all such sources make `steps` pairs at most.
 */
static void bound_steps(struct search *s, uint64_t steps)
{
    uint64_t *sources = g_new0(uint64_t, s->campaign_count + 1), most = 1, sum = 0;

    for (size_t i = 0; i < s->count; i = s->ends[i])
        sources[s->ends[i] - i]++;
    for (uint64_t k = 2; k <= s->campaign_count; k++) {
        sum += sources[k] * (k * (k - 1) / 2);
        if (sum > steps)
            break;
        most = k;
    }
    s->found->most = most;
    for (uint64_t k = most + 1; k <= s->campaign_count; k++)
        s->found->sources_with_more += sources[k];
    g_free(sources);
}

/* A source that sent more has no campaign after any: it makes no pairs. */
static void leave_out_larger(struct search *s)
{
    for (size_t i = 0; i < s->count;) {
        size_t end = s->ends[i];
        bool larger = end - i > s->found->most;

        for (; i < end; i++)
            if (larger)
                s->ends[i] = (uint32_t)i + 1;
    }
}

/* ---- the first pairs ---- */

static int compare_pairs(const void *a, const void *b)
{
    const struct campaign_pair *x = a, *y = b;
    const uint64_t numbers[][2] = {{y->shared, x->shared},
                                   {y->sources, x->sources},
                                   {y->other_sources, x->other_sources},
                                   {x->campaign, y->campaign},
                                   {x->other, y->other}};

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        if (numbers[i][0] != numbers[i][1])
            return numbers[i][0] < numbers[i][1] ? -1 : 1;
    return 0;
}

static void keep_first(struct search *s)
{
    struct campaign_pairs_found *f = s->found;

    if (f->count)
        qsort(f->first, f->count, sizeof *f->first, compare_pairs);
    f->count = MIN(f->count, s->top);
    s->full = f->count == s->top;
}

static uint64_t sources_of(const struct search *s, uint32_t campaign)
{
    return s->starts[campaign + 1] - s->starts[campaign];
}

/* Most pairs share too few sources to be among the first ones: that is seen at once. */
static void put_pair(struct search *s, uint32_t a, uint32_t b)
{
    struct campaign_pairs_found *f = s->found;
    struct campaign_pair pair;
    bool b_is_larger;

    f->pairs++;
    if (s->full && s->shared[b] < f->first[s->top - 1].shared)
        return;
    b_is_larger = sources_of(s, b) > sources_of(s, a);
    pair.shared = s->shared[b];
    pair.campaign = s->campaigns[b_is_larger ? b : a]; /* else the one with the lower number */
    pair.other = s->campaigns[b_is_larger ? a : b];
    pair.sources = sources_of(s, b_is_larger ? b : a);
    pair.other_sources = sources_of(s, b_is_larger ? a : b);
    if (s->full && compare_pairs(&f->first[s->top - 1], &pair) < 0)
        return;
    f->first[f->count++] = pair;
    if (f->count == s->room)
        keep_first(s);
}

/* Those of a campaign with the ones after it. */
static void pair_campaign(struct search *s, uint32_t campaign)
{
    size_t touched = 0;

    for (uint32_t k = s->starts[campaign]; k < s->starts[campaign + 1]; k++)
        for (uint32_t i = s->by[k] + 1; i < s->ends[s->by[k]]; i++)
            if (!s->shared[s->of[i]]++)
                s->touched[touched++] = s->of[i];
    for (size_t i = 0; i < touched; i++) {
        put_pair(s, campaign, s->touched[i]);
        s->shared[s->touched[i]] = 0;
    }
}

/* ---- the search ---- */

static void search_end(struct search *s)
{
    g_free(s->ends);
    g_free(s->of);
    g_free(s->by);
    g_free(s->starts);
    g_free(s->campaigns);
    g_free(s->shared);
    g_free(s->touched);
}

void campaign_pairs_find(struct campaign_pairs *p, size_t top, uint64_t steps,
                         struct campaign_pairs_found *found)
{
    struct search s = {.top = top, .room = top * 2 + KEEP_SLACK, .found = found};

    sort_sendings(p);
    *found = (struct campaign_pairs_found){.rows = p->count, .left_out = p->left_out};
    found->first = g_new(struct campaign_pair, s.room);
    s.sent = p->sent;
    s.count = p->count;
    find_ends(&s);
    number_campaigns(&s);
    turn_over(&s);
    bound_steps(&s, steps);
    leave_out_larger(&s);
    s.shared = g_new0(uint32_t, s.campaign_count + 1);
    s.touched = g_new(uint32_t, s.campaign_count + 1);
    for (size_t c = 0; c < s.campaign_count; c++)
        pair_campaign(&s, (uint32_t)c);
    keep_first(&s);
    search_end(&s);
}

void campaign_pairs_found_fini(struct campaign_pairs_found *found)
{
    g_free(found->first);
}
