/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Configuration as text: which line is wrong, what a list's parts are, and what a misspelt name
 * may have meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "cli/key_lines.h"
#include "cli/old_options.h"
#include "cli/spelling.h"

static void expect_line(const char *text, unsigned expected)
{
    GPtrArray *lines = NULL;
    struct failure why = {""};
    unsigned line = 0;

    assert_null(key_lines_load(bytes_of(text), &lines, &line, &why));
    assert_int_equal(line, expected);
    assert_true(why.text[0]);
}

static void test_line_refused(void **state)
{
    (void)state;
    expect_line("word", 1);
    expect_line("[a]\nx = 1\nword\n", 3);
    expect_line("[a]\nx = 1\nword\n[b]\nword\n", 3);
    expect_line("\n\n# c\nx = 1\n[a]\n", 4);
    expect_line("[a]\r\nx = 1\r\n[b\r\n", 3);
    expect_line("[a]\n= 1", 2);
    expect_line("[a]\n\n\n\n\n\n\n[]", 8);
}

static void test_nul(void **state)
{
    GPtrArray *lines = NULL;
    struct failure why = {""};
    unsigned line = 0;

    (void)state;
    assert_null(
        key_lines_load((struct bytes){(const uint8_t *)"[a]\nx=\0\n", 8}, &lines, &line, &why));
    assert_int_equal(line, 2);
}

struct expected {
    const char *section, *key;
    unsigned line;
};

static void expect_lines(const char *text, const struct expected *expected, unsigned n)
{
    GPtrArray *lines = NULL;
    struct failure why;
    unsigned line;
    GKeyFile *file = key_lines_load(bytes_of(text), &lines, &line, &why);

    assert_non_null(file);
    assert_int_equal(lines->len, n);
    for (unsigned i = 0; i < n; i++) {
        const struct key_line *l = g_ptr_array_index(lines, i);
        char *value;

        assert_string_equal(l->section, expected[i].section);
        assert_int_equal(l->line, expected[i].line);
        assert_true(!l->key == !expected[i].key);
        if (!l->key)
            continue;
        assert_string_equal(l->key, expected[i].key);
        value = g_key_file_get_value(file, l->section, l->key, NULL);
        assert_non_null(value); /* both have found it under the same name */
        g_free(value);
    }
    g_ptr_array_free(lines, TRUE);
    g_key_file_free(file);
}

static void test_lines(void **state)
{
    static const struct expected expected[] = {
        {"a", NULL, 2}, {"a", "x-y", 3}, {"a", "z", 5}, {"b", NULL, 7}, {"b", "x-y", 8}};

    (void)state;
    expect_lines("# first\n[a]\n  x-y = [c] # d\n#q = 1\nz==\n\n[b] \r\nx-y =", expected, 5);
    expect_lines("", NULL, 0);
    expect_lines("# only", NULL, 0);
}

static void expect_parts(const char *value, const char *const *expected)
{
    GPtrArray *parts = key_lines_split(value);
    unsigned n = 0;

    for (; expected[n]; n++) {
        assert_true(n < parts->len);
        assert_string_equal(g_ptr_array_index(parts, n), expected[n]);
    }
    assert_int_equal(parts->len, n);
    g_ptr_array_free(parts, TRUE);
}

static void test_split(void **state)
{
    (void)state;
    expect_parts("", (const char *[]){NULL});
    expect_parts(" ; ;", (const char *[]){NULL});
    expect_parts("a", (const char *[]){"a", NULL});
    expect_parts(" a b ;c;", (const char *[]){"a b", "c", NULL});
    expect_parts("a\\;b;\\d+", (const char *[]){"a;b", "\\d+", NULL});
    expect_parts("a\\", (const char *[]){"a\\", NULL});
}

static void test_old(void **state)
{
    (void)state;
    assert_int_equal(old_options_line("OPTIONS=--arp"), 1);
    assert_int_equal(old_options_line("# a\n\n  OPTIONS=\n"), 3);
    assert_int_equal(old_options_line("[watch]\nOPTIONS=\n"), 0);
    assert_int_equal(old_options_line("# OPTIONS=\n"), 0);
    assert_int_equal(old_options_line(""), 0);
}

static void test_distance(void **state)
{
    (void)state;
    assert_int_equal(spelling_distance("", ""), 0);
    assert_int_equal(spelling_distance("", "abc"), 3);
    assert_int_equal(spelling_distance("abc", ""), 3);
    assert_int_equal(spelling_distance("kitten", "sitting"), 3);
    assert_int_equal(spelling_distance("reprot", "report"), 1);
    assert_int_equal(spelling_distance("ca", "abc"), 3); /* no edit inside two exchanged letters */
    assert_int_equal(spelling_distance("geoip", "geo"), 2);
}

static void test_nearest(void **state)
{
    static const char *const names[] = {"geo", "sensor", "report", "replay", "as", NULL};
    char huge[5000];

    (void)state;
    assert_string_equal(spelling_nearest("geoip", names), "geo");
    assert_string_equal(spelling_nearest("sensors", names), "sensor");
    assert_string_equal(spelling_nearest("repaly", names), "replay");
    assert_null(spelling_nearest("wings", names));
    assert_null(spelling_nearest("is", (const char *[]){"on", NULL}));
    assert_null(spelling_nearest("", names));
    memset(huge, 'a', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    assert_null(spelling_nearest(huge, names));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_refused), cmocka_unit_test(test_nul),
        cmocka_unit_test(test_lines),        cmocka_unit_test(test_split),
        cmocka_unit_test(test_old),          cmocka_unit_test(test_distance),
        cmocka_unit_test(test_nearest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
