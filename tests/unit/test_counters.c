/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is made of the list of counters: sums, differences by column, reasons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "potsherd/counters.h"

static void test_adding_up(void **state)
{
    struct counters all = {0}, none = {0};
    struct counters one = {.frames = 2, .first = 70, .last = 90, .emails = 3};
    struct counters other = {.frames = 1, .first = 50, .last = 60, .emails = 4, .memory = 8};

    (void)state;
    other.requests[CLASS_ERROR] = 5;
    counters_add(&all, &one);
    assert_int_equal(all.first, 70);
    counters_add(&all, &other);
    counters_add(&all, &none); /* has no time */
    assert_int_equal(all.first, 50);
    assert_int_equal(all.last, 90);
    assert_int_equal(all.frames, 3);
    assert_int_equal(all.emails, 7);
    assert_int_equal(all.memory, 8);
    assert_int_equal(all.requests[CLASS_ERROR], 5);
}

/* Of 300 kinds over two processes not all find a place; their sum stays whole. */
static void test_kinds_of_packets_are_added_up(void **state)
{
    struct counters all = {0}, one = {0};
    struct datagram lldp = {.ethertype = 0x88cc}, other = {0};
    struct buf text = {0};
    uint64_t sum = 0;

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        unknown_note(&all.unknown, &lldp, DECAP_NOT_IP);
    for (unsigned i = 0; i < 300; i++) {
        other.ethertype = (uint16_t)(0x9000 + i);
        unknown_note(i % 2 ? &one.unknown : &all.unknown, &other, DECAP_NOT_IP);
    }
    unknown_note(&one.unknown, &lldp, DECAP_NOT_IP);
    counters_add(&all, &one);
    for (unsigned i = 0; i < UNKNOWN_PLACES; i++)
        sum += all.unknown.kinds[i].count;
    assert_int_equal(sum + all.unknown.others, 304);
    assert_true(all.unknown.others > 0);
    unknown_describe(&all.unknown, &text);
    assert_int_equal(strncmp(buf_string(&text), "4 EtherType 0x88cc, ", 20), 0);
    buf_fini(&text);
}

/* A job's counters are in its memory, and a job may have been taken over. */
static void test_a_kind_that_nobody_knows_is_left_out(void **state)
{
    struct counters all = {0}, one = {0};
    struct buf text = {0};

    (void)state;
    one.unknown.kinds[0] = (struct unknown_kind){.space = 200, .number = 1, .count = 900};
    counters_add(&all, &one);
    unknown_describe(&all.unknown, &text);
    assert_int_equal(text.len, 0);
    buf_fini(&text);
}

static void test_a_row_has_what_was_added_and_gauges_as_they_are(void **state)
{
    struct counters before = {.received = 10, .connections = 5, .memory = 900, .strays = 1};
    struct counters after = {.received = 17, .connections = 9, .memory = 300, .strays = 3};
    uint64_t row[STATS_COLUMN_COUNT] = {0};
    struct buf reasons = {0};

    (void)state;
    before.ended[END_FIN] = 2;
    after.ended[END_FIN] = 5;
    after.ended[END_EVICTED] = 1;
    after.evicted_attempts = 6;
    after.not_understood[DECAP_OK + 1] = 2;
    after.requests[0] = 4;
    after.requests[CLASS_ERROR] = 1;
    counters_between(&before, &after, row);
    counters_reasons(&before, &after, &reasons);
    assert_int_equal(row[STATS_received], 7);
    assert_int_equal(row[STATS_connections], 4);
    assert_int_equal(row[STATS_open], 3); /* of both, those that have not ended */
    assert_int_equal(row[STATS_memory], 300);
    assert_int_equal(row[STATS_evicted], 7);
    assert_int_equal(row[STATS_requests], 5);
    assert_int_equal(row[STATS_not_understood], 4);
    buf_append_text(&reasons, "."); /* ends what is compared */
    assert_non_null(strstr(buf_string(&reasons), "2 of no connection seen to begin."));
    assert_int_equal(strncmp(buf_string(&reasons), "2 ", 2), 0);
    buf_fini(&reasons);
}

/* Each column of numbers comes from the list, and no two entries share one. */
static void test_every_column_of_numbers_has_an_entry(void **state)
{
    unsigned n, seen[STATS_COLUMN_COUNT] = {0};
    const struct counter *list = counters_list(&n);

    (void)state;
    for (unsigned i = 0; i < n; i++)
        if (list[i].column >= 0)
            seen[list[i].column]++;
    for (unsigned i = 0; i < STATS_COLUMN_COUNT; i++)
        assert_int_equal(seen[i], i > STATS_interval && i != STATS_reasons);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adding_up),
        cmocka_unit_test(test_kinds_of_packets_are_added_up),
        cmocka_unit_test(test_a_kind_that_nobody_knows_is_left_out),
        cmocka_unit_test(test_a_row_has_what_was_added_and_gauges_as_they_are),
        cmocka_unit_test(test_every_column_of_numbers_has_an_entry),
    };

    return cmocka_run_group_tests_name("counters", tests, NULL, NULL);
}
