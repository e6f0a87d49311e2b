/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text_width.h"

#include <glib.h>
#include <string.h>

static unsigned char_width(gunichar c)
{
    return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

static const char *next_char(const char *text) /* glib's macro drops the const */
{
    return text + g_utf8_skip[(guchar)*text];
}

unsigned text_width(const char *text)
{
    unsigned width = 0;

    for (; *text; text = next_char(text))
        width += char_width(g_utf8_get_char(text));
    return width;
}

void text_append_blanks(struct buf *out, unsigned n)
{
    while (n--)
        buf_append_byte(out, ' ');
}

unsigned text_append_cut(struct buf *out, const char *text, unsigned width)
{
    unsigned used = 0;

    if (text_width(text) <= width) {
        buf_append_text(out, text);
        return text_width(text);
    }
    while (used + char_width(g_utf8_get_char(text)) < width) {
        const char *next = next_char(text);

        used += char_width(g_utf8_get_char(text));
        buf_append(out, text, (size_t)(next - text));
        text = next;
    }
    buf_append_text(out, "…");
    return used + 1;
}

/* Of a character that is not ASCII; one column. */
static char ascii_sign(gunichar c)
{
    static const char bars[] = "_.-:=+*#"; /* U+2581 to U+2588, rising */

    if (c >= 0x2581 && c <= 0x2588)
        return bars[c - 0x2581];
    return c == 0x2500 ? '-' : c == 0x2026 ? '~' : '\0';
}

static void append_letters(struct buf *out, gunichar c)
{
    char text[7] = {0};
    char *letters;

    g_unichar_to_utf8(c, text);
    letters = g_str_to_ascii(text, "C");
    if (strlen(letters) == char_width(c))
        buf_append_text(out, letters);
    else
        for (unsigned n = char_width(c); n; n--)
            buf_append_byte(out, '?');
    g_free(letters);
}

void text_append_ascii(struct buf *out, const char *text)
{
    for (; *text; text = next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (c < 0x80)
            buf_append_byte(out, (uint8_t)c);
        else if (ascii_sign(c))
            buf_append_byte(out, (uint8_t)ascii_sign(c));
        else
            append_letters(out, c);
    }
}
