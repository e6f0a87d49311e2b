/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "redact/first.h"

#include <string.h>

#define LEFT_OUT      "[redacted]"
#define TLS_HANDSHAKE 22
#define TLS_MAJOR     3

/* Commands of FTP, POP3, IMAP (behind a tag), SMTP, IRC, Redis, NNTP; headers of HTTP. */
static const char *const logins[] = {
    "user",
    "pass",
    "acct",
    "apop",
    "auth",
    "authinfo",
    "authenticate",
    "login",
    "oper",
    "nick",
    "identify",
    "authorization:",
    "proxy-authorization:",
    "cookie:",
    "x-auth-token:",
    "x-api-key:",
};

static bool is_login(struct bytes word)
{
    for (size_t i = 0; i < sizeof logins / sizeof *logins; i++)
        if (bytes_equal_nocase(word, logins[i]))
            return true;
    return false;
}

static bool is_text(struct bytes bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        uint8_t c = bytes.at[i];

        if (c == 0x7f || (c < ' ' && c != '\t' && c != '\r' && c != '\n'))
            return false;
    }
    return true;
}

static bool is_tls(struct bytes bytes)
{
    return bytes.n >= 2 && bytes.at[0] == TLS_HANDSHAKE && bytes.at[1] == TLS_MAJOR;
}

/* The word of a line that logs in, or an empty one.  A tag may stand before it. */
static struct bytes find_login(struct bytes line)
{
    struct bytes rest = line;

    for (int i = 0; i < 2 && rest.n; i++) {
        struct bytes word = bytes_take_word(&rest);

        if (is_login(word))
            return word;
    }
    return BYTES_NONE;
}

static void put_line(struct redact_text *t, struct bytes line, struct buf *out)
{
    struct bytes word = find_login(line);
    size_t n = line.n;

    if (!word.n) {
        redact_text(t, line, out);
        return;
    }
    while (n && (line.at[n - 1] == '\n' || line.at[n - 1] == '\r'))
        n--;
    redact_text(t, (struct bytes){line.at, (size_t)(word.at + word.n - line.at)}, out);
    buf_append_text(out, " " LEFT_OUT);
    buf_append(out, line.at + n, line.n - n);
}

static void put_lines(struct redact_text *t, struct bytes text, struct buf *out)
{
    bool http = memmem(text.at, text.n, " HTTP/1.", 8) != NULL, hidden = false;

    while (text.n && !hidden) {
        const uint8_t *end = memchr(text.at, '\n', text.n);
        size_t n = end ? (size_t)(end - text.at) + 1 : text.n;
        struct bytes line = {text.at, n}, word = find_login(line);

        put_line(t, line, out);
        text = bytes_skip(text, n);
        /* an answer to AUTH may come with it; a form, behind headers */
        hidden = http ? !bytes_trim(line).n : bytes_begin_nocase(word, "auth");
    }
    if (text.n)
        buf_append_text(out, LEFT_OUT);
}

void redact_first_bytes(struct redact_text *t, struct bytes bytes, struct buf *out)
{
    char digits[REDACT_DIGITS];

    if (is_tls(bytes)) {
        redact_text(t, bytes, out);
    } else if (is_text(bytes)) {
        put_lines(t, bytes, out);
    } else {
        redact_hash_of(t->hash, "text:", bytes, digits);
        buf_append_text(out, "[redacted: ");
        buf_append(out, digits, sizeof digits);
        buf_append_byte(out, ']');
    }
}
