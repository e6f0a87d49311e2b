/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sender trusts nobody: whatever the loop asks it to send, only answers leave, to hosts,
 * from our own link address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "answer/gate.h"
#include "answer/orders.h"

static struct builder *builder(void)
{
    static struct builder *kept;

    return kept ? kept : (kept = builder_new());
}

static const uint8_t our_mac[6] = {2, 0, 0, 0, 0, 1}, peer_mac[6] = {2, 0, 0, 0, 0, 9};

#define PEER     "10.0.0.1"
#define US       "192.0.2.1"
#define ISN      7             /* the client's */
#define FRONT    (5u << 3 | 7) /* of a cookie, as the responder fills it in */
#define SYN_RATE 5
#define SEQ_AT   (14 + 20 + 4) /* in a frame of IPv4 */

static struct sender *sender;
static unsigned sent;
static struct built_frame last;
static time_us now;

static const char *module_of(uint16_t port)
{
    return port == 25 ? "smtp" : NULL;
}

static bool on_put(void *context, const struct frame *frame)
{
    (void)context;
    sent++;
    last.n = frame->caplen;
    memcpy(last.bytes, frame->bytes, frame->caplen);
    return true;
}

static struct address address(const char *text)
{
    struct address a;

    assert_true(address_parse(text, strlen(text), &a));
    return a;
}

static void open_sender(bool arp)
{
    static const char *const addresses[] = {"192.0.2.0/28", "2001:db8::/124"};
    struct sender_options options = {.addresses = addresses,
                                     .address_count = 2,
                                     .module = module_of,
                                     .arp = arp,
                                     .syn_rate = SYN_RATE,
                                     .put = on_put};
    struct answer_link link = {.n = 0};
    struct failure why;

    memcpy(link.mac, our_mac, sizeof our_mac);
    sender = sender_open(&options, &why);
    assert_non_null(sender);
    sender_begin(sender, NULL);
    sender_set_link(sender, &link);
}

static int begin(void **state)
{
    (void)state;
    open_sender(true);
    sent = 0;
    now = 1000 * TIME_SECOND;
    return 0;
}

static int end(void **state)
{
    (void)state;
    sender_close(sender);
    return 0;
}

/* --- orders --- */

static struct answer_counts counts(void)
{
    struct answer_counts n = {.sent = 0};

    sender_add_counts(sender, &n);
    return n;
}

static struct buf order_of(enum order_kind kind, uint64_t ticket, int link_type, const void *bytes,
                           size_t n)
{
    struct order_head head = {
        .kind = kind, .n = (uint32_t)n, .ticket = ticket, .link_type = link_type};
    struct buf order = {0};

    buf_append(&order, &head, sizeof head);
    buf_append(&order, bytes, n);
    return order;
}

static bool leaves_with(const struct built_frame *w, uint64_t ticket)
{
    struct buf order = order_of(ORDER_SEND, ticket, w->link_type, w->bytes, w->n), answers = {0};
    struct answer_counts before = counts(), after;

    assert_int_equal(sender_take(sender, buf_view(&order), now, now, &answers), order.len);
    assert_int_equal(answers.len, 0);
    buf_fini(&order);
    after = counts();
    assert_int_equal(after.sent + after.out_of_scope + after.sent_over_rate,
                     before.sent + before.out_of_scope + before.sent_over_rate + 1);
    assert_int_equal(after.sent, sent);
    return after.sent > before.sent;
}

/* Whether it leaves; all that does not is counted as what nobody may ask for. */
static bool leaves(const struct built_frame *w)
{
    uint64_t before = counts().out_of_scope;
    bool left = leaves_with(w, 0);

    assert_int_equal(counts().out_of_scope, before + !left);
    return left;
}

static struct built_frame segment(const uint8_t to[6], const uint8_t from[6], const char *us,
                                  const char *peer, uint16_t port, uint8_t flags, const char *text)
{
    struct segment s = {.src = address(us),
                        .dst = address(peer),
                        .src_port = port,
                        .dst_port = 1000,
                        .seq = FRONT,
                        .ack = ISN + 1,
                        .flags = flags,
                        .data = (const uint8_t *)text,
                        .caplen = (uint32_t)strlen(text),
                        .wire_len = (uint32_t)strlen(text)};
    struct link link = link_make(to, from, s.src.family);
    struct built_frame w;

    build_tcp(builder(), &link, &s, &w);
    return w;
}

static struct built_frame syn_ack(const uint8_t to[6], const uint8_t from[6], const char *us,
                                  const char *peer)
{
    return segment(to, from, us, peer, 25, TCP_SYN | TCP_ACK, "");
}

static struct built_frame data(const char *us, const char *peer, uint16_t port)
{
    return segment(peer_mac, our_mac, us, peer, port, TCP_PSH | TCP_ACK, "220 hello\r\n");
}

static uint64_t prove(const char *us, const char *peer, uint32_t cookie)
{
    struct order_proof proof = {.tuple = {.src = address(peer),
                                          .dst = address(us),
                                          .src_port = 1000,
                                          .dst_port = 25,
                                          .client_isn = ISN},
                                .cookie = cookie};
    struct buf order = order_of(ORDER_PROVE, 0, 0, &proof, sizeof proof), answers = {0};
    uint64_t ticket;

    assert_int_equal(sender_take(sender, buf_view(&order), now, now, &answers), order.len);
    assert_int_equal(answers.len, sizeof ticket);
    memcpy(&ticket, answers.data, sizeof ticket);
    buf_fini(&order);
    buf_fini(&answers);
    return ticket;
}

/* The number that the sender has put into the last SYN/ACK. */
static uint32_t number_sent(void)
{
    const uint8_t *at = last.bytes + SEQ_AT;

    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* --- what may leave --- */

static void answers_to_hosts_leave(void **state)
{
    struct built_frame w = syn_ack(peer_mac, our_mac, "192.0.2.1", "10.0.0.1");

    (void)state;
    assert_true(leaves(&w));
    w = syn_ack(peer_mac, our_mac, "2001:db8::1", "2001:db8:1::1");
    assert_true(leaves(&w));
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

static void nobody_asks_without_arp(void **state)
{
    (void)state;
    sender_close(sender);
    open_sender(false);
    assert_false(arp_leaves(our_mac, peer_mac, "192.0.2.100"));
}

/* --- connections --- */

static void a_segment_needs_the_ticket_of_its_handshake(void **state)
{
    struct built_frame w = syn_ack(peer_mac, our_mac, US, PEER), hello = data(US, PEER, 25);
    uint64_t ticket;
    uint32_t number;

    (void)state;
    assert_false(leaves(&hello));
    assert_true(leaves(&w));
    number = number_sent();
    assert_int_equal(number & 0x7fff, FRONT);
    assert_int_equal(prove(US, PEER, number ^ 1u << 31), 0); /* what only the sender makes */
    assert_int_equal(counts().unproven, 1);
    assert_int_equal(prove(US, "10.0.0.2", number), 0);
    assert_int_equal(prove("192.0.2.2", PEER, number), 0);
    ticket = prove(US, PEER, number);
    assert_true(ticket != 0);
    assert_true(leaves_with(&hello, ticket));
    assert_false(leaves_with(&hello, ticket + 1));
    hello = data(US, "10.0.0.2", 25);
    assert_false(leaves_with(&hello, ticket));
    hello = data("192.0.2.2", PEER, 25);
    assert_false(leaves_with(&hello, ticket));
    hello = data("198.51.100.9", PEER, 25);
    assert_false(leaves_with(&hello, ticket));
    hello = data(US, PEER, 80); /* no open port */
    assert_false(leaves_with(&hello, ticket));
    hello = segment(peer_mac, our_mac, US, PEER, 25, TCP_SYN, "");
    assert_false(leaves_with(&hello, ticket));
    hello = segment(peer_mac, our_mac, US, PEER, 25, TCP_SYN | TCP_ACK, "data");
    assert_false(leaves_with(&hello, ticket));
    assert_int_equal(sent, 2);
}

static void the_completed_segment_has_a_right_checksum(void **state)
{
    struct built_frame w = syn_ack(peer_mac, our_mac, US, PEER);

    (void)state;
    for (unsigned i = 0; i < 3; i++) { /* the sender, asked for what it has sent, reads it again */
        assert_true(leaves(&w));
        w.n = last.n;
        memcpy(w.bytes, last.bytes, last.n);
    }
}

static void a_number_is_good_for_two_minutes(void **state)
{
    struct built_frame w = syn_ack(peer_mac, our_mac, US, PEER);
    uint32_t number;

    (void)state;
    assert_true(leaves(&w));
    number = number_sent();
    now += COOKIE_STEP;
    assert_true(prove(US, PEER, number) != 0);
    now += COOKIE_STEP;
    assert_int_equal(prove(US, PEER, number), 0);
}

/* Of a gate whose secrets are always the same, so that no guess is right by chance. */
static void who_guesses_is_not_listened_to_for_long(void **state)
{
    const struct gate_options options = {.module = module_of};
    const struct gate_secrets secrets = {.cookie = {1, 2}, .ticket = {3, 4}, .rate = {5, 6}};
    struct cookie_tuple tuple = {.src = address(PEER), .dst = address(US), .client_isn = ISN};
    uint32_t number = cookie_complete(&secrets.cookie, &tuple, FRONT, now);
    struct peers peers = {.n = 0};
    struct gate *gate = gate_new(&options, &peers, &secrets);

    (void)state;
    assert_true(gate_prove(gate, &tuple, number, now) != 0);
    for (uint32_t guess = 1; guess <= 2 * GATE_REFUSALS; guess++)
        assert_int_equal(gate_prove(gate, &tuple, number ^ guess << 15, now), 0);
    assert_int_equal(gate_prove(gate, &tuple, number, now), 0); /* too many this second */
    assert_true(gate_prove(gate, &tuple, number, now + TIME_SECOND) != 0);
    gate_free(gate);
}

static void who_answers_syns_does_so_at_the_rate(void **state)
{
    struct built_frame w = syn_ack(peer_mac, our_mac, US, PEER);
    unsigned left = 0;

    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        left += leaves_with(&w, 0);
    assert_in_range(left, SYN_RATE, 3 * ANSWER_FRAMES_A_SYN * SYN_RATE);
    assert_int_equal(counts().sent_over_rate, 1000 - left);
}

/* A frame around it that goes elsewhere (RFC 2003). */
static void what_is_in_a_tunnel_does_not_leave(void **state)
{
    struct built_frame inner = syn_ack(peer_mac, our_mac, US, PEER), w = inner;
    uint32_t sum = 0;
    uint8_t *ip = w.bytes + 14;

    (void)state;
    memcpy(ip + 20, inner.bytes + 14, inner.n - 14);
    w.n = inner.n + 20;
    ip[2] = (uint8_t)((w.n - 14) >> 8);
    ip[3] = (uint8_t)(w.n - 14);
    ip[9] = 4;
    ip[10] = ip[11] = 0;
    for (unsigned i = 0; i < 20; i += 2)
        sum += (uint32_t)(ip[i] << 8 | ip[i + 1]);
    sum = ~((sum & 0xffff) + (sum >> 16));
    ip[10] = (uint8_t)(sum >> 8);
    ip[11] = (uint8_t)sum;
    assert_false(leaves(&w));
    assert_int_equal(sent, 0);
}

/* Length 0 is read elsewhere as "up to the end", which segmentation offload leaves so. */
static void a_packet_is_as_long_as_it_says(void **state)
{
    struct built_frame w = syn_ack(peer_mac, our_mac, US, PEER);
    uint8_t *ip = w.bytes + 14;
    uint32_t sum = (uint32_t)(ip[10] << 8 | ip[11]) + (uint32_t)(ip[2] << 8 | ip[3]);

    (void)state;
    w.n += 4; /* bytes behind it */
    assert_false(leaves(&w));
    w.n -= 4;
    ip[2] = ip[3] = 0; /* its header's checksum is right again */
    sum = (sum & 0xffff) + (sum >> 16);
    ip[10] = (uint8_t)(sum >> 8);
    ip[11] = (uint8_t)sum;
    assert_false(leaves(&w));
}

static void what_is_no_order_is_refused(void **state)
{
    struct built_frame w = syn_ack(peer_mac, our_mac, US, PEER);
    struct order_proof proof = {.cookie = 0};
    struct buf good = order_of(ORDER_SEND, 0, w.link_type, w.bytes, w.n), answers = {0};
    struct buf bad[] = {
        order_of(ORDER_KINDS, 0, 1, w.bytes, w.n),
        order_of(UINT32_MAX, 0, 1, w.bytes, w.n),
        order_of(ORDER_SEND, 0, 1, w.bytes, 0),
        order_of(ORDER_PROVE, 0, 0, &proof, 1),
        order_of(ORDER_PROVE, 0, 0, &proof, sizeof proof), /* of no family */
    };
    struct order_head longer = {.kind = ORDER_SEND, .n = FRAME_MAX + 1};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(sender_take(sender, buf_view(&bad[i]), now, now, &answers), -1);
        buf_fini(&bad[i]);
    }
    assert_int_equal(
        sender_take(sender, (struct bytes){(uint8_t *)&longer, sizeof longer}, now, now, &answers),
        -1);
    assert_int_equal(sent, 0);
    for (size_t n = 0; n < good.len; n++) /* what is not whole waits for the rest */
        assert_int_equal(sender_take(sender, (struct bytes){good.data, n}, now, now, &answers), 0);
    assert_int_equal(sender_take(sender, buf_view(&good), now, now, &answers), good.len);
    assert_int_equal(sent, 1);
    buf_fini(&good);
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
        TEST(nobody_asks_without_arp),
        TEST(a_segment_needs_the_ticket_of_its_handshake),
        TEST(the_completed_segment_has_a_right_checksum),
        TEST(a_number_is_good_for_two_minutes),
        TEST(who_guesses_is_not_listened_to_for_long),
        TEST(who_answers_syns_does_so_at_the_rate),
        TEST(what_is_in_a_tunnel_does_not_leave),
        TEST(a_packet_is_as_long_as_it_says),
        TEST(what_is_no_order_is_refused),
    };

    return cmocka_run_group_tests_name("answer_send", tests, NULL, NULL);
}
