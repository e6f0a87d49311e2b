/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/client_guess.h"

#include <string.h>

#include "base/mem.h"
#include "proto/http_line.h"

#define LINE_MAX_BYTES 1024 /* of a longer line nothing is decided */
#define FRONT          16   /* bytes of a side that are looked at for binary protocols */

struct side {
    struct buf line; /* the current one, as far as it is there */
    uint8_t front[FRONT];
    size_t front_n;
    bool skipping; /* the rest of a line */
    bool has_line; /* one was whole */
    bool over;     /* `line` is done with */
};

struct client_guess {
    struct side side[2];
};

enum speaker { UNKNOWN, ASKS, ANSWERS };

struct client_guess *client_guess_new(void)
{
    return MEM_NEW(struct client_guess);
}

void client_guess_free(struct client_guess *g)
{
    if (!g)
        return;
    buf_fini(&g->side[0].line);
    buf_fini(&g->side[1].line);
    mem_free(g);
}

void client_guess_gap(struct client_guess *g, enum direction from)
{
    struct side *s = &g->side[from];

    buf_clear(&s->line);
    s->skipping = s->has_line = true;
    s->front_n = FRONT; /* nothing is decided by the first bytes any more */
}

/* --- lines --- */

static bool is_mail_command(struct bytes line)
{
    static const char *const commands[] = {"EHLO ", "HELO ", "LHLO ", "MAIL FROM:", "RCPT TO:"};

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (bytes_begin_nocase(line, commands[i]))
            return true;
    return false;
}

/* RFC 5321 section 4.2: a code of the five that are in use, and a blank or hyphen. */
static bool is_mail_reply(struct bytes line)
{
    return line.n >= 4 && line.at[0] >= '2' && line.at[0] <= '5' && line.at[1] >= '0' &&
           line.at[1] <= '5' && line.at[2] >= '0' && line.at[2] <= '9' &&
           (line.at[3] == ' ' || line.at[3] == '-');
}

static enum speaker speaker_of_line(struct bytes line)
{
    int status;

    line = bytes_trim(line);
    if (is_mail_command(line) || http_classify_line(line) == HTTP_LINE_GOOD)
        return ASKS;
    if (is_mail_reply(line) ||
        (bytes_begin_nocase(line, "HTTP/") && http_read_status(line, &status)))
        return ANSWERS;
    return UNKNOWN;
}

/* --- the first bytes of a side --- */

static bool front_is(const struct side *s, size_t at, uint8_t byte)
{
    return s->front_n > at && s->front[at] == byte;
}

/* The other side has said nothing, or what a SOCKS server begins with (TDS begins like SOCKS4). */
static bool other_fits(const struct side *other, uint8_t byte)
{
    return !other->front_n || other->front[0] == byte;
}

/* TLS hellos, SOCKS requests, and a SOCKS5 answer to a greeting. */
static enum speaker speaker_of_front(const struct side *s, const struct side *other)
{
    if (front_is(s, 0, 0x16) && front_is(s, 1, 3) && s->front_n > 5)
        return s->front[5] == 1 ? ASKS : s->front[5] == 2 ? ANSWERS : UNKNOWN;
    if (front_is(s, 0, 5) && s->front_n > 3 && s->front[1] >= 1 && s->front[1] <= 3 &&
        !s->front[2] && (s->front[3] == 1 || s->front[3] == 3 || s->front[3] == 4) &&
        other_fits(other, 5))
        return ASKS;
    if (front_is(s, 0, 4) && (front_is(s, 1, 1) || front_is(s, 1, 2)) && s->front_n > 8 &&
        (s->front[2] || s->front[3]) && memchr(s->front + 8, 0, s->front_n - 8) &&
        other_fits(other, 0))
        return ASKS;
    if (front_is(s, 0, 5) && (front_is(s, 1, 0) || front_is(s, 1, 0xff)) && front_is(other, 0, 5) &&
        other->front_n > 2)
        return ANSWERS;
    return UNKNOWN;
}

static struct client_verdict verdict(enum direction from, enum speaker speaker, bool first)
{
    struct client_verdict v = {.known = speaker != UNKNOWN, .first = first};

    v.asked = speaker == ASKS;
    v.client = v.asked ? from : from == FROM_CLIENT ? FROM_SERVER : FROM_CLIENT;
    return v;
}

/* Takes bytes to the end of a line, or all.  True: a line is whole. */
static bool take_line(struct side *s, struct bytes in, size_t *used)
{
    const uint8_t *end = memchr(in.at, '\n', in.n);
    size_t room = LINE_MAX_BYTES - s->line.len;

    *used = end ? (size_t)(end - in.at) + 1 : in.n;
    if (!s->skipping)
        buf_append(&s->line, in.at, *used < room ? *used : room);
    if (s->line.len == LINE_MAX_BYTES)
        s->skipping = true;
    return end != NULL;
}

/* What one byte, or a piece of a line, decides; the first bytes come one by one. */
static struct client_verdict take_piece(struct client_guess *g, enum direction from,
                                        struct bytes piece, size_t *used)
{
    struct side *s = &g->side[from];
    struct client_verdict v = {0};
    bool first = !s->has_line, whole = take_line(s, piece, used);

    if (s->front_n < FRONT) {
        s->front[s->front_n++] = piece.at[0];
        v = verdict(from, speaker_of_front(s, &g->side[!from]), true);
    }
    if (!v.known && whole && !s->skipping)
        v = verdict(from, speaker_of_line(buf_view(&s->line)), first);
    v.line = buf_view(&s->line);
    s->over = whole || v.known;
    s->has_line = s->has_line || whole;
    return v;
}

struct client_verdict client_guess_put(struct client_guess *g, enum direction from,
                                       struct bytes bytes)
{
    struct side *s = &g->side[from];
    struct client_verdict v = {0};
    size_t at = 0;

    while (at < bytes.n && !v.known) {
        struct bytes piece = bytes_skip(bytes, at);
        size_t used;

        if (s->over)
            buf_clear(&s->line);
        s->skipping = s->skipping && !s->over;
        s->over = false;
        piece.n = s->front_n < FRONT ? 1 : piece.n;
        v = take_piece(g, from, piece, &used);
        at += used;
        v.used = at;
    }
    return v;
}
