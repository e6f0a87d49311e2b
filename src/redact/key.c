/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "potsherd/redact.h"

/* A key that others know protects nothing. */
static bool check_file(const char *path, const struct stat *st, struct failure *why)
{
    if (!S_ISREG(st->st_mode))
        return failure_set(why, "%s is no regular file: make a key with head -c 32 /dev/urandom",
                           path);
    if (st->st_mode & S_IRWXO)
        return failure_set(why, "%s: others than its owner and group may use this key: chmod o= %s",
                           path, path);
    if (st->st_size < REDACT_KEY_LEAST || st->st_size > REDACT_KEY_MOST)
        return failure_set(why,
                           "%s has %lld bytes: a key has %d to %d; make one with head -c 32 "
                           "/dev/urandom",
                           path, (long long)st->st_size, REDACT_KEY_LEAST, REDACT_KEY_MOST);
    return true;
}

static bool read_key(int fd, const char *path, struct redact_policy *out, struct failure *why)
{
    struct stat st;
    ssize_t n = 0;

    if (fstat(fd, &st) != 0)
        return failure_set(why, "%s: %s", path, strerror(errno));
    if (!check_file(path, &st, why))
        return false;
    out->key_bytes = 0;
    while (out->key_bytes < (size_t)st.st_size &&
           ((n = read(fd, out->key + out->key_bytes, (size_t)st.st_size - out->key_bytes)) > 0 ||
            (n < 0 && errno == EINTR)))
        out->key_bytes += n > 0 ? (size_t)n : 0;
    return out->key_bytes == (size_t)st.st_size ||
           failure_set(why, "%s: %s", path, n < 0 ? strerror(errno) : "it became shorter");
}

bool redact_key_load(const char *path, struct redact_policy *out, struct failure *why)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe is refused, not waited for */
    bool good;

    if (fd < 0)
        return failure_set(why, "%s: cannot be opened: %s", path, strerror(errno));
    good = read_key(fd, path, out, why);
    close(fd);
    return good;
}
