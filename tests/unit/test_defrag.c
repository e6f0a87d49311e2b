/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "potsherd/defrag.h"

#define WHOLE_N 4000

static uint8_t whole[WHOLE_N]; /* what is cut into fragments */
static struct defrag *d;
static struct datagram out;

static int begin(void **state)
{
    (void)state;
    for (size_t i = 0; i < WHOLE_N; i++)
        whole[i] = (uint8_t)(i * 7 + i / 256);
    d = defrag_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    defrag_free(d);
    return 0;
}

static struct datagram piece(int family, uint32_t id, uint32_t at, uint32_t n, bool more)
{
    struct datagram in = {
        .ts = 1000,
        .protocol = 6,
        .fragment = true,
        .more_fragments = more,
        .fragment_id = id,
        .fragment_at = at,
        .payload = whole + at % WHOLE_N,
        .caplen = n,
        .wire_len = n,
    };

    in.src.family = in.dst.family = (uint8_t)family;
    in.src.bytes[0] = 10;
    in.dst.bytes[0] = 11;
    return in;
}

static bool put(int family, uint32_t id, uint32_t at, uint32_t n, bool more)
{
    struct datagram in = piece(family, id, at, n, more);

    return defrag_put(d, &in, &out);
}

static void expect_whole(void)
{
    assert_false(out.fragment);
    assert_int_equal(out.caplen, WHOLE_N);
    assert_int_equal(out.wire_len, WHOLE_N);
    assert_int_equal(out.protocol, 6);
    assert_int_equal(out.src.bytes[0], 10);
    assert_memory_equal(out.payload, whole, WHOLE_N);
}

static void pieces_in_any_order_are_joined(void **state)
{
    static const uint8_t orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}, {1, 3, 0, 2}};

    (void)state;
    for (unsigned o = 0; o < 8; o++) {
        int family = o < 4 ? 4 : 6;

        for (unsigned i = 0; i < 4; i++) {
            uint32_t k = orders[o % 4][i];

            assert_int_equal(put(family, 7, k * 1000, 1000, k < 3), i == 3);
        }
        expect_whole();
    }
    assert_int_equal(defrag_counts(d).joined, 8);
    assert_int_equal(defrag_counts(d).fragments, 32);
    assert_int_equal(defrag_counts(d).waiting, 0);
}

static void other_datagrams_are_kept_apart(void **state)
{
    struct datagram in;

    (void)state;
    assert_false(put(4, 1, 0, 2000, true));
    assert_false(put(4, 2, 2000, 2000, false));
    assert_false(put(6, 1, 2000, 2000, false));
    in = piece(4, 1, 2000, 2000, false);
    in.protocol = 17;
    assert_false(defrag_put(d, &in, &out));
    in = piece(4, 1, 2000, 2000, false);
    in.dst.bytes[3] = 9;
    assert_false(defrag_put(d, &in, &out));
    assert_true(put(4, 1, 2000, 2000, false));
    expect_whole();
    assert_int_equal(defrag_counts(d).waiting, 4);
}

static void ip4_keeps_the_first_bytes(void **state)
{
    struct datagram in;
    uint8_t other[WHOLE_N];

    (void)state;
    memset(other, 'x', sizeof other);
    assert_false(put(4, 1, 800, 800, true));
    assert_false(put(4, 1, 2400, 800, true));
    assert_false(put(4, 1, 800, 800, true)); /* the same once more */
    assert_int_equal(defrag_counts(d).trimmed, 0);
    in = piece(4, 1, 0, WHOLE_N, false);
    in.payload = other;
    assert_true(defrag_put(d, &in, &out));
    assert_int_equal(defrag_counts(d).trimmed, 1);
    assert_memory_equal(out.payload, other, 800);
    assert_memory_equal(out.payload + 800, whole + 800, 800);
    assert_memory_equal(out.payload + 1600, other, 800);
    assert_memory_equal(out.payload + 2400, whole + 2400, 800);
    assert_memory_equal(out.payload + 3200, other, 800);
}

static void ip6_drops_what_overlaps(void **state)
{
    (void)state;
    assert_false(put(6, 1, 0, 2000, true));
    assert_false(put(6, 1, 0, 2000, true)); /* a duplicate is none */
    assert_false(put(6, 1, 1992, 1000, true));
    assert_false(put(6, 1, 0, 2000, true));
    assert_false(put(6, 1, 2000, 2000, false));
    assert_int_equal(defrag_counts(d).overlapping, 1);
    assert_int_equal(defrag_counts(d).waiting, 0);
}

static void time_runs_out_by_the_packets(void **state)
{
    struct datagram in = piece(4, 1, 2000, 2000, false);

    (void)state;
    assert_false(put(4, 1, 0, 2000, true));
    in.ts = 1000 + DEFRAG_TIMEOUT + 1;
    assert_false(defrag_put(d, &in, &out));
    assert_int_equal(defrag_counts(d).timed_out, 1);
    assert_int_equal(defrag_counts(d).waiting, 1);
    assert_true(put(4, 1, 0, 2000, true)); /* time that goes back does no harm */
    assert_int_equal(out.ts, 1000);
    in.ts = INT64_MIN;
    assert_false(defrag_put(d, &in, &out));
    in.ts = INT64_MAX;
    in.fragment_id = 2;
    assert_false(defrag_put(d, &in, &out));
    assert_int_equal(defrag_counts(d).timed_out, 2);
}

static void malformed_pieces_are_left_out(void **state)
{
    (void)state;
    assert_false(put(4, 1, 0, 2001, true));
    assert_false(put(4, 1, 0, 0, true));
    assert_false(put(4, 1, 65528, 8, true));
    assert_false(put(4, 1, 65528, 100, false));
    assert_int_equal(defrag_counts(d).malformed, 4);
    assert_int_equal(defrag_counts(d).waiting, 0);
    assert_false(put(4, 1, 3000, 1000, false));
    assert_false(put(4, 1, 3000, 999, false));
    assert_false(put(4, 1, 4000, 8, true));
    assert_false(put(4, 2, 3000, 1000, true));
    assert_false(put(4, 2, 2000, 1000, false));
    assert_int_equal(defrag_counts(d).malformed, 7);
    assert_true(put(4, 1, 0, 3000, true));
    expect_whole();
}

static void cut_pieces_are_counted(void **state)
{
    struct datagram in = piece(4, 1, 0, 2000, true);

    (void)state;
    in.caplen = 60;
    assert_false(defrag_put(d, &in, &out));
    assert_false(put(4, 1, 2000, 2000, false));
    assert_int_equal(defrag_counts(d).cut, 1);
    assert_int_equal(defrag_counts(d).waiting, 0);
}

static void all_is_bounded(void **state)
{
    struct defrag_counts counts;
    const uint32_t n = DEFRAG_DATAGRAMS_MAX + 100;

    (void)state;
    for (uint32_t id = 0; id < n; id++)
        assert_false(put(4, id, 0, 8, true));
    counts = defrag_counts(d);
    assert_int_equal(counts.waiting + counts.evicted, n);
    assert_in_range(counts.waiting, 1, DEFRAG_DATAGRAMS_MAX);
    assert_false(put(4, 0, 8, 8, false)); /* the oldest is gone, the youngest is there */
    assert_true(put(4, n - 1, 8, 8, false));
    for (uint32_t id = 0; id < n; id++)
        assert_false(put(6, id, 0, WHOLE_N, true));
    counts = defrag_counts(d);
    assert_in_range(counts.waiting * WHOLE_N, DEFRAG_BYTES_MAX / 2, DEFRAG_BYTES_MAX);
}

static void pieces_are_bounded(void **state)
{
    (void)state;
    for (uint32_t i = 0; i <= DEFRAG_PIECES_MAX; i++)
        assert_false(put(4, 1, i * 16, 8, true));
    assert_int_equal(defrag_counts(d).too_many, 1);
    assert_false(put(4, 1, 8, 8, true));
    assert_int_equal(defrag_counts(d).too_many, 1);
}

static void the_last_result_may_be_put_in(void **state)
{
    struct datagram in;

    (void)state;
    assert_false(put(4, 1, 0, 2000, true));
    assert_true(put(4, 1, 2000, 2000, false));
    in = out;
    in.fragment = true;
    in.fragment_id = 9;
    assert_true(defrag_put(d, &in, &out));
    expect_whole();
}

static void facts_are_of_the_first_piece(void **state)
{
    struct datagram in = piece(6, 1, 2000, 2000, false);

    (void)state;
    in.protocol = 99; /* only the fragment at 0 tells: RFC 8200 section 4.5 */
    in.bad_checksum = true;
    assert_false(defrag_put(d, &in, &out));
    assert_true(put(6, 1, 0, 2000, true));
    expect_whole();
    assert_true(out.bad_checksum);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pieces_in_any_order_are_joined),
        TEST(other_datagrams_are_kept_apart),
        TEST(ip4_keeps_the_first_bytes),
        TEST(ip6_drops_what_overlaps),
        TEST(time_runs_out_by_the_packets),
        TEST(malformed_pieces_are_left_out),
        TEST(cut_pieces_are_counted),
        TEST(all_is_bounded),
        TEST(pieces_are_bounded),
        TEST(the_last_result_may_be_put_in),
        TEST(facts_are_of_the_first_piece),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
