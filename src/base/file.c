/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ALL_MODES  0777
#define CREATE_NEW (O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)

void file_begin(void)
{
    umask(ALL_MODES & ~FOLDER_MODE); /* of which a file needs no more */
}

int file_create(int dir_fd, const char *name)
{
    return openat(dir_fd, name, O_RDWR | CREATE_NEW, FILE_MODE);
}

int file_create_beside(const char *path, char **beside)
{
    int fd;

    *beside = g_strdup_printf("%s.%d.part", path, (int)getpid());
    fd = file_create(AT_FDCWD, *beside);
    if (fd < 0 && errno == EEXIST && unlink(*beside) == 0)
        fd = file_create(AT_FDCWD, *beside);
    return fd;
}

/* Closes what is not ours alone. */
static int if_ours(int fd, bool device)
{
    struct stat st;
    int error = 0;

    if (fd < 0)
        return -1;
    if (fstat(fd, &st) != 0)
        error = errno;
    else if (!S_ISREG(st.st_mode))
        error = device && S_ISCHR(st.st_mode) ? 0 : EINVAL;
    else if (st.st_nlink > 1)
        error = EMLINK;
    if (!error)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

/* O_NONBLOCK: a pipe without a reader is refused at once. */
int file_open_left(int dir_fd, const char *name)
{
    return if_ours(openat(dir_fd, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), false);
}

int file_open_append(int dir_fd, const char *name)
{
    int fd = file_create(dir_fd, name);

    if (fd < 0 && errno == EEXIST)
        fd = file_open_left(dir_fd, name);
    if (fd < 0 || fcntl(fd, F_SETFL, O_APPEND) == 0)
        return fd;
    close(fd);
    return -1;
}

bool file_open_failed(struct failure *why, const char *folder, const char *name)
{
    int error = errno;

    if (error == ELOOP || error == EMLINK || error == EINVAL || error == EISDIR)
        return failure_set(why,
                           "%s/%s is no plain file, or has a second name (a link?): "
                           "move it away",
                           folder, name);
    if (error == EACCES || error == EPERM)
        return failure_set(why,
                           "%s/%s: %s: it belongs to somebody else than --user: "
                           "chown it, or move it away",
                           folder, name, strerror(error));
    return failure_set(why, "%s/%s: %s", folder, name, strerror(error));
}

int file_open_empty(const char *path)
{
    int fd = file_create(AT_FDCWD, path);

    if (fd >= 0 || errno != EEXIST)
        return fd;
    fd = if_ours(open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), true);
    if (fd >= 0)
        (void)!ftruncate(fd, 0); /* a device has no length */
    return fd;
}

bool file_is_there(int dir_fd, const char *name)
{
    struct stat st;

    return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Some file systems cannot do both in one: then a look has to do. */
bool file_rename(int dir_fd, const char *from, const char *to)
{
    if (renameat2(dir_fd, from, dir_fd, to, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (!file_is_there(dir_fd, to))
        return renameat(dir_fd, from, dir_fd, to) == 0;
    errno = EEXIST;
    return false;
}

bool folder_make(const char *path, bool (*made)(void *context, const char *path), void *context)
{
    char *above;
    bool good;

    if (mkdir(path, FOLDER_MODE) == 0)
        return !made || made(context, path);
    if (errno != ENOENT || !*path)
        return errno == EEXIST;
    above = g_path_get_dirname(path);
    good = folder_make(above, made, context);
    g_free(above);
    if (!good)
        return false;
    if (mkdir(path, FOLDER_MODE) != 0)
        return errno == EEXIST;
    return !made || made(context, path);
}

bool file_cut(int fd, const struct stat *st, off_t end)
{
    const struct timespec times[2] = {st->st_atim, st->st_mtim};

    return end == st->st_size || (ftruncate(fd, end) == 0 && futimens(fd, times) == 0);
}
