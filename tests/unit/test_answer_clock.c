/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The responder when the clock is set back by an hour: timers go on, and what it
 * records bears the new time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "potsherd/answer.h"
#include "potsherd/build.h"

static struct builder *builder(void)
{
    static struct builder *kept;

    return kept ? kept : (kept = builder_new());
}

#define HOUR (3600 * TIME_SECOND)

static unsigned sent;
static uint32_t their_seq; /* of the last SYN/ACK */
static time_us recorded;   /* time of the last frame */

static const char *module_of(uint16_t port)
{
    return port == 8080 ? "http" : NULL;
}

static void on_record(void *context, const struct frame *frame)
{
    (void)context;
    recorded = frame->ts;
}

static void on_put(void *context, const uint8_t *frame, size_t n)
{
    (void)context;
    assert_in_range(n, 40, FRAME_MAX);
    sent++;
    their_seq = (uint32_t)frame[24] << 24 | (uint32_t)frame[25] << 16 | (uint32_t)frame[26] << 8 |
                frame[27];
}

static void put(struct answer *a, time_us now, uint16_t port, uint8_t flags, uint32_t seq,
                uint32_t ack)
{
    struct link link = {.link_type = FRAME_LINK_RAW};
    struct segment s = {.src = address_v4((const uint8_t[]){198, 51, 100, 1}),
                        .dst = address_v4((const uint8_t[]){192, 0, 2, 1}),
                        .src_port = port,
                        .dst_port = 8080,
                        .seq = seq,
                        .ack = ack,
                        .flags = flags,
                        .window = 65535};
    struct built_frame wire;

    build_tcp(builder(), &link, &s, &wire);
    answer_put(a, &(struct frame){.ts = now,
                                  .link_type = FRAME_LINK_RAW,
                                  .bytes = wire.bytes,
                                  .caplen = (uint32_t)wire.n,
                                  .wire_len = (uint32_t)wire.n});
}

static void open_conversation(struct answer *a, time_us now, uint16_t port)
{
    unsigned before = sent;

    put(a, now, port, TCP_SYN, 1, 0);
    assert_int_equal(sent, before + 1);
    put(a, now + 1000, port, TCP_ACK, 2, their_seq + 1);
    assert_true(recorded == now + 1000);
}

static void timers_go_on_when_the_clock_is_set_back(void **state)
{
    static const char *const addresses[] = {"192.0.2.1"};
    struct answer_options options = {.addresses = addresses,
                                     .address_count = 1,
                                     .module = module_of,
                                     .personas = "rules/personas",
                                     .max_conversations = 10,
                                     .syn_rate = 1,
                                     .rate = 1,
                                     .idle_timeout = 60 * TIME_SECOND,
                                     .record = on_record,
                                     .put = on_put};
    time_us now = INT64_C(1790000000) * TIME_SECOND;
    struct failure why = {""};
    struct answer *a = answer_new(&options, now, &why);
    struct answer_counts n;

    (void)state;
    if (!a)
        fail_msg("%s", why.text);
    open_conversation(a, now, 1001);
    now -= HOUR;
    answer_tick(a, now);
    assert_int_equal(answer_open(a), 1);
    assert_true(answer_next(a) <= now + 61 * TIME_SECOND);
    now += 3 * TIME_SECOND;
    open_conversation(a, now, 1002); /* rates allow it, and its cookie is good */
    assert_int_equal(answer_open(a), 2);
    for (unsigned i = 0; i < 58; i++)
        answer_tick(a, now += TIME_SECOND);
    answer_tell_counts(a, &n);
    assert_int_equal(n.idle, 1);
    assert_int_equal(answer_open(a), 1);
    for (unsigned i = 0; i < 3; i++)
        answer_tick(a, now += TIME_SECOND);
    answer_tell_counts(a, &n);
    assert_int_equal(n.idle, 2);
    assert_int_equal(n.bad_acks, 0);
    answer_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_go_on_when_the_clock_is_set_back),
    };

    return cmocka_run_group_tests_name("answer_clock", tests, NULL, NULL);
}
