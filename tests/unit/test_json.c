/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON: what RFC 8259 section 7 says must be escaped, and nothing else; commas and names.  UUIDs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/uuid.h"

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

static void test_writer(void **state)
{
    struct buf out = {0};
    struct json j = {.out = &out};

    (void)state;
    json_open(&j, NULL, '{');
    json_open(&j, "empty", '[');
    json_close(&j, ']');
    json_uint(&j, "most", UINT64_MAX);
    json_open(&j, "list", '[');
    json_word(&j, NULL, "a");
    json_bool(&j, NULL, true);
    json_open(&j, NULL, '{');
    json_close(&j, '}');
    json_close(&j, ']');
    json_text(&j, "latin", (struct bytes){(const uint8_t *)"caf\xe9\\", 5});
    json_text(&j, "nul", (struct bytes){(const uint8_t *)"a\0b", 3});
    json_close(&j, '}');
    assert_string_equal(buf_string(&out),
                        "{\"empty\":[],\"most\":18446744073709551615,\"list\":[\"a\",true,{}],"
                        "\"latin\":\"caf\\\\xe9\\\\\\\\\",\"nul\":\"a\\u0000b\"}");
    buf_fini(&out);
}

static void test_holds(void **state)
{
    (void)state;
    assert_true(json_holds(BYTES_NONE));
    assert_true(json_holds((struct bytes){(const uint8_t *)"a\0\xc3\xa9", 4}));
    assert_false(json_holds((struct bytes){(const uint8_t *)"a\0\xe9", 3}));
    assert_false(json_holds((struct bytes){(const uint8_t *)"\xc3", 1}));
}

/* By Python: uuid.uuid5(uuid.NAMESPACE_DNS, "python.org"), and of no name. */
static void test_uuid(void **state)
{
    static const uint8_t dns[UUID_BYTES] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                            0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    struct digest *d = digest_new();
    char text[UUID_TEXT_MAX];

    (void)state;
    uuid_of_name(d, dns, bytes_of("python.org"), text);
    assert_string_equal(text, "886313e1-3b8a-5372-9b90-0c9aee199e5d");
    uuid_of_name(d, dns, BYTES_NONE, text);
    assert_string_equal(text, "4ebd0208-8328-5d69-8c44-ec50939c0967");
    digest_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_strings),
                                       cmocka_unit_test(test_writer), cmocka_unit_test(test_holds),
                                       cmocka_unit_test(test_uuid)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
