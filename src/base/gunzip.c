/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/gunzip.h"

#include <limits.h>
#include <zlib.h>

#include "base/mem.h"

#define CHUNK_BYTES ((size_t)256 << 10)
#define GZIP_ONLY   (15 + 16) /* zlib's way to say: largest window, gzip header */

struct gunzip {
    z_stream z;
    gunzip_reader *read;
    void *owner;
    bool input_ended;
    bool member_ended; /* RFC 1952 section 2.2: a file is a series of members */
    uint8_t chunk[CHUNK_BYTES];
};

struct gunzip *gunzip_new(gunzip_reader *read, void *owner)
{
    struct gunzip *g = MEM_NEW(struct gunzip);

    g->read = read;
    g->owner = owner;
    if (inflateInit2(&g->z, GZIP_ONLY) != Z_OK) {
        mem_free(g);
        return NULL;
    }
    return g;
}

void gunzip_free(struct gunzip *g)
{
    if (!g)
        return;
    inflateEnd(&g->z);
    mem_free(g);
}

static bool refill(struct gunzip *g, struct failure *failure)
{
    ssize_t got = g->read(g->owner, g->chunk, sizeof g->chunk);

    if (got < 0)
        return failure_set(failure, "cannot be read on");
    g->z.next_in = g->chunk;
    g->z.avail_in = (uInt)got;
    g->input_ended = got == 0;
    return true;
}

/* Behind a member: another one, the end, or padding, which is none of ours. */
static bool begin_next_member(struct gunzip *g)
{
    g->member_ended = g->z.avail_in == 0 || g->z.next_in[0] != 0x1f || inflateReset(&g->z) != Z_OK;
    return !g->member_ended;
}

ssize_t gunzip_read(struct gunzip *g, void *to, size_t n, struct failure *failure)
{
    const uInt room = n < INT_MAX ? (uInt)n : INT_MAX;
    int result = Z_OK;

    g->z.next_out = to;
    g->z.avail_out = room;
    while (room && g->z.avail_out == room) {
        if (g->z.avail_in == 0 && !g->input_ended && !refill(g, failure))
            return -1;
        if (g->member_ended && !begin_next_member(g))
            return 0;
        result = inflate(&g->z, Z_NO_FLUSH);
        g->member_ended = result == Z_STREAM_END;
        if (result == Z_OK || result == Z_STREAM_END)
            continue;
        if (g->z.avail_out != room)
            break; /* the next call meets the damage again */
        if (result == Z_BUF_ERROR && !g->input_ended)
            continue;
        failure_set(failure, "%s",
                    result == Z_BUF_ERROR ? "truncated gzip data"
                    : g->z.msg            ? g->z.msg
                                          : "damaged gzip data");
        return -1;
    }
    return (ssize_t)(room - g->z.avail_out);
}
