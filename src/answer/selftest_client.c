/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client of --self-test: has scripted conversations with a responder whose
 * frames come here instead of going to the wire.  It speaks TCP by tcp.c, which
 * works for either side.
 */
#include <string.h>

#include "answer/tcp.h"
#include "base/mem.h"
#include "potsherd/answer.h"
#include "potsherd/build.h"
#include "potsherd/decap.h"

#define PATIENCE (5 * TIME_SECOND) /* for what is expected, in the client's time */
#define STEP     (TIME_SECOND / 50)
#define MAIL     "Subject: self-test\r\n\r\nThis is a test.\r\n.\r\n"
/* After receiving `expect`, send `text`, its NULs too; or only receive it. */
#define SEND(expect, text)                                                                         \
    {                                                                                              \
        expect, text, sizeof text - 1                                                              \
    }
#define RECEIVE(expect)                                                                            \
    {                                                                                              \
        expect, NULL, 0                                                                            \
    }
#define SMTP                                                                                       \
    SEND("220 ", "EHLO self.test\r\n"),                                                            \
        SEND("250 CHUNKING\r\n", "MAIL FROM:<from@self.test>\r\n"),                                \
        SEND("250 2.1.0", "RCPT TO:<to@self.test>\r\nDATA\r\n"), SEND("354 ", MAIL),               \
        SEND("queued as", "QUIT\r\n"), RECEIVE("221 ")

struct line {
    const char *expect; /* NULL: the end */
    const char *send;   /* NULL: nothing */
    size_t n;           /* of `send` */
};

struct script {
    const char *name;
    uint16_t port;
    bool v6, mail;
    struct line lines[10];
};

static const struct script scripts[] = {
    {"relay", 25, false, true, {SMTP}},
    {"relay, IPv6", 25, true, true, {SMTP}},
    {"HTTP CONNECT",
     8080,
     false,
     true,
     {SEND("", "CONNECT mx.self.test:25 HTTP/1.1\r\nHost: mx.self.test\r\n\r\n"), RECEIVE("200 "),
      SMTP}},
    {"HTTP GET",
     3128,
     false,
     false,
     {SEND("", "GET http://www.self.test/ HTTP/1.0\r\n\r\n"), RECEIVE("<h1>www.self.test</h1>")}},
    {"SOCKS4", 1080, false, true, {SEND("", "\4\1\0\31\313\0\161\1me\0"), SMTP}},
    {"SOCKS4a", 1080, false, true, {SEND("", "\4\1\0\31\0\0\0\1me\0mx.self.test\0"), SMTP}},
    {"SOCKS5 with a password",
     1080,
     true,
     true,
     {SEND("", "\5\1\2"), SEND("\5\2", "\1\1u\1p"), SEND("\1", "\5\1\0\3\14mx.self.test\0\31"),
      SMTP}},
    {"nonsense", 8080, false, false, {SEND("", "nonsense\r\n"), RECEIVE("400 Bad Request")}},
};
#define SCRIPT_COUNT (sizeof scripts / sizeof *scripts)

struct answer_selftest {
    struct answer *answer;
    const struct script *script;
    uint16_t port; /* ours */
    struct tcp tcp;
    bool open;
    uint32_t isn;
    struct buf received;
    size_t read; /* of `received`, by the lines before */
    struct builder *builder;
    struct built_frame *queue;
    size_t queued, room;
    time_us now;
};

static struct address address_of(bool v6, uint8_t host)
{
    return v6 ? address_v6((const uint8_t[16]){0x20, 1, 0xd, 0xb8, [15] = host})
              : address_v4((const uint8_t[4]){192, 0, 2, host});
}

static void put(void *context, uint8_t flags, uint32_t seq, uint32_t ack, const uint8_t *data,
                uint32_t n)
{
    static const uint8_t option[4] = {2, 4, 5, 0xb4};
    static const uint8_t macs[12] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
    struct answer_selftest *p = context;
    bool v6 = p->script->v6;
    struct link link = {.link_type = FRAME_LINK_ETHERNET, .n = 14};
    struct segment s = {.src = address_of(v6, 9),
                        .dst = address_of(v6, 1),
                        .src_port = p->port,
                        .dst_port = p->script->port,
                        .seq = seq,
                        .ack = ack,
                        .flags = flags,
                        .window = TCP_WINDOW,
                        .options = option,
                        .options_caplen = flags & TCP_SYN ? 4 : 0,
                        .data = data,
                        .caplen = n};
    struct built_frame wire;

    memcpy(link.bytes, macs, sizeof macs);
    link.bytes[12] = v6 ? 0x86 : 8;
    link.bytes[13] = v6 ? 0xdd : 0;
    build_tcp(p->builder, &link, &s, &wire);
    answer_put(p->answer, &(struct frame){.ts = p->now,
                                          .link_type = wire.link_type,
                                          .bytes = wire.bytes,
                                          .caplen = (uint32_t)wire.n,
                                          .wire_len = (uint32_t)wire.n});
}

void answer_selftest_receive(struct answer_selftest *p, const uint8_t *frame, size_t n)
{
    struct built_frame *wire;

    if (p->queued == p->room) {
        p->room = p->room ? 2 * p->room : 8;
        p->queue = mem_resize(p->queue, p->room * sizeof *p->queue);
    }
    wire = &p->queue[p->queued++];
    wire->n = n;
    memcpy(wire->bytes, frame, n);
}

static void take(struct answer_selftest *p, const struct built_frame *wire)
{
    struct frame frame = {.link_type = FRAME_LINK_ETHERNET,
                          .bytes = wire->bytes,
                          .caplen = (uint32_t)wire->n,
                          .wire_len = (uint32_t)wire->n};
    struct datagram d;
    struct segment s;

    if (decap_frame(&frame, &d) != DECAP_OK || decap_segment(&d, true, &s) != DECAP_OK ||
        s.bad_checksum || s.dst_port != p->port)
        return;
    if ((s.flags & TCP_SYN) && !p->open && s.ack == p->isn + 1) {
        tcp_init(&p->tcp, s.ack, s.seq + 1, FRAME_MSS_V6, s.window, PATIENCE, p->now);
        p->tcp.ack_now = p->open = true;
    } else if (p->open && s.seq == p->tcp.rcv_nxt) { /* nothing is lost here */
        buf_append(&p->received, s.data ? s.data : (const uint8_t *)"", s.caplen);
        (void)tcp_receive(&p->tcp, &s, p->now);
    }
}

/* A little time goes by, and everything that is under way arrives. */
static void step(struct answer_selftest *p)
{
    p->now += STEP;
    answer_tick(p->answer, p->now);
    do {
        for (size_t i = 0; i < p->queued; i++) {
            struct built_frame wire = p->queue[i];

            take(p, &wire);
        }
        p->queued = 0;
        if (p->open)
            tcp_output(&p->tcp, p->now, (struct tcp_sink){p, put});
    } while (p->queued);
}

static bool has_received(struct answer_selftest *p, const char *text)
{
    struct bytes rest = bytes_skip(buf_view(&p->received), p->read);
    const uint8_t *at = *text ? bytes_find_nocase(rest, text) : rest.at;

    if (!*text)
        return true;
    if (at)
        p->read += (size_t)(at - rest.at) + strlen(text);
    return at != NULL;
}

static bool run_line(struct answer_selftest *p, const struct line *line, struct failure *why)
{
    time_us until = p->now + PATIENCE;

    while (!has_received(p, line->expect)) {
        if (p->now > until || p->tcp.over)
            return failure_set(why, "%s: '%s' was expected and not received", p->script->name,
                               line->expect);
        step(p);
    }
    if (line->send)
        tcp_write(&p->tcp, (struct bytes){(const uint8_t *)line->send, line->n});
    return true;
}

static bool run_script(struct answer_selftest *p, struct failure *why)
{
    time_us until = p->now + PATIENCE;
    bool good = true;

    p->open = false;
    p->read = p->received.len = 0;
    p->isn = (uint32_t)p->now;
    put(p, TCP_SYN, p->isn, 0, NULL, 0);
    while (!p->open && p->now < until)
        step(p);
    if (!p->open)
        return failure_set(why, "%s: the SYN was not answered", p->script->name);
    for (const struct line *line = p->script->lines; line->expect && good; line++)
        good = run_line(p, line, why);
    tcp_close(&p->tcp);
    for (int i = 0; i < 10; i++)
        step(p);
    tcp_fini(&p->tcp);
    return good;
}

struct answer_selftest *answer_selftest_new(time_us now)
{
    struct answer_selftest *p = MEM_NEW(struct answer_selftest);

    p->builder = builder_new();
    p->now = now;
    return p;
}

bool answer_selftest_run(struct answer_selftest *p, struct answer *a,
                         struct answer_selftest_result *result, struct failure *why)
{
    *result = (struct answer_selftest_result){0};
    p->answer = a;
    for (size_t i = 0; i < SCRIPT_COUNT; i++) {
        p->script = &scripts[i];
        p->port = (uint16_t)(40000 + i);
        if (!run_script(p, why))
            return false;
        log_info("self-test: %s on port %u: as it should be", p->script->name, p->script->port);
        result->conversations++;
        result->mails += p->script->mail;
    }
    return true;
}

void answer_selftest_free(struct answer_selftest *p)
{
    if (!p)
        return;
    builder_free(p->builder);
    buf_fini(&p->received);
    mem_free(p->queue);
    mem_free(p);
}
