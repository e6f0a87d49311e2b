/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "redact/decode.h"

#include <string.h>

#define ENTITY_DIGITS_MAX 7

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

bool redact_is_word(uint8_t c)
{
    return is_alnum(c) || c >= 0x80;
}

/* The byte that two digits at the front stand for; -1. */
static int hex_pair(struct bytes at)
{
    int high = at.n >= 2 ? hex_value(at.at[0]) : -1;
    int low = high < 0 ? -1 : hex_value(at.at[1]);

    return low < 0 ? -1 : high << 4 | low;
}

struct step { /* of the text: what it stands for, how long it is; 0: it is no code */
    int byte;
    size_t n;
};

static const struct step none = {0, 0};

/* %XX, however often the % itself is encoded. */
static struct step percent(struct bytes at)
{
    size_t n = 1;
    int byte;

    while (at.n >= n + 2 && at.at[n] == '2' && at.at[n + 1] == '5')
        n += 2;
    byte = hex_pair(bytes_skip(at, n));
    if (byte >= 0)
        return (struct step){byte, n + 2};
    return n > 1 ? (struct step){'%', n} : none;
}

static struct step numbered(struct bytes at)
{
    bool hex = at.n > 2 && (at.at[2] | 0x20) == 'x';
    size_t first = hex ? 3 : 2, n = first;
    unsigned value = 0;

    for (; n < at.n && n < first + ENTITY_DIGITS_MAX; n++) {
        int digit = hex_value(at.at[n]);

        if (digit < 0 || (!hex && digit > 9))
            break;
        value = value * (hex ? 16 : 10) + (unsigned)digit;
    }
    if (n == first || value >= 0x80)
        return none;
    return (struct step){(int)value, n + (n < at.n && at.at[n] == ';')};
}

static struct step entity(struct bytes at)
{
    static const struct {
        const char *text;
        int byte;
    } names[] = {{"&commat;", '@'}, {"&period;", '.'}, {"&lowbar;", '_'}, {"&amp;", '&'}};

    if (at.n > 2 && at.at[1] == '#')
        return numbered(at);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i].text);

        if (at.n >= n && memcmp(at.at, names[i].text, n) == 0)
            return (struct step){names[i].byte, n};
    }
    return none;
}

static struct step backslash(struct bytes at)
{
    int byte = -1;

    if (at.n >= 6 && at.at[1] == 'u' && at.at[2] == '0' && at.at[3] == '0')
        byte = hex_pair(bytes_skip(at, 4));
    if (byte >= 0)
        return (struct step){byte, 6};
    if (at.n >= 4 && at.at[1] == 'x')
        byte = hex_pair(bytes_skip(at, 2));
    return byte >= 0 ? (struct step){byte, 4} : none;
}

/* Of quoted-printable that nobody labelled only this: "=40" is also what a width is. */
static struct step quoted_at(struct bytes text, size_t i)
{
    struct bytes rest = bytes_skip(text, i + 3);
    size_t n = 0;

    if (text.n < i + 3 || text.at[i + 1] != '4' || text.at[i + 2] != '0' || !i ||
        !redact_is_word(text.at[i - 1]))
        return none;
    while (n < rest.n && (is_alnum(rest.at[n]) || rest.at[n] == '-'))
        n++;
    if (!n || n + 2 >= rest.n || rest.at[n] != '.' || !is_alnum(rest.at[n + 1]) ||
        !is_alnum(rest.at[n + 2]))
        return none;
    return (struct step){'@', 3};
}

/* U+FF20, U+FE6B */
static struct step wide_at(struct bytes at)
{
    if (at.n >= 3 &&
        (memcmp(at.at, "\xef\xbc\xa0", 3) == 0 || memcmp(at.at, "\xef\xb9\xab", 3) == 0))
        return (struct step){'@', 3};
    return none;
}

static struct step step_at(struct bytes text, size_t i)
{
    struct bytes at = bytes_skip(text, i);

    switch (at.at[0]) {
    case '%':
        return percent(at);
    case '&':
        return entity(at);
    case '\\':
        return backslash(at);
    case '=':
        return quoted_at(text, i);
    case 0xef:
        return wide_at(at);
    default:
        return none;
    }
}

void redact_decode(struct bytes text, struct redact_decoded *out)
{
    size_t *from, n = 0;

    buf_clear(&out->plain);
    buf_clear(&out->lower);
    buf_clear(&out->from);
    buf_reserve(&out->plain, text.n);
    buf_reserve(&out->lower, text.n);
    buf_reserve(&out->from, (text.n + 1) * sizeof *from);
    from = (void *)out->from.data;
    for (size_t i = 0; i < text.n; n++) {
        struct step step = step_at(text, i);
        uint8_t c = step.n ? (uint8_t)step.byte : text.at[i];

        from[n] = i;
        out->plain.data[n] = c;
        out->lower.data[n] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
        i += step.n ? step.n : 1;
    }
    from[n] = text.n;
    out->plain.len = out->lower.len = n;
    out->from.len = (n + 1) * sizeof *from;
}

size_t redact_decoded_from(const struct redact_decoded *d, size_t at)
{
    return ((const size_t *)(const void *)d->from.data)[at];
}

void redact_decoded_fini(struct redact_decoded *d)
{
    buf_fini(&d->plain);
    buf_fini(&d->lower);
    buf_fini(&d->from);
}
