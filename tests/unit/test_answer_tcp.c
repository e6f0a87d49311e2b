/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sending side of TCP: windows, retransmission, FIN and RST. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "answer/tcp.h"

#define SND    1000000000u
#define RCV    0xfffffff0u /* wraps soon */
#define MSS    100
#define MINUTE (60 * TIME_SECOND)

struct sent {
    uint8_t flags;
    uint32_t seq, ack, n;
    uint8_t data[MSS];
};

static struct tcp t;
static struct sent sent[4096];
static unsigned sent_n;
static time_us now;

static void put(void *context, uint8_t flags, uint32_t seq, uint32_t ack, const uint8_t *data,
                uint32_t n)
{
    struct sent *s = &sent[sent_n++ % 4096];

    (void)context;
    assert_in_range(n, 0, MSS);
    *s = (struct sent){.flags = flags, .seq = seq, .ack = ack, .n = n};
    if (n)
        memcpy(s->data, data, n);
}

static const struct tcp_sink sink = {NULL, put};

static int begin(void **state)
{
    (void)state;
    now = 1000 * TIME_SECOND;
    sent_n = 0;
    tcp_init(&t, SND, RCV, MSS, 65535, 10 * MINUTE, now);
    return 0;
}

static int end(void **state)
{
    (void)state;
    tcp_fini(&t);
    return 0;
}

static struct segment segment(uint8_t flags, uint32_t seq, uint32_t ack, uint32_t n)
{
    static const uint8_t data[65536];

    return (struct segment){.flags = flags,
                            .seq = RCV + seq,
                            .ack = SND + ack,
                            .window = 65535,
                            .data = data,
                            .caplen = n,
                            .wire_len = n};
}

/* Numbers count from the beginning of the connection. */
static enum tcp_verdict hear(uint8_t flags, uint32_t seq, uint32_t ack, uint32_t n)
{
    struct segment s = segment(flags, seq, ack, n);
    enum tcp_verdict verdict = tcp_receive(&t, &s, now);

    sent_n = 0;
    tcp_output(&t, now, sink);
    return verdict;
}

static void say(const char *text)
{
    sent_n = 0;
    tcp_write(&t, bytes_of(text));
    tcp_output(&t, now, sink);
}

static void say_much(size_t n)
{
    static const uint8_t much[100000];

    sent_n = 0;
    tcp_write(&t, (struct bytes){much, n});
    tcp_output(&t, now, sink);
}

/* Lets time go on to the next timer. */
static time_us wait_for_timer(void)
{
    time_us before = now;

    now = tcp_next(&t);
    assert_true(now != TCP_NEVER);
    sent_n = 0;
    tcp_timer(&t, now, sink);
    return now - before;
}

static void expect(unsigned i, uint8_t flags, uint32_t seq, uint32_t ack, uint32_t n)
{
    assert_true(i < sent_n);
    assert_int_equal(sent[i].flags, flags);
    assert_int_equal(sent[i].seq - SND, seq);
    assert_int_equal(sent[i].ack - RCV, ack);
    assert_int_equal(sent[i].n, n);
}

static void acks_wait_for_a_second_segment_or_an_answer(void **state)
{
    (void)state;
    assert_int_equal(hear(TCP_ACK, 0, 0, MSS), TCP_TAKEN);
    assert_int_equal(sent_n, 0);
    hear(TCP_ACK, MSS, 0, MSS);
    expect(0, TCP_ACK, 0, 2 * MSS, 0);
    hear(TCP_ACK, 2 * MSS, 0, 10);
    assert_int_equal(sent_n, 0);
    assert_int_equal(wait_for_timer(), TCP_DELAYED_ACK);
    expect(0, TCP_ACK, 0, 2 * MSS + 10, 0);
    hear(TCP_ACK, 2 * MSS + 10, 0, 10);
    say("hello"); /* takes the acknowledgement along */
    assert_int_equal(sent_n, 1);
    expect(0, TCP_ACK | TCP_PSH, 0, 2 * MSS + 20, 5);
    hear(TCP_ACK | TCP_PSH, 2 * MSS + 20, 5, 10); /* a sender that waits */
    expect(0, TCP_ACK, 5, 2 * MSS + 30, 0);
    assert_int_equal(tcp_next(&t), now + 10 * MINUTE);
}

static void early_bytes_are_kept(void **state)
{
    (void)state;
    assert_int_equal(hear(TCP_ACK, 20, 0, 10), TCP_TAKEN);
    expect(0, TCP_ACK, 0, 0, 0);
    hear(TCP_ACK, 40, 0, 10);
    hear(TCP_ACK, 30, 0, 10);
    hear(TCP_ACK, 15, 0, 20); /* overlaps */
    expect(0, TCP_ACK, 0, 0, 0);
    hear(TCP_ACK, 0, 0, 15);
    expect(0, TCP_ACK, 0, 50, 0);
    assert_int_equal(hear(TCP_ACK, 10, 0, 20), TCP_TAKEN); /* a duplicate */
    expect(0, TCP_ACK, 0, 50, 0);
}

static void too_many_holes_are_refused(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= TCP_RANGES; i++)
        assert_int_equal(hear(TCP_ACK, 20 * i, 0, 10), TCP_TAKEN);
    assert_int_equal(hear(TCP_ACK, 20 * (TCP_RANGES + 1), 0, 10), TCP_REFUSED);
    for (uint32_t i = 0; i <= TCP_RANGES; i++)
        hear(TCP_ACK, 20 * i + (i ? 10 : 0), 0, i ? 10 : 20);
    assert_int_equal(t.rcv_nxt - RCV, 20 * (TCP_RANGES + 1));
}

static void what_is_not_in_the_window_is_refused(void **state)
{
    (void)state;
    assert_int_equal(hear(TCP_ACK, TCP_WINDOW, 0, 1), TCP_REFUSED);
    expect(0, TCP_ACK, 0, 0, 0);
    assert_int_equal(hear(TCP_ACK, TCP_WINDOW - 1, 0, 1), TCP_TAKEN);
    assert_int_equal(hear(TCP_ACK, TCP_WINDOW - 1, 0, 2), TCP_REFUSED);
    assert_int_equal(hear(TCP_ACK, 0, 1, 1), TCP_REFUSED); /* acknowledges what was not sent */
    assert_int_equal(hear(0, 0, 0, 1), TCP_REFUSED);
    assert_int_equal(t.rcv_nxt, RCV);
}

/* Neither before nor after what is expected: RFC 9293 section 3.4. */
static void what_is_half_the_numbers_away_is_refused(void **state)
{
    (void)state;
    say("0123456789");
    for (uint32_t away = 0x7fffffff; away <= 0x80000001; away++) {
        assert_int_equal(hear(TCP_ACK, away, 0, 0), TCP_REFUSED);
        assert_int_equal(hear(TCP_ACK, away, 0, 1), TCP_REFUSED);
        assert_int_equal(hear(TCP_RST, away, 0, 0), TCP_REFUSED);
        assert_int_equal(hear(TCP_ACK, 0, away, 1), TCP_REFUSED); /* of the oldest unacknowledged */
        assert_int_equal(hear(TCP_ACK, 0, 10 + away, 1), TCP_REFUSED); /* of the last sent */
    }
    assert_int_equal(t.over, TCP_GOING_ON);
    assert_int_equal(t.rcv_nxt, RCV);
    assert_int_equal(t.snd_una, SND);
    assert_int_equal(t.out.len, 10);
}

static void keep_alives_are_answered(void **state)
{
    (void)state;
    hear(TCP_ACK | TCP_PSH, 0, 0, 10);
    assert_int_equal(hear(TCP_ACK, 9, 0, 0), TCP_TAKEN);
    expect(0, TCP_ACK, 0, 10, 0);
    assert_int_equal(hear(TCP_ACK, 9, 0, 1), TCP_TAKEN);
    expect(0, TCP_ACK, 0, 10, 0);
}

static void bytes_go_out_in_segments(void **state)
{
    (void)state;
    say_much(2 * MSS + 10);
    assert_int_equal(sent_n, 3);
    expect(0, TCP_ACK, 0, 0, MSS);
    expect(1, TCP_ACK, MSS, 0, MSS);
    expect(2, TCP_ACK | TCP_PSH, 2 * MSS, 0, 10);
    hear(TCP_ACK, 0, 2 * MSS + 10, 0);
    assert_int_equal(t.out.len, 0);
    assert_int_equal(tcp_next(&t), now + 10 * MINUTE);
}

static void the_congestion_window_opens(void **state)
{
    (void)state;
    say_much(20 * MSS);
    assert_int_equal(sent_n, TCP_INITIAL_WINDOW);
    hear(TCP_ACK, 0, 2 * MSS, 0);
    assert_int_equal(sent_n, 3);
    hear(TCP_ACK, 0, 4 * MSS, 0);
    assert_int_equal(sent_n, 3);
}

static void lost_segments_are_sent_again_ever_more_slowly(void **state)
{
    time_us before = 0;

    (void)state;
    say("220 hello\r\n");
    for (int i = 0; i < TCP_RETRIES; i++) {
        time_us waited = wait_for_timer();

        expect(0, TCP_ACK | TCP_PSH, 0, 0, 11);
        assert_true(waited == TCP_RTO_MAX || waited == (before ? 2 * before : TCP_RTO_FIRST));
        before = waited;
    }
    wait_for_timer();
    expect(0, TCP_RST | TCP_ACK, 11, 0, 0);
    assert_int_equal(t.over, TCP_GAVE_UP);
    assert_int_equal(hear(TCP_ACK, 0, 11, 0), TCP_REFUSED);
}

static void an_ack_ends_resending(void **state)
{
    (void)state;
    say_much(3 * MSS);
    wait_for_timer();
    assert_int_equal(sent_n, 1);
    expect(0, TCP_ACK, 0, 0, MSS);
    hear(TCP_ACK, 0, MSS, 0); /* slow start from one segment */
    assert_int_equal(sent_n, 2);
    expect(0, TCP_ACK, MSS, 0, MSS);
    hear(TCP_ACK, 0, 3 * MSS, 0);
    assert_int_equal(sent_n, 0);
    assert_int_equal(t.resend_at, TCP_NEVER);
}

static void back_off_ends_with_the_loss(void **state)
{
    (void)state;
    say("a");
    wait_for_timer();
    wait_for_timer();
    hear(TCP_ACK, 0, 1, 0);
    say("b");
    assert_int_equal(wait_for_timer(), TCP_RTO_FIRST);
}

static void three_duplicates_bring_a_segment_back_at_once(void **state)
{
    (void)state;
    say_much(4 * MSS);
    hear(TCP_ACK, 0, 0, 0);
    hear(TCP_ACK, 0, 0, 0);
    assert_int_equal(sent_n, 0);
    hear(TCP_ACK, 0, 0, 0);
    assert_int_equal(sent_n, 1);
    expect(0, TCP_ACK, 0, 0, MSS);
    hear(TCP_ACK, 0, 4 * MSS, 0);
    assert_int_equal(t.out.len, 0);
}

static void the_round_trip_time_is_learnt(void **state)
{
    (void)state;
    say("a");
    now += 3 * TIME_SECOND / 10;
    hear(TCP_ACK, 0, 1, 0);
    assert_int_equal(t.srtt, 3 * TIME_SECOND / 10);
    assert_int_equal(t.rto, TCP_RTO_MIN);
    say("b");
    now += 5 * TIME_SECOND;
    hear(TCP_ACK, 0, 2, 0);
    assert_in_range(t.rto, 2 * TIME_SECOND, 10 * TIME_SECOND);
    say("c");
    wait_for_timer();
    now += TIME_SECOND;
    hear(TCP_ACK, 0, 3, 0); /* Karn: of which of the two is not known */
    assert_in_range(t.srtt, 0, TIME_SECOND);
}

static void a_shut_window_is_probed(void **state)
{
    struct segment s = segment(TCP_ACK, 0, 0, 0);

    (void)state;
    s.window = 0;
    s.seq++, s.seq--;
    t.snd_wl1 = s.seq - 1;
    assert_int_equal(tcp_receive(&t, &s, now), TCP_TAKEN);
    say("12345");
    assert_int_equal(sent_n, 0);
    for (int i = 0; i < 10; i++) {
        assert_in_range(wait_for_timer(), TCP_RTO_MIN, TCP_RTO_MAX);
        assert_int_equal(sent_n, 1);
        expect(0, TCP_ACK, 0, 0, 1);
        assert_int_equal(tcp_receive(&t, &s, now), TCP_TAKEN);
    }
    s.ack = SND + 1; /* it took the byte, and has room again */
    s.window = 1000;
    assert_int_equal(tcp_receive(&t, &s, now), TCP_TAKEN);
    sent_n = 0;
    tcp_output(&t, now, sink);
    assert_int_equal(sent_n, 1);
    expect(0, TCP_ACK | TCP_PSH, 1, 0, 4);
    hear(TCP_ACK, 0, 5, 0);
    assert_int_equal(t.probe_at, TCP_NEVER);
}

/* A peer that sends and does not read: beyond TCP_UNREAD_MAX its bytes have to wait. */
static void who_does_not_read_is_not_heard(void **state)
{
    struct segment s = segment(TCP_ACK, 0, 0, MSS);
    unsigned taken = 0;

    (void)state;
    s.window = 0;
    for (unsigned i = 0; i < 1000; i++) { /* MSS bytes of it lead to as many of ours */
        if (tcp_receive(&t, &s, now) == TCP_TAKEN) {
            static const uint8_t reply[MSS];

            taken++;
            s.seq += MSS;
            tcp_write(&t, (struct bytes){reply, MSS});
        }
        tcp_output(&t, now, sink);
    }
    assert_int_equal(taken, TCP_UNREAD_MAX / MSS + 1);
    assert_in_range(t.out.len, TCP_UNREAD_MAX, TCP_UNREAD_MAX + MSS);
    assert_int_equal(tcp_window(&t), 0);
    assert_in_range(sent_n, taken / 2, taken + TCP_CHALLENGES);

    s = segment(TCP_ACK, (uint32_t)taken * MSS, 0, 0); /* it begins to read */
    tcp_receive(&t, &s, now);
    assert_int_equal(tcp_window(&t), 0);
    for (uint32_t ack = 0; ack < TCP_UNREAD_MAX / 2;) {
        sent_n = 0;
        tcp_output(&t, now, sink);
        ack = t.snd_nxt - SND;
        s = segment(TCP_ACK, (uint32_t)taken * MSS, ack, 0);
        tcp_receive(&t, &s, now);
    }
    assert_int_equal(tcp_window(&t), TCP_WINDOW);
    assert_true(t.ack_now); /* and hears of it */
    assert_int_equal(hear(TCP_ACK, (uint32_t)taken * MSS, TCP_UNREAD_MAX / 2, MSS), TCP_TAKEN);
}

static void who_never_reads_is_left(void **state)
{
    struct segment s = segment(TCP_ACK, 0, 0, 0);
    time_us begun = now;

    (void)state;
    s.window = 0;
    tcp_receive(&t, &s, now);
    say("hello");
    for (unsigned i = 0; i < 100 && !t.over; i++) {
        now += MINUTE / 2;
        tcp_receive(&t, &s, now); /* it is there */
        tcp_timer(&t, now, sink);
    }
    assert_int_equal(t.over, TCP_GAVE_UP);
    assert_true(now - begun == 10 * MINUTE);
}

static void who_reads_slowly_is_not_left(void **state)
{
    (void)state;
    say_much(60 * MSS);
    for (uint32_t i = 1; i <= 60; i++) {
        now += 9 * MINUTE;
        hear(TCP_ACK, 0, i * MSS, 0);
        tcp_timer(&t, now, sink);
        assert_int_equal(t.over, TCP_GOING_ON);
    }
    assert_int_equal(t.out.len, 0);
}

static void old_segments_are_answered_at_a_limited_rate(void **state)
{
    unsigned n = 0;

    (void)state;
    hear(TCP_ACK | TCP_PSH, 0, 0, 10);
    for (unsigned i = 0; i < 1000; i++) {
        hear(TCP_ACK, 0, 0, 10);
        n += sent_n;
    }
    assert_int_equal(n, TCP_CHALLENGES);
    for (unsigned i = 0; i < 1000; i++) { /* keep-alives count among them */
        hear(TCP_ACK, 9, 0, 0);
        n += sent_n;
    }
    assert_int_equal(n, TCP_CHALLENGES);
    now += TIME_SECOND;
    hear(TCP_ACK, 9, 0, 0);
    expect(0, TCP_ACK, 0, 10, 0);
    tcp_receive(&t, &(struct segment){.flags = TCP_SYN, .seq = RCV}, now);
    assert_true(tcp_owes_challenge(&t));
    tcp_forgo_challenge(&t);
    sent_n = 0;
    tcp_output(&t, now, sink);
    assert_int_equal(sent_n, 0);
}

static void a_small_window_is_kept(void **state)
{
    struct segment s = segment(TCP_ACK, 0, 0, 0);

    (void)state;
    s.window = MSS + 50;
    t.snd_wl1--;
    tcp_receive(&t, &s, now);
    t.snd_wnd_max = s.window;
    say_much(3 * MSS);
    assert_int_equal(sent_n, 1); /* 50 more would fit, but that is silly */
    s.ack = SND + MSS;
    tcp_receive(&t, &s, now);
    sent_n = 0;
    tcp_output(&t, now, sink);
    assert_int_equal(sent_n, 1);
}

static void the_peer_closes_first(void **state)
{
    (void)state;
    hear(TCP_ACK | TCP_FIN, 0, 0, 10);
    expect(0, TCP_ACK, 0, 11, 0);
    assert_true(t.peer_closed);
    say("bye");
    expect(0, TCP_ACK | TCP_PSH, 0, 11, 3); /* half-closed: we may go on */
    tcp_close(&t);
    sent_n = 0;
    tcp_output(&t, now, sink);
    expect(0, TCP_ACK | TCP_FIN, 3, 11, 0);
    hear(TCP_ACK, 11, 4, 0);
    assert_int_equal(t.over, TCP_CLOSED);
}

static void we_close_first_and_wait(void **state)
{
    (void)state;
    tcp_write(&t, bytes_of("221 bye\r\n"));
    tcp_close(&t);
    sent_n = 0;
    tcp_output(&t, now, sink);
    assert_int_equal(sent_n, 1);
    expect(0, TCP_ACK | TCP_PSH | TCP_FIN, 0, 0, 9);
    hear(TCP_ACK, 0, 10, 0);
    assert_int_equal(hear(TCP_ACK, 0, 10, 5), TCP_TAKEN); /* it still talks: heard */
    assert_false(tcp_is_waiting(&t));
    hear(TCP_ACK | TCP_FIN, 5, 10, 0);
    expect(0, TCP_ACK, 10, 6, 0);
    assert_true(tcp_is_waiting(&t));
    assert_int_equal(t.over, TCP_GOING_ON);
    hear(TCP_ACK | TCP_FIN, 5, 10, 0); /* our ACK was lost */
    expect(0, TCP_ACK, 10, 6, 0);
    assert_in_range(wait_for_timer(), 1, TCP_TIME_WAIT);
    assert_int_equal(sent_n, 0);
    assert_int_equal(t.over, TCP_CLOSED);
}

static void both_close_at_once(void **state)
{
    (void)state;
    tcp_close(&t);
    sent_n = 0;
    tcp_output(&t, now, sink);
    hear(TCP_ACK | TCP_FIN, 0, 0, 0); /* has not seen ours */
    expect(0, TCP_ACK, 1, 1, 0);
    assert_false(tcp_is_waiting(&t));
    hear(TCP_ACK, 1, 1, 0);
    assert_true(tcp_is_waiting(&t));
}

static void a_lost_fin_is_sent_again(void **state)
{
    (void)state;
    tcp_close(&t);
    tcp_output(&t, now, sink);
    assert_int_equal(wait_for_timer(), TCP_RTO_FIRST);
    expect(0, TCP_ACK | TCP_FIN, 0, 0, 0);
    hear(TCP_ACK, 0, 1, 0);
    assert_int_equal(t.fin_acked, true);
    assert_in_range(wait_for_timer(), 1, TCP_CLOSE_WAIT_MAX); /* the peer never closes */
    assert_int_equal(sent[0].flags, TCP_RST | TCP_ACK);
    assert_int_equal(t.over, TCP_GAVE_UP);
}

static void an_early_fin_waits_for_the_bytes_before_it(void **state)
{
    (void)state;
    hear(TCP_ACK | TCP_FIN, 10, 0, 10);
    expect(0, TCP_ACK, 0, 0, 0);
    assert_false(t.peer_closed);
    hear(TCP_ACK, 0, 0, 10);
    expect(0, TCP_ACK, 0, 21, 0);
    assert_true(t.peer_closed);
}

static void only_exact_resets_count(void **state)
{
    (void)state;
    assert_int_equal(hear(TCP_RST, 5, 0, 0), TCP_REFUSED); /* in the window: asked back */
    expect(0, TCP_ACK, 0, 0, 0);
    assert_int_equal(hear(TCP_RST, TCP_WINDOW, 0, 0), TCP_REFUSED);
    assert_int_equal(sent_n, 0);
    assert_int_equal(hear(TCP_SYN, 0, 0, 0), TCP_REFUSED);
    expect(0, TCP_ACK, 0, 0, 0);
    assert_int_equal(t.over, TCP_GOING_ON);
    assert_int_equal(hear(TCP_RST, 0, 0, 0), TCP_TAKEN);
    assert_int_equal(t.over, TCP_RESET);
    assert_int_equal(sent_n, 0);
}

static void challenges_are_limited(void **state)
{
    unsigned answers = 0;

    (void)state;
    for (int i = 0; i < 100; i++) {
        hear(TCP_SYN, 0, 0, 0);
        answers += sent_n;
    }
    assert_int_equal(answers, TCP_CHALLENGES);
    now += TIME_SECOND;
    hear(TCP_SYN, 0, 0, 0);
    assert_int_equal(sent_n, 1);
}

static void silence_ends_it(void **state)
{
    (void)state;
    assert_int_equal(wait_for_timer(), 10 * MINUTE);
    expect(0, TCP_RST | TCP_ACK, 0, 0, 0);
    assert_int_equal(t.over, TCP_IDLE);
}

/* A receiver of our bytes behind a line that loses a fifth both ways. */
static void all_bytes_arrive_over_a_bad_line(void **state)
{
    static uint8_t text[50000], got[50000];
    uint32_t next = 0, seed = 1;
    unsigned steps = 0;

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)(i * 31 + i / 251);
    tcp_write(&t, (struct bytes){text, sizeof text});
    tcp_close(&t);
    sent_n = 0;
    tcp_output(&t, now, sink);
    while (!t.fin_acked && steps++ < 100000) {
        static struct sent line[4096];
        unsigned n = sent_n;
        bool heard = false;

        assert_true(n < 4096);
        memcpy(line, sent, n * sizeof *line);
        sent_n = 0;
        now += TIME_SECOND / 50;
        for (unsigned i = 0; i < n; i++) {
            const struct sent *s = &line[i];
            struct segment ack;

            seed = seed * 1664525 + 1013904223;
            if (seed >> 24 < 51)
                continue;
            if (s->seq - SND <= next && s->seq - SND + s->n > next) {
                memcpy(got + (s->seq - SND), s->data, s->n);
                next = s->seq - SND + s->n;
            }
            if (next == sizeof text && (s->flags & TCP_FIN))
                next++;
            seed = seed * 1664525 + 1013904223;
            if (seed >> 24 < 51)
                continue;
            ack = segment(TCP_ACK, 0, next, 0);
            tcp_receive(&t, &ack, now);
            tcp_output(&t, now, sink);
            heard = true;
        }
        if (!heard && !sent_n)
            wait_for_timer();
        assert_int_equal(t.over, TCP_GOING_ON);
    }
    assert_true(t.fin_acked);
    assert_memory_equal(got, text, sizeof text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(acks_wait_for_a_second_segment_or_an_answer),
        TEST(early_bytes_are_kept),
        TEST(too_many_holes_are_refused),
        TEST(what_is_not_in_the_window_is_refused),
        TEST(what_is_half_the_numbers_away_is_refused),
        TEST(keep_alives_are_answered),
        TEST(bytes_go_out_in_segments),
        TEST(the_congestion_window_opens),
        TEST(lost_segments_are_sent_again_ever_more_slowly),
        TEST(an_ack_ends_resending),
        TEST(back_off_ends_with_the_loss),
        TEST(three_duplicates_bring_a_segment_back_at_once),
        TEST(the_round_trip_time_is_learnt),
        TEST(a_shut_window_is_probed),
        TEST(who_does_not_read_is_not_heard),
        TEST(who_never_reads_is_left),
        TEST(who_reads_slowly_is_not_left),
        TEST(old_segments_are_answered_at_a_limited_rate),
        TEST(a_small_window_is_kept),
        TEST(the_peer_closes_first),
        TEST(we_close_first_and_wait),
        TEST(both_close_at_once),
        TEST(a_lost_fin_is_sent_again),
        TEST(an_early_fin_waits_for_the_bytes_before_it),
        TEST(only_exact_resets_count),
        TEST(challenges_are_limited),
        TEST(silence_ends_it),
        TEST(all_bytes_arrive_over_a_bad_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
