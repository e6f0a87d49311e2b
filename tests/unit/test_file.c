/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files are made anew or not at all, and what is opened to be changed is one file only. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static char folder[] = "/tmp/potsherd-file-XXXXXX";
static int dir_fd;

static void write_text(const char *name, const char *text)
{
    int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void expect_text(const char *name, const char *expected)
{
    int fd = openat(dir_fd, name, O_RDONLY);
    char text[64] = "";

    assert_true(fd >= 0);
    assert_true(read(fd, text, sizeof text - 1) >= 0);
    assert_string_equal(text, expected);
    close(fd);
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(fstatat(dir_fd, path, &st, AT_SYMLINK_NOFOLLOW), 0);
    return st.st_mode;
}

static void expect_no(int fd, int error)
{
    assert_int_equal(fd, -1);
    assert_int_equal(errno, error);
}

static void must(int result)
{
    assert_int_equal(result, 0);
}

static int empty_folder(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s/*", folder);
    return system(command);
}

static void test_create(void **state)
{
    static const mode_t masks[] = {0, 022, 077};

    (void)state;
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        mode_t before = umask(masks[i]);

        file_begin();
        close(file_create(dir_fd, "new"));
        umask(before);
        assert_int_equal(mode_of("new"), S_IFREG | 0640);
        must(unlinkat(dir_fd, "new", 0));
    }
    write_text("victim", "text");
    must(symlinkat("victim", dir_fd, "link"));
    must(symlinkat("nothing", dir_fd, "dangling"));
    must(linkat(dir_fd, "victim", dir_fd, "second", 0));
    expect_no(file_create(dir_fd, "victim"), EEXIST);
    expect_no(file_create(dir_fd, "link"), EEXIST);
    expect_no(file_create(dir_fd, "dangling"), EEXIST);
    expect_no(file_create(dir_fd, "second"), EEXIST);
    assert_false(file_is_there(dir_fd, "nothing"));
    assert_true(file_is_there(dir_fd, "dangling"));
    expect_text("victim", "text");
}

static void test_create_beside(void **state)
{
    char *path = g_build_filename(folder, "F", NULL), *beside, *name;
    int fd = file_create_beside(path, &beside);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    name = g_path_get_basename(beside);
    for (int symbolic = 0; symbolic < 2; symbolic++) {
        char *again;

        must(unlinkat(dir_fd, name, 0));
        write_text("victim", "text");
        must(symbolic ? symlinkat("victim", dir_fd, name)
                      : linkat(dir_fd, "victim", dir_fd, name, 0));
        fd = file_create_beside(path, &again);
        assert_string_equal(again, beside);
        assert_int_equal(write(fd, "new", 3), 3);
        close(fd);
        expect_text(name, "new");
        expect_text("victim", "text");
        g_free(again);
    }
    g_free(beside);
    g_free(name);
    g_free(path);
}

static void test_open_left(void **state)
{
    int fd;

    (void)state;
    write_text("left", "text");
    fd = file_open_left(dir_fd, "left");
    assert_true(fd >= 0);
    close(fd);
    must(symlinkat("left", dir_fd, "link"));
    expect_no(file_open_left(dir_fd, "link"), ELOOP);
    expect_no(file_open_left(dir_fd, "nothing"), ENOENT);
    must(mkfifoat(dir_fd, "pipe", 0600)); /* without anybody at its other end */
    expect_no(file_open_left(dir_fd, "pipe"), EINVAL);
    must(linkat(dir_fd, "left", dir_fd, "second", 0));
    expect_no(file_open_left(dir_fd, "left"), EMLINK);
    expect_no(file_open_left(dir_fd, "second"), EMLINK);
}

static void test_open_empty(void **state)
{
    char *path = g_build_filename(folder, "sent", NULL);
    int fd = file_open_empty(path);

    (void)state;
    assert_int_equal(write(fd, "text", 4), 4);
    close(fd);
    assert_int_equal(mode_of("sent"), S_IFREG | 0640);
    close(file_open_empty(path));
    expect_text("sent", "");
    write_text("sent", "text");
    must(linkat(dir_fd, "sent", dir_fd, "victim", 0));
    expect_no(file_open_empty(path), EMLINK);
    must(unlinkat(dir_fd, "sent", 0));
    must(symlinkat("victim", dir_fd, "sent"));
    expect_no(file_open_empty(path), ELOOP);
    expect_text("victim", "text");
    must(unlinkat(dir_fd, "sent", 0));
    must(symlinkat("nothing", dir_fd, "sent"));
    expect_no(file_open_empty(path), ELOOP);
    assert_false(file_is_there(dir_fd, "nothing"));
    fd = file_open_empty("/dev/null");
    assert_true(fd >= 0);
    close(fd);
    g_free(path);
}

static void test_rename(void **state)
{
    (void)state;
    write_text("part", "new");
    assert_true(file_rename(dir_fd, "part", "final"));
    expect_text("final", "new");
    write_text("part", "other");
    assert_false(file_rename(dir_fd, "part", "final"));
    assert_int_equal(errno, EEXIST);
    expect_text("final", "new");
    expect_text("part", "other");
    must(symlinkat("nothing", dir_fd, "link"));
    assert_false(file_rename(dir_fd, "part", "link"));
    assert_int_equal(errno, EEXIST);
}

static bool note(void *context, const char *path)
{
    g_string_append_printf(context, "%s;", path + strlen(folder));
    return !strstr(path, "stop");
}

static void expect_made(const char *path, bool expected, const char *made)
{
    char *whole = g_strconcat(folder, path, NULL);
    GString *seen = g_string_new(NULL);

    assert_int_equal(folder_make(whole, note, seen), expected);
    assert_string_equal(seen->str, made);
    g_string_free(seen, TRUE);
    g_free(whole);
}

static void test_folders(void **state)
{
    mode_t before = umask(0);

    (void)state;
    file_begin();
    expect_made("/a/b//c/", true, "/a;/a/b;/a/b//c;");
    umask(before);
    assert_int_equal(mode_of("a"), S_IFDIR | 0750);
    assert_int_equal(mode_of("a/b/c"), S_IFDIR | 0750);
    expect_made("/a/b", true, "");
    expect_made("/a/d", true, "/a/d;");
    expect_made("/stop/x", false, "/stop;");
    write_text("file", "");
    expect_made("/file/x", false, "");
    assert_true(folder_make("/", NULL, NULL));
    assert_true(folder_make(".", NULL, NULL));
    assert_false(folder_make("", NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_create, empty_folder),
        cmocka_unit_test_setup(test_create_beside, empty_folder),
        cmocka_unit_test_setup(test_open_left, empty_folder),
        cmocka_unit_test_setup(test_open_empty, empty_folder),
        cmocka_unit_test_setup(test_rename, empty_folder),
        cmocka_unit_test_setup(test_folders, empty_folder),
    };
    int failed;

    if (!mkdtemp(folder) || (dir_fd = open(folder, O_RDONLY | O_DIRECTORY)) < 0)
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    empty_folder(NULL);
    rmdir(folder);
    return failed;
}
