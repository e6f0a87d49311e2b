/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/inline_files.h"

#include <stdbool.h>
#include <string.h>

static struct bytes take_line(struct bytes *rest)
{
    const uint8_t *end = rest->n ? memchr(rest->at, '\n', rest->n) : NULL;
    struct bytes line = {rest->at, end ? (size_t)(end - rest->at) : rest->n};

    *rest = bytes_skip(*rest, line.n + 1);
    if (line.n && line.at[line.n - 1] == '\r')
        line.n--;
    return line;
}

static bool begins(struct bytes line, const char *with)
{
    size_t n = strlen(with);

    return line.n >= n && memcmp(line.at, with, n) == 0;
}

/* --- uuencode --- */

/* "begin 644 name": the name, or nothing. */
static struct bytes uu_name(struct bytes line)
{
    size_t digits = 0;

    if (!begins(line, "begin "))
        return BYTES_NONE;
    line = bytes_skip(line, 6);
    while (digits < line.n && line.at[digits] >= '0' && line.at[digits] <= '7')
        digits++;
    if (digits < 3 || digits > 4 || digits == line.n || line.at[digits] != ' ')
        return BYTES_NONE;
    return bytes_trim(bytes_skip(line, digits));
}

static bool is_uu(uint8_t c)
{
    return c >= ' ' && c <= '`';
}

static uint8_t uu_value(struct bytes line, size_t at)
{
    return at < line.n ? (line.at[at] - ' ') & 0x3f : 0;
}

/* How many bytes a line stands for; -1: it is none.  Blanks at its end may have been lost, and one
 * character more is a checksum that some programs add. */
static int uu_length(struct bytes line)
{
    size_t n, characters;

    if (!line.n || !is_uu(line.at[0]))
        return -1;
    n = (size_t)(line.at[0] - ' ') & 0x3f;
    characters = (n + 2) / 3 * 4;
    if (line.n > characters + 2)
        return -1;
    for (size_t i = 1; i < line.n; i++)
        if (!is_uu(line.at[i]))
            return -1;
    return (int)n;
}

static void uu_decode(struct bytes line, int n, struct buf *out)
{
    for (size_t at = 1; n > 0; at += 4) {
        uint8_t a = uu_value(line, at), b = uu_value(line, at + 1), c = uu_value(line, at + 2),
                d = uu_value(line, at + 3);
        const uint8_t three[3] = {(uint8_t)(a << 2 | b >> 4), (uint8_t)(b << 4 | c >> 2),
                                  (uint8_t)(c << 6 | d)};

        buf_append(out, three, n < 3 ? (size_t)n : 3);
        n -= 3;
    }
}

/* `rest` is behind the "begin"; false: no file stands there. */
static bool take_uu(struct bytes *rest, struct buf *out)
{
    struct bytes at = *rest, line;
    int n;

    buf_clear(out);
    while (at.n) {
        struct bytes before = at;

        line = take_line(&at);
        if (line.n == 3 && begins(line, "end")) {
            *rest = at;
            return true;
        }
        n = line.n ? uu_length(line) : 0;
        if (n < 0) { /* text again */
            at = before;
            break;
        }
        uu_decode(line, n, out);
    }
    *rest = out->len ? at : *rest;
    return out->len > 0;
}

/* --- yEnc --- */

static struct bytes y_name(struct bytes line)
{
    const uint8_t *at;

    if (!begins(line, "=ybegin ") || (at = bytes_find_nocase(line, " name=")) == NULL)
        return BYTES_NONE;
    return bytes_trim(bytes_skip(line, (size_t)(at - line.at) + 6));
}

static void y_decode(struct bytes line, struct buf *out)
{
    for (size_t i = 0; i < line.n; i++) {
        uint8_t c = line.at[i];

        if (c == '=' && i + 1 < line.n)
            c = (uint8_t)(line.at[++i] - 64);
        buf_append_byte(out, (uint8_t)(c - 42));
    }
}

static bool take_y(struct bytes *rest, struct buf *out)
{
    buf_clear(out);
    while (rest->n) {
        struct bytes line = take_line(rest);

        if (begins(line, "=yend"))
            break;
        if (!begins(line, "=ypart "))
            y_decode(line, out);
    }
    return true;
}

void inline_files(struct bytes text, struct buf *memory, const struct inline_sink *sink)
{
    while (text.n) {
        struct bytes line = take_line(&text);
        struct inline_file file = {.name = uu_name(line), .type = "application/x-uuencode"};
        bool found = file.name.n && take_uu(&text, memory);

        if (!file.name.n && (file.name = y_name(line)).n) {
            file.type = "application/x-yencode";
            found = take_y(&text, memory);
        }
        if (!found)
            continue;
        file.content = buf_view(memory);
        sink->put(sink->context, &file);
    }
}
