/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/open_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Zero, or what is wrong with it. */
static int look_at(int fd, struct stat *st)
{
    if (fstat(fd, st) != 0)
        return errno;
    if (!S_ISREG(st->st_mode))
        return EINVAL;
    return st->st_nlink > 1 ? EMLINK : 0;
}

int open_file_at(int dir_fd, const char *name, int flags, mode_t mode)
{
    const int always = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = openat(dir_fd, name, (flags & ~O_TRUNC) | always, mode), wrong;
    struct stat st;

    if (fd < 0) {
        if (errno == ENXIO) /* a FIFO that nobody reads, or a socket */
            errno = EINVAL;
        return -1;
    }
    wrong = look_at(fd, &st);
    if (!wrong && (flags & O_TRUNC) && ftruncate(fd, 0) != 0)
        wrong = errno;
    if (wrong) {
        close(fd);
        errno = wrong;
        return -1;
    }
    if ((flags & O_CREAT) && st.st_uid == geteuid())
        (void)!fchmod(fd, mode); /* (some file systems have no modes) */
    return fd;
}

bool open_file_fail(struct failure *why, const char *folder, const char *name)
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
