/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/pipe.h"

#include <errno.h>
#include <unistd.h>

bool pipe_write(int fd, struct bytes bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.at, bytes.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = bytes_skip(bytes, (size_t)n);
    }
    return true;
}

int pipe_read(int fd, void *to, size_t n)
{
    size_t have = 0;

    while (have < n) {
        ssize_t got = read(fd, (char *)to + have, n - have);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return have ? -1 : 0;
        have += (size_t)got;
    }
    return 1;
}
