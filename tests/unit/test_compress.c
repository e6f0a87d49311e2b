/* SPDX-License-Identifier: GPL-3.0-or-later */
/* At every moment each row is there once: before, in, and after compression. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "potsherd/compress.h"
#include "potsherd/record.h"
#include "store/record_input.h"

#define SEGMENT "connections-20241004T120000Z.csv"
#define OTHER   "emails-20241004T120000Z.csv"

#define HUGE_BYTES (INT64_C(4) << 30) /* takes no room, but seconds */

static char folder[] = "/tmp/test-compress-XXXXXX";
static int dir_fd = -1;
static char *rows; /* of a segment: more than one block of everything */
static size_t row_bytes;

static void put(const char *name, const char *text, size_t n)
{
    int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0640);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
}

static bool there(const char *name)
{
    return faccessat(dir_fd, name, F_OK, 0) == 0;
}

static void expect_rows(const char *name)
{
    char path[512], *got = malloc(row_bytes + 1);
    struct failure why = {""};
    struct record_input *s;
    size_t n = 0;
    ssize_t part;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    s = record_input_open(path, &why);
    assert_string_equal(why.text, "");
    while ((part = record_input_read(s, got + n, row_bytes + 1 - n, &why)) > 0)
        n += (size_t)part;
    record_input_close(s);
    assert_int_equal(n, row_bytes);
    assert_memory_equal(got, rows, n);
    free(got);
}

static int empty_folder(void **state)
{
    char command[256];

    (void)state;
    if (dir_fd >= 0)
        close(dir_fd);
    snprintf(command, sizeof command, "rm -rf %s && mkdir %s", folder, folder);
    if (system(command) != 0)
        return 1;
    dir_fd = open(folder, O_RDONLY | O_DIRECTORY);
    return dir_fd < 0;
}

static void compress(const char *name)
{
    struct failure why = {""};

    assert_true(compress_segment(dir_fd, folder, name, NULL, &why));
    assert_string_equal(why.text, "");
}

static void test_segment(void **state)
{
    const struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 2000}};
    struct stat st;

    (void)state;
    put(SEGMENT, rows, row_bytes);
    assert_int_equal(utimensat(dir_fd, SEGMENT, times, 0), 0);
    compress(SEGMENT);
    assert_false(there(SEGMENT));
    assert_false(there(SEGMENT ".zst.part"));
    assert_int_equal(fstatat(dir_fd, SEGMENT ".zst", &st, 0), 0);
    assert_true((size_t)st.st_size < row_bytes / 3);
    assert_int_equal(st.st_mtime, 2000);
    assert_int_equal(st.st_mode & 0777, 0640);
    expect_rows(SEGMENT ".zst");
    expect_rows(SEGMENT); /* as a report that listed it before would ask */
    compress(SEGMENT);    /* gone by now */
}

static void test_failure_keeps_it(void **state)
{
    struct failure why = {""};

    (void)state;
    put(SEGMENT, rows, row_bytes);
    assert_int_equal(mkdirat(dir_fd, SEGMENT ".zst.part", 0700), 0);
    assert_false(compress_segment(dir_fd, folder, SEGMENT, NULL, &why));
    assert_non_null(strstr(why.text, SEGMENT));
    expect_rows(SEGMENT);
    assert_false(there(SEGMENT ".zst"));
}

/* The state after a crash between the rename and the unlink. */
static void make_double(void)
{
    put(SEGMENT, rows, row_bytes);
    compress(SEGMENT);
    put(SEGMENT, rows, row_bytes);
}

static void repair(void)
{
    struct failure why = {""};

    assert_true(compress_repair(dir_fd, folder, NULL, &why));
    assert_string_equal(why.text, "");
}

static void test_repair(void **state)
{
    (void)state;
    make_double();
    put(OTHER, rows, row_bytes);
    put(OTHER ".zst.part", "half", 4);
    put("mine.csv.zst.part", "half", 4);
    repair();
    assert_false(there(SEGMENT));
    expect_rows(SEGMENT ".zst");
    assert_false(there(OTHER ".zst.part"));
    assert_true(there("mine.csv.zst.part"));
    expect_rows(OTHER);
}

/* A .zst that somebody else made and did not finish. */
static void test_repair_keeps_what_differs(void **state)
{
    (void)state;
    make_double();
    put(SEGMENT, rows, row_bytes - 1);
    repair();
    assert_true(there(SEGMENT));
    assert_true(there(SEGMENT ".zst"));
    put(SEGMENT ".zst", "\x28\xb5\x2f\xfd", 4);
    repair();
    assert_true(there(SEGMENT));
}

static void expect_gone(const char *name)
{
    for (int i = 0; i < 5000 && there(name); i++)
        usleep(1000);
    assert_false(there(name));
}

static void test_thread(void **state)
{
    struct failure why = {""};
    struct compressor *c;

    (void)state;
    put(OTHER, rows, row_bytes); /* of an earlier run */
    c = compressor_new(dir_fd, folder, NULL, &why);
    assert_non_null(c);
    compressor_begin(c);
    expect_gone(OTHER);
    put(SEGMENT, rows, row_bytes);
    compressor_put(c, SEGMENT);
    compressor_finish(c);
    assert_false(there(SEGMENT));
    expect_rows(SEGMENT ".zst");
    expect_rows(OTHER ".zst");
}

/* What earlier runs left keeps nobody waiting at the end. */
static void test_end_leaves_old_ones(void **state)
{
    struct failure why = {""};
    struct compressor *c;
    int fd;

    (void)state;
    fd = openat(dir_fd, OTHER, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, HUGE_BYTES), 0);
    close(fd);
    c = compressor_new(dir_fd, folder, NULL, &why);
    compressor_begin(c);
    for (int i = 0; i < 1000 && !there(OTHER ".zst.part"); i++)
        usleep(1000);
    assert_true(there(OTHER ".zst.part")); /* in the midst of it */
    put(SEGMENT, rows, row_bytes);
    compressor_put(c, SEGMENT);
    compressor_finish(c);
    expect_rows(SEGMENT ".zst");
    assert_true(there(OTHER));
    assert_false(there(OTHER ".zst.part"));
    assert_false(there(OTHER ".zst"));

    c = compressor_new(dir_fd, folder, NULL, &why); /* not even begun */
    put(SEGMENT, rows, row_bytes);
    assert_int_equal(unlinkat(dir_fd, SEGMENT ".zst", 0), 0);
    compressor_put(c, SEGMENT);
    compressor_finish(c);
    assert_false(there(SEGMENT));
    assert_true(there(OTHER));
}

static const char *no_service(uint16_t port)
{
    (void)port;
    return NULL;
}

static void test_recorder(void **state)
{
    struct record_options options = {.directory = folder,
                                     .service = no_service,
                                     .live = true,
                                     .now = 20000 * 86400 * TIME_SECOND,
                                     .compress = true};
    struct connection c = {.src_port = 1, .dst_port = 2};
    struct failure why = {""};
    struct recorder *r;

    (void)state;
    put(SEGMENT, rows, row_bytes);
    r = record_open(&options, &why);
    assert_string_equal(why.text, "");
    record_tick(r, options.now + TIME_SECOND); /* old ones need not wait for a new one */
    expect_gone(SEGMENT);
    c.src = c.dst = address_v4((const uint8_t[]){192, 0, 2, 1});
    record_end(record_begin(r, &c), &c, MODULE_NONE);
    assert_true(record_close(r, &why));
    assert_false(there("connections-20241004T000000Z.csv"));
    assert_true(there("connections-20241004T000000Z.csv.zst"));
}

/* A disk that is full and has room again. */
static void test_tries_again(void **state)
{
    struct record_options options = {.directory = folder,
                                     .service = no_service,
                                     .live = true,
                                     .now = 20000 * 86400 * TIME_SECOND,
                                     .segment_interval = 3600 * TIME_SECOND,
                                     .compress = true};
    struct failure why = {""};
    uint64_t warnings = log_warnings();
    struct recorder *r;

    (void)state;
    put(SEGMENT, rows, row_bytes);
    r = record_open(&options, &why);
    assert_non_null(r);
    assert_int_equal(mkdirat(dir_fd, SEGMENT ".zst.part", 0700), 0); /* it cannot be made */
    record_tick(r, options.now);
    for (int i = 0; i < 5000 && log_warnings() == warnings; i++)
        usleep(1000);
    assert_int_equal(log_warnings(), warnings + 1);
    record_tick(r, options.now + 3600 * TIME_SECOND); /* in vain, and quietly */
    usleep(100000);
    assert_int_equal(log_warnings(), warnings + 1);
    assert_true(there(SEGMENT));
    assert_int_equal(unlinkat(dir_fd, SEGMENT ".zst.part", AT_REMOVEDIR), 0);
    record_tick(r, options.now + 7200 * TIME_SECOND);
    expect_gone(SEGMENT);
    expect_rows(SEGMENT ".zst");
    assert_true(record_close(r, &why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_segment, empty_folder),
        cmocka_unit_test_setup(test_failure_keeps_it, empty_folder),
        cmocka_unit_test_setup(test_repair, empty_folder),
        cmocka_unit_test_setup(test_repair_keeps_what_differs, empty_folder),
        cmocka_unit_test_setup(test_thread, empty_folder),
        cmocka_unit_test_setup(test_end_leaves_old_ones, empty_folder),
        cmocka_unit_test_setup(test_recorder, empty_folder),
        cmocka_unit_test_setup(test_tries_again, empty_folder),
    };
    char command[256];
    FILE *file = open_memstream(&rows, &row_bytes);
    int failed;

    for (int i = 0; i < 20000; i++)
        fprintf(file, "2024-10-04T12:00:00.%06dZ,%08x\n", i, (unsigned)i * 2654435761U);
    fclose(file);
    if (!mkdtemp(folder))
        return 1;
    failed = cmocka_run_group_tests_name("compress", tests, NULL, NULL);
    free(rows);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) || failed;
}
