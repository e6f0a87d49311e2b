/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of several jobs become those of one; and what a job that was taken over sends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>
#include <unistd.h>

#include "folder.h"
#include "potsherd/record.h"
#include "record/channel.h"

static char folder[] = "/tmp/record_merge-XXXXXX";
static struct recorder *recorder;
static struct record_merge *merge;

static int begin(void **state)
{
    struct failure why;
    struct record_options options = {.payload = PAYLOAD_INLINE};

    (void)state;
    if (!make_empty(folder))
        return -1;
    options.directory = folder;
    recorder = record_open(&options, &why);
    merge = recorder ? record_merge_new(recorder, 2) : NULL;
    return merge ? 0 : -1;
}

/* Like what a job puts into its pipe. */
static void send_to(unsigned source, const void *bytes, size_t n)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, n), n);
    close(ends[1]);
    assert_true(record_merge_read(merge, source, ends[0]));
    close(ends[0]);
}

static void put(unsigned source, enum channel_kind kind, enum record_file file, uint64_t frame,
                const char *text)
{
    struct channel_moment m = {{kind, file, kind == CHANNEL_ROWS, strlen(text)},
                               {frame, MOMENT_FRAME, 0}};
    uint8_t bytes[256];

    memcpy(bytes, &m, sizeof m);
    memcpy(bytes + sizeof m, text, strlen(text));
    send_to(source, bytes, sizeof m + strlen(text));
}

static void row(unsigned source, uint64_t frame, const char *text)
{
    put(source, CHANNEL_ROWS, source % 2 ? RECORD_EMAILS : RECORD_LOGINS, frame, text);
}

/* What is in the file when all has ended, without its head. */
static void assert_file(const char *name, const char *want)
{
    char *text, *first;
    struct failure why;

    for (unsigned i = 0; i < 4; i++)
        record_merge_end(merge, i);
    assert_int_equal(record_merge_write(merge), -1);
    record_merge_free(merge);
    record_finish(recorder);
    (void)record_close(recorder, &why);
    assert_true(g_file_get_contents(path_in(folder, name), &text, NULL, NULL));
    first = strchr(text, '\n');
    assert_non_null(first);
    assert_string_equal(first + 1, want);
    g_free(text);
}

static void in_the_order_of_moments(void **state)
{
    (void)state;
    row(0, 3, "c\n");
    row(0, 7, "e\n");
    row(2, 1, "a\n");
    row(2, 2, "b\n");
    row(2, 5, "d\n");
    assert_int_equal(record_merge_write(merge), -1);
    assert_int_equal(record_rows(recorder, RECORD_LOGINS), 4); /* job 1 may bring 6 yet */
    put(2, CHANNEL_MARK, 0, 6, "");
    assert_int_equal(record_merge_write(merge), -1);
    assert_int_equal(record_rows(recorder, RECORD_LOGINS), 4); /* or 6 again, and then 7 */
    put(2, CHANNEL_MARK, 0, 8, "");
    assert_int_equal(record_merge_write(merge), -1);
    assert_int_equal(record_rows(recorder, RECORD_LOGINS), 5);
    row(2, 9, "f\n");
    assert_file("logins.csv", "a\nb\nc\nd\ne\nf\n");
}

static void turns_within_a_frame(void **state)
{
    struct channel_moment m = {{CHANNEL_ROWS, RECORD_LOGINS, 1, 2}, {5, moment_turn(2, 4), 3}};
    uint8_t bytes[sizeof m + 2];

    (void)state;
    row(0, 5, "d\n"); /* the frame itself is last */
    memcpy(bytes, &m, sizeof m);
    memcpy(bytes + sizeof m, "c\n", 2);
    send_to(2, bytes, sizeof bytes);
    row(0, 6, "e\n");
    assert_int_equal(record_merge_write(merge), -1);
    assert_file("logins.csv", "c\nd\ne\n");
}

static void two_files_do_not_wait_for_each_other(void **state)
{
    (void)state;
    row(1, 9, "mail\n"); /* the second pipe of job 0; job 1's has ended */
    record_merge_end(merge, 3);
    assert_int_equal(record_merge_write(merge), -1);
    assert_file("emails.csv", "mail\n");
}

static void a_row_in_parts(void **state)
{
    (void)state;
    put(0, CHANNEL_PART, RECORD_LOGINS, 3, "be");
    row(2, 4, "other\n");
    assert_int_equal(record_merge_write(merge), -1);
    row(2, 5, "late\n");
    row(0, 3, "gin\n");
    assert_int_equal(record_merge_write(merge), -1);
    assert_file("logins.csv", "begin\nother\nlate\n");
}

static void a_job_dies_amid_a_row(void **state)
{
    (void)state;
    row(2, 1, "before\n");
    put(0, CHANNEL_PART, RECORD_LOGINS, 3, "be");
    record_merge_end(merge, 0);
    row(2, 4, "other\n");
    assert_int_equal(record_merge_write(merge), -1);
    assert_file("logins.csv", "before\nother\n");
}

static void cut_short(void **state)
{
    struct channel_moment m = {{CHANNEL_ROWS, RECORD_LOGINS, 1, 100}, {2, MOMENT_FRAME, 0}};

    (void)state;
    send_to(0, &m, sizeof m);
    record_merge_end(merge, 0);
    row(2, 4, "other\n");
    assert_int_equal(record_merge_write(merge), -1);
    assert_file("logins.csv", "other\n");
}

static void refused(unsigned source)
{
    row(2, 8, "well\n");
    assert_int_equal(record_merge_write(merge), source);
    assert_false(record_merge_wants(merge, 0));
    assert_false(record_merge_wants(merge, 1));
    assert_true(record_merge_wants(merge, 2));
    assert_file("logins.csv", "well\n");
}

static void time_goes_back(void **state)
{
    (void)state;
    put(0, CHANNEL_MARK, 0, 7, "");
    row(0, 6, "forged\n");
    refused(0);
}

static void unknown_kind(void **state)
{
    (void)state;
    put(0, CHANNEL_KINDS, 0, 1, "x");
    refused(0);
}

static void frames_to_save(void **state)
{
    (void)state;
    put(0, CHANNEL_FRAMES, 0, 1, "x");
    refused(0);
}

static void a_file_that_no_job_writes(void **state)
{
    (void)state;
    put(0, CHANNEL_ROWS, RECORD_STATS, 1, "x\n");
    refused(0);
}

static void a_mark_amid_a_row(void **state)
{
    (void)state;
    put(0, CHANNEL_PART, RECORD_LOGINS, 1, "x");
    put(0, CHANNEL_MARK, 0, 1, "");
    refused(0);
}

static void too_long(void **state)
{
    struct channel_moment m = {{CHANNEL_ROWS, RECORD_LOGINS, 1, CHANNEL_BYTES_MAX + 1},
                               {1, MOMENT_FRAME, 0}};

    (void)state;
    send_to(0, &m, sizeof m);
    refused(0);
}

static void what_waits_is_bounded(void **state)
{
    static char full[1 << 16];
    struct channel_moment m = {{CHANNEL_ROWS, RECORD_LOGINS, 1, sizeof full - sizeof m},
                               {1, MOMENT_FRAME, 0}};
    unsigned times = 0, widened = 0;

    (void)state;
    memcpy(full, &m, sizeof m);
    for (; widened < 3; times++) {
        assert_true(times < 2000);
        if (!record_merge_wants(merge, 0)) { /* nothing of job 1 has come */
            assert_int_equal(times * sizeof full >> 24, 1 << widened);
            record_merge_widen(merge);
            widened++;
        }
        send_to(0, full, sizeof full);
        assert_int_equal(record_merge_write(merge), -1);
        assert_int_equal(record_rows(recorder, RECORD_LOGINS), 0);
    }
    record_merge_end(merge, 2);
    assert_int_equal(record_merge_write(merge), -1);
    assert_int_equal(record_rows(recorder, RECORD_LOGINS), times);
    assert_true(record_merge_wants(merge, 0));
    for (unsigned i = 0; i < 4; i++)
        record_merge_end(merge, i);
    record_merge_free(merge);
    assert_true(record_close(recorder, &(struct failure){{0}}));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        CASE(in_the_order_of_moments),
        CASE(turns_within_a_frame),
        CASE(two_files_do_not_wait_for_each_other),
        CASE(a_row_in_parts),
        CASE(a_job_dies_amid_a_row),
        CASE(cut_short),
        CASE(time_goes_back),
        CASE(unknown_kind),
        CASE(frames_to_save),
        CASE(a_file_that_no_job_writes),
        CASE(a_mark_amid_a_row),
        CASE(too_long),
        CASE(what_waits_is_bounded),
    };

    int failed;

    if (!mkdtemp(folder))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)make_empty(folder);
    rmdir(folder);
    return failed;
}
