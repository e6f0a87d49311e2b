/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define BUFFER_BYTES (1 << 20)

int spill_file(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, FILE_MODE);
    char *path, *beside;

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return fd;
    path = g_build_filename(folder, "campaigns", NULL); /* a file system without such files */
    fd = file_create_beside(path, &beside);
    if (fd >= 0)
        unlink(beside);
    g_free(beside);
    g_free(path);
    return fd;
}

void spill_begin(struct spill *s, const char *folder)
{
    *s = (struct spill){.folder = folder, .fd = -1};
}

void spill_end(struct spill *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    buf_fini(&s->buf);
}

static void flush(struct spill *s)
{
    struct bytes rest = buf_view(&s->buf);

    if (s->fd < 0 && !s->error && (s->fd = spill_file(s->folder)) < 0)
        s->error = errno;
    while (rest.n && !s->error) {
        ssize_t n = pwrite(s->fd, rest.at, rest.n, (off_t)s->size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            s->error = n < 0 ? errno : EIO;
            break;
        }
        s->size += (uint64_t)n;
        rest = bytes_skip(rest, (size_t)n);
    }
    buf_clear(&s->buf);
}

void spill_put_bare(struct spill *s, struct bytes record)
{
    buf_append(&s->buf, record.at, record.n);
    if (s->buf.len >= BUFFER_BYTES)
        flush(s);
}

void spill_put(struct spill *s, struct bytes record)
{
    uint32_t n = (uint32_t)record.n;

    buf_append(&s->buf, &n, sizeof n);
    spill_put_bare(s, record);
}

void spill_rewind(struct spill *s)
{
    if (!s->reading && s->buf.len)
        flush(s);
    s->reading = true;
    s->at = 0;
    s->taken = 0;
    buf_clear(&s->buf);
}

/* At least `n` bytes that are not taken yet. */
static bool fill(struct spill *s, size_t n)
{
    size_t left = s->buf.len - s->taken;

    if (left >= n)
        return true;
    if (left)
        memmove(s->buf.data, s->buf.data + s->taken, left);
    s->buf.len = left;
    s->taken = 0;
    while (s->buf.len < n && s->at < s->size && !s->error) {
        size_t most = s->size - s->at < BUFFER_BYTES ? s->size - s->at : BUFFER_BYTES;
        ssize_t got;

        buf_reserve(&s->buf, most);
        got = pread(s->fd, s->buf.data + s->buf.len, most, (off_t)s->at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            s->error = got < 0 ? errno : EIO;
            return false;
        }
        s->buf.len += (size_t)got;
        s->at += (uint64_t)got;
    }
    return s->buf.len >= n;
}

bool spill_next(struct spill *s, struct bytes *record)
{
    uint32_t n;

    if (!fill(s, sizeof n))
        return false;
    memcpy(&n, s->buf.data + s->taken, sizeof n);
    if (!fill(s, sizeof n + n))
        return false;
    *record = (struct bytes){s->buf.data + s->taken + sizeof n, n};
    s->taken += sizeof n + n;
    return true;
}

bool spill_failed(const struct spill *s, struct failure *why)
{
    if (s->error)
        failure_set(why, "%s: cannot write or read what does not fit into memory: %s", s->folder,
                    strerror(s->error));
    return s->error != 0;
}
