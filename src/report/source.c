/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

struct source {
    int fd;
    char *path;
    uint64_t bytes_read;
};

struct source *report_open(const char *path, struct failure *failure)
{
    struct source *s;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        failure_set(failure, "%s: cannot be opened: %s", path, strerror(errno));
        return NULL;
    }
    s = MEM_NEW(struct source);
    s->fd = fd;
    s->path = mem_string(path, strlen(path));
    return s;
}

ssize_t source_read(struct source *s, void *to, size_t n, struct failure *failure)
{
    ssize_t got;

    do
        got = read(s->fd, to, n);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        failure_set(failure, "%s: cannot be read after byte %llu: %s", s->path,
                    (unsigned long long)s->bytes_read, strerror(errno));
    else
        s->bytes_read += (uint64_t)got;
    return got;
}

uint64_t source_bytes_read(const struct source *s)
{
    return s->bytes_read;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    close(s->fd);
    mem_free(s->path);
    mem_free(s);
}
