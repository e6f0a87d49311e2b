/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text_width.h"

#include <glib.h>

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
