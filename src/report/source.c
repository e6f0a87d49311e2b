/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/source.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define ARCHIVE_BLOCK (128u << 10)

struct source {
    int fd;
    char *path;
    struct archive *archive; /* NULL: plain bytes */
    uint64_t bytes_read;     /* of a plain file */
};

static bool is_compressed(int fd)
{
    static const struct {
        size_t n;
        const char *bytes;
    } beginnings[] = {
        {2, "\x1f\x8b"},                 /* gzip, RFC 1952 */
        {4, "\x28\xb5\x2f\xfd"},         /* zstd, RFC 8878 */
        {6, "\xfd\x37\x7a\x58\x5a\x00"}, /* xz */
        {4, "\x04\x22\x4d\x18"},         /* lz4 */
        {3, "BZh"},                      /* bzip2 */
    };
    char first[6];
    ssize_t got = pread(fd, first, sizeof first, 0);

    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (got >= (ssize_t)beginnings[i].n &&
            memcmp(first, beginnings[i].bytes, beginnings[i].n) == 0)
            return true;
    return false;
}

/* Compressed bytes without any archive around them. */
static bool open_archive(struct source *s, struct failure *failure)
{
    struct archive_entry *entry;

    s->archive = archive_read_new();
    if (!s->archive)
        return failure_set(failure, "%s: libarchive gives no memory", s->path);
    archive_read_support_filter_all(s->archive);
    archive_read_support_format_raw(s->archive);
    if (archive_read_open_fd(s->archive, s->fd, ARCHIVE_BLOCK) == ARCHIVE_OK &&
        archive_read_next_header(s->archive, &entry) == ARCHIVE_OK)
        return true;
    return failure_set(failure, "%s: cannot be uncompressed: %s", s->path,
                       archive_error_string(s->archive));
}

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
    if (is_compressed(fd) && !open_archive(s, failure)) {
        source_close(s);
        return NULL;
    }
    return s;
}

static ssize_t read_archive(struct source *s, void *to, size_t n, struct failure *failure)
{
    la_ssize_t got;

    do
        got = archive_read_data(s->archive, to, n);
    while (got == ARCHIVE_RETRY);
    if (got >= 0)
        return got;
    failure_set(failure, "%s: cannot be uncompressed after byte %llu: %s", s->path,
                (unsigned long long)source_bytes_read(s), archive_error_string(s->archive));
    return -1;
}

static ssize_t read_plain(struct source *s, void *to, size_t n, struct failure *failure)
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

ssize_t source_read(struct source *s, void *to, size_t n, struct failure *failure)
{
    return s->archive ? read_archive(s, to, n, failure) : read_plain(s, to, n, failure);
}

uint64_t source_bytes_read(const struct source *s)
{
    return s->archive ? (uint64_t)archive_filter_bytes(s->archive, -1) : s->bytes_read;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    if (s->archive)
        archive_read_free(s->archive);
    close(s->fd);
    mem_free(s->path);
    mem_free(s);
}
