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

void headers_of_parts(struct bytes mail, struct buf *out)
{
    bool kept = false, first = true;
    size_t room = 0, colon;

    buf_clear(out);
    for (struct bytes rest = mail; mail.n; mail = rest, first = false) {
        struct bytes line = take_line(&rest);

        if (first && is_mbox_line(line))
            continue;
        if (first || !is_blank(line.at[0])) {
            if (!name_length(line, &colon))
                break;
            kept = bytes_begin_nocase(line, "content-");
            room = HEADER_VALUE_MAX;
        }
        if (kept && line.n <= room) {
            buf_append(out, line.at, line.n);
            room -= line.n;
        }
    }
    if (mail.n && without_end((struct bytes){mail.at, 1}).n)
        buf_append_text(out, "\n"); /* no empty line ends them */
    buf_append(out, mail.at, mail.n);
}
