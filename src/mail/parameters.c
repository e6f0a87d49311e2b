/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/parameters.h"

#include <string.h>

#include "base/number.h"

void parameter_fini(struct parameter *p)
{
    buf_fini(&p->value);
    buf_fini(&p->charset);
    buf_fini(&p->piece);
}

/* --- the grammar (RFC 2045 section 5.1) --- */

static bool is_token_byte(uint8_t c)
{
    return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?=", c);
}

static size_t token_length(struct bytes text)
{
    size_t n = 0;

    while (n < text.n && is_token_byte(text.at[n]))
        n++;
    return n;
}

static void append_lower(struct buf *out, struct bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        buf_append_byte(out, text.at[i] >= 'A' && text.at[i] <= 'Z' ? (uint8_t)(text.at[i] | 0x20)
                                                                    : text.at[i]);
}

void parameters_type(struct bytes value, struct buf *out)
{
    struct bytes type = {value.at, token_length(value)}, subtype = bytes_skip(value, type.n);

    buf_clear(out);
    if (!type.n || !subtype.n || subtype.at[0] != '/')
        return;
    subtype = bytes_skip(subtype, 1);
    subtype.n = token_length(subtype);
    if (!subtype.n)
        return;
    append_lower(out, type);
    buf_append_byte(out, '/');
    append_lower(out, subtype);
}

static void append_unfolded(struct buf *out, uint8_t c)
{
    if (c != '\r' && c != '\n')
        buf_append_byte(out, c);
}

/* Quotes and backslashes go. */
static void take_quoted(struct bytes rest, struct buf *out)
{
    for (; rest.n && rest.at[0] != '"'; rest = bytes_skip(rest, 1)) {
        if (rest.at[0] == '\\' && rest.n > 1)
            rest = bytes_skip(rest, 1);
        append_unfolded(out, rest.at[0]);
    }
}

/* Without quotes up to the next semicolon: many programs do not quote names with blanks. */
static void take_value(struct bytes rest, struct buf *out)
{
    const uint8_t *end = rest.n ? memchr(rest.at, ';', rest.n) : NULL;

    buf_clear(out);
    if (rest.n && rest.at[0] == '"') {
        take_quoted(bytes_skip(rest, 1), out);
        return;
    }
    rest = bytes_trim((struct bytes){rest.at, end ? (size_t)(end - rest.at) : rest.n});
    for (; rest.n; rest = bytes_skip(rest, 1))
        append_unfolded(out, rest.at[0]);
}

/* Behind the next semicolon that stands in no quotes. */
static struct bytes next_parameter(struct bytes rest)
{
    bool quoted = false;

    for (; rest.n; rest = bytes_skip(rest, 1)) {
        if (rest.at[0] == '"')
            quoted = !quoted;
        else if (rest.at[0] == '\\' && quoted && rest.n > 1)
            rest = bytes_skip(rest, 1);
        else if (rest.at[0] == ';' && !quoted)
            return bytes_trim(bytes_skip(rest, 1));
    }
    return rest;
}

struct key { /* "name", "name*", "name*3", "name*3*" */
    const char *name;
    int piece; /* -1: it has no number */
    bool extended;
};

/* Behind the key and its "="; nothing when it is another. */
static struct bytes skip_key(struct bytes at, const struct key *key)
{
    size_t n = strlen(key->name);
    int piece = -1;

    if (at.n < n || !bytes_equal_nocase((struct bytes){at.at, n}, key->name))
        return BYTES_NONE;
    at = bytes_trim(bytes_skip(at, n));
    if (key->piece >= 0) {
        if (at.n < 2 || at.at[0] != '*')
            return BYTES_NONE;
        for (piece = 0, at = bytes_skip(at, 1);
             at.n && at.at[0] >= '0' && at.at[0] <= '9' && piece <= PARAMETER_PIECES_MAX;
             at = bytes_skip(at, 1))
            piece = piece * 10 + at.at[0] - '0';
    }
    if (piece != key->piece || (key->extended && (!at.n || at.at[0] != '*')))
        return BYTES_NONE;
    at = bytes_trim(bytes_skip(at, key->extended));
    return at.n && at.at[0] == '=' ? bytes_skip(at, 1) : BYTES_NONE;
}

/* The value of the parameter of this very key, as written. */
static bool find(struct bytes value, const struct key *key, struct buf *out)
{
    for (struct bytes rest = next_parameter(value); rest.n; rest = next_parameter(rest)) {
        struct bytes at = skip_key(rest, key);

        if (!at.at)
            continue;
        take_value(bytes_trim(at), out);
        return true;
    }
    return false;
}

/* --- RFC 2231 --- */

static void append_decoded(struct buf *out, struct bytes text)
{
    for (; text.n; text = bytes_skip(text, 1)) {
        int high = text.at[0] == '%' && text.n > 2 ? number_hex_digit(text.at[1]) : -1;
        int low = high >= 0 ? number_hex_digit(text.at[2]) : -1;

        if (low < 0) {
            buf_append_byte(out, text.at[0]);
            continue;
        }
        buf_append_byte(out, (uint8_t)(high << 4 | low));
        text = bytes_skip(text, 2);
    }
}

/* Section 4: charset'language'text. */
static void append_extended(struct parameter *p, struct bytes text)
{
    const uint8_t *first = text.n ? memchr(text.at, '\'', text.n) : NULL;
    size_t n = first ? (size_t)(first - text.at) : 0;
    const uint8_t *second = first ? memchr(first + 1, '\'', text.n - n - 1) : NULL;

    if (second) {
        buf_set(&p->charset, text.at, n);
        text = bytes_skip(text, (size_t)(second - text.at) + 1);
    }
    append_decoded(&p->value, text);
}

/* Sections 3 and 4.1: name*0, name*1*, ... */
static bool read_pieces(struct bytes value, const char *name, struct parameter *p)
{
    int i = 0;

    for (; i < PARAMETER_PIECES_MAX; i++) {
        if (find(value, &(struct key){name, i, true}, &p->piece)) {
            if (i)
                append_decoded(&p->value, buf_view(&p->piece));
            else
                append_extended(p, buf_view(&p->piece));
            p->encoded = true;
            continue;
        }
        if (!find(value, &(struct key){name, i, false}, &p->piece))
            break;
        buf_append(&p->value, p->piece.data, p->piece.len);
    }
    return i > 0;
}

bool parameter_read(struct bytes value, const char *name, struct parameter *out)
{
    buf_clear(&out->value);
    buf_clear(&out->charset);
    out->encoded = false;
    if (find(value, &(struct key){name, -1, true}, &out->piece)) {
        append_extended(out, buf_view(&out->piece));
        out->encoded = true;
        return true;
    }
    return read_pieces(value, name, out) ||
           find(value, &(struct key){name, -1, false}, &out->value);
}
