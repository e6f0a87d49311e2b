/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames that the responder makes, as decap reads them; ARP and neighbour answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "answer/neighbor.h"
#include "potsherd/checksum.h"
#include "potsherd/decap.h"

static struct builder *builder(void)
{
    static struct builder *kept;

    return kept ? kept : (kept = builder_new());
}

static const uint8_t peer_mac[6] = {2, 0, 0, 0, 0, 9}, our_mac[6] = {2, 0, 0, 0, 0, 1};

static struct address address(const char *text)
{
    struct address a;

    assert_true(address_parse(text, strlen(text), &a));
    return a;
}

static struct frame frame_over(const uint8_t *bytes, size_t n)
{
    return (struct frame){.link_type = FRAME_LINK_ETHERNET,
                          .bytes = bytes,
                          .caplen = (uint32_t)n,
                          .wire_len = (uint32_t)n};
}

static struct link link_of(uint16_t type, bool tagged)
{
    uint8_t head[18];
    struct frame frame;
    struct link link;
    size_t n = tagged ? 18 : 14, offset;
    uint16_t seen;

    memcpy(head, our_mac, 6);
    memcpy(head + 6, peer_mac, 6);
    if (tagged)
        memcpy(head + 12, (const uint8_t[]){0x81, 0, 0, 42}, 4);
    head[n - 2] = (uint8_t)(type >> 8);
    head[n - 1] = (uint8_t)type;
    frame = frame_over(head, n);
    assert_true(link_read(&frame, &link, &seen, &offset));
    assert_int_equal(seen, type);
    assert_int_equal(offset, n);
    return link;
}

static void a_link_header_is_made_of_addresses(void **state)
{
    uint8_t packet[14];
    struct link link = link_make(peer_mac, our_mac, 6), back;
    struct frame frame;
    uint16_t type;
    size_t offset;

    (void)state;
    assert_int_equal(link.link_type, FRAME_LINK_ETHERNET);
    assert_int_equal(link.n, sizeof packet);
    memcpy(packet, link.bytes, sizeof packet);
    frame = frame_over(packet, sizeof packet);
    assert_true(link_read(&frame, &back, &type, &offset));
    assert_int_equal(type, FRAME_ETHER_IPV6);
    assert_memory_equal(packet, peer_mac, 6);
    assert_memory_equal(packet + 6, our_mac, 6);
    link = link_make(peer_mac, our_mac, 4);
    assert_memory_equal(link.bytes + 12, ((const uint8_t[]){8, 0}), 2);
}

static void a_link_header_is_turned_round(void **state)
{
    (void)state;
    for (int tagged = 0; tagged < 2; tagged++) {
        struct link link = link_of(FRAME_ETHER_IPV4, tagged), again;

        assert_memory_equal(link.bytes, peer_mac, 6);
        assert_memory_equal(link.bytes + 6, our_mac, 6);
        assert_int_equal(link.n, tagged ? 18 : 14);
        again = link_reverse(&link);
        assert_memory_equal(again.bytes, our_mac, 6);
        assert_memory_equal(again.bytes + 6, peer_mac, 6);
    }
}

static void short_or_deep_link_headers_are_refused(void **state)
{
    uint8_t head[30] = {0};
    struct frame frame = frame_over(head, 13);
    struct link link;
    uint16_t type;
    size_t offset;

    (void)state;
    assert_false(link_read(&frame, &link, &type, &offset));
    for (int i = 12; i + 1 < 30; i += 4)
        head[i] = 0x81;
    frame = frame_over(head, 30);
    assert_false(link_read(&frame, &link, &type, &offset));
    frame.link_type = 999;
    assert_false(link_read(&frame, &link, &type, &offset));
}

static void segments_are_read_back_by_decap(void **state)
{
    static const char *const pairs[][2] = {{"192.0.2.1", "198.51.100.7"},
                                           {"2001:db8::1", "2001:db8::7"}};
    static const uint8_t options[4] = {2, 4, 5, 0xb4};
    uint8_t data[FRAME_MSS_V4 - 4];

    (void)state;
    memset(data, 'x', sizeof data);
    for (unsigned i = 0; i < 4; i++) {
        bool v6 = i & 1;
        struct segment in = {.src = address(pairs[v6][0]),
                             .dst = address(pairs[v6][1]),
                             .src_port = 25,
                             .dst_port = 40001,
                             .seq = 0x01020304,
                             .ack = 0xfefdfcfb,
                             .flags = TCP_ACK | TCP_PSH,
                             .window = 30720,
                             .options = options,
                             .options_caplen = 4,
                             .data = data,
                             .caplen = v6 ? FRAME_MSS_V6 - 5 : FRAME_MSS_V4 - 4};
        struct link link = link_of(v6 ? FRAME_ETHER_IPV6 : FRAME_ETHER_IPV4, i & 2);
        struct datagram datagram;
        struct segment out;
        struct frame frame;
        struct built_frame wire;

        build_tcp(builder(), &link, &in, &wire);
        assert_in_range(wire.n, 1, FRAME_MAX);
        frame = frame_over(wire.bytes, wire.n);
        assert_int_equal(decap_frame(&frame, &datagram), DECAP_OK);
        assert_false(datagram.bad_checksum);
        assert_int_equal(decap_segment(&datagram, true, &out), DECAP_OK);
        assert_false(out.bad_checksum);
        assert_memory_equal(&out.src, &in.src, sizeof in.src);
        assert_memory_equal(&out.dst, &in.dst, sizeof in.dst);
        assert_int_equal(out.src_port, in.src_port);
        assert_int_equal(out.dst_port, in.dst_port);
        assert_int_equal(out.seq, in.seq);
        assert_int_equal(out.ack, in.ack);
        assert_int_equal(out.flags, in.flags);
        assert_int_equal(out.window, in.window);
        assert_int_equal(out.options_caplen, 4);
        assert_memory_equal(out.options, options, 4);
        assert_int_equal(out.wire_len, in.caplen);
        assert_memory_equal(out.data, data, in.caplen);
    }
}

static struct scope scope_of(const char *text)
{
    struct scope scope = {.n = 0};
    struct failure why;

    assert_true(scope_add(&scope, text, &why));
    return scope;
}

static struct peers peers_around(const struct scope *scope)
{
    struct peers peers;

    peers_init(&peers, scope, our_mac, false, NULL, 0);
    return peers;
}

static struct frame arp_request(uint8_t *bytes, const char *asker, const char *target)
{
    struct address from = address(asker), to = address(target);

    memset(bytes, 0xff, 6);
    memcpy(bytes + 6, peer_mac, 6);
    memcpy(bytes + 12, (const uint8_t[]){8, 6, 0, 1, 8, 0, 6, 4, 0, 1}, 10);
    memcpy(bytes + 22, peer_mac, 6);
    memcpy(bytes + 28, from.bytes, 4);
    memset(bytes + 32, 0, 6);
    memcpy(bytes + 38, to.bytes, 4);
    return frame_over(bytes, 42);
}

static void arp_is_answered_for_the_scope_only(void **state)
{
    struct scope scope = scope_of("192.0.2.0/28");
    struct peers peers = peers_around(&scope);
    struct neighbor_answer answer;
    uint8_t bytes[42];
    struct frame frame = arp_request(bytes, "192.0.2.100", "192.0.2.5");

    (void)state;
    assert_true(neighbor_answer(builder(), &peers, &frame, &answer));
    assert_int_equal(answer.frame.n, 42);
    assert_memory_equal(answer.frame.bytes, peer_mac, 6);
    assert_memory_equal(answer.frame.bytes + 6, our_mac, 6);
    assert_int_equal(answer.frame.bytes[21], 2);
    assert_memory_equal(answer.frame.bytes + 22, our_mac, 6);
    assert_memory_equal(answer.frame.bytes + 28, ((uint8_t[]){192, 0, 2, 5}), 4);
    assert_memory_equal(answer.frame.bytes + 32, peer_mac, 6);
    for (size_t n = 0; n < 42; n++) {
        frame.caplen = (uint32_t)n;
        assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
    }
    frame = arp_request(bytes, "192.0.2.100", "192.0.2.16");
    assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
    frame = arp_request(bytes, "192.0.2.5", "192.0.2.5"); /* an announcement */
    assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
    frame = arp_request(bytes, "192.0.2.100", "192.0.2.5");
    bytes[21] = 2; /* a reply */
    assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
}

static void arp_is_answered_to_hosts_only(void **state)
{
    static const char *const not_hosts[] = {
        "0.0.0.0",     "255.255.255.255", "224.0.0.1",   "127.0.0.1",
        "169.254.1.1", "192.0.2.0",       "192.0.2.255", "192.0.2.6", /* the last is one of ours */
    };
    static const uint8_t bad_macs[][6] = {
        {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, {1, 0, 0x5e, 0, 0, 1}, {0}, {2, 0, 0, 0, 0, 1}};
    struct scope scope = scope_of("192.0.2.4/30");
    struct peers peers = peers_around(&scope);
    struct neighbor_answer answer;
    uint8_t bytes[42];
    struct frame frame;

    (void)state;
    for (size_t i = 0; i < sizeof not_hosts / sizeof *not_hosts; i++) {
        frame = arp_request(bytes, not_hosts[i], "192.0.2.5");
        assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
    }
    for (size_t i = 0; i < sizeof bad_macs / sizeof *bad_macs; i++)
        for (size_t at = 6; at <= 22; at += 16) { /* who sends, who asks */
            frame = arp_request(bytes, "192.0.2.100", "192.0.2.5");
            memcpy(bytes + at, bad_macs[i], 6);
            assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
        }
    frame = arp_request(bytes, "192.0.2.100", "192.0.2.5");
    memcpy(bytes, our_mac, 6); /* of us alone */
    assert_true(neighbor_answer(builder(), &peers, &frame, &answer));
    bytes[5] ^= 2; /* of another host */
    assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
}

static struct frame solicitation(uint8_t *bytes, const char *asker, const char *target)
{
    struct address from = address(asker), to = address("ff02::1:ff00:5"), us = address(target);
    uint16_t sum;

    memset(bytes, 0, 78);
    memcpy(bytes, (const uint8_t[]){0x33, 0x33, 0xff, 0, 0, 5}, 6);
    memcpy(bytes + 6, peer_mac, 6);
    memcpy(bytes + 12, (const uint8_t[]){0x86, 0xdd, 0x60, 0, 0, 0, 0, 24, 58, 255}, 10);
    memcpy(bytes + 22, from.bytes, 16);
    memcpy(bytes + 38, to.bytes, 16);
    bytes[54] = 135;
    memcpy(bytes + 62, us.bytes, 16);
    sum = (uint16_t)~checksum_add(checksum_pseudo(&from, &to, 58, 24), bytes + 54, 24);
    bytes[56] = (uint8_t)(sum >> 8);
    bytes[57] = (uint8_t)sum;
    return frame_over(bytes, 78);
}

static void neighbours_are_answered_for_the_scope_only(void **state)
{
    struct scope scope = scope_of("2001:db8::/124");
    struct peers peers = peers_around(&scope);
    struct neighbor_answer answer;
    uint8_t bytes[78];
    struct frame frame = solicitation(bytes, "2001:db8::100", "2001:db8::5");
    const uint8_t *icmp = answer.frame.bytes + 54;

    (void)state;
    assert_true(neighbor_answer(builder(), &peers, &frame, &answer));
    assert_int_equal(answer.frame.n, 86);
    assert_memory_equal(answer.frame.bytes, peer_mac, 6);
    assert_memory_equal(answer.frame.bytes + 6, our_mac, 6);
    assert_int_equal(icmp[0], 136);
    assert_memory_equal(icmp + 8, answer.us.bytes, 16);
    assert_memory_equal(icmp + 26, our_mac, 6);
    assert_true(checksum_is_right(&answer.us, &answer.asker, 58, icmp, 32));
    bytes[21] = 254; /* came by a router */
    assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
    frame = solicitation(bytes, "2001:db8::100", "2001:db8::15");
    assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
    frame = solicitation(bytes, "::", "2001:db8::5");
    assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
    frame = solicitation(bytes, "ff02::1", "2001:db8::5");
    assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
    frame = solicitation(bytes, "fe80::1", "2001:db8::5"); /* as routers do */
    assert_true(neighbor_answer(builder(), &peers, &frame, &answer));
    bytes[6] |= 1;
    assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
    frame = solicitation(bytes, "2001:db8::100", "2001:db8::5");
    bytes[60] ^= 1; /* damaged */
    assert_false(neighbor_answer(builder(), &peers, &frame, &answer));
}

static void source_routes_are_seen(void **state)
{
    static const struct {
        uint8_t options[8];
        bool routed;
    } all[] = {
        {{0}, false},
        {{1, 1, 1, 1, 1, 1, 1, 1}, false},
        {{148, 4, 0, 0, 0}, false},           /* router alert */
        {{1, 131, 7, 4, 10, 0, 0, 1}, true},  /* loose */
        {{137, 7, 4, 10, 0, 0, 1, 0}, true},  /* strict */
        {{148, 4, 0, 0, 131, 3, 4, 0}, true}, /* behind another */
        {{148, 1, 0, 0, 0, 0, 0, 0}, true},   /* lengths that cannot be */
        {{148, 9, 0, 0, 0, 0, 0, 0}, true},
        {{1, 1, 1, 1, 1, 1, 1, 148}, true},
        {{0, 131, 7, 4, 10, 0, 0, 1}, false}, /* behind the end */
    };
    uint8_t header[28] = {0x47};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        memcpy(header + 20, all[i].options, 8);
        assert_int_equal(decap_is_source_routed(header, sizeof header), all[i].routed);
    }
    assert_false(decap_is_source_routed(header, 20));
}

static void scopes_are_read(void **state)
{
    static const char *const bad[] = {"",        "192.0.2",      "192.0.2.1/",  "192.0.2.1/33",
                                      "::1/129", "192.0.2.1/a",  "0.0.0.0/0",   "224.0.0.1",
                                      "ff02::1", "192.0.2.1/-1", "192.0.2.1/8 "};
    struct scope scope = scope_of("192.0.2.16/28");
    char text[ADDRESS_TEXT_MAX + 4];
    struct failure why;
    struct address in = address("192.0.2.31"), out = address("192.0.2.32"), six = address("::");

    (void)state;
    assert_true(scope_has(&scope, &in));
    assert_false(scope_has(&scope, &out));
    assert_false(scope_has(&scope, &six));
    assert_true(scope_add(&scope, "10.1.2.3/16", &why));
    prefix_format(&scope.list[1], text);
    assert_string_equal(text, "10.1.0.0/16");
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(scope_add(&scope, bad[i], &why));
    assert_int_equal(scope.n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_header_is_made_of_addresses),
        cmocka_unit_test(a_link_header_is_turned_round),
        cmocka_unit_test(short_or_deep_link_headers_are_refused),
        cmocka_unit_test(segments_are_read_back_by_decap),
        cmocka_unit_test(arp_is_answered_for_the_scope_only),
        cmocka_unit_test(arp_is_answered_to_hosts_only),
        cmocka_unit_test(source_routes_are_seen),
        cmocka_unit_test(neighbours_are_answered_for_the_scope_only),
        cmocka_unit_test(scopes_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
