/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/layout.h"

#include <string.h>

#include "mail/html.h"

#define NAME_MAX_BYTES 40

/* --- a tree --- */

void layout_begin(struct layout *l, struct buf *out, unsigned levels)
{
    buf_clear(out);
    *l = (struct layout){.out = out, .levels = levels};
}

/* Lower case; what a name does not have is "_". */
static void put_name(struct buf *out, struct bytes name)
{
    for (size_t i = 0; i < name.n && i < NAME_MAX_BYTES; i++) {
        uint8_t c = name.at[i];

        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || memchr("-./+", c, 4)))
            c = '_';
        buf_append_byte(out, c);
    }
}

void layout_open(struct layout *l, struct bytes name)
{
    if (l->depth++ >= l->levels)
        return;
    if (l->out->len >= LAYOUT_MAX)
        l->cut = true;
    if (l->cut)
        return;
    if (l->level[l->depth - 1].has_child)
        buf_append_byte(l->out, ',');
    else if (l->depth > 1)
        buf_append_byte(l->out, '(');
    l->level[l->depth - 1].at = l->out->len;
    l->level[l->depth].has_child = false;
    put_name(l->out, name);
}

/* The same as the one before it is written once. */
static void join_neighbours(struct layout *l, unsigned depth)
{
    size_t at = l->level[depth].at, before = l->level[depth].before, n = l->out->len - at;
    const uint8_t *text = l->out->data;

    if (l->level[depth].has_child && at - before - 1 == n &&
        memcmp(text + before, text + at, n) == 0)
        l->out->len = at - 1;
    else
        l->level[depth].before = at;
    l->level[depth].has_child = true;
}

void layout_close(struct layout *l)
{
    if (!l->depth)
        return;
    if (--l->depth >= l->levels || l->cut)
        return;
    if (l->level[l->depth + 1].has_child)
        buf_append_byte(l->out, ')');
    l->level[l->depth + 1].has_child = false;
    join_neighbours(l, l->depth);
}

static void end_at_most(struct buf *out, bool cut)
{
    if (out->len > LAYOUT_MAX) {
        out->len = LAYOUT_MAX;
        cut = true;
    }
    if (cut)
        buf_append_byte(out, '+');
}

void layout_end(struct layout *l)
{
    while (l->depth)
        layout_close(l);
    end_at_most(l->out, l->cut);
}

/* --- text --- */

static bool has_link(struct bytes line)
{
    static const char *const begins[] = {"http://", "https://", "ftp://", "www."};

    for (bool word = false; line.n; line = bytes_skip(line, 1)) {
        for (size_t i = 0; !word && i < sizeof begins / sizeof *begins; i++)
            if (bytes_begin_nocase(line, begins[i]))
                return true;
        word = html_is_word(line.at[0]);
    }
    return false;
}

static void put_run(struct buf *out, char kind, unsigned long lines)
{
    unsigned digits = 0;

    for (; lines; lines >>= 1)
        digits++;
    if (!digits)
        return;
    buf_append_byte(out, (uint8_t)kind);
    if (digits > 9)
        buf_append_byte(out, (uint8_t)('0' + digits / 10));
    buf_append_byte(out, (uint8_t)('0' + digits % 10));
}

/* Empty lines at the end count for nothing: relays add them. */
void layout_of_text(struct bytes text, struct buf *out)
{
    unsigned long run = 0;
    char last = 'E';

    buf_clear(out);
    text = bytes_trim(text);
    while (text.n && out->len <= LAYOUT_MAX) {
        const uint8_t *end = memchr(text.at, '\n', text.n);
        size_t n = end ? (size_t)(end - text.at) + 1 : text.n;
        struct bytes line = bytes_trim((struct bytes){text.at, n});
        char kind = !line.n ? 'E' : has_link(line) ? 'U' : 'T';

        if (kind != last) {
            put_run(out, last, run);
            run = 0;
        }
        last = kind;
        run++;
        text = bytes_skip(text, n);
    }
    put_run(out, last, run);
    end_at_most(out, false);
}

/* --- HTML --- */

#define OPEN_MAX 256 /* elements that are open at a time; what is deeper is not followed */

struct opened {
    struct layout layout;
    struct bytes names[OPEN_MAX];
    unsigned n;
};

static bool is_one_of(struct bytes name, const char *list)
{
    for (size_t n; *list; list += n + (list[n] == ' ')) {
        n = strcspn(list, " ");
        if (n == name.n && strncasecmp((const char *)name.at, list, n) == 0)
            return true;
    }
    return false;
}

static void close_top(struct opened *o)
{
    o->n--;
    layout_close(&o->layout);
}

/* Elements whose end may be left out (WHATWG HTML, section 13.1.2.4). */
static void close_implied(struct opened *o, struct bytes begun)
{
    static const struct {
        const char *begun, *closes;
    } list[] = {{"p", "p"},
                {"li", "li p"},
                {"dt", "dt dd p"},
                {"dd", "dt dd p"},
                {"option", "option"},
                {"td", "td th p"},
                {"th", "td th p"},
                {"tr", "td th p tr"},
                {"tbody", "td th p tr thead tbody"},
                {"tfoot", "td th p tr thead tbody"},
                {"body", "head"},
                {"table", "p"},
                {"div", "p"},
                {"ul", "p"},
                {"ol", "p"}};

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (bytes_equal_nocase(begun, list[i].begun))
            while (o->n && is_one_of(o->names[o->n - 1], list[i].closes))
                close_top(o);
}

static void begin_element(struct opened *o, struct bytes name)
{
    if (is_one_of(name, "br wbr"))
        return;
    close_implied(o, name);
    if (o->n == OPEN_MAX)
        return;
    o->names[o->n++] = name;
    layout_open(&o->layout, name);
    if (is_one_of(name, "area base basefont bgsound col embed frame hr img input link meta param"))
        close_top(o);
}

static void end_element(struct opened *o, struct bytes name)
{
    for (unsigned i = o->n; i--;)
        if (o->names[i].n == name.n &&
            strncasecmp((const char *)o->names[i].at, (const char *)name.at, name.n) == 0) {
            while (o->n > i)
                close_top(o);
            return;
        }
}

void layout_of_html(struct bytes text, struct buf *out)
{
    struct opened o = {.n = 0};
    struct html html = {.rest = text};
    struct html_token token;

    layout_begin(&o.layout, out, LAYOUT_HTML_LEVELS);
    while (!o.layout.cut && html_next(&html, &token)) {
        if (token.kind == HTML_TEXT)
            continue;
        if (token.kind == HTML_END) {
            end_element(&o, token.text);
            continue;
        }
        begin_element(&o, token.text);
        html_skip_unseen(&html, token.text);
    }
    layout_end(&o.layout);
}
