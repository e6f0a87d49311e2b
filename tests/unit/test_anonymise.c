/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts without addresses and names of persons; and the bins of a series. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/anonymise.h"
#include "report/bins.h"

static const struct {
    const char *from, *to;
} texts[] = {
    {"", ""},
    {"nothing to see: 12:30:45, 5.5, 2006-06-10", "nothing to see: 12:30:45, 5.5, 2006-06-10"},
    /* addresses */
    {"192.0.2.7", "192.0.2.0/24"},
    {"192.0.2.7:25", "192.0.2.0/24:25"},
    {"(192.0.2.255)", "(192.0.2.0/24)"},
    {"x192.0.2.7y", "x192.0.2.0/24y"},
    {"010.000.0.3", "010.000.0.0/24"},
    {"192.0.2.7/32 192.0.2.7/24 192.0.2.7/16", "192.0.2.0/24 192.0.2.0/24 192.0.2.0/16"},
    {"256.0.2.7", "256.0.2.7"},
    {"1.2.3", "1.2.3"},
    {"at 192.0.2.7.", "at 192.0.2.0/24."},
    {"host-192-0-2-7.dsl.example", "host-192-0-2-x.dsl.example"},
    {"192.0-2.7", "192.0-2.7"},
    {"2001:db8:1:2::7", "2001:db8:1::/48"},
    {"2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"},
    {"[2001:DB8::7]:25", "[2001:db8::/48]:25"},
    {"2001:db8:1::/48", "2001:db8:1::/48"},
    {"2001:db8::7/128 x", "2001:db8::/48 x"},
    {"::ffff:192.0.2.7", "192.0.2.0/24"},
    {"ask 2001:db8::7.", "ask 2001:db8::/48."},
    {"std::string", "std::string"},
    /* mail addresses */
    {"john@example.com", "example.com"},
    {"<john.smith+x@example.com>", "<example.com>"},
    {"\"john smith\"@example.com", "example.com"},
    {"mail john@example.com, jane@other.example now", "mail example.com, other.example now"},
    {"jo\\xe9hn@example.com", "example.com"},
    {"j\xc3\xb6hn@example.com", "example.com"},
    {"bounce-john=example.com@list.example", "list.example"},
    {"john%40example.com", "example.com"},
    {"john%other.example@relay.example", "relay.example"},
    {"john@[192.0.2.7]", "[192.0.2.0/24]"},
    {"a@b@c", "c"},
    {"only @ here, @home and john@", "only @ here, @home and john@"},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf out = {0}, again = {0};

        anonymise_text(bytes_of(texts[i].from), &out);
        assert_string_equal(buf_string(&out), texts[i].to);
        anonymise_text(buf_view(&out), &again);
        assert_string_equal(buf_string(&again), texts[i].to);
        buf_fini(&out);
        buf_fini(&again);
    }
}

/* Cells at the end of memory: nothing behind them is read. */
static void test_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t n = 1; n <= strlen(texts[i].from); n++) {
            uint8_t *exact = malloc(n);
            struct buf out = {0};

            assert_non_null(exact);
            memcpy(exact, texts[i].from, n);
            anonymise_text((struct bytes){exact, n}, &out);
            buf_fini(&out);
            free(exact);
        }
}

static void expect_key(const char *key, size_t n, const char *expected, bool changed)
{
    struct buf out = {0};

    assert_int_equal(anonymise_key((struct bytes){(const uint8_t *)key, n}, &out), changed);
    assert_int_equal(out.len, n + strlen(expected) - strlen(key));
    assert_string_equal(buf_string(&out), expected);
    buf_fini(&out);
}

static void test_keys(void **state)
{
    (void)state;
    expect_key("192.0.2.7\00025\000x", 14, "192.0.2.0/24", true);
    expect_key("a\000\000", 3, "a", false);
    expect_key("", 0, "", false);
}

static void test_mailboxes(void **state)
{
    static const char *const cases[][2] = {
        {"john@example.com", "example.com"},
        {"<john@example.com>", "example.com"},
        {"a@b@example.com", "example.com"},
        {"john", ""},
        {"<>", "<>"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes domain = anonymise_mailbox(bytes_of(cases[i][0]));

        assert_int_equal(domain.n, strlen(cases[i][1]));
        assert_true(!domain.n || memcmp(domain.at, cases[i][1], domain.n) == 0);
    }
}

static const struct {
    enum bin bin;
    const char *at, *text;
} bins[] = {
    {BIN_HOUR, "2006-06-10T05:59:59Z", "2006-06-10T05:00:00Z"},
    {BIN_DAY, "2006-06-10T23:59:59Z", "2006-06-10"},
    {BIN_WEEK, "2006-06-11T23:59:59Z", "2006-06-05"}, /* a Sunday */
    {BIN_WEEK, "2006-06-12", "2006-06-12"},
    {BIN_WEEK, "1970-01-01", "1969-12-29"},
    {BIN_WEEK, "1969-12-28", "1969-12-22"},
    {BIN_MONTH, "2008-02-29", "2008-02"},
    {BIN_MONTH, "0000-01-01", "0000-01"},
    {BIN_MONTH, "9999-12-31", "9999-12"},
};

static void test_bins(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bins / sizeof *bins; i++) {
        char text[BIN_TEXT_MAX];
        time_us at = 0;
        int64_t n, parsed = 0;

        assert_true(time_parse(bins[i].at, strlen(bins[i].at), &at));
        n = bin_at(bins[i].bin, at);
        (void)bin_text(bins[i].bin, n, text);
        assert_string_equal(text, bins[i].text);
        assert_true(bin_parse(bins[i].bin, bytes_of(text), &parsed));
        assert_int_equal(parsed, n);
        assert_true(bin_start(bins[i].bin, n) <= at);
        assert_true(bins[i].at[0] == '9' || bin_start(bins[i].bin, n + 1) > at);
    }
    assert_int_equal(bin_for(1), BIN_HOUR);
    assert_int_equal(bin_for(3), BIN_HOUR);
    assert_int_equal(bin_for(4), BIN_DAY);
    assert_int_equal(bin_for(120), BIN_DAY);
    assert_int_equal(bin_for(121), BIN_WEEK);
    assert_int_equal(bin_for(1098), BIN_WEEK);
    assert_int_equal(bin_for(1099), BIN_MONTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),     cmocka_unit_test(test_ends), cmocka_unit_test(test_keys),
        cmocka_unit_test(test_mailboxes), cmocka_unit_test(test_bins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
