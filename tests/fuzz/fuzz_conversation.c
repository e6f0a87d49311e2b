/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libFuzzer entry: a conversation as records.  Each begins with a byte of which
 * bit 0 is the direction and bits 1..3 say what it is: 0..4 bytes (a length byte,
 * then as many), 5 a gap of the length byte, 6 a close, 7 many bytes (the length
 * byte, a count byte, a byte: the bytes repeated); bit 7 of the first record of
 * all begins in mid-conversation.  Every record has its own time.
 *
 * The conversation is run whole and cut anew; the events must be the same, and
 * what tests/proto/trace.h counts must hold.
 */
#include <stdlib.h>

#include "base/cursor.h"
#include "base/mem.h"
#include "tests/proto/trace.h"

#define REPEAT_UNIT 64                             /* repetitions that a count stands for */
#define MANY_MAX    (CONVERSATION_HELD_MAX + 4096) /* repeated bytes of one input */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct cutter {
    unsigned mode;   /* 0: whole, 1: byte by byte (nearly), 2: anywhere */
    uint32_t random; /* state; the same for the same input */
};

static size_t next_piece(struct cutter *c, size_t left)
{
    size_t n;

    if (c->mode == 0)
        return left;
    if (left > 4096) /* one of many bytes: as fast as it may be */
        return c->mode == 1 ? 997 : 4096;
    if (c->mode == 1)
        return 1;
    c->random = c->random * 1664525 + 1013904223;
    n = 1 + (c->random >> 16) % 40;
    return n < left ? n : left;
}

static void feed(struct conversation *c, struct cutter *cutter, enum direction from,
                 struct cursor data, time_us now)
{
    while (data.left) {
        size_t n = next_piece(cutter, data.left);
        uint8_t *own = malloc(n); /* the sanitizer sees its end */

        memcpy(own, cursor_take(&data, n), n);
        conversation_feed(c, from, own, n, now);
        free(own);
    }
}

/* Returns how many bytes it fed, at most `most`. */
static size_t feed_many(struct conversation *c, struct cutter *cutter, enum direction from,
                        struct cursor *in, size_t most, time_us now)
{
    size_t length = cursor_u8(in), count = (size_t)cursor_u8(in) * REPEAT_UNIT;
    struct cursor unit = cursor_sub(in, length < in->left ? length : in->left);
    struct buf all = {0};

    size_t fed;

    while (count-- && all.len + unit.left <= most)
        buf_append(&all, unit.at, unit.left);
    fed = all.len;
    feed(c, cutter, from, cursor_over(all.data, fed), now);
    buf_fini(&all);
    return fed;
}

static void run(struct cursor in, struct trace *t, struct cutter *cutter)
{
    struct conversation *c = conversation_new((struct event_sink){trace_put, t});
    time_us now = 0;
    size_t most = MANY_MAX;

    if (in.left && in.at[0] & 0x80)
        conversation_set_midstream(c);
    while (in.left) {
        uint8_t head = cursor_u8(&in);
        enum direction from = head & 1 ? FROM_SERVER : FROM_CLIENT;
        uint8_t kind = head >> 1 & 7;

        now++;
        if (kind == 6) {
            conversation_close(c, from, now);
        } else if (kind == 7) {
            most -= feed_many(c, cutter, from, &in, most, now);
        } else {
            size_t length = cursor_u8(&in);

            if (kind == 5)
                conversation_gap(c, from, length, now);
            else
                feed(c, cutter, from, cursor_sub(&in, length < in.left ? length : in.left), now);
        }
        if (conversation_held(c) > 64u << 20)
            t->broken = "holds more memory than any cap allows";
    }
    conversation_finish(c, now + 1);
    conversation_free(c);
    trace_end(t);
    if (t->broken) {
        fprintf(stderr, "%s\n%s\n", t->broken, buf_string(&t->out));
        abort();
    }
}

static void compare(struct trace *whole, struct trace *cut)
{
    if (whole->out.len == cut->out.len &&
        !memcmp(buf_string(&whole->out), buf_string(&cut->out), whole->out.len))
        return;
    fprintf(stderr, "--- whole\n%s--- cut\n%s", buf_string(&whole->out), buf_string(&cut->out));
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct trace whole = {.event_times = true};
    struct cutter cutter = {0, 1};

    run(cursor_over(bytes, n), &whole, &cutter);
    for (cutter.mode = 1; cutter.mode <= 2; cutter.mode++) {
        struct trace cut = {.event_times = true};

        for (size_t i = 0; i < n && i < 64; i++)
            cutter.random = cutter.random * 31 + bytes[i];
        run(cursor_over(bytes, n), &cut, &cutter);
        compare(&whole, &cut);
        trace_fini(&cut);
    }
    trace_fini(&whole);
    return 0;
}
