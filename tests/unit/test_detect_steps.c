/* SPDX-License-Identifier: GPL-3.0-or-later */
/* While a conversation's protocol is open, each byte is judged a few times at most, in
 * however many segments and lines it comes: the steps are counted, not timed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static size_t steps; /* lines judged, steps over bytes, bytes searched one by one */

static struct bytes count_skip(struct bytes a, size_t n)
{
    steps++;
    return bytes_skip(a, n);
}

/* What classifies a line trims it first. */
static struct bytes count_trim(struct bytes a)
{
    steps += a.n;
    return bytes_trim(a);
}

static const uint8_t *count_find(struct bytes a, const char *needle)
{
    steps += a.n;
    return bytes_find_nocase(a, needle);
}

#define bytes_skip        count_skip
#define bytes_trim        count_trim
#define bytes_find_nocase count_find
#include "proto/detect.c"
#include "proto/http_line.c"
#include "proto/layer.c"
#include "proto/smtp_line.c"
#undef bytes_skip
#undef bytes_trim
#undef bytes_find_nocase

#define STEPS_A_BYTE 16

struct hostile {
    enum direction from;
    bool midstream;
    const char *first; /* of the server, with `letters` x's behind it and a line end; or NULL */
    size_t letters;
    const char *unit; /* again and again ... */
    size_t bytes;     /* ... up to so many */
    size_t segment;   /* bytes of each */
};

static void swallow(void *context, const struct event *event)
{
    (void)context, (void)event;
}

static size_t say_first(struct conversation *c, const struct hostile *h)
{
    struct buf line = {0};
    size_t n;

    if (!h->first)
        return 0;
    buf_append_text(&line, h->first);
    for (size_t i = 0; i < h->letters; i++)
        buf_append_byte(&line, 'x');
    buf_append_text(&line, "\r\n");
    n = line.len;
    conversation_feed(c, FROM_SERVER, line.data, n, 1);
    buf_fini(&line);
    return n;
}

static void expect_few_steps(const struct hostile *h)
{
    struct conversation *c = conversation_new((struct event_sink){swallow, NULL});
    size_t fed, unit = strlen(h->unit);
    uint8_t segment[1400];

    steps = 0;
    if (h->midstream)
        conversation_set_midstream(c);
    fed = say_first(c, h);
    for (size_t at = 0; at < h->bytes; at += h->segment) {
        for (size_t i = 0; i < h->segment; i++)
            segment[i] = (uint8_t)h->unit[(at + i) % unit];
        conversation_feed(c, h->from, segment, h->segment, (time_us)at + 2);
        fed += h->segment;
    }
    conversation_finish(c, (time_us)h->bytes + 3);
    conversation_free(c);
    if (steps > STEPS_A_BYTE * fed)
        fail_msg("\"%s\": %zu steps for %zu bytes", h->unit, steps, fed);
}

static void steps_are_few(void **state)
{
    static const struct hostile hostiles[] = {
        {FROM_CLIENT, true, NULL, 0, "\n", 140000, 1400},
        {FROM_CLIENT, true, NULL, 0, "\r\n", 16000, 1},
        {FROM_CLIENT, true, NULL, 0, "zzz\n", 140000, 1400},
        {FROM_SERVER, true, NULL, 0, "\n", 140000, 1400},
        {FROM_CLIENT, false, NULL, 0, "\n", 16000, 1},
        {FROM_CLIENT, false, NULL, 0, "NOOP\r\n", 16000, 1},
        {FROM_CLIENT, false, "220 ", 16000, "NOOP\r\n", 16000, 1},
        {FROM_SERVER, false, "220-", 12000, "2", 4000, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof hostiles / sizeof *hostiles; i++)
        expect_few_steps(&hostiles[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(steps_are_few)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
