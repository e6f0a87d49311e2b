/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libFuzzer entry: segments of a few ports, most of them in a small space of sequence
 * numbers, so that everything collides, and near 2^32, so that it wraps; some at the edges of
 * the window and of half the space, and some anywhere.
 *
 * The input is a byte that chooses the options, then records of eight bytes: who
 * sends on which ports, flags, sequence number (2), acknowledgement (2), length,
 * time that goes by.  A data byte's value is its sequence number's low byte: what
 * is delivered must count on from there, through every gap.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "potsherd/counters.h"
#include "potsherd/stream.h"

#define HEADER 20
#define BASE   UINT32_C(0xffffff00)
#define NEAR   0x3ff /* numbers this close together collide */

/* Steps a packet: a segment of 255 bytes may overlap as many pieces. */
#define STEPS_MAX 300

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct seen { /* of one connection */
    bool finished, known[2], closed[2];
    uint8_t next[2];
    uint64_t bytes[2], missing[2];
};

static uint64_t opened, ended, attempts;

#define expect(good) (void)((good) || (fail(#good, __LINE__), 0))

static void fail(const char *what, int line)
{
    fprintf(stderr, "line %d: not so: %s\n", line, what);
    abort();
}

static void on_open(void *context, struct connection *c)
{
    (void)context;
    expect(!c->user);
    c->user = MEM_NEW(struct seen);
    opened++;
}

static void on_data(void *context, struct connection *c, enum direction from, const uint8_t *bytes,
                    size_t n, time_us now)
{
    struct seen *s = c->user;

    (void)context, (void)now;
    expect(s && !s->finished && !s->closed[from] && n);
    if (!s->known[from])
        s->next[from] = bytes[0];
    s->known[from] = true;
    for (size_t i = 0; i < n; i++)
        expect(bytes[i] == (uint8_t)(s->next[from] + i));
    s->next[from] = (uint8_t)(s->next[from] + n);
    s->bytes[from] += n;
}

static void on_gap(void *context, struct connection *c, enum direction from, uint64_t missing,
                   time_us now)
{
    struct seen *s = c->user;

    (void)context, (void)now;
    expect(s && !s->finished && !s->closed[from]);
    expect(missing && missing < UINT64_C(1) << 31);
    s->next[from] = (uint8_t)(s->next[from] + missing);
    s->missing[from] += missing;
}

static void on_close(void *context, struct connection *c, enum direction from, time_us now)
{
    struct seen *s = c->user;

    (void)context, (void)now;
    expect(s && !s->finished && !s->closed[from]);
    s->closed[from] = true;
}

static void on_finish(void *context, struct connection *c, time_us now)
{
    struct seen *s = c->user;

    (void)context, (void)now;
    expect(s && !s->finished);
    s->finished = true;
}

static void on_end(void *context, struct connection *c)
{
    struct seen *s = c->user;

    (void)context;
    expect(s && s->finished && c->end != END_NONE);
    for (int d = 0; d < 2; d++)
        expect(c->bytes[d] == s->bytes[d] && c->missing[d] == s->missing[d]);
    expect(c->first <= c->last && c->packets[0] + c->packets[1] > 0);
    mem_free(s);
    c->user = NULL;
    ended++;
}

static size_t on_memory(void *context, const struct connection *c)
{
    const struct seen *s = c->user;

    (void)context;
    return s->bytes[FROM_CLIENT] % 1000;
}

static void on_attempt(void *context, const struct connection *c)
{
    (void)context;
    expect(!c->user);
    attempts++;
}

static bool is_service(uint16_t port)
{
    return port == 25;
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

/* Where the numbers of a record lie, by its first four bits. */
static uint32_t number(const uint8_t *at)
{
    static const uint32_t edges[] = {UINT32_C(1) << 30, (UINT32_C(1) << 30) - 16384,
                                     UINT32_C(1) << 31, -(UINT32_C(1) << 30)};
    uint32_t value = (uint32_t)at[0] << 8 | at[1], near = value & NEAR;

    switch (value >> 12) {
    case 15: /* anywhere */
        return value << 16 | value;
    case 14: /* in steps of a window, so that a stream gets far */
        return BASE + near + ((value >> 10 & 3) << 30);
    case 13:
    case 12:
    case 11:
    case 10:
        return BASE + edges[(value >> 12) - 10] + near - NEAR / 2;
    default:
        return BASE + near;
    }
}

static void put_segment(struct stream *stream, const uint8_t at[8], time_us *now)
{
    uint8_t packet[HEADER + 256] = {0};
    struct datagram d = {.protocol = 6, .payload = packet};
    bool client = at[0] & 1;
    uint32_t seq = number(at + 2), length = at[6];
    uint16_t port = (uint16_t)(1000 + (at[0] >> 1 & 3));

    *now += (time_us)at[7] * at[7] * (TIME_SECOND / 256); /* up to four minutes */
    if (at[0] & 0x80)
        *now -= TIME_SECOND; /* clocks are set */
    put16(packet, client ? port : 25);
    put16(packet + 2, client ? 25 : port);
    put32(packet + 4, seq);
    put32(packet + 8, number(at + 4));
    packet[12] = 0x50;
    packet[13] = at[1];
    for (uint32_t i = 0; i < length; i++)
        packet[HEADER + i] = (uint8_t)(seq + i + (at[1] & TCP_SYN ? 1 : 0));
    d.ts = *now;
    d.src.family = d.dst.family = at[0] & 0x40 ? 6 : 4;
    d.src.bytes[0] = client ? 1 : 2;
    d.dst.bytes[0] = client ? 2 : 1;
    d.wire_len = HEADER + length;
    d.caplen = at[0] & 0x20 ? HEADER + length / 2 : d.wire_len;
    stream_put(stream, &d);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct stream_handler handler = {
        NULL, on_open, on_data, on_gap, on_close, on_finish, on_end, on_memory, on_attempt};
    struct stream_options options = {.idle_timeout = 600 * TIME_SECOND, .is_service = is_service};
    const struct counters *counts;
    uint64_t all = 0;
    struct stream *stream;
    time_us now = TIME_SECOND;

    if (!n)
        return 0;
    opened = ended = attempts = 0;
    options.max_connections = bytes[0] & 1 ? 2 : 100;
    options.max_memory = bytes[0] & 2 ? 4096 : 1 << 30;
    stream = stream_new(&options, &handler);
    for (size_t i = 1; i + 8 <= n; i += 8)
        put_segment(stream, bytes + i, &now);
    expect(stream_counts(stream)->steps <= STEPS_MAX * (n / 8 + 1));
    stream_finish(stream);
    counts = stream_counts(stream);
    for (int i = 0; i <= END_EOF; i++)
        all += counts->ended[i];
    expect(opened == ended && opened == counts->connections && opened == all);
    expect(attempts == counts->attempts && !counts->ended[END_NONE]);
    expect(stream_memory(stream) == 0);
    stream_free(stream);
    return 0;
}
