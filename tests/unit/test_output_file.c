/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a file that a run writes: its names, a disk without room, what somebody
 * removes, and what a killed run left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "potsherd/csv_file.h"
#include "potsherd/lines.h"
#include "potsherd/mbox.h"
#include "potsherd/output_file.h"

#define STAMP "-20241004T120000Z"

static char folder[] = "/tmp/test-output-XXXXXX";
static struct output_place place;
static struct output_file file;

static const char *path_of(const char *name)
{
    return path_in(folder, name);
}

static int empty_folder(void **state)
{
    (void)state;
    if (!make_empty(folder))
        return -1;
    place = (struct output_place){.dir_fd = open(folder, O_RDONLY | O_DIRECTORY),
                                  .dir = folder,
                                  .live = true,
                                  .stamp = STAMP};
    output_file_init(&file, &place, &csv_file, "requests", bytes_of("head\n"));
    return 0;
}

static int end(void **state)
{
    (void)state;
    output_file_fini(&file);
    return close(place.dir_fd);
}

/* No file may be longer: what a full disk is, for this process. */
static void set_room(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void expect_text(const char *name, const char *expected)
{
    char got[512] = "";
    FILE *in = fopen(path_of(name), "r");

    if (!in)
        fail_msg("%s is not there", name);
    got[fread(got, 1, sizeof got - 1, in)] = '\0';
    fclose(in);
    assert_string_equal(got, expected);
}

static int count_files(void)
{
    DIR *all = opendir(folder);
    const struct dirent *entry;
    int n = 0;

    while ((entry = readdir(all)))
        n += entry->d_name[0] != '.';
    closedir(all);
    return n;
}

static bool put(const char *text, uint64_t units, bool part)
{
    return output_file_write(&file, bytes_of(text), units, part);
}

static void test_names(void **state)
{
    (void)state;
    assert_false(output_file_is_taken(&file));
    assert_int_equal(count_files(), 0);
    assert_true(put("1\n2\n", 2, false));
    assert_true(output_file_is_taken(&file));
    expect_text("requests" STAMP ".csv.part", "head\n1\n2\n");
    snprintf(place.stamp, sizeof place.stamp, "-20241004T130000Z"); /* for the next one */
    assert_true(output_file_finish(&file));
    expect_text("requests" STAMP ".csv", "head\n1\n2\n");
    assert_true(output_file_finish(&file)); /* without a unit there is none */
    assert_int_equal(count_files(), 1);
    assert_true(put("3\n", 1, false));
    expect_text("requests-20241004T130000Z.csv.part", "head\n3\n");
}

/* What stands there is not written over, and a link is not followed. */
static void test_name_is_taken(void **state)
{
    (void)state;
    assert_int_equal(symlink("victim", path_of("requests" STAMP ".csv.part")), 0);
    assert_false(put("1\n", 1, false));
    assert_int_equal(file.lost, 1);
    assert_int_not_equal(access(path_of("victim"), F_OK), 0);
    assert_int_equal(unlink(path_of("requests" STAMP ".csv.part")), 0);
    assert_true(put("2\n", 1, false));
    expect_text("requests" STAMP ".csv.part", "head\n2\n");
}

static void test_no_room(void **state)
{
    uint64_t warnings = log_warnings();

    (void)state;
    assert_true(put("1\n", 1, false));
    set_room(12);
    assert_false(put("2\n3\n4\n5\n", 4, false)); /* for two, and half a third */
    expect_text("requests" STAMP ".csv.part", "head\n1\n2\n3\n");
    assert_int_equal(file.lost, 2);
    assert_false(put("6\n7\n", 2, false));
    assert_int_equal(file.lost, 4);
    assert_int_equal(log_warnings(), warnings + 1); /* once */
    assert_true(file.paused);
    set_room(RLIM_INFINITY);
    assert_true(put("8\n", 1, false));
    assert_false(file.paused);
    assert_true(output_file_finish(&file));
    expect_text("requests" STAMP ".csv", "head\n1\n2\n3\n8\n");
    assert_int_equal(file.lost, 4);
}

/* Its beginning found no room, so its rest is not written. */
static void test_a_torn_unit(void **state)
{
    (void)state;
    assert_true(put("1\n2", 1, true));
    set_room(10);
    assert_false(put("222", 0, true));
    set_room(RLIM_INFINITY);
    expect_text("requests" STAMP ".csv.part", "head\n1\n");
    assert_false(put("22", 0, true));
    assert_int_equal(file.lost, 0);
    assert_false(put("2\n", 1, false));
    assert_int_equal(file.lost, 1);
    assert_true(put("3\n4", 1, true));
    output_file_abandon(&file);
    assert_int_equal(file.lost, 2);
    assert_true(put("5\n", 1, false));
    assert_true(output_file_finish(&file));
    expect_text("requests" STAMP ".csv", "head\n1\n3\n5\n");
}

static void test_no_room_for_the_head(void **state)
{
    (void)state;
    set_room(3);
    assert_false(put("1\n", 1, false));
    assert_int_equal(count_files(), 0);
    set_room(RLIM_INFINITY);
    assert_true(put("2\n", 1, false));
    expect_text("requests" STAMP ".csv.part", "head\n2\n");
    assert_int_equal(file.lost, 1);
}

/* A run that is not live: the first error is kept, and what was whole before it. */
static void test_whole_file(void **state)
{
    (void)state;
    place.live = false;
    place.stamp[0] = '\0';
    assert_true(output_file_begin(&file));
    expect_text("requests.csv.part", "head\n");
    assert_true(put("1\n", 1, false));
    set_room(10);
    assert_false(put("2\n3\n4\n", 3, false));
    set_room(RLIM_INFINITY);
    assert_false(put("5\n", 1, false));
    assert_true(output_file_failed(&file));
    assert_non_null(strstr(file.failure.text, "requests.csv: cannot write: File too large"));
    assert_false(output_file_finish(&file));
    expect_text("requests.csv", "head\n1\n2\n");
}

static void test_removed(void **state)
{
    uint64_t warnings = log_warnings();

    (void)state;
    assert_true(put("1\n2\n", 2, false));
    output_file_check(&file);
    assert_int_equal(log_warnings(), warnings);
    assert_int_equal(unlink(path_of("requests" STAMP ".csv.part")), 0);
    output_file_check(&file);
    assert_int_equal(log_warnings(), warnings + 1);
    assert_int_equal(file.lost, 2);
    assert_true(put("3\n", 1, false));
    assert_true(output_file_finish(&file));
    expect_text("requests" STAMP ".csv", "head\n3\n");
}

static void leave(const char *name, const char *text)
{
    FILE *out = fopen(path_of(name), "w");

    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void repair(const struct output_kind *kind, const char *name)
{
    struct failure why = {""};

    if (!output_file_repair(kind, &place, name, &why))
        fail_msg("%s", why.text);
}

static void test_repair(void **state)
{
    int held;

    (void)state;
    leave("audit" STAMP ".log.part", "one\ntwo\nthr");
    repair(&log_file, "audit" STAMP ".log.part");
    expect_text("audit" STAMP ".log", "one\ntwo\n");
    leave("emails" STAMP ".csv.part", "head\n");
    repair(&csv_file, "emails" STAMP ".csv.part"); /* without a row */
    leave("payloads" STAMP ".mbox.part", "From a\n1\n\nFrom b\n2\n");
    repair(&mbox_file, "payloads" STAMP ".mbox.part");
    expect_text("payloads" STAMP ".mbox", "From a\n1\n\n");
    leave("scans" STAMP ".csv.part", "head\n1\n2");
    held = open(path_of("scans" STAMP ".csv.part"), O_RDONLY);
    assert_int_equal(flock(held, LOCK_EX), 0);
    repair(&csv_file, "scans" STAMP ".csv.part"); /* another process has it */
    expect_text("scans" STAMP ".csv.part", "head\n1\n2");
    close(held);
    assert_int_equal(count_files(), 3);
}

/* Of messages only whole ones count, however long one is. */
static void test_mbox_without_room(void **state)
{
    static char text[200000];
    struct mbox *m = mbox_open(&place, "payloads", (struct mbox_sink){NULL, NULL});

    (void)state;
    memset(text, 'x', sizeof text - 1);
    mbox_begin(m, "a", 0);
    mbox_text(m, bytes_of("one\n"));
    mbox_end(m);
    set_room(100000);
    mbox_begin(m, "b", 0);
    mbox_text(m, bytes_of(text));
    mbox_end(m);
    assert_int_equal(mbox_file_of(m)->lost, 1);
    set_room(RLIM_INFINITY);
    mbox_begin(m, "c", 0);
    mbox_text(m, bytes_of("three\n"));
    mbox_end(m);
    assert_int_equal(mbox_file_of(m)->lost, 1);
    assert_true(output_file_finish(mbox_file_of(m)));
    mbox_free(m);
    expect_text("payloads" STAMP ".mbox", "From a@potsherd Thu Jan  1 00:00:00 1970\none\n\n"
                                          "From c@potsherd Thu Jan  1 00:00:00 1970\nthree\n\n");
}

static void test_lines_rotate(void **state)
{
    struct failure why = {""};
    struct lines *l = lines_open(place.dir_fd, folder, "audit", &why);
    time_us noon = (20000 * INT64_C(86400) + 12 * 3600) * TIME_SECOND; /* 2024-10-04 */

    (void)state;
    leave("audit" STAMP ".log", "of a run before\n");
    lines_put(l, "one\n", 4, noon);
    lines_put(l, "two\n", 4, noon + LINES_AGE_MAX);
    lines_flush(l);
    expect_text("audit-20241004T120001Z.log.part", "one\ntwo\n");
    lines_put(l, "three\n", 6, noon + LINES_AGE_MAX + 1);
    assert_int_equal(lines_lost(l), 0);
    lines_close(l);
    expect_text("audit" STAMP ".log", "of a run before\n");
    expect_text("audit-20241004T120001Z.log", "one\ntwo\n");
    expect_text("audit-20241004T130000Z.log", "three\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_name_is_taken, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_no_room, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_a_torn_unit, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_no_room_for_the_head, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_whole_file, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_removed, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_repair, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_mbox_without_room, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_lines_rotate, empty_folder, end),
    };
    char command[256];
    int failed;

    signal(SIGXFSZ, SIG_IGN);
    if (!mkdtemp(folder))
        return 1;
    failed = cmocka_run_group_tests_name("output_file", tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) || failed;
}
