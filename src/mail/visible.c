/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/visible.h"

#include <string.h>

#include "mail/html.h"

#define DECODED_AT_A_TIME 4096

struct writing {
    struct buf *out;
    size_t most;
    bool blank, line; /* to come before the next character */
    bool empty;       /* nothing is on the line of the source so far */
    bool cut;
};

/* --- characters --- */

static size_t character_length(struct bytes text)
{
    uint8_t c = text.at[0];
    size_t n = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

    return n < text.n ? n : text.n;
}

static bool is_one_of(struct bytes c, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(list[i]) == c.n && memcmp(list[i], c.at, c.n) == 0)
            return true;
    return false;
}

/* U+00A0, U+3000 and the spaces of U+2000 to U+200A. */
static bool is_space(struct bytes c)
{
    static const char *const list[] = {"\u00a0", "\u3000", "\u2028", "\u2029", "\u202f"};

    if (c.n == 1)
        return html_is_blank(c.at[0]);
    if (c.n == 3 && c.at[0] == 0xe2 && c.at[1] == 0x80 && c.at[2] <= 0x8a)
        return true;
    return is_one_of(c, list, sizeof list / sizeof *list);
}

static bool has_no_width(struct bytes c)
{
    static const char *const list[] = {"\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f",
                                       "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2060",
                                       "\u2061", "\u2062", "\u2063", "\u2064", "\ufeff"};

    if (c.n == 1)
        return c.at[0] < ' ' || c.at[0] == 0x7f;
    return is_one_of(c, list, sizeof list / sizeof *list);
}

static void put(struct writing *w, struct bytes c)
{
    if (is_space(c)) {
        w->blank = true;
        return;
    }
    if (has_no_width(c))
        return;
    if (w->out->len + c.n + 1 > w->most) {
        w->cut = true;
        return;
    }
    if ((w->line || w->blank) && w->out->len)
        buf_append_byte(w->out, w->line ? '\n' : ' ');
    w->line = w->blank = false;
    buf_append(w->out, c.at, c.n);
}

static void put_all(struct writing *w, struct bytes text)
{
    while (text.n && !w->cut) {
        size_t n = character_length(text);

        put(w, (struct bytes){text.at, n});
        text = bytes_skip(text, n);
    }
}

/* Each text begins on a line of its own. */
static struct writing begin(struct buf *out, size_t most)
{
    return (struct writing){.out = out, .most = most, .line = out->len > 0, .empty = true};
}

/* --- plain text --- */

bool visible_text(struct bytes text, struct buf *out, size_t most)
{
    struct writing w = begin(out, most);

    while (text.n && !w.cut) {
        const uint8_t *end = memchr(text.at, '\n', text.n);
        size_t n = end ? (size_t)(end - text.at) + 1 : text.n;
        struct bytes line = bytes_trim((struct bytes){text.at, n});

        w.line = w.line || !line.n;
        w.blank = true;
        put_all(&w, line);
        text = bytes_skip(text, n);
    }
    return !w.cut;
}

/* --- HTML --- */

/* Those that browsers do not show within a line.  All others they do, and what is no name of
 * HTML, too. */
static bool is_block(struct bytes name)
{
    static const char *const list[] = {
        "address",  "article", "aside",  "blockquote", "body",   "br",       "caption", "center",
        "dd",       "dir",     "div",    "dl",         "dt",     "fieldset", "footer",  "form",
        "h1",       "h2",      "h3",     "h4",         "h5",     "h6",       "head",    "header",
        "hr",       "html",    "legend", "li",         "main",   "menu",     "nav",     "ol",
        "option",   "p",       "pre",    "section",    "select", "table",    "tbody",   "td",
        "textarea", "tfoot",   "th",     "thead",      "tr",     "ul"};

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (bytes_equal_nocase(name, list[i]))
            return true;
    return false;
}

/* Piece by piece, since what stands behind the limit is not wanted. */
static void put_decoded(struct writing *w, struct bytes text, struct buf *piece)
{
    while (text.n && !w->cut) {
        size_t n = text.n;

        if (n > DECODED_AT_A_TIME) {
            for (n = DECODED_AT_A_TIME; n > 1 && text.at[n] != ' ' && text.at[n] != '\n'; n--)
                ;
            for (n = n > 1 ? n : DECODED_AT_A_TIME; n > 1 && (text.at[n] & 0xc0) == 0x80; n--)
                ;
        }
        buf_clear(piece);
        html_decode((struct bytes){text.at, n}, piece, 4 * DECODED_AT_A_TIME);
        put_all(w, buf_view(piece));
        text = bytes_skip(text, n);
    }
}

bool visible_html(struct bytes text, struct buf *out, size_t most)
{
    struct writing w = begin(out, most);
    struct html html = {.rest = text};
    struct html_token token;
    struct buf piece = {0};

    while (!w.cut && html_next(&html, &token)) {
        if (token.kind == HTML_TEXT)
            put_decoded(&w, token.text, &piece);
        else if (is_block(token.text))
            w.line = true;
        if (token.kind == HTML_BEGIN)
            html_skip_unseen(&html, token.text);
    }
    buf_fini(&piece);
    return !w.cut;
}

/* --- prose --- */

static bool is_link(struct bytes word)
{
    static const char *const begins[] = {"http:", "https:", "ftp:", "hxxp", "www.", "mailto:"};

    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (bytes_begin_nocase(word, begins[i]))
            return true;
    return false;
}

void visible_prose(struct bytes visible, struct buf *out, size_t most)
{
    while (visible.n && out->len < most) {
        size_t n = 0;
        struct bytes word;

        while (n < visible.n && visible.at[n] != ' ' && visible.at[n] != '\n')
            n++;
        word = (struct bytes){visible.at, n};
        n += n < visible.n;
        visible = bytes_skip(visible, n);
        while (word.n && strchr("<([{\"'", word.at[0] ? word.at[0] : 'x'))
            word = bytes_skip(word, 1);
        if (!word.n || is_link(word) || memchr(word.at, '@', word.n))
            continue;
        if (out->len)
            buf_append_byte(out, ' ');
        if (word.n > most - out->len) {
            for (word.n = most > out->len ? most - out->len : 0;
                 word.n && (word.at[word.n] & 0xc0) == 0x80;)
                word.n--;
        }
        buf_append(out, word.at, word.n);
    }
}
