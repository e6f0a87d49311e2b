/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only what prints comes out, whatever goes in, and into however little room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/escape.h"

static const struct {
    const char *from, *to;
} cases[] = {
    {"", ""},
    {"plain text, \\ and \"", "plain text, \\ and \""},
    {"\033[2J", "\\x1b[2J"},
    {"a\nb\tc\r", "a\\x0ab\\x09c\\x0d"},
    {"\x7f", "\\x7f"},
    {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x93\xa7", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x93\xa7"},
    {"\xc2\x85\xc2\x9b", "\\xc2\\x85\\xc2\\x9b"}, /* C1 controls */
    {"\xe2\x80\xae", "\\xe2\\x80\\xae"},          /* RIGHT-TO-LEFT OVERRIDE */
    {"\xe2\x80\xa8", "\\xe2\\x80\\xa8"},          /* LINE SEPARATOR */
    {"\xff\xfe", "\\xff\\xfe"},                   /* never UTF-8 */
    {"\xc0\x8a", "\\xc0\\x8a"},                   /* a line feed, two bytes long */
    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},          /* a surrogate */
    {"x\xc3", "x\\xc3"},                          /* cut short */
    {"\xe2\x82", "\\xe2\\x82"},
    {"\\x1b", "\\x1b"},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};

        escape_append(&out, bytes_of(cases[i].from));
        assert_string_equal(buf_string(&out), cases[i].to);
        escape_append(&out, BYTES_NONE);
        assert_int_equal(out.len, strlen(cases[i].to));
        buf_fini(&out);
    }
}

static void test_nul(void **state)
{
    struct buf out = {0};

    (void)state;
    escape_append(&out, (struct bytes){(const uint8_t *)"a\0b", 3});
    assert_string_equal(buf_string(&out), "a\\x00b");
    buf_fini(&out);
}

/* Any bytes come back out of a cell; and what is no escape stays. */
static void test_undo(void **state)
{
    static const struct {
        const char *cell, *bytes;
    } strange[] = {{"\\", "\\"},       {"a\\", "a\\"},           {"\\x4", "\\x4"},
                   {"\\xg0", "\\xg0"}, {"\\x41\\X41", "A\\X41"}, {"\\\\x41", "\\x41"},
                   {"\\\\\\", "\\\\"}};
    struct buf cell = {0}, back = {0};
    uint8_t all[3 * 256];

    (void)state;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t)(i * (i < 256 ? 1 : 7));
    escape_cell(&cell, (struct bytes){all, sizeof all});
    escape_cell_undo(&back, buf_view(&cell));
    assert_int_equal(back.len, sizeof all);
    assert_memory_equal(back.data, all, sizeof all);
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        buf_clear(&back);
        escape_cell_undo(&back, bytes_of(strange[i].cell));
        assert_string_equal(buf_string(&back), strange[i].bytes);
    }
    buf_fini(&cell);
    buf_fini(&back);
}

/* Whatever the room, what comes out is a beginning of the whole, cut between characters. */
static void test_room(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t room = 1; room < 40; room++) {
            char *out = malloc(room), again[64];
            size_t n = escape_into(out, room, bytes_of(cases[i].from));

            assert_true(n < room && n <= strlen(cases[i].to));
            assert_int_equal(strlen(out), n);
            assert_memory_equal(out, cases[i].to, n);
            assert_int_equal(escape_into(again, sizeof again, bytes_of(out)), n);
            assert_string_equal(again, out);
            if (room > strlen(cases[i].to))
                assert_int_equal(n, strlen(cases[i].to));
            free(out);
        }
}

/* Cells: the bytes can be had back, so a backslash is two, and what only looks odd stays. */
static void test_cells(void **state)
{
    static const char *const cells[][2] = {
        {"", ""},
        {"plain, \"text\"", "plain, \"text\""},
        {"\\x1b", "\\\\x1b"},
        {"\033[2J\t\n\x7f", "\\x1b[2J\\x09\\x0a\\x7f"},
        {"caf\xc3\xa9 \xf0\x9f\x93\xa7", "caf\xc3\xa9 \xf0\x9f\x93\xa7"},
        {"\xc2\x85\xc2\xa0", "\\xc2\\x85\xc2\xa0"}, /* a C1 control, a no-break space */
        {"\xe2\x80\xae\xe2\x80\xa8", "\xe2\x80\xae\xe2\x80\xa8"},
        {"\xff\xc3", "\\xff\\xc3"},
        {"\xc0\x8a\xed\xa0\x80", "\\xc0\\x8a\\xed\\xa0\\x80"},
        {"\xf4\x8f\xbf\xbf\xf4\x90\x80\x80", "\xf4\x8f\xbf\xbf\\xf4\\x90\\x80\\x80"},
    };
    struct buf out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        buf_clear(&out);
        escape_cell(&out, bytes_of(cells[i][0]));
        assert_string_equal(buf_string(&out), cells[i][1]);
    }
    buf_clear(&out);
    escape_cell(&out, (struct bytes){(const uint8_t *)"a\0b", 3});
    assert_string_equal(buf_string(&out), "a\\x00b");
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases), cmocka_unit_test(test_nul),   cmocka_unit_test(test_undo),
        cmocka_unit_test(test_room),  cmocka_unit_test(test_cells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
