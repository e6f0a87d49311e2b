/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/escape.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#define LONGEST             16 /* a character of four bytes, each as \xNN */
#define LINE_SEPARATOR      0x2028
#define PARAGRAPH_SEPARATOR 0x2029

/* GLib takes the two that end lines and paragraphs for blanks. */
static bool prints(gunichar c)
{
    return g_unichar_isprint(c) && c != LINE_SEPARATOR && c != PARAGRAPH_SEPARATOR;
}

/* The first character of `text`, which it then begins behind; how many bytes of `out`. */
static size_t next(struct bytes *text, char out[LONGEST])
{
    static const char digits[] = "0123456789abcdef";
    gunichar c = g_utf8_get_char_validated((const char *)text->at, (gssize)text->n);
    bool broken = c == (gunichar)-1 || c == (gunichar)-2;
    size_t n = broken || !c ? 1 : (size_t)g_unichar_to_utf8(c, NULL), length = 0;

    if (!broken && prints(c)) {
        memcpy(out, text->at, n);
        length = n;
    } else {
        for (size_t i = 0; i < n; i++) {
            out[length++] = '\\';
            out[length++] = 'x';
            out[length++] = digits[text->at[i] >> 4];
            out[length++] = digits[text->at[i] & 15];
        }
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
