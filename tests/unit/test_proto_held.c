/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hostile conversations that never get a reply: what they hold stays within caps,
 * conversation_held tells of all of it, and a byte costs the same at the end as at
 * the beginning.
 */
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "potsherd/conversation.h"

#define FED_BYTES     (8u << 20)   /* of each conversation */
#define HELD_MOST     (4u << 20)   /* what any of them may hold */
#define MALLOC_MARGIN (256u << 10) /* the allocator's own */
#define SECONDS_MOST  20

static const struct hostile {
    const char *name;
    const char *opening; /* the client's, once */
    const char *reply;   /* the server's, once, behind it */
    const char *unit;    /* the client's, on and on; `%` stands for 15,000 letters */
    const char *answer;  /* the server's, behind each unit, or NULL */
} hostiles[] = {
    {"commands", "EHLO me\r\n", "", "RCPT TO:<a@b>\r\n", NULL},
    {"long commands", "EHLO me\r\n", "", "RCPT TO:<%>\r\n", NULL},
    {"names", "EHLO me\r\n", "", "EHLO %\r\n", NULL},
    {"accepted recipients", "EHLO me\r\nMAIL FROM:<a@b>\r\n", "220 x\r\n250 x\r\n250 x\r\n",
     "RCPT TO:<a@b>\r\n", "250 x\r\n"},
    {"long accepted recipients", "EHLO me\r\nMAIL FROM:<a@b>\r\n", "220 x\r\n250 x\r\n250 x\r\n",
     "RCPT TO:<%>\r\n", "250 x\r\n"},
    {"chunks", "EHLO me\r\n", "", "BDAT 0 LAST\r\n", NULL},
    {"chunks of one mail", "EHLO me\r\n", "", "BDAT 1\r\nx", NULL},
    {"chunks that are left", "EHLO me\r\n", "", "BDAT 1\r\nxRSET\r\n", NULL},
    {"commands, and 354 to none of them", "EHLO me\r\n", "220 x\r\n",
     "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n", "354 x\r\n"},
    {"DATA, refused or not", "EHLO me\r\n", "", "DATA\r\n.\r\n", NULL},
    {"AUTH without a reply", "EHLO me\r\n", "", "AUTH PLAIN\r\n", NULL},
    {"text without a 354", "EHLO me\r\nDATA\r\n", "", "line\r\n", NULL},
    {"an endless command", "EHLO me\r\n", "", "xxxxxxxx", NULL},
    {"requests", "", "", "GET http://a/ HTTP/1.1\r\n\r\n", NULL},
    {"long requests", "", "", "GET http://%/ HTTP/1.1\r\nUser-Agent: %\r\n\r\n", NULL},
    {"an endless header", "GET http://a/ HTTP/1.1\r\n", "", "X: y\r\n", NULL},
    {"the same field", "GET http://a/ HTTP/1.1\r\n", "", "Host: %\r\n", NULL},
    {"CONNECT and on", "CONNECT a:25 HTTP/1.1\r\n\r\n", "", "EHLO %\r\n", NULL},
    {"SOCKS and on", "\x05\x01\x01", "", "xxxx", NULL},
    {"a server's answers", "\x05\x01\x01", "", "x", "\x05\x01\x05\x01\x05\x01\x05\x01"},
    {"unknown lines", "?\r\n", "", "x\r\n", "x\r\n"},
};

static unsigned tests, failures;

static void say(bool good, const char *name, const char *what, unsigned long long number)
{
    tests++;
    failures += !good;
    printf("%sok %u - %s: %s (%llu)\n", good ? "" : "not ", tests, name, what, number);
}

static void swallow(void *context, const struct event *event)
{
    (void)context, (void)event;
}

static void expand(struct buf *out, const char *text)
{
    for (; *text; text++)
        for (int i = 0; i < (*text == '%' ? 15000 : 1); i++)
            buf_append_byte(out, *text == '%' ? 'y' : (uint8_t)*text);
}

static size_t allocated(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

static void say_text(struct conversation *c, enum direction from, const char *text, time_us now)
{
    conversation_feed(c, from, (const uint8_t *)text, strlen(text), now);
}

static void test_hostile(const struct hostile *h, bool midstream)
{
    size_t before = allocated(), held = 0, unaccounted = 0, most = 0;
    struct conversation *c = conversation_new((struct event_sink){swallow, NULL});
    struct buf unit = {0};
    clock_t begun = clock();
    time_us now = 0;

    if (midstream)
        conversation_set_midstream(c);
    expand(&unit, h->unit);
    say_text(c, FROM_CLIENT, h->opening, ++now);
    say_text(c, FROM_SERVER, h->reply, ++now);
    for (size_t fed = 0; fed < FED_BYTES; fed += unit.len) {
        conversation_feed(c, FROM_CLIENT, unit.data, unit.len, ++now);
        if (h->answer)
            say_text(c, FROM_SERVER, h->answer, ++now);
        if (fed % 4096 >= unit.len && fed + 65536 < FED_BYTES)
            continue;
        held = conversation_held(c);
        most = held > most ? held : most;
        if (allocated() > before + held && allocated() - before - held > unaccounted)
            unaccounted = allocated() - before - held;
    }
    say(most <= HELD_MOST, h->name, "bytes held stay within caps", most);
    say(unaccounted <= held + MALLOC_MARGIN, h->name, "bytes not told of are few", unaccounted);
    conversation_finish(c, ++now);
    conversation_free(c);
    buf_fini(&unit);
    say(clock() - begun < SECONDS_MOST * CLOCKS_PER_SEC, h->name, "milliseconds are few",
        (unsigned long long)((clock() - begun) / (CLOCKS_PER_SEC / 1000)));
}

int main(void)
{
    for (size_t i = 0; i < sizeof hostiles / sizeof *hostiles; i++)
        test_hostile(&hostiles[i], strncmp(hostiles[i].name, "unknown", 7) == 0);
    printf("1..%u\n", tests);
    return failures != 0;
}
