/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times as text: what is one, and that every day and its text are the same thing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "potsherd/time.h"

static void expect_time(const char *text, const char *canonical)
{
    char back[TIME_TEXT_MAX];
    time_us t;

    assert_true(time_parse(text, strlen(text), &t));
    time_format(t, back);
    assert_string_equal(back, canonical);
}

static void expect_none(const char *text)
{
    time_us t;

    assert_false(time_parse(text, strlen(text), &t));
}

static void test_forms(void **state)
{
    time_us t;

    (void)state;
    expect_time("2006-06-10T09:08:07.123456Z", "2006-06-10T09:08:07.123456Z");
    expect_time("2006-06-10T09:08:07.123456", "2006-06-10T09:08:07.123456Z");
    expect_time("2006-06-10 09:08:07Z", "2006-06-10T09:08:07.000000Z");
    expect_time("2006-06-10T09:08:07.5Z", "2006-06-10T09:08:07.500000Z");
    expect_time("2006-06-10", "2006-06-10T00:00:00.000000Z");
    expect_time("2006-06-10Z", "2006-06-10T00:00:00.000000Z");
    expect_time("0000-01-01", "0000-01-01T00:00:00.000000Z");
    expect_time("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z");
    assert_true(time_parse("1970-01-01", 10, &t));
    assert_true(t == 0);
    assert_true(time_parse("2001-09-09T01:46:40Z", 20, &t));
    assert_true(t == INT64_C(1000000000) * TIME_SECOND);
}

static void test_days_of_months(void **state)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    (void)state;
    for (char month = 1; month <= 12; month++)
        for (char day = 0; day <= 32; day++) {
            char text[] = "2007-00-00";
            time_us t;

            text[5] = (char)('0' + month / 10);
            text[6] = (char)('0' + month % 10);
            text[8] = (char)('0' + day / 10);
            text[9] = (char)('0' + day % 10);
            assert_int_equal(time_parse(text, 10, &t), day >= 1 && day <= days[month - 1]);
        }
    expect_none("2007-00-10");
    expect_none("2007-13-10");
}

static void test_leap_years(void **state)
{
    (void)state;
    expect_time("2008-02-29", "2008-02-29T00:00:00.000000Z");
    expect_time("2000-02-29", "2000-02-29T00:00:00.000000Z");
    expect_time("0000-02-29", "0000-02-29T00:00:00.000000Z");
    expect_none("2007-02-29");
    expect_none("1900-02-29");
    expect_none("2100-02-29T12:00:00Z");
    expect_none("2008-02-30");
    expect_none("2008-02-31");
}

static void test_clock(void **state)
{
    (void)state;
    expect_none("2006-06-10T24:00:00Z");
    expect_none("2006-06-10T23:60:00Z");
    expect_none("2006-06-10T23:59:61Z");
    expect_time("2005-12-31T23:59:60Z", "2006-01-01T00:00:00.000000Z");
    expect_time("2005-12-31T23:59:60.5Z", "2006-01-01T00:00:00.500000Z");
    expect_none("2005-12-31T23:58:60Z");
    expect_none("2005-12-31T22:59:60Z");
    expect_none("2006-06-10T09:08Z");
    expect_none("2006-06-10T9:08:07Z");
    expect_none("2006-06-10T09:08:07.Z");
    expect_none("2006-06-10T09:08:07.1234567Z");
    expect_none("2006-06-10T09:08:07+02:00");
    expect_none("2006-06-10T09:08:0-Z");
    expect_none("2006-06-10T");
}

static void test_none(void **state)
{
    (void)state;
    expect_none("");
    expect_none("Z");
    expect_none("2006-06-1");
    expect_none("06-06-2006");
    expect_none("2006/06/10");
    expect_none("+006-06-10");
    expect_none("2006-06-10t09:08:07Z");
    expect_none("2006-06-1 T09:08:07Z");
}

/* Four hundred years of days, after which the calendar repeats. */
static void test_every_day(void **state)
{
    const int64_t day_us = INT64_C(86400) * TIME_SECOND;
    char last[TIME_TEXT_MAX] = "";

    (void)state;
    for (int64_t day = -100000; day < -100000 + 146097; day++) {
        char text[TIME_TEXT_MAX];
        time_us t;

        time_format(day * day_us, text);
        assert_true(strcmp(last, text) < 0);
        strcpy(last, text);
        assert_true(time_parse(text, strlen(text), &t));
        assert_true(t == day * day_us);
    }
}

/* From `since` on, up to but without `until`; 0 is a time like others. */
static void test_period(void **state)
{
    const struct period ever = {.since = 7}, both = {10, 20, true, true},
                        from = {.since = 0, .has_since = true}, up_to = {.has_until = true};

    (void)state;
    assert_true(period_holds(&ever, -1));
    assert_true(period_holds(&ever, 7));
    assert_false(period_holds(&both, 9));
    assert_true(period_holds(&both, 10));
    assert_true(period_holds(&both, 19));
    assert_false(period_holds(&both, 20));
    assert_false(period_holds(&from, -1));
    assert_true(period_holds(&from, 0));
    assert_true(period_holds(&up_to, -1));
    assert_false(period_holds(&up_to, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),      cmocka_unit_test(test_days_of_months),
        cmocka_unit_test(test_leap_years), cmocka_unit_test(test_clock),
        cmocka_unit_test(test_none),       cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_period),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
