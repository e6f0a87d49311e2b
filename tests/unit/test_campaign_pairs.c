/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Campaigns that share sources: what is found is what counting every pair gives, with any bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/campaign_pairs.h"

enum { CAMPAIGNS = 24, SOURCES = 300, TOP = 7 };

static bool sent[SOURCES][CAMPAIGNS];

/* Source 0 sends nearly all, the next ones less and less. */
static void send_some(struct campaign_pairs *p, unsigned seed)
{
    srand(seed);
    for (unsigned s = 0; s < SOURCES; s++)
        for (unsigned c = 0; c < CAMPAIGNS; c++) {
            sent[s][c] = (unsigned)rand() % (1 + s / 4) == 0;
            for (unsigned again = rand() % 2; sent[s][c] && again < 2; again++)
                campaign_pairs_put(p, c * UINT64_C(0x1000000000000000) + c, 1000 - s);
        }
}

static unsigned campaigns_of(unsigned source)
{
    unsigned n = 0;

    for (unsigned c = 0; c < CAMPAIGNS; c++)
        n += sent[source][c];
    return n;
}

static uint64_t sources_of(unsigned campaign)
{
    uint64_t n = 0;

    for (unsigned s = 0; s < SOURCES; s++)
        n += sent[s][campaign];
    return n;
}

static uint64_t shared_by(unsigned a, unsigned b, uint64_t most)
{
    uint64_t n = 0;

    for (unsigned s = 0; s < SOURCES; s++)
        n += campaigns_of(s) <= most && sent[s][a] && sent[s][b];
    return n;
}

static unsigned index_of(uint64_t campaign)
{
    return (unsigned)(campaign & 0xff);
}

static void check(const struct campaign_pairs_found *f, uint64_t steps)
{
    uint64_t pairs = 0, above = 0, taken = 0, larger = 0;

    for (unsigned s = 0; s < SOURCES; s++) {
        unsigned k = campaigns_of(s);

        larger += k > f->most && k > 1;
        taken += k > f->most ? 0 : k * (k - 1) / 2;
    }
    assert_true(taken <= steps);
    assert_int_equal(f->sources_with_more, larger);
    for (unsigned a = 0; a < CAMPAIGNS; a++)
        for (unsigned b = a + 1; b < CAMPAIGNS; b++) {
            uint64_t n = shared_by(a, b, f->most);

            pairs += n > 0;
            above += f->count && n > f->first[f->count - 1].shared;
        }
    assert_int_equal(f->pairs, pairs);
    assert_int_equal(f->count, pairs < TOP ? pairs : TOP);
    assert_true(above < TOP);
    for (size_t i = 0; i < f->count; i++) {
        const struct campaign_pair *p = &f->first[i];
        unsigned a = index_of(p->campaign), b = index_of(p->other);

        assert_int_equal(p->shared, shared_by(a, b, f->most));
        assert_int_equal(p->sources, sources_of(a));
        assert_int_equal(p->other_sources, sources_of(b));
        assert_true(p->sources >= p->other_sources);
        assert_true(!i || p->shared <= f->first[i - 1].shared);
    }
}

static void test_every_bound(void **state)
{
    static const uint64_t steps[] = {0, 1, 20, 300, 1000, UINT64_MAX};

    (void)state;
    for (unsigned seed = 0; seed < 20; seed++)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
            struct campaign_pairs *p = campaign_pairs_new(100000);
            struct campaign_pairs_found found;

            send_some(p, seed);
            campaign_pairs_find(p, TOP, steps[i], &found);
            check(&found, steps[i]);
            assert_int_equal(found.left_out, 0);
            campaign_pairs_found_fini(&found);
            campaign_pairs_free(p);
        }
}

static void test_memory(void **state)
{
    struct campaign_pairs *p = campaign_pairs_new(3);
    struct campaign_pairs_found found;

    (void)state;
    campaign_pairs_find(p, TOP, 10, &found);
    assert_int_equal(found.count, 0);
    campaign_pairs_found_fini(&found);
    for (uint64_t campaign = 1; campaign <= 5; campaign++)
        campaign_pairs_put(p, campaign, 1);
    campaign_pairs_find(p, TOP, 10, &found);
    assert_int_equal(found.rows, 3);
    assert_int_equal(found.left_out, 2);
    assert_int_equal(found.pairs, 3);
    campaign_pairs_found_fini(&found);
    campaign_pairs_clear(p);
    campaign_pairs_put(p, 1, 1);
    campaign_pairs_find(p, TOP, 10, &found);
    assert_int_equal(found.rows, 1);
    assert_int_equal(found.left_out, 0);
    assert_int_equal(found.pairs, 0);
    campaign_pairs_found_fini(&found);
    campaign_pairs_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_bound),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
