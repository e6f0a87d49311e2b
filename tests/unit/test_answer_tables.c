/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The responder's tables: what they hold, evict and count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer/asked.h"
#include "answer/attempts.h"
#include "answer/halfopen.h"
#include "answer/rate.h"
#include "answer/wheel.h"

static const struct cookie_key key = {1, 2};

static void timers_go_off_in_time(void **state)
{
    static struct wheel w;
    static struct wheel_link links[1000];
    static time_us due[1000];
    time_us now = 1000 * TIME_SECOND;
    unsigned left = 1000, early = 0;

    (void)state;
    wheel_init(&w, now);
    memset(links, 0, sizeof links);
    for (unsigned i = 0; i < 1000; i++) {
        due[i] = now + (time_us)i * i * 97; /* up to 97 seconds: farther than the wheel */
        wheel_set(&w, &links[i], due[i]);
    }
    for (; left; now += 7777) {
        struct wheel_link *link;

        assert_true(wheel_next(&w) <= now + WHEEL_SLOTS * WHEEL_SLOT);
        while ((link = wheel_pop(&w, now))) {
            unsigned i = (unsigned)(link - links);

            if (now < due[i]) { /* came round too early */
                early++;
                wheel_set(&w, link, due[i]);
                continue;
            }
            assert_true(now - due[i] <= 2 * WHEEL_SLOT);
            left--;
        }
        for (unsigned i = 0; i < 1000; i++)
            if (links[i].next)
                assert_true(due[i] >= now - 2 * WHEEL_SLOT);
    }
    assert_int_equal(w.count, 0);
    assert_in_range(early, 1, 10000);
    assert_true(wheel_next(&w) == INT64_MAX);
}

static void earlier_times_win_and_unset_is_final(void **state)
{
    static struct wheel w;
    struct wheel_link link = {NULL};

    (void)state;
    wheel_init(&w, 0);
    wheel_set(&w, &link, 5 * TIME_SECOND);
    wheel_set(&w, &link, TIME_SECOND);
    wheel_set(&w, &link, 7 * TIME_SECOND);
    assert_null(wheel_pop(&w, TIME_SECOND / 2));
    assert_ptr_equal(wheel_pop(&w, TIME_SECOND + WHEEL_SLOT), &link);
    wheel_set(&w, &link, 2 * TIME_SECOND);
    wheel_unset(&w, &link);
    wheel_unset(&w, &link);
    assert_null(wheel_pop(&w, 100 * TIME_SECOND));
}

static void a_source_has_its_rate(void **state)
{
    struct rate *r = rate_new(100, RATE_BURST, &key);
    struct address a = address_v4((const uint8_t[]){192, 0, 2, 1});
    struct address b = address_v4((const uint8_t[]){192, 0, 2, 2});
    time_us now = TIME_SECOND;
    unsigned n = 0;

    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        n += rate_take(r, &a, now);
    assert_int_equal(n, 200); /* the burst */
    assert_true(rate_take(r, &b, now));
    n = 0;
    for (unsigned i = 0; i < 10000; i++)
        n += rate_take(r, &a, now += 100); /* a second */
    assert_in_range(n, 99, 101);
    rate_free(r);
    r = rate_new(0, RATE_BURST, &key);
    for (unsigned i = 0; i < 1000; i++)
        assert_true(rate_take(r, &a, now));
    rate_free(r);
}

static void syns_are_answered_again_until_acknowledged(void **state)
{
    struct halfopen *h = halfopen_new();
    struct halfopen_syn syn = {.peer_isn = 7};
    time_us now = 0;
    unsigned n = 0;

    (void)state;
    halfopen_add(h, 42, &syn, now);
    halfopen_add(h, 42, &syn, now);
    while (halfopen_next(h) != INT64_MAX) {
        now = halfopen_next(h);
        while (halfopen_due(h, now))
            n++;
    }
    assert_int_equal(n, HALFOPEN_TRIES);
    assert_true(now == 3 * TIME_SECOND);
    halfopen_add(h, 42, &syn, now);
    halfopen_remove(h, 43);
    halfopen_remove(h, 42);
    assert_null(halfopen_due(h, now + 100 * TIME_SECOND));
    halfopen_free(h);
}

static unsigned syns_due(struct halfopen *h, time_us now, uint32_t least_isn)
{
    unsigned n = 0;

    for (const struct halfopen_syn *s; (s = halfopen_due(h, now)); n++)
        assert_in_range(s->peer_isn, least_isn, UINT32_MAX);
    return n;
}

static void add_syns(struct halfopen *h, uint32_t from, uint32_t to)
{
    struct halfopen_syn syn = {.peer_isn = from};

    for (; syn.peer_isn < to; syn.peer_isn++)
        halfopen_add(h, syn.peer_isn * UINT64_C(0x9e3779b97f4a7c15) >> 8, &syn, syn.peer_isn);
}

/* Every SYN/ACK that was to be sent again is sent, or counted. */
static void in_a_load_no_syn_is_answered_again(void **state)
{
    struct halfopen *h = halfopen_new();

    (void)state;
    add_syns(h, 0, HALFOPEN_LOAD);
    assert_int_equal(syns_due(h, 2 * TIME_SECOND, 0), HALFOPEN_LOAD);
    assert_int_equal(halfopen_forgotten(h), 0);
    add_syns(h, 2000001, 2000101); /* too many now, until so many are forgotten */
    assert_int_equal(syns_due(h, 4 * TIME_SECOND, 0), HALFOPEN_LOAD);
    assert_int_equal(halfopen_forgotten(h), 100);
    assert_true(halfopen_next(h) == INT64_MAX);
    halfopen_free(h);
    h = halfopen_new();
    add_syns(h, 0, 2 * HALFOPEN_LOAD);
    assert_int_equal(syns_due(h, 2 * TIME_SECOND, HALFOPEN_LOAD), HALFOPEN_LOAD);
    assert_int_equal(halfopen_forgotten(h), HALFOPEN_LOAD);
    halfopen_free(h);
}

static void a_flood_of_syns_pushes_the_oldest_out(void **state)
{
    struct halfopen *h = halfopen_new();
    unsigned forgotten, n;

    (void)state;
    add_syns(h, 0, 100000);
    n = syns_due(h, 2 * TIME_SECOND, 80000);
    forgotten = (unsigned)halfopen_forgotten(h);
    assert_int_equal(n, HALFOPEN_LOAD);
    assert_in_range(n + forgotten, HALFOPEN_MAX * 9 / 10, HALFOPEN_MAX);
    halfopen_free(h);
}

static struct attempt attempt_at(time_us ts, uint32_t isn)
{
    return (struct attempt){.first = ts, .isn = isn, .syns = 1};
}

static void an_attempt_is_told_once_it_is_over(void **state)
{
    struct attempts *a = attempts_new();
    struct attempt syn = attempt_at(1000, 7), over;

    (void)state;
    assert_int_equal(attempts_next(a), INT64_MAX);
    assert_false(attempts_add(a, 42, &syn, &over));
    syn = attempt_at(1000 + TIME_SECOND, 7); /* once more */
    assert_false(attempts_add(a, 42, &syn, &over));
    syn = attempt_at(1000 + TIME_SECOND / 2, 9);
    assert_false(attempts_add(a, 43, &syn, &over));
    assert_int_equal(attempts_next(a), 1000 + TIME_SECOND + ATTEMPTS_TIMEOUT);
    assert_false(attempts_due(a, attempts_next(a) - 1, &over));
    assert_true(attempts_due(a, attempts_next(a), &over));
    assert_int_equal(over.isn, 7);
    assert_int_equal(over.syns, 2);
    assert_int_equal(attempt_time(&over, 0), 1000);
    assert_int_equal(attempt_time(&over, 1), 1000 + TIME_SECOND);
    assert_false(attempts_take(a, 42, 7, &over));
    assert_false(attempts_take(a, 43, 7, &over));
    assert_true(attempts_take(a, 43, 9, &over));
    assert_int_equal(over.isn, 9);
    assert_int_equal(attempts_next(a), INT64_MAX);
    assert_false(attempts_due(a, INT64_MAX, &over));
    attempts_free(a);
}

static void another_number_or_too_many_syns_end_an_attempt(void **state)
{
    struct attempts *a = attempts_new();
    struct attempt syn = attempt_at(0, 7), over;

    (void)state;
    for (unsigned i = 0; i < ATTEMPT_SYNS_MAX; i++)
        assert_false(attempts_add(a, 42, &syn, &over));
    assert_true(attempts_add(a, 42, &syn, &over));
    assert_int_equal(over.syns, ATTEMPT_SYNS_MAX);
    syn.isn = 8;
    assert_true(attempts_add(a, 42, &syn, &over));
    assert_int_equal(over.isn, 7);
    assert_int_equal(over.syns, 1);
    attempts_free(a);
}

static void no_attempt_is_lost_in_a_flood(void **state)
{
    struct attempts *a = attempts_new();
    uint64_t sum = 0, displaced = 0, n = 10 * ATTEMPTS_MAX;
    struct attempt over;

    (void)state;
    for (unsigned i = 0; i < n; i++) {
        struct attempt syn = attempt_at(i, i);

        if (attempts_add(a, i * UINT64_C(0x9e3779b97f4a7c15) >> 8, &syn, &over)) {
            assert_true(over.isn < i - ATTEMPTS_MAX / 10); /* it had its time */
            sum += over.isn;
            displaced++;
        }
    }
    assert_in_range(n - displaced, ATTEMPTS_MAX * 9 / 10, ATTEMPTS_MAX);
    while (attempts_due(a, INT64_MAX, &over)) {
        sum += over.isn;
        displaced++;
    }
    assert_int_equal(displaced, n);
    assert_int_equal(sum, n * (n - 1) / 2);
    attempts_free(a);
}

/* --- asked --- */

static struct frame frame_of(const uint8_t *bytes, uint32_t n)
{
    return (struct frame){.bytes = bytes, .caplen = n, .wire_len = n};
}

static void what_waits_comes_in_order_and_is_bounded(void **state)
{
    static uint8_t bytes[1 << 20];
    struct frame small = frame_of(bytes, 1), large = frame_of(bytes, sizeof bytes), out;
    struct asked *a = asked_new();
    uint16_t mss;

    (void)state;
    assert_false(asked_begin(a, &mss));
    for (unsigned round = 0; round < 3; round++) {
        for (uint16_t i = 0; i < ASKED_MAX; i++) {
            assert_true(asked_has_room(a, &small));
            asked_add(a, i, i, &small);
        }
        assert_false(asked_has_room(a, &small));
        assert_int_equal(asked_hold(a, ASKED_MAX, &small), ASKED_NOT);
        for (unsigned i = 0; i < ASKED_BYTES_MAX / sizeof bytes - 1; i++)
            assert_int_equal(asked_hold(a, 1, &large), ASKED_HELD);
        assert_int_equal(asked_hold(a, 1, &large), ASKED_FULL);
        for (uint16_t i = 0; i < ASKED_MAX; i++) {
            unsigned n = 0;

            assert_true(asked_begin(a, &mss));
            assert_int_equal(mss, i);
            assert_int_equal(asked_hold(a, i, &small), ASKED_NOT);
            while (asked_next(a, &out))
                assert_int_equal(out.caplen, n++ ? large.caplen : small.caplen);
            assert_int_equal(n, i == 1 ? ASKED_BYTES_MAX / sizeof bytes : 1);
        }
    }
    asked_add(a, 1, 1, &small); /* what is left is freed */
    asked_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_comes_in_order_and_is_bounded),
        cmocka_unit_test(timers_go_off_in_time),
        cmocka_unit_test(earlier_times_win_and_unset_is_final),
        cmocka_unit_test(a_source_has_its_rate),
        cmocka_unit_test(syns_are_answered_again_until_acknowledged),
        cmocka_unit_test(in_a_load_no_syn_is_answered_again),
        cmocka_unit_test(a_flood_of_syns_pushes_the_oldest_out),
        cmocka_unit_test(an_attempt_is_told_once_it_is_over),
        cmocka_unit_test(another_number_or_too_many_syns_end_an_attempt),
        cmocka_unit_test(no_attempt_is_lost_in_a_flood),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
