/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saved packets: every one is in a file or counted, and no file is written over. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "potsherd/manifest.h"
#include "potsherd/pcapfile.h"

#define NOON  (20000 * 86400 * TIME_SECOND + 12 * 3600 * TIME_SECOND) /* 2024-10-04T12:00:00Z */
#define FIRST "watch-20241004T120000Z"
#define BYTES 60
#define LINKS 3

static const int links[LINKS] = {1, 12, 113};

static char folder[] = "/tmp/test-pcapfile-XXXXXX";

static const char *path_of(const char *name)
{
    return path_in(folder, name);
}

static int empty_folder(void **state)
{
    (void)state;
    return make_empty(folder) ? 0 : -1;
}

static struct pcapfile *begin(void)
{
    struct failure why = {""};
    struct pcapfile *f = pcapfile_new(folder, "watch", &why);

    assert_string_equal(why.text, "");
    assert_non_null(f);
    return f;
}

static void put(struct pcapfile *f, time_us ts, int link_type)
{
    uint8_t bytes[BYTES] = {0};
    struct frame frame = {
        .ts = ts, .link_type = link_type, .bytes = bytes, .caplen = BYTES, .wire_len = BYTES};

    pcapfile_put(f, &frame);
}

static int count_files(void)
{
    DIR *all = opendir(folder);
    const struct dirent *entry;
    int n = 0;

    while ((entry = readdir(all)))
        n += entry->d_name[0] != '.' && strcmp(entry->d_name, MANIFEST_NAME) != 0;
    closedir(all);
    return n;
}

/* A whole file of that many frames of the link type. */
static void expect_file(const char *name, int link_type, unsigned frames)
{
    FILE *file = fopen(path_of(name), "r");
    uint32_t header[6];
    struct stat st;

    if (!file)
        fail_msg("%s: %s", name, strerror(errno));
    assert_int_equal(fread(header, sizeof header, 1, file), 1);
    assert_int_equal(header[5], link_type);
    assert_int_equal(fstat(fileno(file), &st), 0);
    assert_int_equal(st.st_size, 24 + frames * (16 + BYTES));
    fclose(file);
}

static void test_one_link_type(void **state)
{
    struct pcapfile *f = begin();

    (void)state;
    put(f, NOON, 1);
    put(f, NOON + 1, 1);
    pcapfile_flush(f);
    expect_file(FIRST ".pcap.part", 1, 2);
    put(f, NOON + PCAPFILE_AGE_MAX + 1, 1);
    pcapfile_close(f);
    expect_file(FIRST ".pcap", 1, 2);
    expect_file("watch-20241004T130000Z.pcap", 1, 1);
    f = begin();
    put(f, NOON, 1);
    pcapfile_close(f);
    expect_file(FIRST "-1.pcap", 1, 1);
    assert_int_equal(count_files(), 3);
}

/* By turns: a wire and a tunnel, say. */
static void test_link_types(void **state)
{
    struct pcapfile *f = begin();

    (void)state;
    for (unsigned i = 0; i < 5000 * LINKS; i++)
        put(f, NOON + i, links[i % LINKS]);
    assert_int_equal(pcapfile_lost(f), 0);
    pcapfile_close(f);
    expect_file(FIRST ".pcap", links[0], 5000);
    expect_file(FIRST "-1.pcap", links[1], 5000);
    expect_file(FIRST "-2.pcap", links[2], 5000);
    assert_int_equal(count_files(), LINKS);
}

static void test_no_name_is_free(void **state)
{
    struct pcapfile *f = begin();
    char name[64];
    struct stat st;

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, i ? FIRST "-%u.pcap" : FIRST ".pcap", i);
        assert_int_equal(symlink("/nonexistent", path_of(name)), 0);
    }
    put(f, NOON, 1);
    put(f, NOON, 1);
    assert_int_equal(pcapfile_lost(f), 2);
    pcapfile_flush(f);
    put(f, NOON + TIME_SECOND, 1); /* another second, another name */
    assert_int_equal(pcapfile_lost(f), 2);
    pcapfile_close(f);
    assert_int_equal(lstat(path_of(FIRST "-999.pcap"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    expect_file("watch-20241004T120001Z.pcap", 1, 1);
}

/* What stands under the name of a .part is left alone, too, and no link is followed. */
static void test_part_is_taken(void **state)
{
    struct pcapfile *f = begin();

    (void)state;
    assert_int_equal(symlink("victim", path_of(FIRST ".pcap.part")), 0);
    put(f, NOON, 1);
    assert_int_equal(pcapfile_lost(f), 0);
    pcapfile_close(f);
    assert_int_not_equal(access(path_of("victim"), F_OK), 0);
    expect_file(FIRST "-1.pcap", 1, 1);
}

static void test_repair(void **state)
{
    const struct timespec then[2] = {{.tv_sec = 2000}, {.tv_sec = 2000}};
    struct pcapfile *f = begin();
    char command[256];
    struct stat st;

    (void)state;
    put(f, NOON, 12);
    put(f, NOON, 12);
    pcapfile_close(f);
    assert_int_equal(truncate(path_of(FIRST ".pcap"), 24 + 2 * (16 + BYTES) - 1), 0);
    assert_int_equal(utimensat(AT_FDCWD, path_of(FIRST ".pcap"), then, 0), 0);
    snprintf(command, sizeof command, "cd %s && mv %s.pcap %s.pcap.part", folder, FIRST, FIRST);
    assert_int_equal(system(command), 0);
    pcapfile_close(begin());
    expect_file(FIRST ".pcap", 12, 1);
    assert_int_equal(stat(path_of(FIRST ".pcap"), &st), 0);
    assert_int_equal(st.st_mtime, 2000); /* of the last packet: --keep goes by it */
}

/* Its packets are counted as lost, and those that come have a file again. */
static void test_removed(void **state)
{
    struct pcapfile *f = begin();

    (void)state;
    put(f, NOON, 1);
    put(f, NOON, 1);
    put(f, NOON, 12);
    pcapfile_flush(f);
    assert_int_equal(unlink(path_of(FIRST ".pcap.part")), 0);
    assert_int_equal(pcapfile_lost(f), 0);
    pcapfile_flush(f);
    assert_int_equal(pcapfile_lost(f), 2);
    put(f, NOON + 1, 1);
    pcapfile_flush(f);
    expect_file(FIRST ".pcap.part", 1, 1);
    assert_int_equal(unlink(path_of(FIRST ".pcap.part")), 0);
    put(f, NOON + 2, 1); /* not flushed before the end */
    pcapfile_close(f);
    expect_file(FIRST "-1.pcap", 12, 1);
    assert_int_equal(count_files(), 1);
}

static void test_folder_removed(void **state)
{
    struct pcapfile *f = begin();

    put(f, NOON, 1);
    pcapfile_flush(f);
    assert_int_equal(empty_folder(state), 0);
    assert_int_equal(rmdir(folder), 0);
    pcapfile_flush(f);
    assert_int_equal(pcapfile_lost(f), 1);
    put(f, NOON, 1);
    assert_int_equal(pcapfile_lost(f), 2);
    assert_int_equal(empty_folder(state), 0);
    put(f, NOON, 1); /* not tried before the next flush */
    pcapfile_flush(f);
    put(f, NOON, 1);
    assert_int_equal(pcapfile_lost(f), 3);
    pcapfile_close(f);
    expect_file(FIRST ".pcap", 1, 1);
}

/* A file that does not get its name is a failure; the next ones are saved all the same. */
static void test_not_finished(void **state)
{
    struct pcapfile *f = begin();

    (void)state;
    put(f, NOON, 1);
    pcapfile_flush(f);
    assert_null(pcapfile_failure(f));
    assert_int_equal(mkdir(path_of(FIRST ".pcap"), 0755), 0); /* takes the name */
    put(f, NOON + PCAPFILE_AGE_MAX + 1, 1);
    assert_non_null(pcapfile_failure(f));
    assert_non_null(strstr(pcapfile_failure(f)->text, FIRST ".pcap: cannot be given its name"));
    pcapfile_finish(f);
    assert_int_equal(pcapfile_lost(f), 0);
    pcapfile_close(f);
    expect_file(FIRST ".pcap.part", 1, 1); /* the next run finishes it */
    expect_file("watch-20241004T130000Z.pcap", 1, 1);
}

static void test_one_file(void **state)
{
    struct failure why = {""};
    struct pcapfile *f = pcapfile_open(path_of("sent.pcap"), &why);

    (void)state;
    assert_non_null(f);
    put(f, NOON, 12); /* what it holds is known with the first one */
    put(f, NOON, 12);
    assert_null(pcapfile_failure(f));
    put(f, NOON, 1);
    assert_non_null(pcapfile_failure(f));
    assert_non_null(strstr(pcapfile_failure(f)->text, "two link types"));
    pcapfile_close(f);
    expect_file("sent.pcap", 12, 2);
    f = pcapfile_open(path_of("sent.pcap"), &why);
    pcapfile_close(f);
    expect_file("sent.pcap", 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_one_link_type, empty_folder),
        cmocka_unit_test_setup(test_link_types, empty_folder),
        cmocka_unit_test_setup(test_no_name_is_free, empty_folder),
        cmocka_unit_test_setup(test_part_is_taken, empty_folder),
        cmocka_unit_test_setup(test_repair, empty_folder),
        cmocka_unit_test_setup(test_removed, empty_folder),
        cmocka_unit_test_setup(test_folder_removed, empty_folder),
        cmocka_unit_test_setup(test_not_finished, empty_folder),
        cmocka_unit_test_setup(test_one_file, empty_folder),
    };
    char command[256];
    int failed;

    if (!mkdtemp(folder))
        return 1;
    failed = cmocka_run_group_tests_name("pcapfile", tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) || failed;
}
