/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts that a job shares with the writer: whole ones, or those from before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "live/shared_counters.h"

static void test_what_was_put_is_got(void **state)
{
    struct shared_counters shared = {0};
    struct counters in = {.received = 7, .dropped = 2}, out = {0};

    (void)state;
    assert_true(shared_counters_get(&shared, &out)); /* nothing yet */
    assert_int_equal(out.received, 0);
    shared_counters_put(&shared, &in);
    assert_true(shared_counters_get(&shared, &out));
    assert_int_equal(out.received, 7);
    assert_int_equal(out.dropped, 2);
}

static void test_a_job_that_died_amid_its_counts_holds_nobody_up(void **state)
{
    struct shared_counters shared = {0};
    struct counters in = {.received = 7}, out = {0};

    (void)state;
    shared_counters_put(&shared, &in);
    assert_true(shared_counters_get(&shared, &out));
    atomic_fetch_add(&shared.version, 1);
    shared.counters.received = 8; /* and no more */
    alarm(5);
    assert_false(shared_counters_get(&shared, &out));
    alarm(0);
    assert_int_equal(out.received, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_put_is_got),
        cmocka_unit_test(test_a_job_that_died_amid_its_counts_holds_nobody_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
