/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decimal numbers: what is one, and where its bounds are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/number.h"

static void expect_number(const char *text, uint64_t max, bool is, uint64_t expected)
{
    uint64_t value = 99;

    assert_int_equal(number_parse(bytes_of(text), max, &value), is);
    assert_true(value == expected);
}

static void test_parse(void **state)
{
    (void)state;
    expect_number("0", UINT64_MAX, true, 0);
    expect_number("007", UINT64_MAX, true, 7);
    expect_number("18446744073709551615", UINT64_MAX, true, UINT64_MAX);
    expect_number("18446744073709551616", UINT64_MAX, false, 0);
    expect_number("99999999999999999999999999", UINT64_MAX, false, 0);
    expect_number("", UINT64_MAX, false, 0);
    expect_number("-1", UINT64_MAX, false, 0);
    expect_number("+1", UINT64_MAX, false, 0);
    expect_number(" 1", UINT64_MAX, false, 0);
    expect_number("1 ", UINT64_MAX, false, 0);
    expect_number("1e3", UINT64_MAX, false, 0);
    expect_number("0x10", UINT64_MAX, false, 0);
    assert_false(number_parse(BYTES_NONE, UINT64_MAX, &(uint64_t){0}));
    assert_false(number_parse((struct bytes){(const uint8_t *)"1\0", 2}, 9, &(uint64_t){0}));
}

static void test_max(void **state)
{
    (void)state;
    expect_number("65535", 65535, true, 65535);
    expect_number("0065535", 65535, true, 65535);
    expect_number("65536", 65535, false, 0);
    expect_number("655350", 65535, false, 0);
    expect_number("1", 0, false, 0);
    expect_number("0", 0, true, 0);
    expect_number("9", 9, true, 9);
    expect_number("10", 9, false, 0);
}

static void test_prefix(void **state)
{
    uint64_t value;

    (void)state;
    assert_int_equal(number_prefix(bytes_of("120 LAST"), UINT64_MAX, &value), 3);
    assert_int_equal(value, 120);
    assert_int_equal(number_prefix(bytes_of("LAST"), UINT64_MAX, &value), 0);
    assert_int_equal(value, 0);
    assert_int_equal(number_prefix(bytes_of("12345"), 999, &value), 3);
    assert_int_equal(value, 123);
    assert_int_equal(number_prefix(BYTES_NONE, 999, &value), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_max),
        cmocka_unit_test(test_prefix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
