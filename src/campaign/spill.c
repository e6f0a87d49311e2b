/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define BUFFER_BYTES (1 << 20)

/* An unnamed file, for reading and writing; -1 with errno. */
static int make_file(const char *folder)
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

/* --- writing --- */

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
    spill_reader_end(&s->reader);
}

void spill_flush(struct spill *s)
{
    struct bytes rest = buf_view(&s->buf);

    if (rest.n && s->fd < 0 && !s->error && (s->fd = make_file(s->folder)) < 0)
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
        spill_flush(s);
}

void spill_put(struct spill *s, struct bytes record)
{
    uint32_t n = (uint32_t)record.n;

    buf_append(&s->buf, &n, sizeof n);
    spill_put_bare(s, record);
}

/* --- reading --- */

void spill_reader_begin(struct spill_reader *r, int fd, uint64_t at, uint64_t end, size_t room)
{
    *r = (struct spill_reader){.fd = fd, .at = at, .end = end, .room = room};
}

void spill_reader_end(struct spill_reader *r)
{
    buf_fini(&r->buf);
}

/* At least `n` bytes that are not taken yet. */
static bool fill(struct spill_reader *r, size_t n)
{
    size_t left = r->buf.len - r->taken;

    if (left >= n)
        return true;
    if (left)
        memmove(r->buf.data, r->buf.data + r->taken, left);
    r->buf.len = left;
    r->taken = 0;
    while (r->buf.len < n && r->at < r->end) {
        size_t most = r->end - r->at < r->room ? (size_t)(r->end - r->at) : r->room;
        ssize_t got;

        buf_reserve(&r->buf, most);
        got = pread(r->fd, r->buf.data + r->buf.len, most, (off_t)r->at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            r->error = got < 0 ? errno : EIO;
            return false;
        }
        r->buf.len += (size_t)got;
        r->at += (uint64_t)got;
    }
    return r->buf.len >= n;
}

bool spill_reader_next(struct spill_reader *r, struct bytes *record)
{
    uint32_t n;

    if (!fill(r, sizeof n))
        return false;
    memcpy(&n, r->buf.data + r->taken, sizeof n);
    if (!fill(r, sizeof n + n))
        return false;
    *record = (struct bytes){r->buf.data + r->taken + sizeof n, n};
    r->taken += sizeof n + n;
    return true;
}

void spill_rewind(struct spill *s)
{
    spill_flush(s);
    spill_reader_end(&s->reader);
    spill_reader_begin(&s->reader, s->fd, 0, s->size, BUFFER_BYTES);
}

bool spill_next(struct spill *s, struct bytes *record)
{
    return spill_reader_next(&s->reader, record);
}

bool spill_explain(const char *folder, int error, struct failure *why)
{
    return failure_set(why, "%s: cannot write or read what does not fit into memory: %s", folder,
                       strerror(error));
}

bool spill_failed(const struct spill *s, struct failure *why)
{
    int error = s->error ? s->error : s->reader.error;

    if (error)
        spill_explain(s->folder, error, why);
    return error != 0;
}
