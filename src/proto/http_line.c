/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/http_line.h"

#include <string.h>

#include "base/base64.h"
#include "base/number.h"
#include "proto/request.h"
#include "proto/sasl.h"

/* --- request line and status line --- */

/* RFC 9110 section 5.6.2 */
static bool is_token(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_version(struct bytes word)
{
    return word.n == 8 && bytes_begin_nocase(word, "HTTP/") && word.at[5] >= '0' &&
           word.at[5] <= '9' && word.at[6] == '.' && word.at[7] >= '0' && word.at[7] <= '9';
}

static struct bytes last_word(struct bytes text)
{
    size_t n = 0;

    while (n < text.n && text.at[text.n - 1 - n] != ' ' && text.at[text.n - 1 - n] != '\t')
        n++;
    return (struct bytes){text.at + text.n - n, n};
}

static bool has_scheme(struct bytes target)
{
    size_t i = 0;

    while (i < target.n && ((target.at[i] | 0x20) >= 'a' && (target.at[i] | 0x20) <= 'z'))
        i++;
    return i && target.n > i + 3 && !memcmp(target.at + i, "://", 3);
}

/* RFC 9112 section 3.2.4; and the preface of HTTP/2 (RFC 9113 section 3.4). */
static bool is_asterisk_form(const struct http_request_line *line)
{
    return bytes_equal_nocase(line->target, "*") &&
           (bytes_equal_nocase(line->method, "OPTIONS") || bytes_equal_nocase(line->method, "PRI"));
}

static const char *target_fault(const struct http_request_line *line)
{
    struct bytes host;
    uint16_t port;

    if (!line->target.n)
        return "no target in the request line";
    if (line->is_connect) { /* RFC 9112 section 3.2.3: authority form */
        if (!request_split_authority(line->target, &host, &port))
            return "CONNECT target is not host:port";
        return port ? NULL : "CONNECT target without a port";
    }
    if (line->target.at[0] == '/' || line->absolute)
        return NULL;
    if (is_asterisk_form(line))
        return NULL;
    return "target is neither a path nor a URI";
}

/* RFC 9112 section 3: method SP target SP version.  Old spam tools put a stray
 * " /" before the version. */
void http_read_request_line(struct bytes text, struct http_request_line *line)
{
    struct bytes rest, version;

    memset(line, 0, sizeof *line);
    text = bytes_trim(text);
    rest = text;
    line->method = bytes_take_word(&rest);
    rest = bytes_trim(rest);
    version = last_word(rest);
    line->versioned = is_version(version);
    line->other = line->versioned && version.at[5] > '1';
    if (line->versioned)
        rest.n -= version.n;
    rest = bytes_trim(rest);
    line->target = bytes_take_word(&rest);
    rest = bytes_trim(rest);
    line->absolute = has_scheme(line->target);
    line->is_connect = bytes_equal_nocase(line->method, "CONNECT");
    line->fault = target_fault(line);
    if (!line->versioned)
        line->fault = "no HTTP version in the request line";
    else if (line->other)
        line->fault = "not HTTP/1";
    else if (rest.n && !bytes_equal_nocase(rest, "/"))
        line->fault = "blanks in the target";
    line->of_server = line->target.n && !line->is_connect &&
                      (line->target.at[0] == '/' || is_asterisk_form(line));
    for (size_t i = 0; i < line->method.n; i++)
        if (!is_token(line->method.at[i])) {
            line->fault = "method is not a token";
            line->of_server = false;
        }
    if (!line->method.n || line->method.n > HTTP_METHOD_MAX)
        line->fault = "not an HTTP request line";
    if (line->fault && !line->versioned && !http_is_known_method(line->method))
        line->of_server = false; /* no request at all */
}

bool http_is_known_method(struct bytes method)
{
    static const char *const known[] = {"CONNECT", "GET",   "POST",   "PUT",   "HEAD",
                                        "OPTIONS", "TRACE", "DELETE", "PATCH", "PROPFIND"};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bytes_equal_nocase(method, known[i]))
            return true;
    return false;
}

enum http_line http_classify_line(struct bytes text)
{
    struct http_request_line line;

    http_read_request_line(text, &line);
    if (!line.fault)
        return HTTP_LINE_GOOD;
    if (line.versioned)
        return HTTP_LINE_BAD;
    return http_is_known_method(line.method) ? HTTP_LINE_NO_VERSION : HTTP_LINE_OTHER;
}

uint16_t http_scheme_port(struct bytes target)
{
    if (bytes_begin_nocase(target, "https:"))
        return 443;
    return bytes_begin_nocase(target, "ftp:") ? 21 : 80;
}

/* RFC 9112 section 4: HTTP/1.1 SP 3DIGIT SP reason. */
bool http_read_status(struct bytes line, int *status)
{
    struct bytes rest = line, word = bytes_take_word(&rest);
    uint64_t value;

    if (!is_version(word))
        return false;
    word = bytes_take_word(&rest);
    if (word.n != 3 || !number_parse(word, 999, &value))
        return false;
    *status = (int)value;
    return true;
}

/* --- headers and chunks --- */

/* Splits "name: value"; false for what is no header line. */
bool http_split_header(struct bytes line, struct bytes *name, struct bytes *value)
{
    const uint8_t *colon = line.n ? memchr(line.at, ':', line.n) : NULL;

    if (!colon)
        return false;
    *name = bytes_trim((struct bytes){line.at, (size_t)(colon - line.at)});
    *value = bytes_trim(bytes_skip(line, (size_t)(colon - line.at) + 1));
    return true;
}

bool http_may_begin_line(uint8_t c)
{
    return c == '\r' || c == '\n' || is_token(c);
}

bool http_is_header(struct bytes line)
{
    size_t n = 0;

    while (n < line.n && is_token(line.at[n]))
        n++;
    return n && n < line.n && line.at[n] == ':';
}

bool http_parse_length(struct bytes text, uint64_t *out)
{
    *out = 0;
    return text.n <= 18 && number_parse(text, UINT64_MAX, out);
}

/* RFC 9112 section 7.1: size in hexadecimal, extensions after a semicolon. */
bool http_parse_chunk_size(struct bytes line, uint64_t *out)
{
    size_t i = 0;

    *out = 0;
    for (; i < line.n; i++) {
        static const char digits[] = "0123456789abcdef0123456789ABCDEF";
        const char *digit = line.at[i] ? strchr(digits, line.at[i]) : NULL;

        if (!digit)
            break;
        if (*out >> 56)
            return false;
        *out = *out << 4 | ((size_t)(digit - digits) & 15);
    }
    return i > 0;
}

/* RFC 7617: base64 of user:password. */
bool http_read_basic(struct bytes value, struct buf *plain, struct bytes *user,
                     struct bytes *password)
{
    struct bytes all;
    const uint8_t *colon;

    if (!bytes_begin_nocase(value, "Basic") ||
        !base64_decode(bytes_trim(bytes_skip(value, 5)), plain))
        return false;
    all = buf_view(plain);
    colon = all.n ? memchr(all.at, ':', all.n) : NULL;
    if (!colon)
        return false;
    *user = (struct bytes){all.at, (size_t)(colon - all.at)};
    *password = bytes_skip(all, user->n + 1);
    return true;
}

bool http_read_user(struct bytes mechanism, struct bytes response, struct buf *plain,
                    struct buf *ascii, struct bytes *user)
{
    if (bytes_equal_nocase(mechanism, "Digest"))
        return sasl_user(SMTP_AUTH_DIGEST_MD5, response, ascii, user);
    buf_clear(plain);
    return (bytes_equal_nocase(mechanism, "NTLM") || bytes_equal_nocase(mechanism, "Negotiate")) &&
           base64_decode(bytes_trim(response), plain) &&
           sasl_user(SMTP_AUTH_NTLM, buf_view(plain), ascii, user);
}

/* --- detection --- */

static enum http_line classify_first(struct detect_note *note, struct bytes line)
{
    if (!note->known)
        note->verdict = (int)http_classify_line(line);
    note->known = true;
    return (enum http_line)note->verdict;
}

/* In mid-conversation a request line may be quoted: what comes next must be a header line or
 * the empty line (RFC 9112 section 2.1). */
static enum guess confirm_by_next_line(struct bytes next)
{
    size_t i = 0;

    if (next.n && next.at[0] == '\r')
        next = bytes_skip(next, 1);
    while (i < next.n && is_token(next.at[i]))
        i++;
    if (i == next.n)
        return GUESS_MORE;
    return next.at[i] == '\n' || (i && next.at[i] == ':') ? GUESS_YES : GUESS_NO;
}

/* By the client's bytes alone. */
static enum guess recognise_request(struct detection *d)
{
    struct bytes client = detect_skip_empty_lines(d), line; /* RFC 9112 section 2.2 */
    size_t i = 0;

    while (i < client.n && i < HTTP_METHOD_MAX && is_token(client.at[i]))
        i++;
    if (i < client.n && (i == 0 || (client.at[i] != ' ' && client.at[i] != '\t')))
        return GUESS_NO;
    if (!detect_first_line(client, &line))
        return GUESS_MORE;
    switch (classify_first(d->note, line)) {
    case HTTP_LINE_GOOD:
    case HTTP_LINE_BAD:
        return d->resync ? confirm_by_next_line(bytes_skip(client, line.n + 1)) : GUESS_YES;
    case HTTP_LINE_NO_VERSION:
        return GUESS_SERVER;
    case HTTP_LINE_OTHER:
        break;
    }
    return GUESS_NO;
}

/* Whatever the client sent, a server that answers in HTTP found it malformed; but not when
 * bytes of it may be missing. */
enum guess http_recognise(struct detection *d)
{
    enum guess g = recognise_request(d);
    bool answers = detect_may_begin(d->server, "HTTP/");

    if (g == GUESS_YES || g == GUESS_MORE)
        return answers && !d->resync && d->server.n >= 5 ? GUESS_YES : g;
    if (!answers)
        return GUESS_NO;
    if (d->resync)
        return g;
    return d->server.n >= 5 ? GUESS_YES : GUESS_SERVER;
}

enum guess http_recognise_answer(struct bytes client, struct bytes server)
{
    (void)client;
    if (!server.n || !detect_may_begin(server, "HTTP/"))
        return GUESS_NO;
    return server.n >= 5 ? GUESS_YES : GUESS_SERVER;
}
