/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sequence numbers at their edges (RFC 9293 section 3.4): each case from every base, so that
 * the numbers wrap, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "potsherd/sequence.h"

static const uint32_t bases[] = {0,
                                 1,
                                 UINT32_C(0x3fffffff),
                                 UINT32_C(0x40000000),
                                 UINT32_C(0x7fffffff),
                                 UINT32_C(0x80000000),
                                 UINT32_C(0x80000001),
                                 UINT32_C(0xc0000000),
                                 UINT32_C(0xfffffffe),
                                 UINT32_C(0xffffffff)};
#define BASES (sizeof bases / sizeof *bases)

static void before_is_less_than_half_the_space(void **state)
{
    static const struct {
        uint32_t distance;
        bool before;
    } cases[] = {{0, false},
                 {1, true},
                 {UINT32_C(0x7ffffffe), true},
                 {UINT32_C(0x7fffffff), true},
                 {UINT32_C(0x80000000), false},
                 {UINT32_C(0x80000001), false},
                 {UINT32_C(0xffffffff), false}};

    (void)state;
    for (size_t b = 0; b < BASES; b++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            assert_int_equal(sequence_before(bases[b], bases[b] + cases[i].distance),
                             cases[i].before);
}

static void half_the_space_apart_is_neither(void **state)
{
    (void)state;
    for (size_t b = 0; b < BASES; b++) {
        uint32_t other = bases[b] + UINT32_C(0x80000000);

        assert_false(sequence_before(bases[b], other));
        assert_false(sequence_before(other, bases[b]));
        assert_int_equal(sequence_later(bases[b], other), bases[b]);
        assert_int_equal(sequence_earlier(bases[b], other), bases[b]);
    }
}

static void later_and_earlier(void **state)
{
    (void)state;
    for (size_t b = 0; b < BASES; b++) {
        uint32_t far = bases[b] + UINT32_C(0x7fffffff);

        assert_int_equal(sequence_later(bases[b], far), far);
        assert_int_equal(sequence_later(far, bases[b]), far);
        assert_int_equal(sequence_earlier(bases[b], far), bases[b]);
        assert_int_equal(sequence_earlier(far, bases[b]), bases[b]);
    }
}

static void places(void **state)
{
    static const struct {
        uint32_t distance;
        enum sequence_place place;
    } cases[] = {{0, SEQUENCE_AT},
                 {1, SEQUENCE_AHEAD},
                 {SEQUENCE_WINDOW, SEQUENCE_AHEAD},
                 {SEQUENCE_WINDOW + 1, SEQUENCE_OUTSIDE},
                 {UINT32_C(0x7fffffff), SEQUENCE_OUTSIDE},
                 {UINT32_C(0x80000000), SEQUENCE_OUTSIDE},
                 {UINT32_C(0x80000001), SEQUENCE_OUTSIDE},
                 {-SEQUENCE_WINDOW - 1, SEQUENCE_OUTSIDE},
                 {-SEQUENCE_WINDOW, SEQUENCE_BEHIND},
                 {UINT32_C(0xffffffff), SEQUENCE_BEHIND}};

    (void)state;
    for (size_t b = 0; b < BASES; b++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            assert_int_equal(sequence_place(bases[b], bases[b] + cases[i].distance),
                             cases[i].place);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_is_less_than_half_the_space),
        cmocka_unit_test(half_the_space_apart_is_neither),
        cmocka_unit_test(later_and_earlier),
        cmocka_unit_test(places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
