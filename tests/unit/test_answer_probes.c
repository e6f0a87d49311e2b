/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What strangers send to the responder, and what it sends for that: to whom, how much, and
 * not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "answer/halfopen.h"
#include "answer/tcp.h"
#include "potsherd/answer.h"
#include "potsherd/build.h"
#include "potsherd/checksum.h"
#include "potsherd/decap.h"
#include "potsherd/ports.h"

static struct builder *builder(void)
{
    static struct builder *kept;

    return kept ? kept : (kept = builder_new());
}

#define BAIT   "198.51.100.64"
#define BAIT_6 "2001:db8:1::41"
#define MS     (TIME_SECOND / 1000)

static const uint8_t our_mac[6] = {2, 0, 0, 0, 0, 1}, peer_mac[6] = {2, 0, 0, 0, 0xaa, 1};
static const uint8_t mss_option[4] = {2, 4, 5, 0xb4};

static struct port_rules *rules;
static struct answer *a;
static time_us now;

/* --- what is sent --- */

static unsigned sent_n;
static size_t longest;
static struct segment last; /* of TCP */
static bool group_answered, strange_source;

static void on_put(void *context, const uint8_t *bytes, size_t n)
{
    struct frame frame = {
        .link_type = 1, .bytes = bytes, .caplen = (uint32_t)n, .wire_len = (uint32_t)n};
    struct datagram d;

    (void)context;
    sent_n++;
    longest = n > longest ? n : longest;
    group_answered = group_answered || (bytes[0] & 1);
    strange_source = strange_source || memcmp(bytes + 6, our_mac, 6) != 0;
    if (decap_frame(&frame, &d) == DECAP_OK && d.protocol == 6)
        assert_int_equal(decap_segment(&d, true, &last), DECAP_OK);
}

static void on_record(void *context, const struct frame *frame)
{
    (void)context;
    (void)frame;
}

static const char *module_of(uint16_t port)
{
    return ports_module(rules, port);
}

static void begin_with(bool span, const struct answer_net *nets, unsigned net_count)
{
    static const char *const addresses[] = {BAIT "/28", "2001:db8:1::40/124"};
    struct answer_options options = {.addresses = addresses,
                                     .address_count = 2,
                                     .module = module_of,
                                     .personas = "rules/personas",
                                     .arp = true,
                                     .span = span,
                                     .max_conversations = 100,
                                     .idle_timeout = 300 * TIME_SECOND,
                                     .record = on_record,
                                     .put = on_put};
    struct failure why = {""};

    rules = ports_load("rules/ports.rules", &why);
    assert_non_null(rules);
    memcpy(options.link.mac, our_mac, 6);
    for (; options.link.n < net_count; options.link.n++)
        options.link.nets[options.link.n] = nets[options.link.n];
    now = INT64_C(1790000000) * TIME_SECOND;
    sent_n = 0;
    longest = 0;
    group_answered = strange_source = false;
    a = answer_new(&options, now, &why);
    if (!a)
        fail_msg("%s", why.text);
}

static int begin(void **state)
{
    (void)state;
    begin_with(false, NULL, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_false(group_answered);
    assert_false(strange_source);
    answer_free(a);
    ports_free(rules);
    rules = NULL;
    return 0;
}

static struct answer_counts counts(void)
{
    struct answer_counts n;

    answer_tell_counts(a, &n);
    assert_int_equal(n.out_of_scope, 0);
    return n;
}

/* --- what comes --- */

static struct address address(const char *text)
{
    struct address out;

    assert_true(address_parse(text, strlen(text), &out));
    return out;
}

static struct link link_from(const uint8_t to[6], const uint8_t from[6], int family)
{
    return link_make(to, from, family);
}

static struct segment syn_from(const char *from, uint16_t port)
{
    struct segment s = {.src = address(from),
                        .src_port = 1000,
                        .dst_port = port,
                        .seq = 1,
                        .flags = TCP_SYN,
                        .window = 65535,
                        .options = mss_option,
                        .options_caplen = 4};

    s.dst = address(s.src.family == 4 ? BAIT : BAIT_6);
    return s;
}

static unsigned put_wire(const struct built_frame *w, size_t n)
{
    unsigned before = sent_n;

    now += 10 * MS;
    answer_put(a, &(struct frame){.ts = now,
                                  .link_type = 1,
                                  .bytes = w->bytes,
                                  .caplen = (uint32_t)n,
                                  .wire_len = (uint32_t)n});
    return sent_n - before;
}

static unsigned put_on(const struct link *link, const struct segment *s)
{
    struct built_frame w;

    build_tcp(builder(), link, s, &w);
    return put_wire(&w, w.n);
}

static unsigned put(const struct segment *s)
{
    struct link link = link_from(our_mac, peer_mac, s->src.family);

    return put_on(&link, s);
}

/* How many frames come back. */
static void expect(const char *what, unsigned got, unsigned expected)
{
    if (got != expected)
        fail_msg("%s: %u frames came back, not %u", what, got, expected);
}

/* --- addresses --- */

static void addresses_of_hosts_are_answered_and_no_others(void **state)
{
    static const struct {
        const char *from;
        unsigned expected;
    } probes[] = {
        {"198.51.100.1", 1},
        {"10.255.255.254", 1},
        {"10.255.255.255", 1},
        {"172.16.0.1", 1},
        {"192.168.1.1", 1},
        {"223.255.255.254", 1},
        {"126.0.0.1", 1},
        {"128.0.0.1", 1},
        {"169.253.1.1", 1},
        {"198.51.100.255", 0},
        {"198.51.100.0", 0},
        {"255.255.255.255", 0},
        {"127.0.0.1", 0},
        {"127.5.5.5", 0},
        {"127.255.255.255", 0},
        {"0.0.0.0", 0},
        {"0.1.2.3", 0},
        {"224.0.0.1", 0},
        {"239.255.255.255", 0},
        {"240.0.0.1", 0},
        {BAIT, 0},
        {"198.51.100.65", 0},
        {"198.51.100.79", 0},
        {"198.51.100.80", 1},
        {"169.254.1.1", 0},
        {"169.254.255.255", 0},
        {"2001:db8:1::1", 1},
        {"fd00::1", 1},
        {"64:ff9b::c633:6401", 1},
        {"2002:c633:6401::1", 1},
        {"::", 0},
        {"::1", 0},
        {"::198.51.100.1", 0},
        {"::ffff:1.2.3.4", 0},
        {"::ffff:0:1.2.3.4", 0},
        {"fe80::1", 0},
        {"febf::1", 0},
        {"fec0::1", 0},
        {"feff::1", 0},
        {"ff02::1", 0},
        {"ff0e::1", 0},
        {"2001:db8:1::40", 0},
        {"2001:db8:1::41", 0},
        {"2002:7f00:1::1", 0},
        {"2002:e000:1::1", 0},
        {"64:ff9b::7f00:1", 0},
        {"64:ff9b::a9fe:101", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        struct segment s = syn_from(probes[i].from, 8080);

        expect(probes[i].from, put(&s), probes[i].expected);
    }
}

/* What the interfaces are configured with goes before what can only be supposed. */
static void broadcasts_of_the_interfaces_networks_are_known(void **state)
{
    struct answer_net nets[] = {{address("198.51.100.1"), 22},
                                {address("203.0.113.9"), 29},
                                {address("192.0.2.5"), 31},
                                {address("2001:db8:1::1"), 64}};
    static const struct {
        const char *from;
        unsigned expected;
    } probes[] = {
        {"198.51.100.255", 1}, {"198.51.100.0", 0},  {"198.51.103.255", 0}, {"203.0.113.8", 0},
        {"203.0.113.15", 0},   {"203.0.113.14", 1},  {"203.0.113.16", 1},   {"192.0.2.4", 1},
        {"192.0.2.5", 1},      {"2001:db8:1::1", 1},
    };

    (void)state;
    answer_free(a);
    ports_free(rules);
    begin_with(false, nets, 4);
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        struct segment s = syn_from(probes[i].from, 8080);

        expect(probes[i].from, put(&s), probes[i].expected);
    }
}

/* --- link addresses --- */

struct link_probe {
    const char *name;
    uint8_t to[6], from[6];
    unsigned expected, expected_span;
};

static const struct link_probe links[] = {
    {"to us", {2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0xaa, 1}, 1, 1},
    {"to another host", {2, 0, 0, 0, 0, 0x77}, {2, 0, 0, 0, 0xaa, 1}, 0, 1},
    {"to everybody", {255, 255, 255, 255, 255, 255}, {2, 0, 0, 0, 0xaa, 1}, 0, 0},
    {"to a group", {1, 0, 0x5e, 0, 0, 1}, {2, 0, 0, 0, 0xaa, 1}, 0, 0},
    {"to nobody", {0}, {2, 0, 0, 0, 0xaa, 1}, 0, 0},
    {"from everybody", {2, 0, 0, 0, 0, 1}, {255, 255, 255, 255, 255, 255}, 0, 0},
    {"from a group", {2, 0, 0, 0, 0, 1}, {1, 0, 0x5e, 0, 0, 1}, 0, 0},
    {"from nobody", {2, 0, 0, 0, 0, 1}, {0}, 0, 0},
    {"from us", {2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 1}, 0, 0},
};

static void probe_links(bool span)
{
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        for (int six = 0; six < 2; six++) {
            struct segment s = syn_from(six ? "2001:db8:1::1" : "198.51.100.1", 8080);
            struct link link = link_from(links[i].to, links[i].from, s.src.family);

            expect(links[i].name, put_on(&link, &s),
                   span ? links[i].expected_span : links[i].expected);
        }
    assert_int_equal(counts().bad_links, span ? 14 : 16);
}

static void only_frames_from_a_host_to_us_are_answered(void **state)
{
    (void)state;
    probe_links(false);
}

static void of_a_span_port_frames_to_any_host_are_answered(void **state)
{
    (void)state;
    answer_free(a);
    ports_free(rules);
    begin_with(true, NULL, 0);
    probe_links(true);
}

static void a_new_link_address_is_the_one_from_then_on(void **state)
{
    struct answer_link link = {.mac = {2, 0, 0, 0, 0, 0x77}};
    struct segment s = syn_from("198.51.100.1", 8080);
    struct link to = link_from(link.mac, peer_mac, 4);

    (void)state;
    answer_set_link(a, &link);
    assert_int_equal(put(&s), 0);
    assert_int_equal(put_on(&to, &s), 1);
    assert_true(strange_source); /* the new one */
    strange_source = false;
}

/* --- packets --- */

static void wrong_checksums_are_not_answered(void **state)
{
    struct link link = link_from(our_mac, peer_mac, 4);
    struct segment s = syn_from("198.51.100.1", 8080);
    struct built_frame w;
    uint16_t partial;

    (void)state;
    build_tcp(builder(), &link, &s, &w);
    w.bytes[14 + 20 + 16] ^= 0x55;
    assert_int_equal(put_wire(&w, w.n), 0);
    build_tcp(builder(), &link, &s, &w);
    w.bytes[14 + 10] ^= 0x55; /* of the IP header */
    assert_int_equal(put_wire(&w, w.n), 0);
    build_tcp(builder(), &link, &s, &w);
    w.bytes[14 + 2]++; /* cut: 256 bytes more than there are */
    w.bytes[14 + 10]--;
    assert_int_equal(put_wire(&w, w.n), 0);
    assert_int_equal(counts().bad_checksums, 3);
    build_tcp(builder(), &link, &s, &w); /* as from a guest of this host */
    partial = checksum_pseudo(&s.src, &s.dst, 6, 24);
    w.bytes[14 + 20 + 16] = (uint8_t)(partial >> 8);
    w.bytes[14 + 20 + 17] = (uint8_t)partial;
    assert_int_equal(put_wire(&w, w.n), 1);
}

/* As Linux has it for `tcp_v4_check` of the pseudo header, worked out by hand: c633 + 6401 +
 * c633 + 6440 + 0006 + 0018 = 254cb + ..., folded. */
static void the_partial_checksum_is_the_sum_of_the_pseudo_header(void **state)
{
    struct address from = address("198.51.100.1"), to = address(BAIT);
    uint32_t sum = 0xc633 + 0x6401 + 0xc633 + 0x6440 + 6 + 24;

    (void)state;
    assert_int_equal(checksum_pseudo(&from, &to, 6, 24), (sum & 0xffff) + (sum >> 16));
}

static unsigned put_with_options(const uint8_t options[8])
{
    struct link link = link_from(our_mac, peer_mac, 4);
    struct segment s = syn_from("198.51.100.1", 8080);
    struct built_frame w;
    uint8_t *ip = w.bytes + 14;
    uint32_t sum = 0;

    build_tcp(builder(), &link, &s, &w);
    memmove(ip + 28, ip + 20, 24);
    memcpy(ip + 20, options, 8);
    ip[0] = 0x47;
    ip[3] = 52;
    ip[10] = ip[11] = 0;
    for (int i = 0; i < 28; i += 2)
        sum += (uint32_t)ip[i] << 8 | ip[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~((sum & 0xffff) + (sum >> 16));
    ip[10] = (uint8_t)(sum >> 8);
    ip[11] = (uint8_t)sum;
    return put_wire(&w, w.n + 8);
}

static void source_routed_packets_are_not_answered(void **state)
{
    (void)state;
    assert_int_equal(put_with_options((const uint8_t[8]){131, 7, 4, 10, 0, 0, 1, 0}), 0);
    assert_int_equal(put_with_options((const uint8_t[8]){137, 7, 4, 10, 0, 0, 1, 0}), 0);
    assert_int_equal(put_with_options((const uint8_t[8]){1, 1, 1, 131, 3, 4, 0, 0}), 0);
    assert_int_equal(counts().source_routed, 3);
    assert_int_equal(put_with_options((const uint8_t[8]){148, 4, 0, 0, 0, 0, 0, 0}), 1);
    assert_int_equal(counts().bad_checksums, 0);
}

static void flags_that_open_nothing_are_not_answered(void **state)
{
    static const struct {
        uint8_t flags;
        unsigned expected;
    } probes[] = {{0, 0},    {0x01, 0}, {0x29, 0}, {0x03, 0}, {0x06, 0}, {0x12, 0}, {0x10, 0},
                  {0x11, 0}, {0x3f, 0}, {0x04, 0}, {0x14, 0}, {0x02, 1}, {0xc2, 1}, {0x22, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        struct segment s = syn_from("198.51.100.3", 8080);
        char name[16];

        s.flags = probes[i].flags;
        s.ack = 7;
        snprintf(name, sizeof name, "flags %02x", s.flags);
        expect(name, put(&s), probes[i].expected);
    }
}

static void segments_to_elsewhere_are_not_answered(void **state)
{
    struct segment s = syn_from("198.51.100.3", 8080);

    (void)state;
    s.src_port = 0;
    assert_int_equal(put(&s), 0);
    s = syn_from("198.51.100.3", 22); /* no port of ours */
    assert_int_equal(put(&s), 0);
    s = syn_from("198.51.100.3", 8080);
    s.dst = address("198.51.100.80"); /* no address of ours */
    assert_int_equal(put(&s), 0);
    assert_int_equal(counts().ignored, 3);
}

/* --- how much a spoofed SYN makes us send --- */

/* Frames that this SYN leads to, though nobody ever acknowledges; none may be longer than
 * `most`. */
static unsigned frames_of_a_syn(const struct built_frame *w, size_t n, size_t most)
{
    unsigned frames;

    longest = 0;
    frames = put_wire(w, n);
    for (unsigned i = 0; i < 120; i++) {
        unsigned before = sent_n;

        answer_tick(a, now += TIME_SECOND);
        frames += sent_n - before;
    }
    if (longest > most)
        fail_msg("a SYN of %zu bytes leads to one of %zu", n, longest);
    return frames;
}

static void a_syn_leads_to_three_short_frames_at_most(void **state)
{
    static const uint8_t zeros[60];
    unsigned ports = 0;

    (void)state;
    for (unsigned port = 1; port < 65536; port++) {
        if (!module_of((uint16_t)port))
            continue;
        ports++;
        for (unsigned how = 0; how < 16; how++) {
            bool six = how & 1, options = how & 2, tagged = how & 4, padded = how & 8;
            struct segment s = syn_from(six ? "2001:db8:1::1" : "203.0.113.1", (uint16_t)port);
            struct link link = link_from(our_mac, peer_mac, s.src.family);
            struct built_frame w;
            size_t n;

            if (!options)
                s.options_caplen = 0;
            s.src_port = (uint16_t)(1000 + how);
            if (tagged) {
                memcpy(link.bytes + 16, link.bytes + 12, 2);
                memcpy(link.bytes + 12, (const uint8_t[]){0x81, 0, 0, 42}, 4);
                link.n = 18;
            }
            build_tcp(builder(), &link, &s, &w);
            n = w.n;
            if (padded && n < 60) {
                memcpy(w.bytes + n, zeros, 60 - n);
                n = 60;
            }
            assert_int_equal(frames_of_a_syn(&w, n, n < 60 ? 60 : n), port == 25 ? 3 : 1);
        }
    }
    assert_int_equal(ports, 11);
    assert_int_equal(counts().unrepeated, 0);
}

static void in_a_load_a_syn_leads_to_one_frame(void **state)
{
    const unsigned syns = 1500; /* few enough that hardly one loses its place */
    uint64_t again;

    (void)state;
    for (unsigned i = 0; i < syns; i++) {
        struct segment s = syn_from("203.0.113.1", 25);

        s.src_port = (uint16_t)(1000 + i);
        now -= 10 * MS; /* all in one moment */
        put(&s);
    }
    assert_int_equal(sent_n, syns);
    for (unsigned i = 0; i < 60; i++)
        answer_tick(a, now += TIME_SECOND);
    again = sent_n - syns;
    assert_in_range(again, 1, 2 * HALFOPEN_LOAD);
    /* Of 3000 keys 143 on average, by the secret 96 to 183, find the 8 places of their 512 sets
     * taken: these are not repeated either, and not counted. */
    assert_true(counts().unrepeated + again / 2 >= syns - syns / 10);
}

/* --- conversations --- */

struct peer {
    struct segment s; /* the next one, without data */
};

static void open_conversation(struct peer *p, uint16_t from, uint16_t port, uint16_t window)
{
    p->s = syn_from("203.0.113.7", port);
    p->s.src_port = from;
    assert_int_equal(put(&p->s), 1);
    p->s.options_caplen = 0;
    p->s.seq = 2;
    p->s.ack = last.seq + 1;
    p->s.flags = TCP_ACK;
    p->s.window = window;
    put(&p->s);
}

static unsigned say(struct peer *p, const char *text)
{
    struct segment s = p->s;

    s.data = (const uint8_t *)text;
    s.caplen = s.wire_len = (uint32_t)strlen(text);
    return put(&s);
}

static void duplicates_are_answered_at_a_limited_rate(void **state)
{
    enum { PEERS = 20, TIMES = 200 };
    struct peer peers[PEERS];
    unsigned answers = 0;
    uint64_t in_all;

    (void)state;
    for (unsigned i = 0; i < PEERS; i++) {
        open_conversation(&peers[i], (uint16_t)(2000 + i), 8080, 65535);
        say(&peers[i], "GET ");
        answer_tick(a, now += 100 * MS);
    }
    now += TIME_SECOND - now % TIME_SECOND;
    for (unsigned n = 0; n < TIMES; n++)
        for (unsigned i = 0; i < PEERS; i++) {
            now -= 10 * MS;
            answers += say(&peers[i], "GET "); /* once more */
        }
    assert_in_range(answers, 10, 40); /* a source's burst */
    in_all = counts().unchallenged;
    assert_true(in_all >= PEERS * TCP_CHALLENGES - 40);
    now += TIME_SECOND;
    for (unsigned n = 0; n < TIMES; n++) { /* one connection alone */
        now -= 10 * MS;
        answers += say(&peers[0], "GET ");
    }
    assert_in_range(answers, 20, 50);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(addresses_of_hosts_are_answered_and_no_others),
        TEST(broadcasts_of_the_interfaces_networks_are_known),
        TEST(only_frames_from_a_host_to_us_are_answered),
        TEST(of_a_span_port_frames_to_any_host_are_answered),
        TEST(a_new_link_address_is_the_one_from_then_on),
        TEST(wrong_checksums_are_not_answered),
        TEST(the_partial_checksum_is_the_sum_of_the_pseudo_header),
        TEST(source_routed_packets_are_not_answered),
        TEST(flags_that_open_nothing_are_not_answered),
        TEST(segments_to_elsewhere_are_not_answered),
        TEST(a_syn_leads_to_three_short_frames_at_most),
        TEST(in_a_load_a_syn_leads_to_one_frame),
        TEST(duplicates_are_answered_at_a_limited_rate),
    };

    return cmocka_run_group_tests_name("answer_probes", tests, NULL, NULL);
}
