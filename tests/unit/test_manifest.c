/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA256SUMS: each finished file has its sum, whatever happened while it was written, as
 * sha256sum(1) finds; and what a stranger may have written there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "potsherd/capture.h"
#include "potsherd/compress.h"
#include "potsherd/csv_file.h"
#include "potsherd/manifest.h"
#include "potsherd/mbox.h"
#include "potsherd/output_file.h"
#include "potsherd/pcapfile.h"
#include "potsherd/retention.h"
#include "potsherd/segment.h"

#define STAMP "-20241004T120000Z"
#define CSV   "requests" STAMP ".csv"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static char folder[] = "/tmp/test-manifest-XXXXXX";
static struct output_place place;
static struct output_file file;
static struct failure why;

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
    place.manifest = manifest_open(place.dir_fd, folder, false, &why);
    output_file_init(&file, &place, &csv_file, "requests", bytes_of("head\n"));
    return !place.manifest;
}

static int end(void **state)
{
    (void)state;
    output_file_fini(&file);
    (void)manifest_close(place.manifest, &why);
    return close(place.dir_fd);
}

static void set_room(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void leave(const char *name, const char *text)
{
    FILE *out = fopen(path_of(name), "w");

    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void read_manifest(char *text, size_t room)
{
    FILE *in = fopen(path_of(MANIFEST_NAME), "r");

    assert_non_null(in);
    text[fread(text, 1, room - 1, in)] = '\0';
    fclose(in);
}

static void expect_in_manifest(const char *expected)
{
    char text[4096];

    read_manifest(text, sizeof text);
    if (!strstr(text, expected))
        fail_msg("no \"%s\" in:\n%s", expected, text);
}

/* `n` files that are there, with other eyes. */
static void expect_sums(const char *dir, int n)
{
    char command[512], line[256];
    int good = 0;
    FILE *out;

    snprintf(command, sizeof command,
             "cd %s && sha256sum --ignore-missing --strict -c " MANIFEST_NAME " 2>&1", dir);
    out = popen(command, "r");
    while (fgets(line, sizeof line, out)) {
        if (!strstr(line, ": OK\n"))
            fail_msg("sha256sum: %s", line);
        good++;
    }
    assert_int_equal(pclose(out), 0);
    assert_int_equal(good, n);
}

static bool put(const char *text, uint64_t units, bool part)
{
    return output_file_write(&file, bytes_of(text), units, part);
}

static void test_finished(void **state)
{
    (void)state;
    assert_true(put("1\n2\n", 2, false));
    assert_true(put("3", 0, true));
    assert_true(put("33\n", 1, false));
    assert_int_not_equal(access(path_of(MANIFEST_NAME), F_OK), 0); /* nothing is finished */
    assert_true(output_file_finish(&file));
    snprintf(place.stamp, sizeof place.stamp, "-20241004T130000Z");
    assert_true(put("4\n", 1, false));
    assert_true(output_file_finish(&file));
    expect_in_manifest("  " CSV "\n");
    expect_in_manifest("  requests-20241004T130000Z.csv\n");
    expect_sums(folder, 2);
}

/* The sum goes back with the file, to a row's end amid what was written. */
static void test_no_room(void **state)
{
    (void)state;
    assert_true(put("1\n", 1, false));
    set_room(12);
    assert_false(put("2\n3\n4\n5\n", 4, false)); /* two, and half a third */
    set_room(RLIM_INFINITY);
    assert_true(put("6\n", 1, false));
    assert_true(put("part of a row", 0, true));
    output_file_abandon(&file);
    assert_true(put("7\n", 1, false));
    assert_true(output_file_finish(&file));
    expect_sums(folder, 1);
}

/* The mark after the last message is cut off in the end; here, too, after an error. */
static void test_mbox(void **state)
{
    static char text[200000];
    struct mbox *m = mbox_open(&place, "payloads", (struct mbox_sink){NULL, NULL});

    (void)state;
    memset(text, 'x', sizeof text - 1);
    for (size_t n = 65480; n < 65540; n++) { /* the mark falls on each place in the buffer */
        mbox_begin(m, "a", 0);
        mbox_text(m, (struct bytes){(uint8_t *)text, n});
        mbox_end(m);
    }
    set_room(5000000);
    for (int i = 0; i < 10; i++) {
        mbox_begin(m, "b", 0);
        mbox_text(m, bytes_of(text));
        mbox_end(m);
    }
    set_room(RLIM_INFINITY);
    mbox_begin(m, "c", 0);
    mbox_text(m, bytes_of("three\n"));
    mbox_end(m);
    assert_true(mbox_file_of(m)->lost > 0);
    assert_true(output_file_finish(mbox_file_of(m)));
    mbox_free(m);
    expect_sums(folder, 1);
}

static void test_repaired(void **state)
{
    (void)state;
    leave(CSV ".part", "head\n1\n2\n3");
    assert_true(output_file_repair(&csv_file, &place, CSV ".part", &why));
    expect_in_manifest("# repaired " CSV ": ");
    expect_sums(folder, 1);
}

static void test_name_taken(void **state)
{
    (void)state;
    assert_true(put("1\n", 1, false));
    leave(CSV, "somebody's");
    assert_true(output_file_finish(&file)); /* live: it has been said */
    expect_in_manifest("# removed " CSV ": it could not get this name\n");
}

static void test_compressed(void **state)
{
    (void)state;
    assert_true(put("1\n2\n", 2, false));
    assert_true(output_file_finish(&file));
    assert_true(compress_segment(place.dir_fd, folder, CSV, place.manifest, &why));
    expect_in_manifest("  " CSV ".zst\n");
    expect_in_manifest("# removed " CSV ": " CSV ".zst holds it\n");
    expect_sums(folder, 1);
}

static void test_packets(void **state)
{
    static const uint8_t bytes[60];
    struct frame frame = {.bytes = bytes, .caplen = 60, .wire_len = 60, .link_type = 1};
    char pcaps[512];
    struct pcapfile *f;

    (void)state;
    snprintf(pcaps, sizeof pcaps, "%s/pcaps", folder);
    f = pcapfile_new(pcaps, SEGMENT_WATCHED, &why);
    assert_non_null(f);
    pcapfile_put(f, &frame);
    pcapfile_close(f);
    expect_sums(pcaps, 1);
}

static void test_limit(void **state)
{
    struct retention_options o = {.dir = folder, .keep_days = 1};
    struct retention *r = retention_new(&o);

    (void)state;
    leave("scans" STAMP ".csv", "x"); /* listed by nobody */
    assert_true(put("1\n", 1, false));
    assert_true(output_file_finish(&file));
    retention_apply(r, INT64_C(4000000000) * TIME_SECOND, 0, NULL);
    retention_free(r);
    assert_int_not_equal(access(path_of(CSV), F_OK), 0);
    expect_in_manifest("# removed " CSV ": older than 1 day\n");
}

static void test_waits_for_room(void **state)
{
    uint8_t sum[MANIFEST_SUM_BYTES] = {0};
    char text[4096];
    uint64_t warnings = log_warnings();

    (void)state;
    manifest_add(place.manifest, "a", sum);
    set_room(100); /* for a line and some of the next */
    manifest_add(place.manifest, "b", sum);
    manifest_add(place.manifest, "c", sum);
    assert_int_equal(log_warnings(), warnings + 1);
    read_manifest(text, sizeof text);
    assert_string_equal(text, ZEROS "  a\n");
    set_room(RLIM_INFINITY);
    manifest_flush(place.manifest);
    read_manifest(text, sizeof text);
    assert_string_equal(text, ZEROS "  a\n" ZEROS "  b\n" ZEROS "  c\n");
}

static void test_lost_lines(void **state)
{
    struct manifest *m = manifest_open(place.dir_fd, folder, false, &why);
    uint8_t sum[MANIFEST_SUM_BYTES] = {0};

    (void)state;
    set_room(10);
    manifest_add(m, "a", sum);
    assert_false(manifest_close(m, &why));
    set_room(RLIM_INFINITY);
}

static void test_torn(void **state)
{
    uint8_t sum[MANIFEST_SUM_BYTES] = {0};
    char text[4096];

    (void)state;
    leave(MANIFEST_NAME, ZEROS "  a\n0000");
    manifest_add(place.manifest, "b", sum);
    read_manifest(text, sizeof text);
    assert_string_equal(text, ZEROS "  a\n" ZEROS "  b\n");
}

static void test_not_ours(void **state)
{
    struct stat st;

    (void)state;
    leave("victim", "");
    assert_int_equal(symlink("victim", path_of(MANIFEST_NAME)), 0);
    assert_null(manifest_open(place.dir_fd, folder, false, &why));
    assert_non_null(strstr(why.text, MANIFEST_NAME));
    assert_false(manifest_replace(place.dir_fd, folder, segment_is_of_run, &why));
    assert_true(put("1\n", 1, false));
    assert_true(output_file_finish(&file));
    assert_int_equal(stat(path_of("victim"), &st), 0);
    assert_int_equal(st.st_size, 0);
}

static void test_replaced(void **state)
{
    char text[4096];

    (void)state;
    leave(MANIFEST_NAME, ZEROS "  emails.csv\n# a remark\n" ZEROS "  emails" STAMP ".csv\n" ZEROS
                               "  mine.txt\n" ZEROS " *payloads.mbox\nrubbish\n# removed "
                               "urls.csv: x\n" ZEROS "  torn");
    assert_true(manifest_replace(place.dir_fd, folder, segment_is_of_run, &why));
    read_manifest(text, sizeof text);
    assert_string_equal(text, "# a remark\n" ZEROS "  emails" STAMP ".csv\n" ZEROS
                              "  mine.txt\nrubbish\n");
}

static void expect_line(const char *line, size_t n, bool good, enum manifest_kind kind,
                        const char *name)
{
    struct manifest_line parsed;

    if (manifest_parse((struct bytes){(const uint8_t *)line, n}, &parsed, &why) != good)
        fail_msg("%s: %s", line, good ? why.text : "was taken");
    if (good) {
        assert_int_equal(parsed.kind, kind);
        assert_string_equal(parsed.file, name);
    }
}

#define GOOD(line, kind, name) expect_line(line, sizeof(line) - 1, true, kind, name)
#define BAD(line)              expect_line(line, sizeof(line) - 1, false, MANIFEST_REMARK, "")

static void test_lines(void **state)
{
    (void)state;
    GOOD(ZEROS "  a.csv", MANIFEST_SUM, "a.csv");
    GOOD(ZEROS " *a.csv", MANIFEST_SUM, "a.csv");
    GOOD(ZEROS "  ..a", MANIFEST_SUM, "..a");
    GOOD(ZEROS "   a", MANIFEST_SUM, " a");
    GOOD("# removed a.csv: old: very", MANIFEST_REMOVED, "a.csv");
    GOOD("# repaired a.csv: x", MANIFEST_REPAIRED, "a.csv");
    GOOD("# of case 42", MANIFEST_REMARK, "");
    GOOD("#", MANIFEST_REMARK, "");
}

static void test_hostile_lines(void **state)
{
    static char name[MANIFEST_FILE_ROOM + 1], line[MANIFEST_LINE_MAX + 2];

    (void)state;
    BAD("");
    BAD("a.csv");
    BAD(ZEROS);
    BAD(ZEROS "  ");
    BAD(ZEROS " a.csv");
    BAD(ZEROS "  .");
    BAD(ZEROS "  ..");
    BAD(ZEROS "  ../a.csv");
    BAD(ZEROS "  /etc/passwd");
    BAD(ZEROS "  pcaps/a.pcap");
    BAD(ZEROS "  a\rb");
    BAD(ZEROS "  a\x1b[2J");
    BAD(ZEROS "  a\0b");
    BAD("\\" ZEROS "  a\\nb"); /* as sha256sum writes a line end in a name */
    BAD("000000000000000000000000000000000000000000000000000000000000000g  a.csv");
    BAD("d41d8cd98f00b204e9800998ecf8427e  a.csv"); /* md5sum's */
    BAD("# removed ../a: x");
    BAD("# removed a");
    memset(name, 'n', MANIFEST_FILE_ROOM);
    snprintf(line, sizeof line, ZEROS "  %s", name);
    expect_line(line, strlen(line), false, MANIFEST_REMARK, "");
    memset(line, '#', sizeof line);
    expect_line(line, sizeof line, false, MANIFEST_REMARK, "");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_finished, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_no_room, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_mbox, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_repaired, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_name_taken, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_compressed, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_packets, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_limit, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_waits_for_room, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_lost_lines, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_torn, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_not_ours, empty_folder, end),
        cmocka_unit_test_setup_teardown(test_replaced, empty_folder, end),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_hostile_lines),
    };
    char command[256];
    int failed;

    signal(SIGXFSZ, SIG_IGN);
    if (!mkdtemp(folder))
        return 1;
    failed = cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) || failed;
}
