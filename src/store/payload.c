/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/payload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define PART_BYTES  (192 * 1024) /* a multiple of three */
#define SPOOL_NAMES 1000         /* to try */

void payload_init(struct payload *p)
{
    memset(p, 0, sizeof *p);
    p->spool = -1;
}

void payload_fini(struct payload *p)
{
    buf_fini(&p->memory);
    if (p->spool >= 0)
        close(p->spool);
}

/* A file that is there only while it is open. NFS, for one, has none without a name. */
int payload_make_spool(int dir_fd)
{
    int fd = openat(dir_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    char name[48];

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    errno = EEXIST;
    for (unsigned i = 0; i < SPOOL_NAMES && fd < 0 && errno == EEXIST; i++) {
        snprintf(name, sizeof name, ".payload-%d-%u", (int)getpid(), i);
        fd = openat(dir_fd, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, 0600);
    }
    if (fd >= 0)
        (void)!unlinkat(dir_fd, name, 0);
    return fd;
}

static void write_spool(struct payload *p, struct bytes text)
{
    while (text.n && !p->lost) {
        ssize_t n = pwrite(p->spool, text.at, text.n, p->spooled); /* the parser's sandbox */

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            p->lost = true;
            p->error = errno;
            (void)!ftruncate(p->spool, 0); /* others can use that room */
            return;
        }
        p->spooled += n;
        text = bytes_skip(text, (size_t)n);
    }
}

void payload_add(struct payload *p, struct bytes text, const struct spool_source *spools)
{
    p->size += text.n;
    if (p->spool < 0 && p->memory.len + text.n <= PAYLOAD_MEMORY_MAX) {
        buf_append(&p->memory, text.at, text.n);
        return;
    }
    if (p->spool < 0 && !p->lost) {
        p->spool =
            spools->make ? spools->make(spools->context) : payload_make_spool(spools->dir_fd);
        if (p->spool < 0) {
            p->lost = true;
            p->error = errno;
            return;
        }
        write_spool(p, buf_view(&p->memory));
        buf_fini(&p->memory);
    }
    write_spool(p, text);
}

static ssize_t read_full(int fd, uint8_t *to, size_t n, off_t at)
{
    size_t have = 0;

    while (have < n) {
        ssize_t got = pread(fd, to + have, n - have, at + (off_t)have);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (!got)
            break;
        have += (size_t)got;
    }
    return (ssize_t)have;
}

size_t payload_read(const struct payload *p, uint64_t at, uint8_t *to, size_t n)
{
    struct bytes rest = bytes_skip(buf_view(&p->memory), at);
    ssize_t got;

    if (p->spool >= 0) {
        got = read_full(p->spool, to, n, (off_t)at);
        return got > 0 ? (size_t)got : 0;
    }
    n = n < rest.n ? n : rest.n;
    if (n)
        memcpy(to, rest.at, n);
    return n;
}

bool payload_each(struct payload *p, void (*part)(void *context, struct bytes bytes), void *context)
{
    uint8_t *room;
    ssize_t n = 0;
    off_t at = 0;

    if (p->lost)
        return false;
    if (p->spool < 0) {
        part(context, buf_view(&p->memory));
        return true;
    }
    room = mem_new(PART_BYTES);
    while ((n = read_full(p->spool, room, PART_BYTES, at)) > 0) {
        part(context, (struct bytes){room, (size_t)n});
        at += n;
    }
    mem_free(room);
    return n == 0;
}

enum body_state { BODY_LINE_START, BODY_IN_LINE, BODY_CR, BODY_BEGUN };

struct hashing {
    struct digest *whole, *body;
    enum body_state state;
};

/* The body begins after the first empty line, whatever ends the lines. */
static struct bytes find_body(struct hashing *h, struct bytes text)
{
    while (text.n && h->state != BODY_BEGUN) {
        uint8_t c = text.at[0];
        const uint8_t *end;

        if (h->state == BODY_IN_LINE) {
            end = memchr(text.at, '\n', text.n);
            text = bytes_skip(text, end ? (size_t)(end - text.at) + 1 : text.n);
            if (end)
                h->state = BODY_LINE_START;
            continue;
        }
        if (c == '\n')
            h->state = BODY_BEGUN;
        else if (c == '\r' && h->state == BODY_LINE_START)
            h->state = BODY_CR;
        else
            h->state = BODY_IN_LINE;
        text = bytes_skip(text, 1);
    }
    return text;
}

static void hash_part(void *context, struct bytes part)
{
    struct hashing *h = context;

    digest_add(h->whole, part);
    part = find_body(h, part);
    if (h->state == BODY_BEGUN)
        digest_add(h->body, part);
}

bool payload_hash(struct payload *p, struct digest *whole, struct digest *body,
                  struct payload_digests *out)
{
    struct hashing h = {whole, body, BODY_LINE_START};
    bool good;

    digest_begin(whole, DIGEST_SHA256);
    digest_begin(body, DIGEST_SHA256);
    good = payload_each(p, hash_part, &h);
    digest_end(whole, out->whole);
    digest_end(body, out->body);
    out->has_body = h.state == BODY_BEGUN;
    return good;
}
