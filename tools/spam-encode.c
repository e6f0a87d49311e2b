/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spam-encode.h"

#include <errno.h>
#include <iconv.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    BASE64_LINE = 76,
    QUOTED_LINE = 75,    /* and the "=" of a soft line break */
    WORD_BYTES = 30,     /* of UTF-8 in an encoded word, which may have 75 bytes; */
    WORD_BYTES_Q = 12,   /* Q needs three for one */
    CONVERTERS_MAX = 16, /* more than there are charsets */
    LINE_MAX_LEN = 512
};

/* ---- text that grows ---- */

void text_free(struct text *text)
{
    free(text->at);
    memset(text, 0, sizeof *text);
}

static void text_reserve(struct text *text, size_t more)
{
    if (text->len + more <= text->room)
        return;
    text->room = (text->len + more) * 2;
    text->at = realloc(text->at, text->room);
    if (!text->at) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
}

void text_add(struct text *text, const void *bytes, size_t len)
{
    text_reserve(text, len);
    memcpy(text->at + text->len, bytes, len);
    text->len += len;
}

void text_add_string(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_print(struct text *text, const char *format, ...)
{
    char line[LINE_MAX_LEN];
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    text_add(text, line, (size_t)len < sizeof line ? (size_t)len : sizeof line - 1);
}

/* ---- charsets ---- */

/* Each is opened once: that costs more than most mails. */
static iconv_t converter_of(const struct spam_charset *charset)
{
    static struct {
        const struct spam_charset *charset;
        iconv_t converter;
    } opened[CONVERTERS_MAX];
    size_t i = 0;

    while (opened[i].charset && opened[i].charset != charset)
        i++;
    if (!opened[i].charset) {
        opened[i].charset = charset;
        opened[i].converter = iconv_open(charset->iconv, "UTF-8");
    }
    return opened[i].converter;
}

void text_add_converted(struct text *text, const struct spam_charset *charset, const char *utf8,
                        size_t len)
{
    iconv_t converter = converter_of(charset);
    char *in = (char *)(uintptr_t)utf8, *out;
    size_t left = len, room = len * 4 + 16;

    if (converter == (iconv_t)-1) {
        fprintf(stderr, "this system has no charset %s\n", charset->iconv);
        exit(1);
    }
    text_reserve(text, room);
    out = text->at + text->len;
    iconv(converter, NULL, NULL, NULL, NULL);
    if (iconv(converter, &in, &left, &out, &room) == (size_t)-1 ||
        iconv(converter, NULL, NULL, &out, &room) == (size_t)-1) {
        fprintf(stderr, "%s cannot say '%.40s'\n", charset->name, in);
        exit(1);
    }
    text->len = (size_t)(out - text->at);
}

/* ---- transfer encodings ---- */

void text_add_base64(struct text *text, const void *bytes, size_t len, size_t line)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *p = bytes;
    size_t column = 0;

    text_reserve(text, len * 2 + 8);
    for (size_t i = 0; i < len; i += 3) {
        uint32_t word = (uint32_t)p[i] << 16;
        char *out = text->at + text->len;

        word |= i + 1 < len ? (uint32_t)p[i + 1] << 8 : 0;
        word |= i + 2 < len ? p[i + 2] : 0u;
        out[0] = digits[word >> 18];
        out[1] = digits[word >> 12 & 63];
        out[2] = i + 1 < len ? digits[word >> 6 & 63] : '=';
        out[3] = i + 2 < len ? digits[word & 63] : '=';
        text->len += 4;
        column += 4;
        if (line && (column == line || i + 3 >= len)) {
            text_add(text, "\r\n", 2);
            column = 0;
        }
    }
}

static void add_quoted(struct text *text, uint8_t c)
{
    static const char digits[] = "0123456789ABCDEF";
    char quoted[3] = {'=', digits[c >> 4], digits[c & 15]};

    text_add(text, quoted, sizeof quoted);
}

/* RFC 2045 section 6.7; blanks stand within lines only. */
static void add_quoted_printable(struct text *text, const struct text *body)
{
    size_t column = 0;

    for (size_t i = 0; i < body->len; i++) {
        uint8_t c = (uint8_t)body->at[i];
        bool plain = c >= ' ' && c < 0x7f && c != '=';

        if (c == '\r' || c == '\n') {
            text_add(text, &c, 1);
            column = 0;
            continue;
        }
        if (column + (plain ? 1 : 3) > QUOTED_LINE) {
            text_add(text, "=\r\n", 3);
            column = 0;
        }
        if (plain)
            text_add(text, &c, 1);
        else
            add_quoted(text, c);
        column += plain ? 1 : 3;
    }
}

void text_add_encoded(struct text *text, enum spam_encoding encoding, const struct text *body)
{
    switch (encoding) {
    case ENCODING_PLAIN:
        text_add(text, body->at, body->len);
        break;
    case ENCODING_QUOTED:
        add_quoted_printable(text, body);
        break;
    case ENCODING_BASE64:
        text_add_base64(text, body->at, body->len, BASE64_LINE);
        break;
    }
}

/* ---- encoded words ---- */

static bool is_ascii(const char *text)
{
    while (*text && (uint8_t)*text < 0x80)
        text++;
    return !*text;
}

static void add_q(struct text *text, const struct text *bytes)
{
    for (size_t i = 0; i < bytes->len; i++) {
        uint8_t c = (uint8_t)bytes->at[i];

        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
            text_add(text, &c, 1);
        else if (c == ' ')
            text_add(text, "_", 1);
        else
            add_quoted(text, c);
    }
}

/* As many whole characters as fit into `most` bytes. */
static size_t characters(const char *utf8, size_t most)
{
    size_t n = 0, fit = 0;

    while (utf8[n]) {
        for (n++; ((uint8_t)utf8[n] & 0xc0) == 0x80; n++)
            ;
        if (n > most)
            break;
        fit = n;
    }
    return fit;
}

void text_add_words(struct text *text, const struct spam_charset *charset, const char *utf8,
                    bool encode, bool quoted)
{
    struct text bytes = {0};

    if (is_ascii(utf8) && !encode) {
        text_add_string(text, utf8);
        return;
    }
    for (size_t n; *utf8; utf8 += n) {
        n = characters(utf8, quoted ? WORD_BYTES_Q : WORD_BYTES);
        bytes.len = 0;
        text_add_converted(&bytes, charset, utf8, n);
        text_print(text, "=?%s?%c?", charset->name, quoted ? 'Q' : 'B');
        if (quoted)
            add_q(text, &bytes);
        else
            text_add_base64(text, bytes.at, bytes.len, 0);
        text_add_string(text, utf8[n] ? "?=\r\n " : "?=");
    }
    text_free(&bytes);
}
