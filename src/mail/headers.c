/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/headers.h"

#include <string.h>

static const char *const names[HEADER_NAMES] = {
    "Subject", "From", "To", "Message-ID", "Date", "X-Mailer", "User-Agent", "Content-Type"};

void headers_fini(struct headers *h)
{
    for (int i = 0; i < HEADER_NAMES; i++)
        buf_fini(&h->values[i]);
}

static void clear(struct headers *h)
{
    for (int i = 0; i < HEADER_NAMES; i++) {
        buf_clear(&h->values[i]);
        h->has[i] = false;
    }
    h->too_long = h->too_many = h->cut = false;
}

/* --- lines --- */

/* Up to and with its LF; all that is left where there is none. */
static struct bytes take_line(struct bytes *rest)
{
    const uint8_t *end = rest->n ? memchr(rest->at, '\n', rest->n) : NULL;
    struct bytes line = {rest->at, end ? (size_t)(end - rest->at) + 1 : rest->n};

    *rest = bytes_skip(*rest, line.n);
    return line;
}

static struct bytes without_end(struct bytes line)
{
    while (line.n && (line.at[line.n - 1] == '\n' || line.at[line.n - 1] == '\r'))
        line.n--;
    return line;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* RFC 5322 section 2.2: printable ASCII but the colon. */
static bool is_name_byte(uint8_t c)
{
    return c > ' ' && c < 0x7f && c != ':';
}

/* "Name: value"; blanks before the colon are of RFC 5322 section 4.5.  0: it is no header. */
static size_t name_length(struct bytes line, size_t *colon)
{
    size_t n = 0;

    while (n < line.n && is_name_byte(line.at[n]))
        n++;
    for (*colon = n; *colon < line.n && is_blank(line.at[*colon]);)
        ++*colon;
    return *colon < line.n && line.at[*colon] == ':' ? n : 0;
}

/* The line that mailboxes have before each mail; some programs send it along. */
static bool is_mbox_line(struct bytes line)
{
    return line.n > 5 && memcmp(line.at, "From ", 5) == 0;
}

/* --- headers --- */

static int find_name(struct bytes name)
{
    for (int i = 0; i < HEADER_NAMES; i++)
        if (bytes_equal_nocase(name, names[i]))
            return i;
    return -1;
}

/* The end of the line is left out, the blanks that the next one begins with are kept (RFC 5322
 * section 2.2.3). */
static void add_value(struct headers *h, int which, struct bytes part)
{
    struct buf *to = &h->values[which];
    size_t room = HEADER_VALUE_MAX - to->len;

    part = without_end(part);
    if (part.n > room) {
        part.n = room;
        h->cut = true;
    }
    buf_append(to, part.at, part.n);
}

static void trim(struct buf *value)
{
    struct bytes inner = bytes_trim(buf_view(value));

    memmove(value->data, inner.at, inner.n);
    value->len = inner.n;
}

void headers_read(struct headers *h, struct bytes text)
{
    unsigned count = 0;
    int current = -1;
    struct bytes line;
    bool longer = text.n > HEADERS_BYTES_MAX;

    clear(h);
    if (longer)
        text.n = HEADERS_BYTES_MAX;
    for (bool first = true; text.n; first = false) {
        size_t n, colon;

        line = take_line(&text);
        if (first && is_mbox_line(line))
            continue;
        if (!without_end(line).n)
            break;
        if (is_blank(line.at[0]) && !first) {
            if (current >= 0)
                add_value(h, current, line);
            continue;
        }
        n = name_length(line, &colon);
        if (!n)
            break;
        if (count++ == HEADERS_MAX) {
            h->too_many = true;
            break;
        }
        current = find_name((struct bytes){line.at, n});
        if (current >= 0 && h->has[current])
            current = -1;
        if (current < 0)
            continue;
        h->has[current] = true;
        add_value(h, current, bytes_skip(line, colon + 1));
    }
    h->too_long = longer && !text.n;
    for (int i = 0; i < HEADER_NAMES; i++)
        if (h->values[i].len)
            trim(&h->values[i]);
}

bool headers_next(struct bytes *block, struct buf *out)
{
    struct bytes line = take_line(block), rest = without_end(line);

    buf_clear(out);
    if (!rest.n)
        return false;
    buf_append(out, rest.at, rest.n);
    while (block->n && is_blank(block->at[0]) && out->len < HEADER_VALUE_MAX) {
        line = take_line(block);
        rest = without_end(line);
        buf_append(out, rest.at, rest.n);
    }
    return true;
}

size_t headers_length(struct bytes text)
{
    struct bytes rest = text;

    while (rest.n && text.n - rest.n <= HEADERS_BYTES_MAX)
        if (!without_end(take_line(&rest)).n)
            return text.n - rest.n;
    return text.n < HEADERS_BYTES_MAX + 1 ? text.n : HEADERS_BYTES_MAX + 1;
}

/* --- Content-Type (RFC 2045 section 5.1) --- */

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

void headers_media_type(struct bytes value, struct buf *out)
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

/* A quoted string (quotes and backslashes go) or anything up to the next semicolon or blank. */
static struct bytes take_parameter(struct bytes rest, struct buf *out)
{
    bool quoted = rest.n && rest.at[0] == '"';

    buf_clear(out);
    if (quoted)
        rest = bytes_skip(rest, 1);
    while (rest.n && (quoted ? rest.at[0] != '"' : rest.at[0] != ';' && !is_blank(rest.at[0]))) {
        if (quoted && rest.at[0] == '\\' && rest.n > 1)
            rest = bytes_skip(rest, 1);
        buf_append_byte(out, rest.at[0]);
        rest = bytes_skip(rest, 1);
    }
    return rest;
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

/* "charset*=us-ascii'en'x" (RFC 2231 section 4): what is behind the second quote. */
static void drop_language(struct buf *value)
{
    const uint8_t *first = value->len ? memchr(value->data, '\'', value->len) : NULL;
    size_t n = first ? (size_t)(first - value->data) + 1 : 0;
    const uint8_t *second = n ? memchr(first + 1, '\'', value->len - n) : NULL;

    if (second)
        buf_drop_front(value, (size_t)(second - value->data) + 1);
}

void headers_parameter(struct bytes value, const char *name, struct buf *out)
{
    size_t n = strlen(name);

    buf_clear(out);
    for (struct bytes rest = next_parameter(value); rest.n; rest = next_parameter(rest)) {
        struct bytes at = rest;
        bool extended;

        if (at.n < n || !bytes_equal_nocase((struct bytes){at.at, n}, name))
            continue;
        at = bytes_trim(bytes_skip(at, n));
        extended = at.n && at.at[0] == '*';
        if (extended)
            at = bytes_skip(at, 1);
        if (!at.n || at.at[0] != '=')
            continue;
        (void)take_parameter(bytes_trim(bytes_skip(at, 1)), out);
        if (extended)
            drop_language(out);
        return;
    }
}
