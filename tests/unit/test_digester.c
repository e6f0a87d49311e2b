/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/digester.h: bytes in any pieces, of several files in turn, hash as sha256sum has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/digester.h"

static uint8_t text[3 << 20]; /* of one letter; more than a slot holds */

static void assert_sha256(struct digest *d, const char *hex)
{
    uint8_t got[SHA256_BYTES];

    digest_end(d, got);
    for (int i = 0; i < SHA256_BYTES; i++) {
        char two[3];

        snprintf(two, sizeof two, "%02x", got[i]);
        assert_memory_equal(two, hex + 2 * i, 2);
    }
}

/* head -c 3145728 /dev/zero | tr '\0' a | sha256sum, and with b */
#define OF_A "6f850bc94ae6f7de14297c01616c36d712d22864497b28a63b81d776b035e656"
#define OF_B "6cac27e0f30e108ff9b437cf8d89933fbc66fff163267719cb005f3684c27f11"

static void add_all(struct digester *d, struct digest *to, size_t piece)
{
    for (size_t at = 0; at < sizeof text; at += piece)
        digester_add(
            d, to, (struct bytes){text + at, piece < sizeof text - at ? piece : sizeof text - at});
}

static void test_pieces(void **state)
{
    static const size_t pieces[] = {sizeof text, 4093, 262144, 262145};
    struct digester *d = digester_new();
    struct digest *digest = digest_new();

    (void)state;
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        digest_begin(digest, DIGEST_SHA256);
        add_all(d, digest, pieces[i]);
        digester_wait(d);
        assert_sha256(digest, OF_A);
    }
    digest_free(digest);
    digester_free(d);
}

/* What is added belongs to the caller again at once. */
static void test_in_turn(void **state)
{
    struct digester *d = digester_new();
    struct digest *a = digest_new(), *b = digest_new();
    uint8_t buffer[1000];

    (void)state;
    digest_begin(a, DIGEST_SHA256);
    digest_begin(b, DIGEST_SHA256);
    for (size_t left = sizeof text, n; left; left -= n) {
        n = left < sizeof buffer ? left : sizeof buffer;
        memset(buffer, 'a', n);
        digester_add(d, a, (struct bytes){buffer, n});
        memset(buffer, 'b', n);
        digester_add(d, b, (struct bytes){buffer, n});
        memset(buffer, 'x', n);
    }
    digester_wait(d);
    assert_sha256(a, OF_A);
    assert_sha256(b, OF_B);
    digest_free(a);
    digest_free(b);
    digester_free(d);
}

static void test_nothing(void **state)
{
    struct digester *d = digester_new();

    (void)state;
    digester_wait(d);
    digester_free(d);
    digester_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_in_turn),
        cmocka_unit_test(test_nothing),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
