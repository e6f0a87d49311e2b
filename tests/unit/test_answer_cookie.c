/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SYN cookies: made, recognised, and those of others refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "answer/cookie.h"

static const struct cookie_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};

static struct cookie_tuple tuple(void)
{
    return (struct cookie_tuple){.src = address_v4((const uint8_t[]){198, 51, 100, 7}),
                                 .dst = address_v4((const uint8_t[]){192, 0, 2, 1}),
                                 .src_port = 40000,
                                 .dst_port = 1080,
                                 .client_isn = 0xfffffff0};
}

static void the_hash_is_siphash_2_4(void **state)
{
    uint8_t in[15];

    (void)state;
    for (uint8_t i = 0; i < sizeof in; i++)
        in[i] = i;
    /* the example of the paper, appendix A */
    assert_true(cookie_siphash(&key, in, sizeof in) == UINT64_C(0xa129ca6149be45e5));
}

static void a_cookie_is_good_for_its_tuple_only(void **state)
{
    struct cookie_tuple t = tuple(), other;
    struct cookie_key stranger = {1, 2};
    time_us now = 1000 * COOKIE_STEP;
    uint32_t cookie = cookie_make(&key, &t, 1460, now);
    uint16_t mss = 0;

    (void)state;
    assert_true(cookie_check(&key, &t, cookie, now, &mss));
    assert_int_equal(mss, 1460);
    other = t, other.src_port++;
    assert_false(cookie_check(&key, &other, cookie, now, &mss));
    other = t, other.dst_port++;
    assert_false(cookie_check(&key, &other, cookie, now, &mss));
    other = t, other.client_isn++;
    assert_false(cookie_check(&key, &other, cookie, now, &mss));
    other = t, other.src.bytes[3]++;
    assert_false(cookie_check(&key, &other, cookie, now, &mss));
    other = t, other.dst.bytes[0]++;
    assert_false(cookie_check(&key, &other, cookie, now, &mss));
    assert_false(cookie_check(&stranger, &t, cookie, now, &mss));
    for (unsigned bit = 0; bit < 15; bit++)
        assert_false(cookie_check(&key, &t, cookie ^ 1u << bit, now, &mss));
}

static void the_back_has_a_key_of_its_own(void **state)
{
    struct cookie_key back = {3, 4};
    struct cookie_tuple t = tuple();
    time_us now = 1000 * COOKIE_STEP;
    uint32_t front = cookie_make(&key, &t, 1460, now);
    uint32_t cookie = cookie_complete(&back, &t, front, now);
    uint16_t mss;

    (void)state;
    assert_int_equal(front >> 15, 0);
    assert_int_equal(cookie & 0x7fff, front);
    assert_true(cookie_check(&key, &t, cookie, now, &mss));
    assert_true(cookie_is_complete(&back, &t, cookie, now + COOKIE_STEP));
    assert_false(cookie_is_complete(&back, &t, cookie, now + 2 * COOKIE_STEP));
    assert_false(cookie_is_complete(&key, &t, cookie, now));
    for (unsigned bit = 0; bit < 32; bit++)
        assert_false(cookie_is_complete(&back, &t, cookie ^ 1u << bit, now));
}

static void a_cookie_ages(void **state)
{
    struct cookie_tuple t = tuple();
    time_us made = 1000 * COOKIE_STEP + COOKIE_STEP - 1;
    uint32_t cookie = cookie_make(&key, &t, 536, made);
    uint16_t mss;

    (void)state;
    assert_true(cookie_check(&key, &t, cookie, made + COOKIE_STEP, &mss));
    assert_false(cookie_check(&key, &t, cookie, made + COOKIE_STEP + 1, &mss));
    assert_false(cookie_check(&key, &t, cookie, made - COOKIE_STEP, &mss));
}

static void the_segment_size_is_rounded_down(void **state)
{
    static const uint16_t cases[][2] = {{0, 88},      {88, 88},     {255, 88},    {536, 536},
                                        {1219, 536},  {1220, 1220}, {1459, 1440}, {1460, 1460},
                                        {8960, 1460}, {65535, 1460}};
    struct cookie_tuple t = tuple();

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint16_t mss;
        uint32_t cookie = cookie_make(&key, &t, cases[i][0], 0);

        assert_int_equal(cookie_round_mss(cases[i][0]), cases[i][1]);
        assert_true(cookie_check(&key, &t, cookie, 0, &mss));
        assert_int_equal(mss, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_is_siphash_2_4),
        cmocka_unit_test(a_cookie_is_good_for_its_tuple_only),
        cmocka_unit_test(the_back_has_a_key_of_its_own),
        cmocka_unit_test(a_cookie_ages),
        cmocka_unit_test(the_segment_size_is_rounded_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
