/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Internet checksum, by the examples of its RFCs and packets that others made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "potsherd/checksum.h"

/* RFC 1071 section 3. */
static void test_rfc1071(void **state)
{
    static const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

    (void)state;
    assert_int_equal(checksum_add(0, bytes, sizeof bytes), 0xddf2);
}

/* A header of an ICMP echo that Linux sent. */
static void test_ipv4_header(void **state)
{
    static const uint8_t header[] = {0x45, 0x00, 0x00, 0x54, 0x00, 0x00, 0x40, 0x00, 0x40, 0x01,
                                     0x3c, 0xa7, 0x7f, 0x00, 0x00, 0x01, 0x7f, 0x00, 0x00, 0x01};

    (void)state;
    assert_int_equal(checksum_add(0, header, sizeof header), 0xffff);
}

static void test_odd_and_empty(void **state)
{
    static const uint8_t bytes[] = {0x12, 0x34, 0x56};

    (void)state;
    assert_int_equal(checksum_add(0, bytes, 3), 0x1234 + 0x5600);
    assert_int_equal(checksum_add(0, bytes, 1), 0x1200);
    assert_int_equal(checksum_add(0x1234, bytes, 0), 0x1234);
}

/* In any pieces of even length, and with carries: word by word, as the RFC has it. */
static void test_pieces(void **state)
{
    uint8_t bytes[4096];
    uint32_t plain = 0;
    uint16_t whole;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(0xff - i * 7 % 13);
    for (size_t i = 0; i < sizeof bytes; i += 2) {
        plain += (uint32_t)bytes[i] << 8 | bytes[i + 1];
        plain = (plain & 0xffff) + (plain >> 16);
    }
    whole = checksum_add(0, bytes, sizeof bytes);
    assert_int_equal(whole, plain);
    for (size_t cut = 0; cut <= sizeof bytes; cut += 2)
        assert_int_equal(checksum_add(checksum_add(0, bytes, cut), bytes + cut, sizeof bytes - cut),
                         whole);
}

/* 192.0.2.1 to 198.51.100.2, TCP, 20 bytes: added up by hand. */
static void test_pseudo_header(void **state)
{
    static const uint8_t from[4] = {192, 0, 2, 1}, to[4] = {198, 51, 100, 2};
    struct address src = address_v4(from), dst = address_v4(to);
    uint32_t sum = 0xc000 + 0x0201 + 0xc633 + 0x6402 + 6 + 20;

    (void)state;
    assert_int_equal(checksum_pseudo(&src, &dst, 6, 20), (sum & 0xffff) + (sum >> 16));
    sum += 1; /* 65536 bytes more */
    assert_int_equal(checksum_pseudo(&src, &dst, 6, 20 + 65536), (sum & 0xffff) + (sum >> 16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc1071),       cmocka_unit_test(test_ipv4_header),
        cmocka_unit_test(test_odd_and_empty), cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_pseudo_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
