/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a job that was taken over sends: the writer takes rows, and refuses all else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>
#include <unistd.h>

#include "potsherd/record.h"
#include "record/channel.h"

static char *folder;
static struct recorder *recorder;

static int begin(void **state)
{
    struct failure why;
    struct record_options options = {.payload = PAYLOAD_INLINE, .live = true, .now = TIME_SECOND};

    (void)state;
    folder = g_dir_make_tmp("record_take-XXXXXX", NULL);
    options.directory = folder;
    recorder = record_open(&options, &why);
    return recorder ? 0 : -1;
}

static int end(void **state)
{
    struct failure why;
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    (void)state;
    record_finish(recorder);
    assert_true(record_close(recorder, &why));
    while ((name = g_dir_read_name(dir))) {
        char *path = g_build_filename(folder, name, NULL);

        unlink(path);
        g_free(path);
    }
    g_dir_close(dir);
    rmdir(folder);
    g_free(folder);
    return 0;
}

static void on_idle(void *context)
{
    (void)context;
    fail_msg("all is in the pipe, and its end");
}

static void on_frame(void *context, const struct frame *frame)
{
    (void)context;
    assert_int_equal(frame->caplen, 4);
}

struct message {
    struct channel_head head;
    const void *bytes;
};

static unsigned lines; /* taken, and their bytes */
static size_t line_bytes;

static void on_line(void *context, struct bytes line)
{
    (void)context;
    assert_int_equal(line.at[line.n - 1], '\n');
    lines++;
    line_bytes += line.n;
}

static const struct record_taker parser = {.idle = on_idle, .frame = on_frame};
static const struct record_taker sender = {
    .idle = on_idle, .frame = on_frame, .line = on_line, .evidence_only = true};

static enum record_taken take_from(const struct record_taker *taker, const struct message *first,
                                   const struct message *second)
{
    enum record_taken taken;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < 2; i++) {
        const struct message *m = i ? second : first;
        size_t n = m->head.bytes < 4096 ? m->head.bytes : 0;

        if (!m->bytes)
            continue;
        assert_int_equal(write(ends[1], &m->head, sizeof m->head), sizeof m->head);
        assert_int_equal(write(ends[1], m->bytes, n), n);
    }
    close(ends[1]);
    taken = record_take(recorder, ends[0], taker);
    close(ends[0]);
    return taken;
}

static enum record_taken take(const struct message *first, const struct message *second)
{
    return take_from(&parser, first, second);
}

static const struct message none;
static const struct channel_attempt well = {
    .first = TIME_SECOND, .packets = 1, .dst_port = 25, .src_family = 4, .dst_family = 6};
static const struct channel_attempt far = {
    .first = INT64_MIN, .packets = 1, .dst_port = 25, .src_family = 4, .dst_family = 4};
static const struct channel_attempt no_family = {.first = TIME_SECOND, .src_family = 5};
static const struct {
    struct channel_frame head;
    char bytes[8];
} frame = {{.ts = TIME_SECOND, .link_type = 1, .caplen = 4, .wire_len = 4}, "abcd"},
  long_frame = {{.ts = TIME_SECOND, .link_type = 1, .caplen = 400, .wire_len = 4}, "abcd"},
  other_link = {{.ts = TIME_SECOND, .link_type = 147, .caplen = 4, .wire_len = 4}, "abcd"};

#define FRAME_BYTES (sizeof frame.head + 4)

static void what_a_job_sends_is_taken(void **state)
{
    const struct message good[] = {
        {{CHANNEL_ROWS, RECORD_CONNECTIONS, 2, 8}, "a,b\nc,d\n"},
        {{CHANNEL_ROWS, RECORD_EMAILS, 1, 2}, "a\n"},
        {{CHANNEL_ATTEMPTS, 0, 0, sizeof well}, &well},
        {{CHANNEL_FRAMES, 0, 0, FRAME_BYTES}, &frame},
    };
    const struct message part = {{CHANNEL_PART, RECORD_REQUESTS, 0, 2}, "a,"};
    const struct message rest = {{CHANNEL_ROWS, RECORD_REQUESTS, 1, 2}, "b\n"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(take(&good[i], &none), RECORD_TAKEN);
    assert_int_equal(take(&part, &rest), RECORD_TAKEN);
    assert_int_equal(take(&none, &none), RECORD_END);
    assert_int_equal(take(&part, &none), RECORD_END);
}

static void all_else_is_forged(void **state)
{
    const struct message bad[] = {
        {{CHANNEL_KINDS, RECORD_CONNECTIONS, 0, 1}, "a"},
        {{CHANNEL_ROWS, RECORD_CONNECTIONS, 0, CHANNEL_BYTES_MAX + 1}, "a"},
        {{CHANNEL_ROWS, RECORD_CONNECTIONS, 3, 2}, "a\n"},
        {{CHANNEL_ROWS, RECORD_FILE_COUNT, 1, 2}, "a\n"},
        {{CHANNEL_ROWS, RECORD_STATS, 1, 2}, "a\n"},        /* the writer's own */
        {{CHANNEL_ROWS, RECORD_URLS, 1, 2}, "a\n"},         /* mails are not read */
        {{CHANNEL_MESSAGES, RECORD_PAYLOADS, 1, 2}, "a\n"}, /* there is no mbox */
        {{CHANNEL_LINES, 0, 0, 2}, "a\n"},                  /* the sender's */
        {{CHANNEL_ATTEMPTS, 0, 0, sizeof well - 1}, &well},
        {{CHANNEL_ATTEMPTS, 0, 0, sizeof far}, &far},
        {{CHANNEL_ATTEMPTS, 0, 0, sizeof no_family}, &no_family},
        {{CHANNEL_FRAMES, 0, 0, FRAME_BYTES - 1}, &frame},
        {{CHANNEL_FRAMES, 0, 0, FRAME_BYTES}, &long_frame},
        {{CHANNEL_FRAMES, 0, 0, FRAME_BYTES}, &other_link},
    };
    const struct message part = {{CHANNEL_PART, RECORD_REQUESTS, 0, 2}, "a,"};
    const struct message other = {{CHANNEL_ROWS, RECORD_CONNECTIONS, 1, 2}, "b\n"};
    const struct message between = {{CHANNEL_ATTEMPTS, 0, 0, sizeof well}, &well};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (take(&bad[i], &none) != RECORD_FORGED)
            fail_msg("number %zu is taken", i);
    assert_int_equal(take(&part, &other), RECORD_FORGED);
    assert_int_equal(take(&part, &between), RECORD_FORGED);
}

static void a_sender_has_lines_and_frames_only(void **state)
{
    const struct message good[] = {
        {{CHANNEL_LINES, 0, 0, 5}, "a\nbc\n"},
        {{CHANNEL_FRAMES, 0, 0, FRAME_BYTES}, &frame},
    };
    const struct message bad[] = {
        {{CHANNEL_LINES, 0, 0, 3}, "a\nb"}, /* not whole */
        {{CHANNEL_ROWS, RECORD_CONNECTIONS, 1, 2}, "a\n"},
        {{CHANNEL_PART, RECORD_CONNECTIONS, 0, 1}, "a"},
        {{CHANNEL_ATTEMPTS, 0, 0, sizeof well}, &well},
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(take_from(&sender, &good[i], &none), RECORD_TAKEN);
    assert_int_equal(lines, 2);
    assert_int_equal(line_bytes, 5);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (take_from(&sender, &bad[i], &none) != RECORD_FORGED)
            fail_msg("number %zu is taken", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_job_sends_is_taken),
        cmocka_unit_test(all_else_is_forged),
        cmocka_unit_test(a_sender_has_lines_and_frames_only),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
