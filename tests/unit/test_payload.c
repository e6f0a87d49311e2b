/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long payloads wait in a file without a name, on every kind of file system. */
#undef _FORTIFY_SOURCE /* or openat is inline */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "potsherd/payload.h"
#include "potsherd/record.h"

#define PART  65536
#define PARTS (3 * PAYLOAD_MEMORY_MAX / PART)

static char folder[] = "/tmp/test-payload-XXXXXX";
static int dir_fd = -1;
static int no_tmpfile, no_create; /* errno, or 0: there is such a thing */
static size_t came;               /* bytes read back */

/* Stands before libc's. */
__attribute__((visibility("default"))) int openat(int dir, const char *path, int flags, ...)
{
    va_list more;
    mode_t mode;

    va_start(more, flags);
    mode = va_arg(more, mode_t);
    va_end(more);
    errno = (flags & O_TMPFILE) == O_TMPFILE ? no_tmpfile : flags & O_CREAT ? no_create : 0;
    return errno ? -1 : (int)syscall(SYS_openat, dir, path, flags, mode);
}

static void add_all(struct payload *p)
{
    static uint8_t part[PART];

    payload_init(p);
    for (int i = 0; i < PARTS; i++) {
        memset(part, i, sizeof part);
        payload_add(p, (struct bytes){part, sizeof part}, &(struct spool_source){.dir_fd = dir_fd});
    }
}

static void expect_part(void *context, struct bytes part)
{
    (void)context;
    for (size_t i = 0; i < part.n; i++, came++)
        if (part.at[i] != (uint8_t)(came / PART))
            fail_msg("byte %zu is %d", came, part.at[i]);
}

static void expect_all(struct payload *p)
{
    came = 0;
    assert_false(p->lost);
    assert_true(payload_each(p, expect_part, NULL));
    assert_int_equal(came, PART * PARTS);
    assert_int_equal(p->size, came);
}

static void expect_empty_folder(void)
{
    DIR *all = opendir(folder);
    const struct dirent *entry;

    while ((entry = readdir(all)))
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            fail_msg("%s is left", entry->d_name);
    closedir(all);
}

static void test_file_without_name(void **state)
{
    struct payload p;

    (void)state;
    no_tmpfile = no_create = 0;
    add_all(&p);
    expect_empty_folder();
    expect_all(&p);
    payload_fini(&p);
}

/* NFS, FUSE. */
static void test_no_files_without_name(void **state)
{
    static const int reasons[] = {EOPNOTSUPP, EISDIR};
    struct payload p, other;

    (void)state;
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        no_tmpfile = reasons[i];
        no_create = 0;
        add_all(&p);
        add_all(&other);
        expect_empty_folder();
        expect_all(&p);
        expect_all(&other);
        payload_fini(&p);
        payload_fini(&other);
    }
}

static void test_reason(void **state)
{
    struct payload p;

    (void)state;
    no_tmpfile = EOPNOTSUPP;
    no_create = EACCES;
    add_all(&p);
    assert_true(p.lost);
    assert_int_equal(p.error, EACCES);
    payload_fini(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_without_name),
        cmocka_unit_test(test_no_files_without_name),
        cmocka_unit_test(test_reason),
    };
    int failed;

    if (!mkdtemp(folder))
        return 1;
    dir_fd = open(folder, O_RDONLY | O_DIRECTORY);
    failed = cmocka_run_group_tests_name("payload", tests, NULL, NULL);
    close(dir_fd);
    return rmdir(folder) != 0 || failed;
}
