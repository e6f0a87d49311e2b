/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of CSV as lines of JSON, whole and cut anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "potsherd/row_json.h"

static const struct column columns[] = {{.name = "ts", .type = COLUMN_TIME},
                                        {.name = "n", .type = COLUMN_UINT},
                                        {.name = "whole", .type = COLUMN_BOOL},
                                        {.name = "text", .type = COLUMN_TEXT},
                                        {.name = "data", .type = COLUMN_B64}};
static const struct record_schema schema = {
    .name = "made", .columns = columns, .column_count = sizeof columns / sizeof *columns};

/* In pieces of `step` bytes, each into a buffer of its own. */
static void expect_in_steps(const char *csv, const char *lines, size_t step)
{
    struct row_json j = {.schema = &schema};
    struct buf all = {0};

    for (size_t i = 0; i < strlen(csv); i += step) {
        size_t n = strlen(csv) - i < step ? strlen(csv) - i : step;
        struct buf some = {0};

        row_json_put(&j, (struct bytes){(const uint8_t *)csv + i, n}, &some);
        buf_append(&all, some.data, some.len);
        buf_fini(&some);
    }
    assert_string_equal(buf_string(&all), lines);
    buf_fini(&all);
    row_json_fini(&j);
}

static void expect(const char *csv, const char *lines)
{
    for (size_t step = 1; step <= strlen(csv); step++)
        expect_in_steps(csv, lines, step);
}

static void values_by_their_type(void **state)
{
    (void)state;
    expect("2026-11-23T09:42:00.000000Z,12,1,plain,aGVsbG8=\n",
           "{\"ts\":\"2026-11-23T09:42:00.000000Z\",\"n\":12,\"whole\":true,\"text\":\"plain\","
           "\"data\":\"aGVsbG8=\"}\n");
    expect("t,0,0,,\n", "{\"ts\":\"t\",\"n\":0,\"whole\":false}\n");
}

static void what_is_empty_is_left_out(void **state)
{
    (void)state;
    expect(",,,,\n,7,,,\n,,,\"\",\n", "{}\n{\"n\":7}\n{}\n");
}

static void no_number_becomes_another(void **state)
{
    (void)state;
    expect(",007,,,\n,-1,2,,\n,1e9,,,\n",
           "{\"n\":\"007\"}\n{\"n\":\"-1\",\"whole\":\"2\"}\n{\"n\":\"1e9\"}\n");
}

static void quoted_text(void **state)
{
    (void)state;
    expect(",,,\"a, \"\"b\"\"\",\n", "{\"text\":\"a, \\\"b\\\"\"}\n");
    expect(",,,\"\"\"\",QQ==\n", "{\"text\":\"\\\"\",\"data\":\"QQ==\"}\n");
    expect(",1,,\"},{\"\"n\"\":2\",\n", "{\"n\":1,\"text\":\"},{\\\"n\\\":2\"}\n");
}

static void escapes_of_records_are_undone(void **state)
{
    (void)state;
    expect(",,,a\\x09b\\\\c,\n", "{\"text\":\"a\\u0009b\\\\c\"}\n");
    expect(",,,\xc3\xa9\\x00,\n", "{\"text\":\"\xc3\xa9\\u0000\"}\n");
    expect(",,,no utf-8: \\xff,\n", "{\"text\":\"no utf-8: \\\\xff\"}\n");
}

static void a_row_that_does_not_end(void **state)
{
    struct row_json j = {.schema = &schema};
    struct buf out = {0};

    (void)state;
    row_json_put(&j, bytes_of("t,1,1,\"half"), &out);
    row_json_reset(&j);
    buf_clear(&out);
    row_json_put(&j, bytes_of(",2,,,\n"), &out);
    assert_string_equal(buf_string(&out), "{\"n\":2}\n");
    buf_clear(&out);
    row_json_put(&j, bytes_of("t,1,1,x,aGVs"), &out);
    row_json_reset(&j);
    buf_clear(&out);
    row_json_put(&j, bytes_of(",3,,,\n"), &out);
    assert_string_equal(buf_string(&out), "{\"n\":3}\n");
    buf_fini(&out);
    row_json_fini(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_by_their_type),
        cmocka_unit_test(what_is_empty_is_left_out),
        cmocka_unit_test(no_number_becomes_another),
        cmocka_unit_test(quoted_text),
        cmocka_unit_test(escapes_of_records_are_undone),
        cmocka_unit_test(a_row_that_does_not_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
