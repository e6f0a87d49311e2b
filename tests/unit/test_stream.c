/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Segments in, what the handler hears out.  It is written down as words: open,
 * C:text and S:text for data, C-5 for a gap of five bytes, C. for the end of a
 * direction, finish, and the connection's end with its flags.  Sequence numbers
 * count from each side's SYN, which is 0.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "potsherd/counters.h"
#include "potsherd/stream.h"

#define HEADER 20
#define C      FROM_CLIENT
#define S      FROM_SERVER
#define SYN    TCP_SYN
#define ACK    TCP_ACK
#define FIN    TCP_FIN
#define RST    TCP_RST

static struct stream *stream;
static struct stream_options options;
static struct buf said;
static time_us now;
static uint32_t isn[2];
static uint16_t client_port;
static size_t held; /* what the handler says that it holds of each */
static uint64_t delivered, attempts, syns;
static bool quiet; /* counts data, and does not write it down */

static void say(const char *word)
{
    if (said.len)
        buf_append_byte(&said, ' ');
    buf_append_text(&said, word);
}

static void on_open(void *context, struct connection *c)
{
    (void)context, (void)c;
    say("open");
}

static void on_data(void *context, struct connection *c, enum direction from, const uint8_t *bytes,
                    size_t n, time_us ts)
{
    (void)context, (void)c, (void)ts;
    delivered += n;
    if (quiet)
        return;
    say(from == C ? "C:" : "S:");
    buf_append(&said, bytes, n);
}

static void on_gap(void *context, struct connection *c, enum direction from, uint64_t missing,
                   time_us ts)
{
    char text[32];

    (void)context, (void)c, (void)ts;
    snprintf(text, sizeof text, "%c-%d", from == C ? 'C' : 'S', (int)missing);
    say(text);
}

static void on_close(void *context, struct connection *c, enum direction from, time_us ts)
{
    (void)context, (void)c, (void)ts;
    say(from == C ? "C." : "S.");
}

static void on_finish(void *context, struct connection *c, time_us ts)
{
    (void)context, (void)c, (void)ts;
    say("finish");
}

static void on_end(void *context, struct connection *c)
{
    (void)context;
    say(connection_end_name(c->end));
    for (unsigned bit = 0; bit < CONNECTION_FLAG_COUNT; bit++)
        if (c->flags & 1u << bit)
            say(connection_flag_word(bit));
}

static size_t on_memory(void *context, const struct connection *c)
{
    (void)context, (void)c;
    return held;
}

static void on_attempt(void *context, const struct connection *c)
{
    (void)context;
    attempts++;
    syns += c->packets[FROM_CLIENT];
}

static bool is_service(uint16_t port)
{
    return port == 25;
}

/* The stream is made with the first segment, so that a test can set options. */
static void start(void)
{
    static const struct stream_handler handler = {
        NULL, on_open, on_data, on_gap, on_close, on_finish, on_end, on_memory, on_attempt};

    if (!stream)
        stream = stream_new(&options, &handler);
}

static void put16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value)
{
    put16(to, value >> 16);
    put16(to + 2, value & 0xffff);
}

static void put(enum direction from, uint8_t flags, uint32_t seq, uint32_t ack, const void *data,
                uint32_t n)
{
    static uint8_t packet[65535];
    struct datagram d = {.ts = now, .protocol = 6, .payload = packet};

    start();
    put16(packet, from == C ? client_port : 25);
    put16(packet + 2, from == C ? 25 : client_port);
    put32(packet + 4, isn[from] + seq);
    put32(packet + 8, flags & ACK ? isn[!from] + ack : 0);
    packet[12] = 0x50;
    packet[13] = flags;
    memcpy(packet + HEADER, data, n);
    d.src.family = d.dst.family = 4;
    d.src.bytes[0] = from == C ? 1 : 2;
    d.dst.bytes[0] = from == C ? 2 : 1;
    d.caplen = d.wire_len = HEADER + n;
    stream_put(stream, &d);
    now += 1000;
}

static void send(enum direction from, uint8_t flags, uint32_t seq, uint32_t ack, const char *text)
{
    put(from, flags, seq, ack, text, (uint32_t)strlen(text));
}

static void shake(void)
{
    send(C, SYN, 0, 0, "");
    send(S, SYN | ACK, 0, 1, "");
    send(C, ACK, 1, 1, "");
}

static void wait(double seconds)
{
    now += (time_us)(seconds * TIME_SECOND);
    start();
    stream_tick(stream, now);
}

/* The capture ends; all of it was heard, and nothing is held any more. */
static void heard(const char *expected)
{
    stream_finish(stream);
    buf_append_byte(&said, '\0');
    assert_string_equal(said.data, expected);
    assert_int_equal(stream_memory(stream), 0);
}

static void heard_so_far(const char *expected)
{
    buf_append_byte(&said, '\0');
    assert_string_equal(said.data, expected);
    said.len--;
}

static int begin(void **state)
{
    (void)state;
    options = (struct stream_options){.max_connections = 100,
                                      .max_memory = 1 << 30,
                                      .idle_timeout = 600 * TIME_SECOND,
                                      .is_service = is_service};
    now = 1000 * TIME_SECOND;
    isn[C] = 1000000;
    isn[S] = 5000000;
    client_port = 40000;
    held = 0;
    delivered = attempts = syns = 0;
    quiet = false;
    return 0;
}

static int finish(void **state)
{
    (void)state;
    if (stream) { /* what is counted as held is given back, whatever the test was */
        stream_finish(stream);
        assert_int_equal(stream_memory(stream), 0);
    }
    stream_free(stream);
    stream = NULL;
    buf_fini(&said);
    return 0;
}

/* --- sequence numbers --- */

static void numbers_wrap(void **state)
{
    (void)state;
    isn[C] = UINT32_MAX - 3; /* the data begins two before the end */
    isn[S] = UINT32_MAX;     /* and here behind it */
    shake();
    send(C, ACK, 6, 1, "fghij");
    send(S, ACK, 1, 11, "hello"); /* has all ten */
    send(C, ACK, 1, 1, "abcde");
    send(C, ACK | FIN, 11, 6, "");
    send(S, ACK | FIN, 6, 12, "");
    heard("open C:abcde C:fghij S:hello C. S. finish fin");
}

static void copies_count_once(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "abcd");
    send(C, ACK, 1, 1, "ABCD");
    send(C, ACK, 3, 1, "CDef");
    send(C, ACK, 9, 1, "ij");
    send(C, ACK, 7, 1, "ghIJkl");
    heard("open C:abcd C:ef C:gh C:ij C:kl finish eof");
}

static void a_keep_alive_is_no_data(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "abc");
    send(S, ACK, 1, 4, "");
    send(C, ACK, 3, 1, "");  /* one before the next, empty */
    send(C, ACK, 3, 1, "?"); /* or with a byte of garbage */
    send(C, ACK, 4, 1, "d");
    heard("open C:abc C:d finish eof");
}

static void a_window_probe_counts_once(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "abc");
    send(C, ACK, 4, 1, "d");
    send(S, ACK, 1, 4, ""); /* no room: not taken */
    send(C, ACK, 4, 1, "d");
    send(C, ACK, 4, 1, "def");
    heard("open C:abc C:d C:ef finish eof");
}

static void far_away_numbers_belong_to_nobody(void **state)
{
    (void)state;
    shake();
    send(C, ACK, UINT32_C(0x60000000), 1, "far");
    send(C, ACK, 1, UINT32_C(0x60000000), "near");
    heard("open C:near finish eof");
    assert_int_equal(stream_counts(stream)->out_of_window, 2);
}

/* Behind each of these numbers stands a segment of one byte, with a byte missing before the
 * number itself is reached; `taken` says which are in the window. */
static void data_at(uint32_t ahead, bool taken)
{
    char expected[64];

    shake();
    put(C, ACK, 1 + ahead, 1, "x", 1);
    send(C, ACK, 1, 1, "near");
    stream_finish(stream);
    if (taken)
        snprintf(expected, sizeof expected, "open C:near C-%d C:x finish eof", (int)(ahead - 4));
    else
        snprintf(expected, sizeof expected, "open C:near finish eof");
    heard(expected);
    assert_int_equal(stream_counts(stream)->out_of_window, taken ? 0 : 1);
    assert_int_equal(stream_counts(stream)->missing_bytes, taken ? ahead - 4 : 0);
    finish(NULL);
    begin(NULL);
}

static void the_window_has_one_edge(void **state)
{
    static const uint32_t window = UINT32_C(1) << 30; /* RFC 7323 section 2.3 */

    (void)state;
    data_at(window - 16385, true); /* what libnids takes for the edge */
    data_at(window - 16384, true);
    data_at(window - 16383, true);
    data_at(window - 1, true);
    data_at(window, true);
    data_at(window + 1, false);
    data_at(UINT32_C(0x7fffffff), false);
    data_at(UINT32_C(0x80000000), false);
    data_at(UINT32_C(0x80000001), false);
    data_at(UINT32_C(0x80000000) + window - 1, false);
}

/* What is one number beyond the edge when it comes is taken once the edge has moved. */
static void the_edge_moves_with_the_stream(void **state)
{
    uint32_t edge = 1 + (UINT32_C(1) << 30);

    (void)state;
    shake();
    put(C, ACK, edge + 1, 1, "y", 1);
    put(C, ACK, 1, 1, "a", 1);
    put(C, ACK, edge + 1, 1, "z", 1);
    heard("open C:a C-1073741824 C:z finish eof");
    assert_int_equal(stream_counts(stream)->out_of_window, 1);
}

/* A flood of segments at the edge of the window, then honest bytes that move the window on:
 * what was queued stays in the window that it was queued in. */
static void a_flood_at_the_edge_ends(void **state)
{
    static uint8_t block[1000];
    uint32_t edge = (UINT32_C(1) << 30) - 16384, sent = 0;

    (void)state;
    quiet = true;
    shake();
    for (int round = 0; round < 5; round++) {
        for (uint32_t i = 0; i < 16000; i++)
            put(C, ACK, 1 + sent + edge + 200 + i, 1, "a", 1);
        for (int i = 0; i < 16; i++, sent += sizeof block)
            put(C, ACK, 1 + sent, 1, block, sizeof block);
    }
    assert_true(stream_counts(stream)->steps < 20 * stream_counts(stream)->segments);
    said.len = 0;
    stream_finish(stream);
    assert_true(delivered >= sent);
}

/* An acknowledgement at the edges: it makes data wait only within the window. */
static void acknowledged_at(uint32_t ahead, bool waits)
{
    shake();
    put(S, ACK, 1, 1 + ahead, "x", 1);
    heard_so_far(waits ? "open" : "open S:x");
    finish(NULL);
    begin(NULL);
}

static void an_acknowledgement_has_the_same_window(void **state)
{
    (void)state;
    acknowledged_at(0, false);
    acknowledged_at(1, true);
    acknowledged_at(UINT32_C(1) << 30, true);
    acknowledged_at((UINT32_C(1) << 30) + 1, false);
    acknowledged_at(UINT32_C(0x7fffffff), false);
    acknowledged_at(UINT32_C(0x80000000), false);
    acknowledged_at(UINT32_C(0xffffffff), false);
}

/* The steps that a packet costs, whatever order the sender chose. */
static void steps_stay_few(void (*packet)(uint32_t i, uint32_t n), uint32_t n)
{
    const struct counters *counts;

    quiet = true;
    shake();
    for (uint32_t i = 0; i < n; i++)
        packet(i, n);
    said.len = 0;
    stream_finish(stream);
    counts = stream_counts(stream);
    if (n <= STREAM_REORDER_PIECES_MAX) /* later ones come behind a gap that was given up */
        assert_int_equal(delivered, n);
    assert_in_range(counts->steps, 1, 8 * (uint64_t)n);
    finish(NULL);
    begin(NULL);
}

static void backwards(uint32_t i, uint32_t n)
{
    put(C, ACK, 2 + 2 * (n - i), 1, "a", 1);
}

static void backwards_without_gaps(uint32_t i, uint32_t n)
{
    put(C, ACK, 2 + (n - i), 1, "a", 1);
}

static void acknowledging_more(uint32_t i, uint32_t n)
{
    (void)n;
    put(C, ACK, 2 + 2 * i, 2 + i, "a", 1);
}

static void acknowledging_less(uint32_t i, uint32_t n)
{
    put(C, ACK, 1 + i, 2 + (n - i), "a", 1);
}

static void acknowledging_less_with_gaps(uint32_t i, uint32_t n)
{
    put(C, ACK, 2 + 2 * i, 2 + (n - i), "a", 1);
}

static void no_order_costs_much(void **state)
{
    static void (*const packets[])(uint32_t, uint32_t) = {backwards, backwards_without_gaps,
                                                          acknowledging_more, acknowledging_less,
                                                          acknowledging_less_with_gaps};

    (void)state;
    for (size_t i = 0; i < sizeof packets / sizeof *packets; i++) {
        steps_stay_few(packets[i], 1000);
        steps_stay_few(packets[i], 100000); /* more than may wait */
    }
}

/* libnids counts in int; the bytes really go through it. */
static void three_gibibytes_in_one_direction(void **state)
{
    static uint8_t block[65000];
    uint64_t total = UINT64_C(3) << 30;
    uint64_t sent = 0;

    (void)state;
    shake();
    quiet = true;
    while (sent < total) {
        put(C, ACK, (uint32_t)(1 + sent), 1, block, sizeof block);
        sent += sizeof block;
    }
    put(C, ACK, (uint32_t)(1 + sent + 5), 1, "behind", 6);
    assert_int_equal(delivered, sent);
    put(C, ACK, (uint32_t)(1 + sent), 1, "first", 5);
    assert_int_equal(delivered, sent + 11);
    heard("open finish eof");
}

/* --- lost and held --- */

static void an_answer_waits_for_its_question(void **state)
{
    (void)state;
    shake();
    send(S, ACK, 1, 4, "yes");
    heard_so_far("open");
    send(C, ACK, 1, 1, "eh?");
    heard("open C:eh? S:yes finish eof");
}

static void what_is_acknowledged_and_never_comes_is_a_gap(void **state)
{
    (void)state;
    shake();
    send(S, ACK, 1, 4, "yes");
    send(C, ACK, 4, 4, "so?");
    send(S, ACK, 4, 7, "no");
    wait(1.9);
    heard_so_far("open");
    wait(0.2);
    heard_so_far("open C-3 S:yes C:so? S:no");
    heard("open C-3 S:yes C:so? S:no finish eof");
    assert_int_equal(stream_counts(stream)->missing_bytes, 3);
}

static void only_the_hole_is_missing(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "abc"); /* 4 to 6 are lost */
    send(C, ACK, 7, 1, "ghi");
    send(S, ACK, 1, 10, "");
    wait(3);
    send(C, ACK, 4, 1, "late");
    heard("open C:abc C-3 C:ghi finish eof");
}

static void a_lost_question_stands_before_its_lost_answer(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 4, 3, "c2"); /* c1 and the answer s1 to it are lost */
    send(S, ACK, 3, 6, "s2");
    wait(5);
    heard("open C-3 S-2 C:c2 S:s2 finish eof");
}

static void a_late_hole_has_its_own_time(void **state)
{
    (void)state;
    shake();
    send(S, ACK, 1, 4, "");
    wait(1.95);
    send(C, ACK, 4, 1, "456");
    send(C, ACK, 10, 1, "0ab");
    send(S, ACK, 1, 13, "");
    wait(0.2); /* the first three are given up; the others came a moment ago */
    send(C, ACK, 7, 1, "789");
    heard("open C-3 C:456 C:789 C:0ab finish eof");
}

static void a_lost_fin_is_no_byte(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "bye");
    send(S, ACK | FIN, 1, 5, ""); /* the client's FIN was number 4 */
    send(C, ACK, 5, 2, "");
    wait(10);
    heard("open C:bye S. C. finish fin"); /* what is guessed is told last */
    assert_int_equal(stream_counts(stream)->missing_bytes, 0);
}

static void a_lost_byte_is_no_fin(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "by");
    send(S, ACK, 1, 4, "");
    wait(10);
    heard_so_far("open C:by"); /* a FIN, for all that is known */
    send(C, ACK, 4, 1, "!");
    send(S, ACK, 1, 5, "");
    wait(10);
    heard("open C:by C-1 C:! finish eof");
}

/* --- beginnings --- */

static void data_in_a_syn_counts(void **state)
{
    (void)state;
    send(C, SYN, 0, 0, "early");
    send(S, SYN | ACK, 0, 6, "");
    send(C, ACK, 6, 1, " bird");
    heard("open C:early C: bird finish eof");
}

static void data_in_a_refused_syn_does_not(void **state)
{
    (void)state;
    send(C, SYN, 0, 0, "early");
    send(S, RST | ACK, 0, 1, "");
    heard("");
    assert_int_equal(attempts, 1);
}

static void a_handshake_behind_the_data(void **state)
{
    (void)state;
    send(C, ACK, 4, 4, "d");
    send(S, ACK, 1, 4, "220");
    send(C, ACK, 1, 1, "abc");
    send(S, SYN | ACK, 0, 1, "");
    heard_so_far("");
    send(C, SYN, 0, 0, "");
    heard("open C:abc S:220 C:d finish eof");
}

static void no_handshake_and_out_of_order(void **state)
{
    (void)state;
    send(S, ACK, 101, 204, "250 ok");
    send(C, ACK, 204, 107, "more");
    send(C, ACK, 201, 101, "abc");
    wait(2.1);
    heard_so_far("open C:abc S:250 ok C:more");
    heard("open C:abc S:250 ok C:more finish eof no-handshake");
}

static void joined_amid_a_transfer(void **state)
{
    (void)state;
    send(C, ACK, 5000, 1, "amid");
    send(S, ACK, 1, 2000, ""); /* about data from before the capture */
    wait(3);
    heard("open C:amid finish eof no-handshake");
}

static void the_syn_tells_who_is_the_client(void **state)
{
    (void)state;
    client_port = 20; /* lower than the server's, and the server's is not served */
    options.is_service = NULL;
    send(S, ACK, 1, 1, "220");
    send(C, SYN, 0, 0, "");
    send(S, SYN | ACK, 0, 1, "");
    heard("open S:220 finish eof");
}

static void unanswered_syns_are_attempts(void **state)
{
    (void)state;
    send(C, SYN, 0, 0, "");
    wait(3);
    send(C, SYN, 0, 0, "");
    wait(31);
    assert_int_equal(attempts, 1);
    assert_int_equal(syns, 2);
    send(C, SYN, 0, 0, ""); /* a half-open scan */
    send(S, SYN | ACK, 0, 1, "");
    send(C, RST, 1, 0, "");
    assert_int_equal(attempts, 2);
    assert_int_equal(syns, 3);
    send(S, SYN | ACK, 0, 1, ""); /* an answer to somebody unseen */
    heard("");
    assert_int_equal(attempts, 3);
    assert_int_equal(syns, 3);
}

static void a_flood_of_syns_makes_attempts_early(void **state)
{
    (void)state;
    options.max_half_open = 10;
    for (unsigned i = 0; i < 100; i++) {
        client_port = (uint16_t)(2000 + i);
        send(C, SYN, 0, 0, "");
    }
    assert_int_equal(attempts, 90);
    send(S, SYN | ACK, 0, 1, ""); /* the newest one is still known */
    send(C, ACK, 1, 1, "");
    heard("open finish eof");
    assert_int_equal(attempts, 99);
    assert_int_equal(syns, 99);
    assert_int_equal(stream_counts(stream)->evicted_attempts, 90);
}

/* --- reused ports --- */

static void again(void) /* with other numbers */
{
    isn[C] += 7000000;
    isn[S] += 7000000;
}

static void a_confirmed_syn_ends_the_old_connection(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "old");
    again();
    shake();
    send(C, ACK, 1, 1, "new");
    heard("open C:old finish timeout reused open C:new finish eof");
}

static void an_unconfirmed_syn_does_not(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "old");
    again();
    send(C, SYN, 0, 0, "");
    isn[C] -= 7000000;
    isn[S] -= 7000000;
    send(S, ACK, 1, 4, "what?");
    send(C, ACK, 4, 6, "er");
    heard("open C:old S:what? C:er finish eof");
}

static void a_port_is_reused_after_a_good_end(void **state)
{
    (void)state;
    shake();
    send(C, ACK | FIN, 1, 1, "old");
    send(S, ACK | FIN, 1, 5, "");
    again();
    shake();
    send(C, ACK, 1, 1, "new");
    heard("open C:old C. S. finish fin open C:new finish eof");
}

static void a_repeated_syn_is_nothing(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "abc");
    send(C, SYN, 0, 0, "");
    send(S, SYN | ACK, 0, 1, "");
    send(C, ACK, 4, 1, "def");
    heard("open C:abc C:def finish eof");
}

/* --- ends --- */

static void a_reset_near_the_window_ends(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "abc");
    send(C, RST, 4, 0, "");
    wait(6);
    heard("open C:abc finish rst");
}

static void a_reset_from_nowhere_does_not(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "abc");
    send(C, RST, UINT32_C(0x40000000), 0, "");
    wait(6);
    send(C, ACK, 4, 1, "def");
    heard("open C:abc C:def finish eof");
    assert_int_equal(stream_counts(stream)->out_of_window, 1);
}

static void both_close_at_once(void **state)
{
    (void)state;
    shake();
    send(C, ACK | FIN, 1, 1, "bye");
    send(S, ACK | FIN, 1, 1, "ciao");
    send(C, ACK, 5, 6, "");
    send(S, ACK, 6, 5, "");
    heard("open C:bye C. S:ciao S. finish fin");
}

static void one_closes_and_listens(void **state)
{
    (void)state;
    shake();
    send(C, ACK | FIN, 1, 1, "give");
    send(S, ACK, 1, 6, "much");
    wait(500);
    send(S, ACK, 5, 6, "more");
    send(S, ACK | FIN, 9, 6, "");
    heard("open C:give C. S:much S:more S. finish fin");
}

static void fins_before_the_last_data(void **state)
{
    (void)state;
    shake();
    send(S, ACK | FIN, 5, 1, "");
    send(C, ACK | FIN, 1, 1, "");
    send(S, ACK, 1, 1, "last");
    heard("open C. S:last S. finish fin");
}

static void silence_is_a_time_out(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "abc");
    wait(599);
    heard_so_far("open C:abc");
    wait(2);
    heard_so_far("open C:abc finish timeout");
    send(C, ACK, 4, 1, "again"); /* another one, as far as can be told */
    heard("open C:abc finish timeout open C:again finish eof no-handshake one-sided");
}

static void time_may_go_backwards(void **state)
{
    (void)state;
    shake();
    send(C, ACK, 1, 1, "abc");
    now -= 900 * TIME_SECOND; /* the next file is older */
    send(C, ACK, 4, 1, "def");
    client_port++;
    shake();
    now += 901 * TIME_SECOND;
    send(C, ACK, 1, 1, "ghi");
    client_port--;
    send(C, ACK, 7, 1, "jkl");
    heard("open C:abc C:def open C:ghi C:jkl finish eof finish eof");
}

static void the_longest_idle_makes_room(void **state)
{
    (void)state;
    options.max_connections = 2;
    for (int i = 0; i < 3; i++) {
        shake();
        wait(1);
        client_port++;
    }
    heard("open open open finish evicted finish eof finish eof");
    assert_int_equal(stream_counts(stream)->ended[END_EVICTED], 1);
}

static void memory_is_bounded(void **state)
{
    static uint8_t block[60000];

    (void)state;
    options.max_memory = 1 << 20;
    quiet = true;
    for (int i = 0; i < 2; i++, client_port++) {
        shake();
        for (uint32_t k = 1; k < 12; k++) { /* 660 kB wait for the first segment */
            put(C, ACK, 1 + k * (uint32_t)sizeof block, 1, block, sizeof block);
            assert_true(stream_memory(stream) <= options.max_memory);
        }
    }
    heard_so_far("open open C-60000 finish evicted");
    heard("open open C-60000 finish evicted C-60000 finish eof");
}

static void what_the_handler_holds_counts(void **state)
{
    static uint8_t block[5000];

    (void)state;
    options.max_memory = 1 << 20;
    quiet = true;
    held = 600000;
    for (int i = 0; i < 2; i++, client_port++) {
        shake();
        put(C, ACK, 1, 1, block, sizeof block);
    }
    heard("open open finish evicted finish eof");
}

static void too_much_behind_one_hole(void **state)
{
    static uint8_t block[60000];
    uint32_t n = STREAM_REORDER_BYTES_MAX / (uint32_t)sizeof block + 2;

    (void)state;
    quiet = true;
    shake();
    for (uint32_t k = 1; k < n; k++)
        put(C, ACK, 1 + k * (uint32_t)sizeof block, 1, block, sizeof block);
    heard("open C-60000 finish eof reorder-limit");
    assert_int_equal(delivered, (uint64_t)(n - 1) * sizeof block);
}

static void too_many_pieces_behind_one_hole(void **state)
{
    (void)state;
    quiet = true;
    shake();
    for (uint32_t k = 0; k <= STREAM_REORDER_PIECES_MAX; k++)
        put(C, ACK, 3 + 2 * k, 1, "x", 1);
    heard_so_far("open C-2");
    said.len = 0;
    stream_finish(stream);
    assert_int_equal(delivered, STREAM_REORDER_PIECES_MAX + 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)
    static const struct CMUnitTest tests[] = {
        TEST(numbers_wrap),
        TEST(copies_count_once),
        TEST(a_keep_alive_is_no_data),
        TEST(a_window_probe_counts_once),
        TEST(far_away_numbers_belong_to_nobody),
        TEST(the_window_has_one_edge),
        TEST(the_edge_moves_with_the_stream),
        TEST(a_flood_at_the_edge_ends),
        TEST(an_acknowledgement_has_the_same_window),
        TEST(no_order_costs_much),
        TEST(three_gibibytes_in_one_direction),
        TEST(an_answer_waits_for_its_question),
        TEST(what_is_acknowledged_and_never_comes_is_a_gap),
        TEST(only_the_hole_is_missing),
        TEST(a_lost_question_stands_before_its_lost_answer),
        TEST(a_late_hole_has_its_own_time),
        TEST(a_lost_fin_is_no_byte),
        TEST(a_lost_byte_is_no_fin),
        TEST(data_in_a_syn_counts),
        TEST(data_in_a_refused_syn_does_not),
        TEST(a_handshake_behind_the_data),
        TEST(no_handshake_and_out_of_order),
        TEST(joined_amid_a_transfer),
        TEST(the_syn_tells_who_is_the_client),
        TEST(unanswered_syns_are_attempts),
        TEST(a_flood_of_syns_makes_attempts_early),
        TEST(a_confirmed_syn_ends_the_old_connection),
        TEST(an_unconfirmed_syn_does_not),
        TEST(a_port_is_reused_after_a_good_end),
        TEST(a_repeated_syn_is_nothing),
        TEST(a_reset_near_the_window_ends),
        TEST(a_reset_from_nowhere_does_not),
        TEST(both_close_at_once),
        TEST(one_closes_and_listens),
        TEST(fins_before_the_last_data),
        TEST(silence_is_a_time_out),
        TEST(time_may_go_backwards),
        TEST(the_longest_idle_makes_room),
        TEST(memory_is_bounded),
        TEST(what_the_handler_holds_counts),
        TEST(too_much_behind_one_hole),
        TEST(too_many_pieces_behind_one_hole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
