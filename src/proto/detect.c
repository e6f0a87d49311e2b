/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Detection by content, never by port.  A guess needs a whole unit (a line, a SOCKS
 * message); where the client's bytes alone could be something else too, the server's
 * answer decides.
 */
#include "proto/detect.h"

#include <string.h>

#include "proto/layer.h"

#define DETECT_MAX CONVERSATION_LINE_MAX /* bytes of a side looked at before giving up */

bool detect_may_begin(struct bytes b, const char *text)
{
    size_t n = strlen(text);

    return memcmp(b.n ? b.at : (const uint8_t *)"", text, b.n < n ? b.n : n) == 0;
}

bool detect_first_line(struct bytes in, struct bytes *line)
{
    const uint8_t *end = in.n ? memchr(in.at, '\n', in.n) : NULL;

    if (!end)
        return false;
    *line = (struct bytes){in.at, (size_t)(end - in.at)};
    return true;
}

struct bytes detect_skip_empty_lines(struct detection *d)
{
    size_t *n = &d->notes->empty_lines;

    while (*n < d->client.n && (d->client.at[*n] == '\r' || d->client.at[*n] == '\n'))
        ++*n;
    return bytes_skip(d->client, *n);
}

static enum guess ask(const struct protocols *protocols, size_t i, struct detection *d)
{
    d->note = &d->notes->of[i];
    return protocols->list[i]->recognise(d);
}

/* In mid-conversation no answer is waited for. */
static bool is_out(const struct detection *d, enum guess g)
{
    return g == GUESS_NO || (g == GUESS_SERVER && d->resync);
}

/* The more bytes are there, the fewer guesses are left: so that the result does not
 * depend on how many there are when it is asked first. */
static const struct protocol *detect_asked(const struct protocols *protocols, struct detection *d)
{
    bool full = d->client.n == DETECT_MAX || d->server.n == DETECT_MAX;
    const struct protocol *likely = NULL, *by_client = NULL;
    bool open = false;

    for (size_t i = 0; i < protocols->count; i++) {
        enum guess g = ask(protocols, i, d);

        if (g == GUESS_YES)
            return protocols->list[i];
        if (g == GUESS_LIKELY && !likely)
            likely = protocols->list[i];
        if (g == GUESS_CLIENT && !by_client)
            by_client = protocols->list[i];
        open = open || !is_out(d, g);
    }
    if (likely)
        return likely;
    if (by_client && (full || d->over || d->resync)) /* no answer will deny it */
        return by_client;
    if (!open || full)
        return protocols->opaque;
    return NULL;
}

/* Where there will be no replies: a protocol that does without them, or none. */
static const struct protocol *detect_one_sided(const struct protocols *protocols,
                                               struct detection *d)
{
    bool open = false;

    for (size_t i = 0; i < protocols->count; i++) {
        enum guess g = protocols->list[i]->one_sided ? ask(protocols, i, d) : GUESS_NO;

        if (g == GUESS_YES || g == GUESS_LIKELY)
            return protocols->list[i];
        open = open || g != GUESS_NO;
    }
    return open && d->client.n < DETECT_MAX ? NULL : protocols->opaque;
}

/* The client has sent nothing. */
static const struct protocol *detect_server_first(const struct protocols *protocols,
                                                  struct detection *d)
{
    struct bytes line;
    /* Of a reply code; or HTTP, as from servers that time out: the request is still to come. */
    bool open = d->server.n < 3 || (detect_may_begin(d->server, "HTTP/") && !d->resync);

    for (size_t i = 0; i < protocols->count; i++) {
        enum guess g = protocols->list[i]->server_first ? ask(protocols, i, d) : GUESS_NO;

        if (g == GUESS_YES)
            return protocols->list[i];
        open = open || g != GUESS_NO;
    }
    if (!open || d->server.n == DETECT_MAX || (d->resync && detect_first_line(d->server, &line)))
        return protocols->opaque;
    return NULL;
}

const struct protocol *detect_protocol(const struct protocols *protocols, struct detection *d)
{
    d->client.n = d->client.n < DETECT_MAX ? d->client.n : DETECT_MAX;
    d->server.n = d->server.n < DETECT_MAX ? d->server.n : DETECT_MAX;
    if (d->one_sided)
        return detect_one_sided(protocols, d);
    return d->client.n ? detect_asked(protocols, d) : detect_server_first(protocols, d);
}

bool detect_answer(const struct protocols *protocols, struct bytes client, struct bytes server,
                   const struct protocol **out)
{
    bool open = false;

    *out = NULL;
    for (size_t i = 0; i < protocols->count; i++) {
        const struct protocol *p = protocols->list[i];
        enum guess g = p->recognise_answer ? p->recognise_answer(client, server) : GUESS_NO;

        if (g == GUESS_YES)
            *out = p;
        if (g == GUESS_YES)
            return true;
        open = open || g != GUESS_NO;
    }
    return open;
}
