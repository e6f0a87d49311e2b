/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings of JSON: what RFC 8259 section 7 says must be escaped, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

static void expect_json(const char *text, const char *expected)
{
    struct buf out = {0};

    json_string(&out, text);
    assert_string_equal(buf_string(&out), expected);
    buf_fini(&out);
}

static void test_strings(void **state)
{
    (void)state;
    expect_json("", "\"\"");
    expect_json("plain / text", "\"plain / text\"");
    expect_json("a \"quote\"", "\"a \\\"quote\\\"\"");
    expect_json("\\x1b", "\"\\\\x1b\"");
    expect_json("caf\xc3\xa9 \x7f", "\"caf\xc3\xa9 \x7f\"");
    expect_json("\x01\n\x1f", "\"\\u0001\\u000a\\u001f\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_strings)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
