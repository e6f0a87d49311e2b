/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/links.h"

#include <string.h>

#include "mail/html.h"
#include "mail/link_parts.h"

struct finding {
    const struct link_sink *sink;
    struct link_parts parts, base, shown;
    struct buf value;        /* of an attribute, or a link in text */
    struct buf text, anchor; /* of the anchor that is open: its text, its link */
    bool has_base, in_anchor;
};

static void finding_fini(struct finding *f)
{
    link_parts_fini(&f->parts);
    link_parts_fini(&f->base);
    link_parts_fini(&f->shown);
    buf_fini(&f->value);
    buf_fini(&f->text);
    buf_fini(&f->anchor);
}

/* --- one link --- */

static struct bytes without_www(const struct buf *host)
{
    struct bytes name = buf_view(host);

    return bytes_begin_nocase(name, "www.") ? bytes_skip(name, 4) : name;
}

static bool same(struct bytes a, struct bytes b)
{
    return a.n == b.n && (!a.n || memcmp(a.at, b.at, a.n) == 0);
}

/* `written`: what it is read from; `shown`: text of an anchor; empty: none. */
static void put_link(struct finding *f, struct bytes written, struct bytes url, struct bytes shown)
{
    struct link_found link = {.url = written};
    bool relative = false;

    if (!link_parts_read(&f->parts, url)) {
        /* "//host/x" takes the scheme of where it stands, which a mail has not */
        if (url.n > 2 && url.at[0] == '/' && url.at[1] == '/') {
            struct buf whole = {0};
            bool good;

            buf_append_text(&whole, "http:");
            buf_append(&whole, url.at, url.n);
            good = link_parts_read(&f->parts, buf_view(&whole));
            buf_fini(&whole);
            if (!good)
                return;
        } else if (f->has_base && url.n && !memchr(url.at, ':', url.n) && url.at[0] != '#') {
            relative = true;
        } else {
            return;
        }
    }
    memcpy(link.scheme, relative ? f->base.scheme : f->parts.scheme, sizeof link.scheme);
    link.host = buf_view(relative ? &f->base.host : &f->parts.host);
    link.path = relative ? url : buf_view(&f->parts.path);
    link.is_address = relative ? f->base.is_address : f->parts.is_address;
    if (shown.n && link_parts_read_shown(&f->shown, shown) &&
        !same(without_www(&f->shown.host), without_www(relative ? &f->base.host : &f->parts.host)))
        link.shown = buf_view(&f->shown.host);
    f->sink->put(f->sink->context, &link);
}

/* --- HTML --- */

static void end_anchor(struct finding *f)
{
    if (f->in_anchor)
        put_link(f, buf_view(&f->anchor), buf_view(&f->anchor), buf_view(&f->text));
    f->in_anchor = false;
}

/* "0; url=http://..." */
static struct bytes refresh_of(struct bytes content)
{
    const uint8_t *at = bytes_find_nocase(content, "url=");
    struct bytes url = at ? bytes_skip(content, (size_t)(at - content.at) + 4) : BYTES_NONE;

    if (url.n && (url.at[0] == '\'' || url.at[0] == '"'))
        url = bytes_skip(url, 1);
    while (url.n && (url.at[url.n - 1] == '\'' || url.at[url.n - 1] == '"'))
        url.n--;
    return url;
}

static bool is_link_attribute(struct bytes name)
{
    static const char *const names[] = {"href", "src", "action", "background"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bytes_equal_nocase(name, names[i]))
            return true;
    return false;
}

static void leave_out_controls(struct buf *text)
{
    size_t n = 0;

    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] != '\t' && text->data[i] != '\r' && text->data[i] != '\n')
            text->data[n++] = text->data[i];
    text->len = n;
}

/* Entities decoded; TAB, CR and LF left out of links, as browsers do. */
static void decode(struct bytes text, struct buf *out, bool link)
{
    buf_clear(out);
    html_decode(text, out, LINK_MAX);
    if (link)
        leave_out_controls(out);
}

static void take_link(struct finding *f, struct bytes tag, const struct html_attribute *a)
{
    struct bytes url;

    if (bytes_equal_nocase(tag, "meta")) {
        if (!bytes_equal_nocase(a->name, "content"))
            return;
        decode(refresh_of(a->value), &f->value, true);
    } else if (is_link_attribute(a->name)) {
        decode(a->value, &f->value, true);
    } else {
        return;
    }
    url = bytes_trim(buf_view(&f->value));
    if (bytes_equal_nocase(tag, "base")) {
        f->has_base = link_parts_read(&f->base, url) || f->has_base;
    } else if ((bytes_equal_nocase(tag, "a") || bytes_equal_nocase(tag, "area")) && !f->in_anchor) {
        buf_set(&f->anchor, url.at, url.n);
        buf_clear(&f->text);
        f->in_anchor = true;
    } else {
        put_link(f, url, url, BYTES_NONE);
    }
}

void links_in_html(struct bytes text, const struct link_sink *sink)
{
    struct finding f = {.sink = sink};
    struct html html = {.rest = text};
    struct html_token token;
    struct html_attribute a;
    struct buf plain = {0};

    while (html_next(&html, &token)) {
        if (token.kind == HTML_TEXT) {
            if (f.in_anchor && f.text.len < LINK_MAX) {
                decode(token.text, &plain, false);
                buf_append(&f.text, plain.data, plain.len);
            }
            continue;
        }
        if (bytes_equal_nocase(token.text, "a"))
            end_anchor(&f);
        while (token.kind == HTML_BEGIN && html_next_attribute(&html, &a))
            take_link(&f, token.text, &a);
    }
    end_anchor(&f);
    buf_fini(&plain);
    finding_fini(&f);
}

/* --- plain text --- */

static size_t begins_link(struct bytes text)
{
    static const char *const begins[] = {"http://", "https://", "ftp://",
                                         "hxxp://", "hxxps://", "www."};

    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (bytes_begin_nocase(text, begins[i]))
            return strlen(begins[i]);
    return 0;
}

static size_t link_length(struct bytes text)
{
    size_t n = 0;

    while (n < text.n && n < LINK_MAX && !html_is_blank(text.at[n]) &&
           !strchr("<>\"`", text.at[n] ? text.at[n] : '<'))
        n++;
    while (n && strchr(".,;:!?'*)]}", text.at[n - 1]))
        n--;
    return n;
}

void links_in_text(struct bytes text, const struct link_sink *sink)
{
    struct finding f = {.sink = sink};
    bool word = false; /* the byte before is of one */

    while (text.n) {
        size_t n = word ? 0 : begins_link(text);

        if (n && n < link_length(text)) {
            struct bytes url = {text.at, link_length(text)};

            buf_clear(&f.value);
            if (n == strlen("www."))
                buf_append_text(&f.value, "http://");
            buf_append(&f.value, url.at, url.n);
            put_link(&f, url, buf_view(&f.value), BYTES_NONE);
            text = bytes_skip(text, url.n);
            word = true;
            continue;
        }
        word = html_is_word(text.at[0]);
        text = bytes_skip(text, 1);
    }
    finding_fini(&f);
}
