/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/links.h"

#include <string.h>

#include "base/number.h"
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

static bool is_blank(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c >= 0x80;
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

static size_t put_character(struct buf *out, uint32_t c)
{
    if (!c || c > 0x10ffff)
        return 0;
    if (c < 0x80) {
        buf_append_byte(out, (uint8_t)c);
    } else if (c < 0x800) {
        buf_append_byte(out, (uint8_t)(0xc0 | c >> 6));
        buf_append_byte(out, (uint8_t)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        buf_append_byte(out, (uint8_t)(0xe0 | c >> 12));
        buf_append_byte(out, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
        buf_append_byte(out, (uint8_t)(0x80 | (c & 0x3f)));
    } else {
        buf_append_byte(out, (uint8_t)(0xf0 | c >> 18));
        buf_append_byte(out, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
        buf_append_byte(out, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
        buf_append_byte(out, (uint8_t)(0x80 | (c & 0x3f)));
    }
    return 1;
}

/* "&amp;", "&#65;", "&#x41": its length; 0: it is none. */
static size_t take_entity(struct bytes text, struct buf *out)
{
    static const struct {
        const char *name;
        char c;
    } named[] = {{"&amp", '&'}, {"&lt", '<'}, {"&gt", '>'}, {"&quot", '"'}, {"&nbsp", ' '}};
    uint32_t value = 0;
    size_t n = 2;
    bool x;

    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (bytes_begin_nocase(text, named[i].name)) {
            n = strlen(named[i].name);
            buf_append_byte(out, (uint8_t)named[i].c);
            return n + (n < text.n && text.at[n] == ';');
        }
    if (text.n < 3 || text.at[1] != '#')
        return 0;
    x = (text.at[2] | 0x20) == 'x';
    for (n = x ? 3 : 2; n < text.n && n < 10; n++) {
        int digit = number_hex_digit(text.at[n]);

        if (digit < 0 || (!x && digit > 9))
            break;
        value = value * (x ? 16 : 10) + (uint32_t)digit;
    }
    if (n == (x ? 3u : 2u) || !put_character(out, value))
        return 0;
    return n + (n < text.n && text.at[n] == ';');
}

/* Entities decoded; TAB, CR and LF left out, as browsers do. */
static void decode(struct bytes text, struct buf *out, bool link)
{
    buf_clear(out);
    while (text.n && out->len < LINK_MAX) {
        size_t n = text.at[0] == '&' ? take_entity(text, out) : 0;

        if (n) {
            text = bytes_skip(text, n);
            continue;
        }
        if (!link || (text.at[0] != '\t' && text.at[0] != '\r' && text.at[0] != '\n'))
            buf_append_byte(out, text.at[0]);
        text = bytes_skip(text, 1);
    }
}

struct attribute {
    struct bytes name, value;
};

static struct bytes skip_blanks(struct bytes text)
{
    while (text.n && is_blank(text.at[0]))
        text = bytes_skip(text, 1);
    return text;
}

/* The next one of a tag; false at its end, where `rest` then begins. */
static bool take_attribute(struct bytes *rest, struct attribute *out)
{
    struct bytes text = *rest;
    size_t n = 0;

    while (text.n && (is_blank(text.at[0]) || text.at[0] == '/'))
        text = bytes_skip(text, 1);
    if (!text.n || text.at[0] == '>') {
        *rest = bytes_skip(text, 1);
        return false;
    }
    while (n < text.n && !is_blank(text.at[n]) && text.at[n] != '=' && text.at[n] != '>')
        n++;
    n += !n; /* a lone "=" */
    *out = (struct attribute){{text.at, n}, BYTES_NONE};
    text = skip_blanks(bytes_skip(text, n));
    if (text.n && text.at[0] == '=') {
        text = skip_blanks(bytes_skip(text, 1));
        if (text.n && (text.at[0] == '"' || text.at[0] == '\'')) {
            uint8_t quote = text.at[0];
            const uint8_t *end;

            text = bytes_skip(text, 1);
            end = text.n ? memchr(text.at, quote, text.n) : NULL;
            n = end ? (size_t)(end - text.at) : text.n;
            out->value = (struct bytes){text.at, n};
            text = bytes_skip(text, n + 1);
        } else {
            for (n = 0; n < text.n && !is_blank(text.at[n]) && text.at[n] != '>';)
                n++;
            out->value = (struct bytes){text.at, n};
            text = bytes_skip(text, n);
        }
    }
    *rest = text;
    return true;
}

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

static void take_link(struct finding *f, struct bytes tag, const struct attribute *a)
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

/* From behind its "<". */
static struct bytes take_tag(struct finding *f, struct bytes text)
{
    bool end = text.n && text.at[0] == '/';
    struct attribute a;
    struct bytes tag;

    if (end)
        text = bytes_skip(text, 1);
    tag = (struct bytes){text.at, 0};
    while (tag.n < text.n && is_word(text.at[tag.n]))
        tag.n++;
    text = bytes_skip(text, tag.n);
    if (bytes_equal_nocase(tag, "a"))
        end_anchor(f);
    while (take_attribute(&text, &a))
        if (!end)
            take_link(f, tag, &a);
    return text;
}

static struct bytes skip_comment(struct bytes text)
{
    const uint8_t *end = text.n > 3 ? memmem(text.at + 3, text.n - 3, "-->", 3) : NULL;

    return end ? bytes_skip(text, (size_t)(end - text.at) + 3) : BYTES_NONE;
}

void links_in_html(struct bytes text, const struct link_sink *sink)
{
    struct finding f = {.sink = sink};
    struct buf plain = {0};

    while (text.n) {
        const uint8_t *tag = memchr(text.at, '<', text.n);
        size_t n = tag ? (size_t)(tag - text.at) : text.n;

        if (f.in_anchor && f.text.len < LINK_MAX) {
            decode((struct bytes){text.at, n}, &plain, false);
            buf_append(&f.text, plain.data, plain.len);
        }
        text = bytes_skip(text, n);
        if (!text.n)
            break;
        if (text.n > 3 && memcmp(text.at, "<!--", 4) == 0)
            text = skip_comment(text);
        else if (text.n > 1 && (is_word(text.at[1]) || text.at[1] == '/' || text.at[1] == '!'))
            text = take_tag(&f, bytes_skip(text, 1));
        else
            text = bytes_skip(text, 1);
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

    while (n < text.n && n < LINK_MAX && !is_blank(text.at[n]) &&
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
        word = is_word(text.at[0]);
        text = bytes_skip(text, 1);
    }
    finding_fini(&f);
}
