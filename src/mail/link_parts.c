/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/link_parts.h"

#include <string.h>

#include "base/number.h"

void link_parts_fini(struct link_parts *p)
{
    buf_fini(&p->host);
    buf_fini(&p->path);
}

static bool is_letter(uint8_t c)
{
    c |= 0x20;
    return c >= 'a' && c <= 'z';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* --- numbers of IPv4 --- */

/* Decimal, hex (0x) or octal (0); as inet_aton(3) has it. */
static bool read_number(struct bytes text, uint64_t *out)
{
    unsigned base = 10;

    if (!text.n)
        return false;
    if (text.n > 1 && text.at[0] == '0') {
        bool x = (text.at[1] | 0x20) == 'x';

        base = x ? 16 : 8;
        text = bytes_skip(text, x ? 2 : 1);
    }
    *out = 0;
    for (size_t i = 0; i < text.n; i++) {
        int digit = number_hex_digit(text.at[i]);

        if (digit < 0 || (unsigned)digit >= base || *out > UINT32_MAX)
            return false;
        *out = *out * base + (unsigned)digit;
    }
    return true;
}

static void put_decimal(struct buf *out, unsigned value)
{
    if (value >= 100)
        buf_append_byte(out, (uint8_t)('0' + value / 100));
    if (value >= 10)
        buf_append_byte(out, (uint8_t)('0' + value / 10 % 10));
    buf_append_byte(out, (uint8_t)('0' + value % 10));
}

/* 3221225985, 0xc0.0x02.513, 192.0.2.1: as dotted quad.  The last number fills what is left. */
static bool read_v4(struct buf *host)
{
    struct bytes rest = buf_view(host);
    uint64_t numbers[4], value = 0;
    unsigned n = 0;

    while (n < 4) {
        const uint8_t *dot = rest.n ? memchr(rest.at, '.', rest.n) : NULL;
        size_t length = dot ? (size_t)(dot - rest.at) : rest.n;

        if (!read_number((struct bytes){rest.at, length}, &numbers[n++]))
            return false;
        if (!dot)
            break;
        rest = bytes_skip(rest, length + 1);
        if (!rest.n || n == 4)
            return false;
    }
    for (unsigned i = 0; i + 1 < n; i++) {
        if (numbers[i] > 255)
            return false;
        value |= numbers[i] << (24 - 8 * i);
    }
    if (numbers[n - 1] >> (8 * (5 - n)))
        return false;
    value |= numbers[n - 1];
    buf_clear(host);
    for (int shift = 24; shift >= 0; shift -= 8) {
        put_decimal(host, (unsigned)(value >> shift) & 255);
        if (shift)
            buf_append_byte(host, '.');
    }
    return true;
}

/* --- host --- */

/* U+3002, U+FF0E, U+FF61: full stops of other scripts. */
static size_t stop_length(struct bytes text)
{
    static const char *const stops[] = {"\xe3\x80\x82", "\xef\xbc\x8e", "\xef\xbd\xa1"};

    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        if (text.n >= 3 && memcmp(text.at, stops[i], 3) == 0)
            return 3;
    if (text.n >= 3 && (memcmp(text.at, "[.]", 3) == 0 || memcmp(text.at, "(.)", 3) == 0))
        return 3;
    return text.n >= 5 && (bytes_begin_nocase(text, "(dot)") || bytes_begin_nocase(text, "[dot]"))
               ? 5
               : 0;
}

static bool is_host_byte(uint8_t c)
{
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c >= 0x80;
}

static bool put_host(struct buf *out, struct bytes text)
{
    buf_clear(out);
    while (text.n) {
        size_t stop = stop_length(text);
        uint8_t c = text.at[0];

        if (stop) {
            buf_append_byte(out, '.');
            text = bytes_skip(text, stop);
            continue;
        }
        if (c == '%' && text.n > 2 && number_hex_digit(text.at[1]) >= 0 &&
            number_hex_digit(text.at[2]) >= 0) {
            c = (uint8_t)(number_hex_digit(text.at[1]) << 4 | number_hex_digit(text.at[2]));
            text = bytes_skip(text, 2);
        }
        if (!is_host_byte(c))
            return false;
        buf_append_byte(out, c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c);
        text = bytes_skip(text, 1);
    }
    while (out->len && out->data[out->len - 1] == '.')
        out->len--;
    return out->len && out->len <= 253 && out->data[0] != '.';
}

static bool put_v6(struct buf *out, struct bytes text)
{
    buf_clear(out);
    for (size_t i = 0; i < text.n; i++) {
        if (number_hex_digit(text.at[i]) < 0 && text.at[i] != ':' && text.at[i] != '.')
            return false;
        buf_append_byte(out, text.at[i] >= 'A' && text.at[i] <= 'F' ? (uint8_t)(text.at[i] | 0x20)
                                                                    : text.at[i]);
    }
    return text.n > 1 && memchr(text.at, ':', text.n);
}

/* "user:password@host:port" */
static bool read_authority(struct link_parts *p, struct bytes text)
{
    const uint8_t *at = text.n ? memrchr(text.at, '@', text.n) : NULL, *colon;

    if (at)
        text = bytes_skip(text, (size_t)(at - text.at) + 1);
    if (text.n && text.at[0] == '[' && !stop_length(text)) {
        const uint8_t *end = memchr(text.at, ']', text.n);

        p->is_address = true;
        return end && put_v6(&p->host, (struct bytes){text.at + 1, (size_t)(end - text.at) - 1});
    }
    colon = text.n ? memrchr(text.at, ':', text.n) : NULL;
    if (colon)
        text.n = (size_t)(colon - text.at);
    if (!put_host(&p->host, text))
        return false;
    p->is_address = read_v4(&p->host);
    return true;
}

/* --- link --- */

static bool is_slash(uint8_t c)
{
    return c == '/' || c == '\\';
}

/* "hxxp" is how analysts write it. */
static size_t read_scheme(struct link_parts *p, struct bytes url)
{
    static const struct {
        const char *text, *scheme;
    } schemes[] = {{"https:", "https"},
                   {"http:", "http"},
                   {"ftp:", "ftp"},
                   {"hxxps:", "https"},
                   {"hxxp:", "http"}};

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (bytes_begin_nocase(url, schemes[i].text)) {
            strcpy(p->scheme, schemes[i].scheme);
            return strlen(schemes[i].text);
        }
    return 0;
}

static size_t authority_length(struct bytes text)
{
    size_t n = 0;

    while (n < text.n && !is_slash(text.at[n]) && text.at[n] != '?' && text.at[n] != '#')
        n++;
    return n;
}

static bool read_rest(struct link_parts *p, struct bytes rest)
{
    size_t n = authority_length(rest);

    p->is_address = false;
    if (!read_authority(p, (struct bytes){rest.at, n}))
        return false;
    rest = bytes_skip(rest, n);
    buf_clear(&p->path);
    if (!rest.n || !is_slash(rest.at[0]))
        buf_append_byte(&p->path, '/');
    for (size_t i = 0; i < rest.n && rest.at[i] != '#'; i++)
        buf_append_byte(&p->path, rest.at[i] == '\\' ? '/' : rest.at[i]);
    return true;
}

bool link_parts_read(struct link_parts *p, struct bytes url)
{
    size_t n = read_scheme(p, url);

    if (!n)
        return false;
    for (url = bytes_skip(url, n); url.n && is_slash(url.at[0]);)
        url = bytes_skip(url, 1);
    return read_rest(p, url);
}

/* A name with a dot, whose last label could be a top-level domain. */
static bool looks_like_host(const struct buf *host)
{
    const uint8_t *dot = host->len ? memrchr(host->data, '.', host->len) : NULL;
    size_t tail = dot ? host->len - (size_t)(dot - host->data) - 1 : 0;

    if (tail < 2)
        return false;
    for (size_t i = 1; i <= tail; i++)
        if (!is_letter(dot[i]) && dot[i] < 0x80)
            return false;
    return true;
}

bool link_parts_read_shown(struct link_parts *p, struct bytes text)
{
    text = bytes_trim(text);
    for (size_t i = 0; i < text.n; i++)
        if (text.at[i] <= ' ')
            return false;
    if (link_parts_read(p, text))
        return p->is_address || looks_like_host(&p->host);
    return !memchr(text.at ? text.at : (const uint8_t *)"", '@', text.n) && read_rest(p, text) &&
           looks_like_host(&p->host);
}
