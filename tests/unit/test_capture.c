/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small captures are written to a directory of their own and read back.  Each
 * frame holds one byte, its tag, so that an order of frames reads as a word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "potsherd/capture.h"

#define NAMES_MAX 300
#define WORD_MAX  4096

enum byte_order { LITTLE, BIG };

struct form { /* of a pcap file: draft-ietf-opsawg-pcap section 4 */
    enum byte_order order;
    uint32_t magic;
    uint32_t link_type;
};

static const struct form usual = {LITTLE, 0xa1b2c3d4, 101};

static char directory[] = "/tmp/test_capture.XXXXXX";
static int saved_stderr;

static char *path_of(const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(directory) ? 0 : -1;
}

static int run(const char *format, const char *a, const char *b)
{
    char command[1200];

    snprintf(command, sizeof command, "cd %s && %s %s %s 2>/dev/null", directory, format, a, b);
    return system(command);
}

static int end(void **state)
{
    (void)state;
    return run("rm -rf", directory, "");
}

/* What is said goes to a file meanwhile. */
static void hush(void)
{
    int fd = open(path_of("stderr"), O_CREAT | O_TRUNC | O_RDWR, 0600);

    saved_stderr = dup(STDERR_FILENO);
    assert_true(fd >= 0 && saved_stderr >= 0);
    dup2(fd, STDERR_FILENO);
    close(fd);
}

static const char *what_was_said(void)
{
    static char said[4096];
    FILE *f = fopen(path_of("stderr"), "r");

    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    assert_non_null(f);
    said[fread(said, 1, sizeof said - 1, f)] = '\0';
    fclose(f);
    return said;
}

static void put32(FILE *f, enum byte_order order, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        fputc((int)(v >> (order == BIG ? 24 - 8 * i : 8 * i) & 0xff), f);
}

/* A pcap file whose frames have the given tags, from `seconds` on, each `step`
 * after the one before. */
static void write_pcap(const char *name, const struct form *form, const char *tags,
                       uint32_t seconds, uint32_t step)
{
    FILE *f = fopen(path_of(name), "wb");

    assert_non_null(f);
    put32(f, form->order, form->magic);
    put32(f, form->order, form->order == BIG ? 2 << 16 | 4 : 4 << 16 | 2);
    put32(f, form->order, 0);
    put32(f, form->order, 0);
    put32(f, form->order, 65535);
    put32(f, form->order, form->link_type);
    for (; *tags; tags++, seconds += step) {
        put32(f, form->order, seconds);
        put32(f, form->order, 5000);
        put32(f, form->order, 1);
        put32(f, form->order, 9);
        fputc(*tags, f);
    }
    fclose(f);
}

/* A pcapng file: a section, an interface, a packet a tag (draft-ietf-opsawg-pcapng). */
static void write_pcapng(const char *name, const char *tags, uint32_t seconds)
{
    FILE *f = fopen(path_of(name), "wb");

    assert_non_null(f);
    put32(f, LITTLE, 0x0a0d0d0a);
    put32(f, LITTLE, 28);
    put32(f, LITTLE, 0x1a2b3c4d);
    put32(f, LITTLE, 1);
    put32(f, LITTLE, UINT32_MAX);
    put32(f, LITTLE, UINT32_MAX);
    put32(f, LITTLE, 28);
    put32(f, LITTLE, 1);
    put32(f, LITTLE, 20);
    put32(f, LITTLE, 101);
    put32(f, LITTLE, 65535);
    put32(f, LITTLE, 20);
    for (; *tags; tags++, seconds++) {
        const uint64_t us = (uint64_t)seconds * 1000000 + 5000;

        put32(f, LITTLE, 6);
        put32(f, LITTLE, 36);
        put32(f, LITTLE, 0);
        put32(f, LITTLE, (uint32_t)(us >> 32));
        put32(f, LITTLE, (uint32_t)us);
        put32(f, LITTLE, 1);
        put32(f, LITTLE, 9);
        put32(f, LITTLE, (uint8_t)*tags);
        put32(f, LITTLE, 36);
    }
    fclose(f);
}

static void write_text(const char *name, const char *text)
{
    FILE *f = fopen(path_of(name), "wb");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static struct capture *open_named(const char *const *names, unsigned n)
{
    static char paths[NAMES_MAX][64];
    const char *all[NAMES_MAX];
    const char *error = NULL;
    struct capture *c;

    assert_true(n <= NAMES_MAX);
    for (unsigned i = 0; i < n; i++) {
        all[i] = names[i];
        if (strcmp(names[i], "-") != 0 && names[i][0] != '/') {
            snprintf(paths[i], sizeof paths[i], "%s/%s", directory, names[i]);
            all[i] = paths[i];
        }
    }
    c = capture_open_files(all, n, NULL, &error);
    assert_non_null(c);
    assert_null(error);
    return c;
}

/* The tags of all frames, in order; closes the capture. */
static const char *word_of(struct capture *c, unsigned failures)
{
    static char word[WORD_MAX];
    struct frame frame;
    unsigned n = 0;

    while (capture_next(c, &frame)) {
        assert_int_equal(frame.caplen, 1);
        assert_int_equal(frame.wire_len, 9);
        assert_int_equal(frame.number, n + 1);
        assert_true(n < WORD_MAX - 1);
        word[n++] = (char)frame.bytes[0];
    }
    word[n] = '\0';
    assert_false(capture_next(c, &frame));
    assert_int_equal(capture_failures(c), failures);
    capture_close(c);
    return word;
}

static void expect_word(const char *name, const char *word)
{
    assert_string_equal(word_of(open_named(&name, 1), 0), word);
}

static void every_form_is_read(void **state)
{
    static const struct form forms[] = {
        {LITTLE, 0xa1b2c3d4, 101}, {BIG, 0xa1b2c3d4, 101},  {LITTLE, 0xa1b23c4d, 101},
        {BIG, 0xa1b23c4d, 101},    {LITTLE, 0xa1b2c3d4, 1}, {LITTLE, 0xa1b2c3d4, 276},
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const char *name = "form.pcap";
        struct frame frame;
        struct capture *c;

        write_pcap(name, &forms[i], "abc", 1000, 1);
        expect_word(name, "abc");
        c = open_named(&name, 1);
        assert_true(capture_next(c, &frame));
        assert_int_equal(frame.ts, 1000 * TIME_SECOND + (forms[i].magic == 0xa1b2c3d4 ? 5000 : 5));
        capture_close(c);
    }
    write_pcapng("a.pcapng", "xyz", 1000);
    expect_word("a.pcapng", "xyz");
    write_pcap("none.pcap", &usual, "", 0, 1);
    expect_word("none.pcap", ""); /* is no error */
}

static void compressed_files_are_read(void **state)
{
    static const char *const programs[] = {"gzip -c", "zstd -qc", "xz -c", "lz4 -qc", "bzip2 -c"};
    unsigned done = 0;

    (void)state;
    write_pcap("a.pcap", &usual, "packed", 1000, 1);
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        if (run(programs[i], "a.pcap", ">a.packed") != 0) {
            print_message("skipped: no %s\n", programs[i]);
            continue;
        }
        expect_word("a.packed", "packed");
        done++;
    }
    assert_true(done > 0);
    assert_int_equal(run("gzip -c", "a.pcap", ">a.gz; : | gzip >>a.gz"), 0);
    expect_word("a.gz", "packed"); /* in two members */
}

static void files_come_in_the_order_of_time(void **state)
{
    static const char *const names[] = {"late", "early", "middle", "across"};

    (void)state;
    write_pcap("late", &usual, "ghi", 3000, 1);
    write_pcap("early", &usual, "abc", 1000, 1);
    write_pcap("middle", &usual, "def", 2000, 1);
    write_pcap("across", &usual, "123456", 1001, 500);
    assert_string_equal(word_of(open_named(names, 3), 0), "abcdefghi");
    /* at 1001 1501 2001 2501 3001 3501; at equal times the file that began first */
    assert_string_equal(word_of(open_named(names, 4), 0), "ab1c2d3ef4g5hi6");
}

static void a_file_keeps_its_own_order(void **state)
{
    static const char *const names[] = {"back", "other"};

    (void)state;
    write_pcap("back", &usual, "abc", 1000, (uint32_t)-10); /* its clock goes back */
    write_pcap("other", &usual, "x", 995, 1);
    assert_string_equal(word_of(open_named(names, 1), 0), "abc");
    assert_string_equal(word_of(open_named(names, 2), 0), "xabc");
}

static void many_files_need_few_descriptors(void **state)
{
    char names[NAMES_MAX][16];
    const char *all[NAMES_MAX];
    struct capture *c;
    struct frame frame;
    unsigned n = 0;

    (void)state;
    for (unsigned i = 0; i < NAMES_MAX; i++) {
        snprintf(names[i], sizeof names[i], "many%u", i);
        all[i] = names[i];
        write_pcap(names[i], &usual, "ab", 5000 - i * 10, 1);
    }
    c = open_named(all, NAMES_MAX);
    while (capture_next(c, &frame)) {
        int fd = open("/dev/null", O_RDONLY);

        n++;
        assert_in_range(fd, 0, 20);
        close(fd);
    }
    assert_int_equal(n, 2 * NAMES_MAX);
    capture_close(c);
}

static void standard_input_is_read(void **state)
{
    static const char *const names[] = {"-", "other"};
    int saved = dup(STDIN_FILENO), ends[2];
    uint8_t bytes[256];
    ssize_t n;
    int fd;

    (void)state;
    write_pcap("a.pcap", &usual, "ac", 1000, 2);
    write_pcap("other", &usual, "b", 1001, 1);
    fd = open(path_of("a.pcap"), O_RDONLY);
    n = read(fd, bytes, sizeof bytes);
    close(fd);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, (size_t)n), n);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    assert_string_equal(word_of(open_named(names, 2), 0), "abc");
    dup2(saved, STDIN_FILENO);
    close(saved);
}

/* One message with the name of the file and these words. */
static void expect_failure(const char *name, const char *word, const char *words)
{
    const char *said, *read;
    char found[WORD_MAX];

    hush();
    read = word_of(open_named(&name, 1), 1);
    snprintf(found, sizeof found, "%s", read);
    said = what_was_said();
    assert_string_equal(found, word);
    if (!strstr(said, name) || !strstr(said, words) || strchr(said, '\n') != strrchr(said, '\n'))
        fail_msg("about %s was said: %s", name, said);
}

static void bad_files_are_told_of(void **state)
{
    static const struct form wifi = {LITTLE, 0xa1b2c3d4, 105};

    (void)state;
    write_text("text", "This is no capture at all.\n");
    write_text("empty", "");
    write_text("short", "\xd4\xc3\xb2\xa1");
    write_text("gzip", "\x1f\x8b\x08");
    write_text("zstd", "\x28\xb5\x2f\xfd\x04");
    write_pcap("wifi", &wifi, "a", 1000, 1);
    expect_failure("nothing", "", "no such file");
    expect_failure("/tmp", "", "is a directory");
    expect_failure("text", "", "is not a capture: pcap or pcapng was expected");
    expect_failure("empty", "", "is empty");
    expect_failure("short", "", "file header");
    expect_failure("gzip", "", "damaged or cut short at its start");
    expect_failure("zstd", "", "cut short at its start");
    expect_failure("wifi", "", "link type 105 (IEEE802_11) is not read");
    if (geteuid() != 0) {
        chmod(path_of("empty"), 0);
        expect_failure("empty", "", "Permission denied");
    }
}

static void damage_is_told_with_its_place(void **state)
{
    (void)state;
    write_pcap("cut", &usual, "abcd", 1000, 1);
    assert_int_equal(truncate(path_of("cut"), 24 + 3 * 17 + 5), 0);
    expect_failure("cut", "abc", "cut short at byte 80, after packet 3 (");
    assert_int_equal(truncate(path_of("cut"), 24 + 16), 0);
    expect_failure("cut", "", "cut short at byte 40, after packet 0 (");
    write_pcap("whole", &usual, "abcd", 1000, 1);
    assert_int_equal(run("gzip -c", "whole", "| head -c -8 >cut.gz"), 0); /* nothing but its sum */
    expect_failure("cut.gz", "abcd", "after packet 4 (truncated gzip data)");
    write_pcapng("ng", "abcd", 1000);
    assert_int_equal(truncate(path_of("ng"), 48 + 2 * 36 + 20), 0);
    expect_failure("ng", "ab", "cut short at byte 140, after packet 2 (");
    write_pcap("long", &usual, "abcd", 1000, 1);
    run("printf", "'\\377\\377\\377\\177'",
        "| dd of=long bs=1 conv=notrunc seek=$((24+17+8))"); /* the length of packet 2 */
    expect_failure("long", "a", "damaged near byte 57, after packet 1 (");
}

static void the_others_are_still_read(void **state)
{
    static const char *const names[] = {"missing", "good", "text"};
    const char *word;

    (void)state;
    write_pcap("good", &usual, "abc", 1000, 1);
    write_text("text", "This is no capture at all.\n");
    hush();
    word = word_of(open_named(names, 3), 2);
    (void)what_was_said();
    assert_string_equal(word, "abc");
}

static void filters_choose(void **state)
{
    const char *name, *error = NULL;
    struct capture *c;
    char path[512];

    (void)state;
    write_pcap("f", &usual, "abcabc", 1000, 1);
    snprintf(path, sizeof path, "%s", path_of("f"));
    name = path;
    c = capture_open_files(&name, 1, "ip[0] = 0x62", &error); /* 'b' */
    assert_non_null(c);
    assert_string_equal(word_of(c, 0), ""); /* it is no IP */
    c = capture_open_files(&name, 1, "link[0] = 0x62", &error);
    assert_non_null(c);
    assert_string_equal(word_of(c, 0), "bb");
    assert_null(capture_open_files(&name, 1, "tcp prt 25", &error));
    assert_non_null(strstr(error, "'tcp prt 25'"));
    hush();
    c = capture_open_files(&name, 1, "ether host 1:2:3:4:5:6", &error);
    assert_non_null(c);
    assert_string_equal(word_of(c, 1), "");
    assert_non_null(strstr(what_was_said(), "does not fit its link type"));
}

static void odd_times_do_no_harm(void **state)
{
    static const char *const names[] = {"odd", "future"};

    (void)state;
    write_pcap("odd", &usual, "ab", UINT32_MAX, 1); /* and 0 */
    write_pcapng("future", "z", UINT32_MAX);
    assert_string_equal(word_of(open_named(names, 2), 0), "abz");
}

static void progress_ends_at_the_total(void **state)
{
    static const char *const names[] = {"one", "two"};
    struct capture_progress p;
    struct frame frame;
    struct capture *c;

    (void)state;
    write_pcap("one", &usual, "abc", 1000, 1);
    write_pcap("two", &usual, "abc", 1001, 1);
    c = open_named(names, 2);
    while (capture_next(c, &frame)) {
        capture_read_progress(c, &p);
        assert_true(p.bytes_read <= p.bytes_total);
        assert_int_equal(p.frames, frame.number);
    }
    capture_read_progress(c, &p);
    assert_int_equal(p.bytes_total, 2 * (24 + 3 * 17));
    assert_int_equal(p.bytes_read, p.bytes_total);
    capture_close(c);
    c = open_named(names, 0);
    assert_false(capture_next(c, &frame));
    capture_close(c);
    capture_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_read),
        cmocka_unit_test(compressed_files_are_read),
        cmocka_unit_test(files_come_in_the_order_of_time),
        cmocka_unit_test(a_file_keeps_its_own_order),
        cmocka_unit_test(many_files_need_few_descriptors),
        cmocka_unit_test(standard_input_is_read),
        cmocka_unit_test(bad_files_are_told_of),
        cmocka_unit_test(damage_is_told_with_its_place),
        cmocka_unit_test(the_others_are_still_read),
        cmocka_unit_test(filters_choose),
        cmocka_unit_test(odd_times_do_no_harm),
        cmocka_unit_test(progress_ends_at_the_total),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
