/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which protocol are these first bytes?  Decided by what both sides say, never
 * by the port.  A guess needs a whole unit (a line, a SOCKS message); where the
 * client's bytes alone could be something else too, the server's answer decides.
 */
#include <string.h>

#include "proto/detect.h"
#include "proto/layer.h"

#define DETECT_MAX CONVERSATION_LINE_MAX /* bytes of a side looked at before giving up */

enum guess {
    GUESS_NO,
    GUESS_MORE,   /* could be: more bytes of the client will tell */
    GUESS_SERVER, /* could be: the server's first bytes will tell */
    GUESS_YES,
};

/* Whether what is there of `b` agrees with the beginning of `text`. */
static bool may_begin(struct bytes b, const char *text)
{
    size_t n = strlen(text);

    return memcmp(b.n ? b.at : (const uint8_t *)"", text, b.n < n ? b.n : n) == 0;
}

static bool first_line(struct bytes in, struct bytes *line)
{
    const uint8_t *end = in.n ? memchr(in.at, '\n', in.n) : NULL;

    if (!end)
        return false;
    *line = (struct bytes){in.at, (size_t)(end - in.at)};
    return true;
}

/* The client's bytes behind the empty lines at their front. */
static struct bytes skip_empty_lines(struct detect_place *place, struct bytes client)
{
    while (place->blank < client.n &&
           (client.at[place->blank] == '\r' || client.at[place->blank] == '\n'))
        place->blank++;
    return bytes_skip(client, place->blank);
}

static enum http_line judge_http(struct detect_place *place, struct bytes line)
{
    if (!place->http_judged)
        place->http = (int)http_judge_line(line);
    place->http_judged = true;
    return (enum http_line)place->http;
}

static enum guess guess_http(struct detect_place *place, struct bytes client, struct bytes server)
{
    struct bytes line;
    size_t i = 0;

    client = skip_empty_lines(place, client); /* RFC 9112 section 2.2 */
    while (i < client.n && i < HTTP_METHOD_MAX && http_is_token(client.at[i]))
        i++;
    if (i < client.n && (i == 0 || (client.at[i] != ' ' && client.at[i] != '\t')))
        return GUESS_NO;
    if (!first_line(client, &line))
        return GUESS_MORE;
    switch (judge_http(place, line)) {
    case HTTP_LINE_GOOD:
    case HTTP_LINE_BAD:
        return GUESS_YES;
    case HTTP_LINE_NO_VERSION:
        return may_begin(server, "HTTP/") ? GUESS_SERVER : GUESS_NO;
    case HTTP_LINE_OTHER:
        break;
    }
    return GUESS_NO;
}

static enum guess guess_socks5(struct bytes client, struct bytes server)
{
    if (!client.n || client.at[0] != 5)
        return client.n ? GUESS_NO : GUESS_MORE;
    if (server.n && server.at[0] != 5)
        return GUESS_NO;
    if (client.n < 2)
        return GUESS_MORE;
    if (!client.at[1])
        return GUESS_NO;
    return client.n < 2u + client.at[1] ? GUESS_MORE : GUESS_YES;
}

static enum guess guess_socks4(const struct layer *l, struct bytes client, struct bytes server)
{
    enum socks4_judgement judgement = socks4_judge(client);

    if (!client.n || client.at[0] != 4)
        return client.n ? GUESS_NO : GUESS_MORE;
    if (server.n &&
        (server.at[0] != 0 || (server.n > 1 && (server.at[1] < 90 || server.at[1] > 93))))
        return GUESS_NO;
    if (judgement == SOCKS4_GOOD)
        return GUESS_YES;
    /* The server says so, whatever is wrong with the request, or missing of it. */
    if (server.n >= 8 && (judgement == SOCKS4_BAD || l->speaking == FROM_SERVER))
        return GUESS_YES;
    return judgement == SOCKS4_BAD ? GUESS_SERVER : GUESS_MORE;
}

static bool is_reply_code(struct bytes server)
{
    for (size_t i = 0; i < 3 && i < server.n; i++)
        if (server.at[i] < '0' || server.at[i] > '9')
            return false;
    return true;
}

/* A greeting that names the protocol is as good as a command (RFC 5321 section 4.2). */
static bool is_smtp_banner(struct detect_place *place, struct bytes server)
{
    struct bytes line;

    if (place->no_banner || server.n <= 3 || !is_reply_code(server) || !first_line(server, &line))
        return false;
    place->no_banner = !bytes_find_nocase(line, "SMTP");
    return !place->no_banner;
}

/* The client's bytes are no commands, but the greeting may yet name the protocol. */
static enum guess ask_banner(struct bytes server)
{
    struct bytes line;

    return server.n && !first_line(server, &line) ? GUESS_SERVER : GUESS_NO;
}

/* `sure`: the first line decides. */
static enum guess guess_smtp(const struct layer *l, struct detect_place *place, struct bytes client,
                             struct bytes server, bool *sure)
{
    struct bytes line;

    *sure = true;
    if (!is_reply_code(server))
        return GUESS_NO;
    if (is_smtp_banner(place, server))
        return GUESS_YES;
    if (!place->undecided)
        client = skip_empty_lines(place, client);
    else
        client = bytes_skip(client, place->undecided);
    *sure = !place->undecided;
    for (; first_line(client, &line); *sure = false) {
        enum smtp_verb_kind kind = smtp_judge_line(line);

        if (kind == SMTP_VERB_OWN || (kind == SMTP_VERB_SHARED && l->resync))
            return GUESS_YES;
        if (kind == SMTP_VERB_NONE)
            return ask_banner(server);
        if (!place->undecided)
            place->undecided = place->blank;
        place->undecided += line.n + 1;
        client = bytes_skip(client, line.n + 1);
    }
    return client.n && !smtp_may_begin_verb(client) ? ask_banner(server) : GUESS_MORE;
}

/* In the body of a POST to port 25 there is SMTP or nothing. */
static const struct protocol *detect_body(const struct layer *l, struct detect_place *place,
                                          struct bytes client)
{
    bool sure;
    enum guess smtp = guess_smtp(l, place, client, BYTES_NONE, &sure);

    if (smtp == GUESS_YES)
        return &protocol_smtp;
    return smtp == GUESS_NO || client.n == DETECT_MAX ? &protocol_opaque : NULL;
}

/* In mid-conversation nobody waits for the other side's word. */
static bool is_out(const struct layer *l, enum guess g)
{
    return g == GUESS_NO || (g == GUESS_SERVER && l->resync);
}

/* The more bytes are there, the fewer guesses are left: so that the answer does
 * not depend on how many there are when it is asked first. */
static const struct protocol *detect_asked(const struct layer *l, struct detect_place *place,
                                           struct bytes client, struct bytes server)
{
    bool sure;
    enum guess smtp = guess_smtp(l, place, client, server, &sure);
    enum guess http = guess_http(place, client, server);
    enum guess socks5 = guess_socks5(client, server);
    enum guess socks4 = guess_socks4(l, client, server);

    if (socks5 == GUESS_YES)
        return &protocol_socks5;
    if (socks4 == GUESS_YES)
        return &protocol_socks4;
    if (smtp == GUESS_YES && (sure || http != GUESS_YES))
        return &protocol_smtp;
    if (http == GUESS_YES)
        return &protocol_http;
    /* Whatever the client sent, a server that answers in HTTP found it malformed;
     * but not when bytes of it may be missing. */
    if (!l->resync && server.n >= 5 && may_begin(server, "HTTP/"))
        return &protocol_http;
    if (client.n == DETECT_MAX || server.n == DETECT_MAX)
        return &protocol_opaque;
    if (is_out(l, http) && is_out(l, socks5) && is_out(l, socks4) && is_out(l, smtp) &&
        (l->resync || !may_begin(server, "HTTP/")))
        return &protocol_opaque;
    return NULL;
}

/* The request is in a hole, but a proxy's answer is unlike anything else.  False
 * when it is none; NULL in *out while it could become one. */
bool detect_answer(struct bytes client, struct bytes server, const struct protocol **out)
{
    uint8_t first = server.n ? server.at[0] : 0xff, second = server.n > 1 ? server.at[1] : 0;

    *out = NULL;
    if (!server.n && client.n && client.at[0] == 5) { /* the greeting and its answer are lost */
        if (client.n >= 4)
            *out = &protocol_socks5;
        return client.n < 4 || (client.at[1] >= 1 && client.at[1] <= 3 && client.at[2] == 0);
    }
    if (first == 0) { /* SOCKS4: 0, 90 to 93, six bytes more */
        if (server.n >= 8)
            *out = &protocol_socks4;
        return server.n < 2 || (second >= 90 && second <= 93);
    }
    if (first == 5) { /* SOCKS5: a method, and the client goes on; or the reply itself */
        if ((server.n == 2 && client.n) || server.n >= 4)
            *out = &protocol_socks5;
        return (server.n <= 2 && (second == 0 || second == 2)) ||
               (server.n > 2 && server.at[2] == 0);
    }
    if (server.n >= 5)
        *out = &protocol_http;
    return server.n && may_begin(server, "HTTP/");
}

const struct protocol *detect_protocol(struct layer *l, struct bytes client, struct bytes server)
{
    struct detect_place afresh = {0}, *place = l->resync ? &afresh : &l->place;
    struct bytes line;

    client.n = client.n < DETECT_MAX ? client.n : DETECT_MAX;
    server.n = server.n < DETECT_MAX ? server.n : DETECT_MAX;
    if (l->one_sided)
        return detect_body(l, place, client);
    if (client.n)
        return detect_asked(l, place, client, server);
    if (is_smtp_banner(place, server))
        return &protocol_smtp;
    if (l->resync && first_line(server, &line))
        return &protocol_opaque;
    if (server.n == DETECT_MAX || (server.n >= 3 && !is_reply_code(server)))
        return &protocol_opaque;
    return NULL;
}
