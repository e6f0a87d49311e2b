/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/escape.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "base/number.h"

#define LONGEST             16 /* a character of four bytes, each as \xNN */
#define LINE_SEPARATOR      0x2028
#define PARAGRAPH_SEPARATOR 0x2029
#define DELETE              0x7f
#define C1_LAST             0x9f

/* GLib takes the two that end lines and paragraphs for blanks. */
static bool prints(gunichar c)
{
    return g_unichar_isprint(c) && c != LINE_SEPARATOR && c != PARAGRAPH_SEPARATOR;
}

/* The first character of `text` and its bytes; false: no UTF-8, of which one byte. */
static bool first_of(struct bytes text, gunichar *c, size_t *n)
{
    bool broken;

    *c = g_utf8_get_char_validated((const char *)text.at, (gssize)text.n);
    broken = *c == (gunichar)-1 || *c == (gunichar)-2;
    *n = broken || !*c ? 1 : (size_t)g_unichar_to_utf8(*c, NULL);
    return !broken;
}

static size_t hex_of(struct bytes text, char out[LONGEST])
{
    static const char digits[] = "0123456789abcdef";
    size_t length = 0;

    for (size_t i = 0; i < text.n; i++) {
        out[length++] = '\\';
        out[length++] = 'x';
        out[length++] = digits[text.at[i] >> 4];
        out[length++] = digits[text.at[i] & 15];
    }
    return length;
}

/* Takes the first character from `text`; how many bytes of `out`. */
static size_t next(struct bytes *text, char out[LONGEST])
{
    size_t n, length;
    gunichar c;

    if (first_of(*text, &c, &n) && prints(c)) {
        memcpy(out, text->at, n);
        length = n;
    } else {
        length = hex_of((struct bytes){text->at, n}, out);
    }
    *text = bytes_skip(*text, n);
    return length;
}

void escape_append(struct buf *out, struct bytes text)
{
    char one[LONGEST];

    while (text.n) {
        size_t n = next(&text, one);

        buf_append(out, one, n);
    }
}

size_t escape_into(char *out, size_t room, struct bytes text)
{
    char one[LONGEST];
    size_t length = 0;

    while (text.n) {
        size_t n = next(&text, one);

        if (length + n >= room)
            break;
        memcpy(out + length, one, n);
        length += n;
    }
    out[length] = '\0';
    return length;
}

void escape_cell(struct buf *out, struct bytes text)
{
    char hex[LONGEST];
    gunichar c;
    size_t n;

    while (text.n) {
        bool valid = first_of(text, &c, &n);

        if (!valid || c < ' ' || (c >= DELETE && c <= C1_LAST)) {
            buf_append(out, hex, hex_of((struct bytes){text.at, n}, hex));
        } else {
            if (c == '\\')
                buf_append_byte(out, '\\');
            buf_append(out, text.at, n);
        }
        text = bytes_skip(text, n);
    }
}

/* The byte that \xNN at the beginning of `cell` stands for; -1: another thing stands there. */
static int hex_byte(struct bytes cell)
{
    int high, low;

    if (cell.n < 4 || cell.at[1] != 'x')
        return -1;
    high = number_hex_digit(cell.at[2]);
    low = number_hex_digit(cell.at[3]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

void escape_cell_undo(struct buf *out, struct bytes cell)
{
    while (cell.n) {
        const uint8_t *backslash = memchr(cell.at, '\\', cell.n);
        size_t n = backslash ? (size_t)(backslash - cell.at) : cell.n;
        int byte;

        buf_append(out, cell.at, n);
        cell = bytes_skip(cell, n);
        if (!cell.n)
            return;
        byte = hex_byte(cell);
        buf_append_byte(out, byte < 0 ? '\\' : (uint8_t)byte);
        if (byte < 0)
            cell = bytes_skip(cell, cell.n > 1 && cell.at[1] == '\\' ? 2 : 1);
        else
            cell = bytes_skip(cell, 4);
    }
}
