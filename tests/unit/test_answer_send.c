/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sender trusts nobody: whatever the loop asks it to send, only answers leave, to hosts,
 * from our own link address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "answer/sender.h"

static struct builder *builder(void)
{
    static struct builder *kept;

    return kept ? kept : (kept = builder_new());
}

static const uint8_t our_mac[6] = {2, 0, 0, 0, 0, 1}, peer_mac[6] = {2, 0, 0, 0, 0, 9};

static struct scope scope;
static struct peers peers;
static struct sender *sender;
static unsigned sent;
static bool known;

static bool is_known(void *context, const struct address *us, uint16_t port,
                     const struct address *peer, uint16_t peer_port)
{
    (void)context;
    (void)us;
    (void)port;
    (void)peer;
    (void)peer_port;
    return known;
}

static void on_put(void *context, const struct built_frame *wire)
{
    (void)context;
    (void)wire;
    sent++;
}

static struct address address(const char *text)
{
    struct address a;

    assert_true(address_parse(text, strlen(text), &a));
    return a;
}

static int begin(void **state)
{
    struct sender_options options = {.put = on_put, .peers = &peers, .is_known = is_known};
    struct failure why;

    (void)state;
    scope.n = 0;
    assert_true(scope_add(&scope, "192.0.2.0/28", &why));
    assert_true(scope_add(&scope, "2001:db8::/124", &why));
    peers_init(&peers, &scope, our_mac, false, NULL, 0);
    sender = sender_open(&options, &why);
    assert_non_null(sender);
    assert_true(sender_open_files(sender, -1, NULL, &why));
    known = true;
    sent = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    sender_close(sender);
    return 0;
}

/* Whether it leaves; all that does not is counted as our own mistake. */
static bool leaves(const struct built_frame *w)
{
    uint64_t before = sender_counts(sender)->out_of_scope;
    bool left = sender_send(sender, w, TIME_SECOND);

    assert_int_equal(sender_counts(sender)->out_of_scope, before + !left);
    return left;
}

static struct built_frame syn_ack(const uint8_t to[6], const uint8_t from[6], const char *us,
                                  const char *peer)
{
    struct segment s = {.src = address(us),
                        .dst = address(peer),
                        .src_port = 25,
                        .dst_port = 1000,
                        .flags = TCP_SYN | TCP_ACK};
    struct link link = link_make(to, from, s.src.family);
    struct built_frame w;

    build_tcp(builder(), &link, &s, &w);
    return w;
}

static void answers_to_hosts_leave(void **state)
{
    struct built_frame w = syn_ack(peer_mac, our_mac, "192.0.2.1", "10.0.0.1");

    (void)state;
    assert_true(leaves(&w));
    w = syn_ack(peer_mac, our_mac, "2001:db8::1", "2001:db8:1::1");
    assert_true(leaves(&w));
    known = false;
    assert_false(leaves(&w));
    assert_int_equal(sent, 2);
}

static void nothing_leaves_to_who_is_no_host(void **state)
{
    static const char *const peers_4[] = {"192.0.2.255", "192.0.2.2",       "127.0.0.1",
                                          "169.254.1.1", "255.255.255.255", "224.0.0.1",
                                          "0.0.0.0"};
    static const char *const peers_6[] = {"::1",     "::",      "::ffff:10.0.0.1", "fe80::1",
                                          "fec0::1", "ff02::1", "2001:db8::2"};

    (void)state;
    for (size_t i = 0; i < sizeof peers_4 / sizeof *peers_4; i++) {
        struct built_frame w = syn_ack(peer_mac, our_mac, "192.0.2.1", peers_4[i]);

        assert_false(leaves(&w));
    }
    for (size_t i = 0; i < sizeof peers_6 / sizeof *peers_6; i++) {
        struct built_frame w = syn_ack(peer_mac, our_mac, "2001:db8::1", peers_6[i]);

        assert_false(leaves(&w));
    }
    assert_int_equal(sent, 0);
}

static void nothing_leaves_from_who_we_are_not(void **state)
{
    struct built_frame w = syn_ack(peer_mac, our_mac, "192.0.2.16", "10.0.0.1");

    (void)state;
    assert_false(leaves(&w));
    w = syn_ack(peer_mac, peer_mac, "192.0.2.1", "10.0.0.1");
    assert_false(leaves(&w));
    w = syn_ack(our_mac, our_mac, "192.0.2.1", "10.0.0.1");
    assert_false(leaves(&w));
    w = syn_ack((const uint8_t[6]){0}, our_mac, "192.0.2.1", "10.0.0.1");
    assert_false(leaves(&w));
    w = syn_ack((const uint8_t[6]){1, 0, 0x5e, 0, 0, 1}, our_mac, "192.0.2.1", "10.0.0.1");
    assert_false(leaves(&w));
    w = syn_ack((const uint8_t[6]){255, 255, 255, 255, 255, 255}, our_mac, "192.0.2.1", "10.0.0.1");
    assert_false(leaves(&w));
    w = syn_ack(peer_mac, our_mac, "192.0.2.1", "10.0.0.1");
    w.bytes[14 + 20 + 16] ^= 0x55; /* a wrong checksum */
    assert_false(leaves(&w));
    assert_int_equal(sent, 0);
}

static bool arp_leaves(const uint8_t mac[6], const uint8_t asker_mac[6], const char *asker)
{
    struct address us = address("192.0.2.1"), peer = address(asker);
    struct link link = {.link_type = FRAME_LINK_ETHERNET, .n = 14};
    struct built_frame w;

    memcpy(link.bytes, peer_mac, 6);
    memcpy(link.bytes + 12, (const uint8_t[]){8, 6}, 2);
    build_arp_reply(builder(), &link, mac, &us, asker_mac, &peer, &w);
    memcpy(w.bytes + 6, our_mac, 6);
    return leaves(&w);
}

static void arp_replies_name_us_to_one_host(void **state)
{
    (void)state;
    assert_true(arp_leaves(our_mac, peer_mac, "192.0.2.100"));
    assert_false(arp_leaves(peer_mac, peer_mac, "192.0.2.100"));
    assert_false(
        arp_leaves(our_mac, (const uint8_t[6]){255, 255, 255, 255, 255, 255}, "192.0.2.100"));
    assert_false(arp_leaves(our_mac, (const uint8_t[6]){0}, "192.0.2.100"));
    assert_false(arp_leaves(our_mac, peer_mac, "192.0.2.255"));
    assert_false(arp_leaves(our_mac, peer_mac, "224.0.0.1"));
    assert_int_equal(sent, 1);
}

static void neighbours_are_answered_from_link_local_too(void **state)
{
    struct address us = address("2001:db8::1"), router = address("fe80::1"),
                   group = address("ff02::1");
    struct link link = link_make(peer_mac, our_mac, 6);
    struct built_frame w;

    (void)state;
    build_advertisement(builder(), &link, our_mac, &us, &router, &w);
    assert_true(leaves(&w));
    build_advertisement(builder(), &link, our_mac, &us, &group, &w);
    assert_false(leaves(&w));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(answers_to_hosts_leave),
        TEST(nothing_leaves_to_who_is_no_host),
        TEST(nothing_leaves_from_who_we_are_not),
        TEST(arp_replies_name_us_to_one_host),
        TEST(neighbours_are_answered_from_link_local_too),
    };

    return cmocka_run_group_tests_name("answer_send", tests, NULL, NULL);
}
