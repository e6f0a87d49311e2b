/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base64: the vectors of RFC 4648, GLib's as the other opinion, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "base/base64.h"

static const char *const vectors[][2] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

static void test_rfc4648(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct buf out = {0};

        base64_encode(bytes_of(vectors[i][0]), &out);
        assert_string_equal(buf_string(&out), vectors[i][1]);
        buf_clear(&out);
        assert_true(base64_decode(bytes_of(vectors[i][1]), &out));
        assert_string_equal(buf_string(&out), vectors[i][0]);
        buf_fini(&out);
    }
}

/* Each pair of digits: all values of twelve bits, at each of the two places. */
static void test_every_pair(void **state)
{
    uint8_t bytes[3 * 4096];

    (void)state;
    for (unsigned i = 0; i < 4096; i++) {
        uint32_t bits = i << 12 | (4095 - i);

        bytes[3 * i] = (uint8_t)(bits >> 16);
        bytes[3 * i + 1] = (uint8_t)(bits >> 8);
        bytes[3 * i + 2] = (uint8_t)bits;
    }
    for (size_t n = sizeof bytes - 3; n <= sizeof bytes; n++) {
        char *expected = g_base64_encode(bytes, n);
        struct buf out = {0}, back = {0};

        base64_encode((struct bytes){bytes, n}, &out);
        assert_string_equal(buf_string(&out), expected);
        assert_true(base64_decode(buf_view(&out), &back));
        assert_int_equal(back.len, n);
        assert_memory_equal(back.data, bytes, n);
        buf_fini(&out);
        buf_fini(&back);
        g_free(expected);
    }
}

static void test_none(void **state)
{
    static const char *const others[] = {"Zm9v!", "Zm 9v", "Z=g", "Zm9v\n", "-_-_"};
    struct buf out = {0};

    (void)state;
    buf_append_text(&out, "before");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_false(base64_decode(bytes_of(others[i]), &out));
        assert_string_equal(buf_string(&out), "before");
    }
    assert_true(base64_decode(bytes_of("Zg"), &out)); /* padding may be missing */
    assert_string_equal(buf_string(&out), "beforef");
    buf_fini(&out);
}

static void what_mails_bear_is_decoded_loosely(void **state)
{
    static const char *const loose[][2] = {
        {"Zm 9v\r\nYg==", "foob"}, {"Zg", "f"}, {"Zm9v=YmFy", "foo"},
        {"Z!m-9_v", "foo"},        {"Z", ""},   {"", ""}};
    struct buf out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof loose / sizeof *loose; i++) {
        buf_clear(&out);
        base64_decode_loosely(bytes_of(loose[i][0]), &out);
        assert_string_equal(buf_string(&out), loose[i][1]);
    }
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_mails_bear_is_decoded_loosely),
        cmocka_unit_test(test_rfc4648),
        cmocka_unit_test(test_every_pair),
        cmocka_unit_test(test_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
