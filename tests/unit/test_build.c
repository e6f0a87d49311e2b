/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames byte for byte, as the builders before libnet's made them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "potsherd/build.h"
#include "potsherd/decap.h"

#define COUNT(list) (sizeof list / sizeof *list)

static const uint8_t our_mac[6] = {2, 0, 0, 0, 0, 1}, peer_mac[6] = {2, 0, 0, 0, 0, 9};
static const uint8_t options[40] = {2,    4,    5,    0xb4, 1, 1, 8,    10,   0xde, 0xad,
                                    0xbe, 0xef, 0x12, 0x34, 5, 6, 0xff, 0xff, 7,    9};
static struct builder *builder;

static const struct {
    uint8_t family;
    int tags; /* -1: without a link layer */
    uint8_t flags;
    uint16_t urgent;
    uint8_t options;
    uint16_t data;
    const char *hex;
} segments[] = {
    {4, -1, TCP_ACK, 0, 0, 0,
     "450000280000400040064e94c0000201c63364071f909c4181020304fefdfcfb501078000fc60000"},
    {4, 0, TCP_SYN | TCP_ACK, 0, 4, 0,
     "02000000000902000000000108004500002c0000400040064e90c0000201c63364071f909c418102"
     "0304fefdfcfb60127800f8070000020405b4"},
    {4, 0, TCP_PSH | TCP_ACK, 3, 0, 5,
     "02000000000902000000000108004500002d0000400040064e8fc0000201c63364071f909c418102"
     "0304fefdfcfb50187800e5ee00036162636465"},
    {4, 1, TCP_ACK, 0, 20, 8,
     "0200000000090200000000018100002a0800450000440000400040064e78c0000201c63364071f90"
     "9c4181020304fefdfcfba010780061700000020405b40101080adeadbeef12340506ffff07096162"
     "636465666768"},
    {4, 2, TCP_FIN | TCP_ACK, 0, 0, 1,
     "02000000000902000000000188a820078100002a0800450000290000400040064e93c0000201c633"
     "64071f909c4181020304fefdfcfb50117800aec3000061"},
    {6, 0, TCP_SYN | TCP_ACK, 0, 4, 0,
     "02000000000902000000000186dd600000000018064020010db80000000000000000000000012001"
     "0db80009000000000000000000071f909c4181020304fefdfcfb6012780088c10000020405b4"},
    {6, -1, TCP_FIN | TCP_ACK, 0, 0, 0,
     "600000000014064020010db800000000000000000000000120010db8000900000000000000000007"
     "1f909c4181020304fefdfcfb50117800a07e0000"},
    {6, 0, TCP_PSH | TCP_ACK | TCP_URG, 2, 0, 7,
     "02000000000902000000000186dd60000000001b064020010db80000000000000000000000012001"
     "0db80009000000000000000000071f909c4181020304fefdfcfb503878000f210002616263646566"
     "67"},
    {6, 2, TCP_PSH | TCP_ACK, 0, 3, 6,
     "02000000000902000000000188a820078100002a86dd60000000001e064020010db8000000000000"
     "00000000000120010db80009000000000000000000071f909c4181020304fefdfcfb601878005f3c"
     "000002040500616263646566"},
    {6, 1, TCP_RST, 0, 40, 0,
     "0200000000090200000000018100002a86dd60000000003c064020010db800000000000000000000"
     "000120010db80009000000000000000000071f909c4181020304fefdfcfbf004780033bf00000204"
     "05b40101080adeadbeef12340506ffff07090000000000000000000000000000000000000000"},
    {4, 0, TCP_RST, 0, 0, 0,
     "0200000000090200000000010800450000280000400040064e94c0000201c63364071f909c418102"
     "0304fefdfcfb500478000fd20000"},
};

static int begin(void **state)
{
    (void)state;
    builder = builder_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    builder_free(builder);
    return 0;
}

static struct address address(const char *text)
{
    struct address a;

    assert_true(address_parse(text, strlen(text), &a));
    return a;
}

static struct link link_with(int tags, uint16_t type)
{
    struct link link = link_make(peer_mac, our_mac, 4);
    static const uint8_t vlans[2][4] = {{0x88, 0xa8, 0x20, 7}, {0x81, 0, 0, 42}};

    if (tags < 0)
        return (struct link){.link_type = FRAME_LINK_RAW};
    for (int i = 2 - tags; i < 2; i++, link.n += 4)
        memcpy(link.bytes + link.n - 2, vlans[i], 4);
    link.bytes[link.n - 2] = (uint8_t)(type >> 8);
    link.bytes[link.n - 1] = (uint8_t)type;
    return link;
}

static void build(size_t i, struct built_frame *out)
{
    bool six = segments[i].family == 6;
    struct link link = link_with(segments[i].tags, six ? FRAME_ETHER_IPV6 : FRAME_ETHER_IPV4);
    uint8_t data[64];
    struct segment s = {.src = address(six ? "2001:db8::1" : "192.0.2.1"),
                        .dst = address(six ? "2001:db8:9::7" : "198.51.100.7"),
                        .src_port = 8080,
                        .dst_port = 40001,
                        .seq = 0x81020304,
                        .ack = 0xfefdfcfb,
                        .flags = segments[i].flags,
                        .window = 30720,
                        .urgent = segments[i].urgent,
                        .options = options,
                        .options_caplen = segments[i].options,
                        .data = segments[i].data ? data : NULL,
                        .caplen = segments[i].data};

    for (size_t n = 0; n < sizeof data; n++)
        data[n] = (uint8_t)('a' + n);
    build_tcp(builder, &link, &s, out);
}

static void expect(const struct built_frame *wire, const char *hex)
{
    char text[2 * FRAME_MAX + 1];

    for (size_t i = 0; i < wire->n; i++)
        snprintf(text + 2 * i, 3, "%02x", wire->bytes[i]);
    assert_string_equal(text, hex);
}

static void segments_are_these_bytes(void **state)
{
    struct built_frame wire;

    (void)state;
    for (size_t i = 0; i < COUNT(segments); i++) {
        build(i, &wire);
        expect(&wire, segments[i].hex);
        assert_int_equal(wire.link_type,
                         segments[i].tags < 0 ? FRAME_LINK_RAW : FRAME_LINK_ETHERNET);
    }
}

/* The builder overwrites the last frame's headers. */
static void no_segment_leaves_anything_in_the_next(void **state)
{
    struct built_frame wire;

    (void)state;
    for (size_t i = 0; i < COUNT(segments); i++)
        for (size_t k = 0; k < COUNT(segments); k++) {
            build(i, &wire);
            build(k, &wire);
            expect(&wire, segments[k].hex);
        }
}

/* The longest that there are, and lengths around them; decap has its own checksum. */
static void long_segments_have_right_checksums(void **state)
{
    static uint8_t data[FRAME_MSS_V4];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    for (uint32_t n = 1; n <= FRAME_MSS_V4; n += n < 8 || n > FRAME_MSS_V6 - 8 ? 1 : 97)
        for (int family = 4; family <= 6; family += 2) {
            struct link link = link_make(peer_mac, our_mac, family);
            struct segment in = {.src = address(family == 4 ? "192.0.2.1" : "2001:db8::1"),
                                 .dst = address(family == 4 ? "192.0.2.9" : "2001:db8::9"),
                                 .data = data,
                                 .caplen = family == 4 || n < FRAME_MSS_V6 ? n : FRAME_MSS_V6},
                           out;
            struct datagram d;
            struct frame frame;
            struct built_frame wire;

            build_tcp(builder, &link, &in, &wire);
            frame = (struct frame){.link_type = wire.link_type,
                                   .bytes = wire.bytes,
                                   .caplen = (uint32_t)wire.n,
                                   .wire_len = (uint32_t)wire.n};
            assert_int_equal(decap_frame(&frame, &d), DECAP_OK);
            assert_false(d.bad_checksum);
            assert_int_equal(decap_segment(&d, true, &out), DECAP_OK);
            assert_false(out.bad_checksum);
            assert_int_equal(out.wire_len, in.caplen);
            assert_memory_equal(out.data, data, in.caplen);
        }
}

static void address_answers_are_these_bytes(void **state)
{
    static const char *const arp[] = {
        "02000000000902000000000108060001080006040002020000000001c0000201020000000009c000"
        "0209",
        "0200000000090200000000018100002a08060001080006040002020000000001c000020102000000"
        "0009c0000209",
        "02000000000902000000000188a820078100002a08060001080006040002020000000001c0000201"
        "020000000009c0000209"};
    static const char *const nd[] = {
        "02000000000902000000000186dd6000000000203aff20010db8000000000000000000000001fe80"
        "00000000000000000000000000098800b9a46000000020010db80000000000000000000000010201"
        "020000000001",
        "0200000000090200000000018100002a86dd6000000000203aff20010db800000000000000000000"
        "0001fe8000000000000000000000000000098800b9a46000000020010db800000000000000000000"
        "00010201020000000001",
        "02000000000902000000000188a820078100002a86dd6000000000203aff20010db8000000000000"
        "000000000001fe8000000000000000000000000000098800b9a46000000020010db8000000000000"
        "0000000000010201020000000001"};
    struct address us = address("192.0.2.1"), peer = address("192.0.2.9");
    struct address us_6 = address("2001:db8::1"), peer_6 = address("fe80::9");
    struct built_frame wire;

    (void)state;
    for (int round = 0; round < 2; round++)
        for (int tags = 0; tags < 3; tags++) {
            struct link link = link_with(tags, FRAME_ETHER_ARP);

            memset(link.bytes + 6, 0xff, 6); /* the question went to everybody */
            build_arp_reply(builder, &link, our_mac, &us, peer_mac, &peer, &wire);
            expect(&wire, arp[tags]);
            link = link_with(tags, FRAME_ETHER_IPV6);
            memset(link.bytes + 6, 0x33, 6);
            build_advertisement(builder, &link, our_mac, &us_6, &peer_6, &wire);
            expect(&wire, nd[tags]);
        }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(segments_are_these_bytes),
        TEST(no_segment_leaves_anything_in_the_next),
        TEST(long_segments_have_right_checksums),
        TEST(address_answers_are_these_bytes),
    };

    return cmocka_run_group_tests_name("build", tests, NULL, NULL);
}
