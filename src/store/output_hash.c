/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/output_hash.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

#define CHUNK    (64 * 1024)
#define HELD_MAX 16

struct state {
    struct digest *digest;
    uint8_t held[HELD_MAX]; /* the last bytes, which are not in it yet */
    size_t held_n;
};

struct output_hash {
    struct state now, whole;
    size_t hold;
};

struct output_hash *output_hash_new(size_t hold)
{
    struct output_hash *h = MEM_NEW(struct output_hash);

    if (hold > HELD_MAX)
        log_panic("%zu bytes are held back", hold);
    h->hold = hold;
    h->now.digest = digest_new();
    h->whole.digest = digest_new();
    digest_begin(h->now.digest, DIGEST_SHA256);
    output_hash_mark_whole(h);
    return h;
}

void output_hash_free(struct output_hash *h)
{
    if (!h)
        return;
    digest_free(h->now.digest);
    digest_free(h->whole.digest);
    mem_free(h);
}

/* All but the last `hold` of what is held and these goes into the sum. */
void output_hash_add(struct output_hash *h, struct bytes bytes)
{
    struct state *s;
    size_t out, n;

    if (!h)
        return;
    s = &h->now;
    out = s->held_n + bytes.n > h->hold ? s->held_n + bytes.n - h->hold : 0;
    n = out < s->held_n ? out : s->held_n;
    digest_add(s->digest, (struct bytes){s->held, n});
    s->held_n -= n;
    memmove(s->held, s->held + n, s->held_n);
    digest_add(s->digest, (struct bytes){bytes.at, out - n});
    bytes = bytes_skip(bytes, out - n);
    memcpy(s->held + s->held_n, bytes.at, bytes.n);
    s->held_n += bytes.n;
}

static void copy(struct state *to, const struct state *from)
{
    digest_copy(to->digest, from->digest);
    memcpy(to->held, from->held, sizeof to->held);
    to->held_n = from->held_n;
}

void output_hash_mark_whole(struct output_hash *h)
{
    if (h)
        copy(&h->whole, &h->now);
}

static bool add_from(struct output_hash *h, int fd, off_t from, off_t n)
{
    uint8_t *chunk = mem_new(CHUNK);
    ssize_t got = 1;

    while (n && got > 0) {
        got = pread(fd, chunk, n < CHUNK ? (size_t)n : CHUNK, from);
        if (got <= 0)
            break;
        output_hash_add(h, (struct bytes){chunk, (size_t)got});
        from += got;
        n -= got;
    }
    if (got == 0)
        errno = EIO; /* it has become shorter */
    mem_free(chunk);
    return n == 0;
}

bool output_hash_cut(struct output_hash *h, int fd, off_t from, off_t n)
{
    bool good;

    if (!h)
        return true;
    copy(&h->now, &h->whole);
    good = add_from(h, fd, from, n);
    output_hash_mark_whole(h);
    return good;
}

void output_hash_end(struct output_hash *h, bool without_held, uint8_t sum[SHA256_BYTES])
{
    if (!without_held)
        digest_add(h->now.digest, (struct bytes){h->now.held, h->now.held_n});
    digest_end(h->now.digest, sum);
}

bool output_hash_read(int fd, off_t n, uint8_t sum[SHA256_BYTES])
{
    struct output_hash *h = output_hash_new(0);
    bool good = add_from(h, fd, 0, n);

    output_hash_end(h, false, sum);
    output_hash_free(h);
    return good;
}
