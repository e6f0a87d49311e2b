/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of pcapng: blocks as draft-ietf-opsawg-pcapng has them, in both byte orders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capture/pcapng.h"

struct made { /* a file */
    uint8_t bytes[4096];
    size_t n, block; /* where the current block begins */
    bool big;
};

static void put(struct made *m, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        m->bytes[m->n++] = (uint8_t)(value >> 8 * (m->big ? n - 1 - i : i));
}

static void begin(struct made *m, uint32_t type)
{
    m->block = m->n;
    put(m, type, 4);
    put(m, 0, 4);
}

static void end(struct made *m)
{
    size_t length = m->n + 4 - m->block, n = m->n;

    put(m, length, 4);
    m->n = m->block + 4;
    put(m, length, 4);
    m->n = n + 4;
}

static void section(struct made *m, bool big)
{
    m->big = big;
    begin(m, 0x0a0d0d0a);
    put(m, 0x1a2b3c4d, 4);
    put(m, 1, 2);
    put(m, 0, 2);
    put(m, UINT64_MAX, 8);
    end(m);
}

/* Units of 10^-resolution of a second, `offset` seconds later. */
static void interface(struct made *m, uint16_t link, uint32_t snap, uint8_t resolution,
                      int64_t offset)
{
    begin(m, 1);
    put(m, link, 2);
    put(m, 0, 2);
    put(m, snap, 4);
    put(m, 9, 2); /* if_tsresol */
    put(m, 1, 2);
    m->bytes[m->n++] = resolution;
    m->n += 3;
    put(m, 14, 2); /* if_tsoffset */
    put(m, 8, 2);
    put(m, (uint64_t)offset, 8);
    put(m, 0, 4);
    end(m);
}

static void packet(struct made *m, uint32_t i, uint64_t units, const char *text)
{
    begin(m, 6);
    put(m, i, 4);
    put(m, units >> 32, 4);
    put(m, (uint32_t)units, 4);
    put(m, strlen(text), 4);
    put(m, 99, 4);
    memcpy(m->bytes + m->n, text, strlen(text));
    m->n += (strlen(text) + 3) & ~(size_t)3;
    end(m);
}

static void other(struct made *m, uint32_t type)
{
    begin(m, type);
    put(m, 0, 4);
    end(m);
}

static size_t take(void *context, uint8_t *to, size_t n)
{
    struct bytes *left = context;
    size_t part = n < left->n ? n : left->n;

    memcpy(to, left->at, part);
    *left = bytes_skip(*left, part);
    return part;
}

static void expect(struct pcapng *p, int link, time_us ts, const char *text)
{
    struct pcapng_packet got;
    struct failure why;

    assert_int_equal(pcapng_next(p, &got, &why), PCAPNG_PACKET);
    assert_int_equal(got.link_type, link);
    assert_int_equal(got.ts, ts);
    assert_int_equal(got.caplen, strlen(text));
    assert_memory_equal(got.bytes, text, got.caplen);
}

static void sections_and_interfaces(void **state)
{
    static struct made m;
    struct pcapng_packet got;
    struct failure why;
    struct buf skipped = {0};
    struct bytes left;
    struct pcapng *p;

    (void)state;
    m.n = 0;
    section(&m, false);
    interface(&m, 1, 0, 6, 0);
    interface(&m, 101, 0, 9, 0);
    interface(&m, 105, 0, 0x8a, 1000); /* 2^-10; no packets */
    packet(&m, 0, UINT64_C(1700000000000001), "abc");
    packet(&m, 1, UINT64_C(1700000000000002999), "defgh");
    packet(&m, 2, 1536, "i"); /* 1.5 s */
    other(&m, 4);             /* names */
    other(&m, 10);            /* secrets */
    other(&m, 0xbad);
    other(&m, 0x40000bad);
    other(&m, 77);
    section(&m, true); /* the interfaces of the other are gone */
    interface(&m, 113, 2, 6, 0);
    packet(&m, 0, 5000000, "jk");
    begin(&m, 3); /* a simple packet, cut by the snap length */
    put(&m, 7, 4);
    memcpy(m.bytes + m.n, "lmno", 4);
    m.n += 4;
    end(&m);
    left = (struct bytes){m.bytes, m.n};
    p = pcapng_new(take, &left);
    expect(p, 1, INT64_C(1700000000000001), "abc");
    expect(p, 101, INT64_C(1700000000000002), "defgh");
    expect(p, 105, INT64_C(1001500000), "i");
    expect(p, 113, 5000000, "jk");
    assert_int_equal(pcapng_next(p, &got, &why), PCAPNG_PACKET);
    assert_false(got.timed);
    assert_int_equal(got.caplen, 2);
    assert_int_equal(got.wire_len, 7);
    assert_int_equal(pcapng_next(p, &got, &why), PCAPNG_END);
    pcapng_skipped(p, &skipped);
    assert_string_equal(buf_string(&skipped),
                        "1 of decryption secrets, 2 of custom data, 1 of type 0x0000004d");
    buf_fini(&skipped);
    pcapng_free(p);
}

/* What follows a good packet ends the file with this result, and is named. */
static void expect_end(struct made *m, enum pcapng_result result, const char *words)
{
    struct bytes left = {m->bytes, m->n};
    struct pcapng *p = pcapng_new(take, &left);
    struct pcapng_packet got;
    struct failure why;

    expect(p, 1, 1, "a");
    assert_int_equal(pcapng_next(p, &got, &why), result);
    assert_non_null(strstr(why.text, words));
    pcapng_free(p);
}

static void one_packet(struct made *m, bool big)
{
    m->n = 0;
    section(m, big);
    interface(m, 1, 0, 6, 0);
    packet(m, 0, 1, "a");
}

static void damage(void **state)
{
    static struct made m;

    (void)state;
    for (int big = 0; big < 2; big++) {
        one_packet(&m, big);
        packet(&m, 1, 1, "b");
        expect_end(&m, PCAPNG_DAMAGED, "an interface that is not described: 1");
        one_packet(&m, big);
        packet(&m, 0, 1, "b");
        m.bytes[m.n - 1] ^= 1, m.bytes[m.n - 4] ^= 1;
        expect_end(&m, PCAPNG_DAMAGED, "does not end with its length");
        one_packet(&m, big);
        packet(&m, 0, 1, "b");
        m.n -= 3;
        expect_end(&m, PCAPNG_CUT, "truncated");
        one_packet(&m, big);
        put(&m, 6, 4);
        put(&m, 13, 4);
        expect_end(&m, PCAPNG_DAMAGED, "impossible length: 13");
        one_packet(&m, big);
        section(&m, big);
        packet(&m, 0, 1, "b"); /* before an interface */
        expect_end(&m, PCAPNG_DAMAGED, "not described: 0");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_and_interfaces),
        cmocka_unit_test(damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
