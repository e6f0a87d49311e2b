/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/html.h"

#include <string.h>

#include "base/number.h"

/* --- entities --- */

static bool put_character(struct buf *out, uint32_t c)
{
    uint8_t utf8[4];
    size_t n = 0;

    if (!c || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return false;
    if (c < 0x80) {
        utf8[n++] = (uint8_t)c;
    } else if (c < 0x800) {
        utf8[n++] = (uint8_t)(0xc0 | c >> 6);
    } else if (c < 0x10000) {
        utf8[n++] = (uint8_t)(0xe0 | c >> 12);
        utf8[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    } else {
        utf8[n++] = (uint8_t)(0xf0 | c >> 18);
        utf8[n++] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
        utf8[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    }
    if (c >= 0x80)
        utf8[n++] = (uint8_t)(0x80 | (c & 0x3f));
    buf_append(out, utf8, n);
    return true;
}

/* HTML 4.01, section 24.2: U+00A0 to U+00FF, in their order. */
static const char latin1[96][7] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",
    "copy",   "ordf",   "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn",
    "sup2",   "sup3",   "acute",  "micro",  "para",   "middot", "cedil",  "sup1",   "ordm",
    "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave",
    "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde",
    "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",
    "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",
    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave",
    "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};

static const struct {
    char name[8];
    uint16_t c;
} others[] = {{"amp", '&'},       {"lt", '<'},        {"gt", '>'},        {"quot", '"'},
              {"apos", '\''},     {"euro", 0x20ac},   {"hellip", 0x2026}, {"ndash", 0x2013},
              {"mdash", 0x2014},  {"lsquo", 0x2018},  {"rsquo", 0x2019},  {"sbquo", 0x201a},
              {"ldquo", 0x201c},  {"rdquo", 0x201d},  {"bdquo", 0x201e},  {"bull", 0x2022},
              {"trade", 0x2122},  {"ensp", 0x2002},   {"emsp", 0x2003},   {"thinsp", 0x2009},
              {"zwnj", 0x200c},   {"zwj", 0x200d},    {"larr", 0x2190},   {"rarr", 0x2192},
              {"lsaquo", 0x2039}, {"rsaquo", 0x203a}, {"OElig", 0x152},   {"oelig", 0x153},
              {"Scaron", 0x160},  {"scaron", 0x161}};

static bool is_name(struct bytes text, const char *name)
{
    return text.n == strlen(name) && memcmp(text.at, name, text.n) == 0;
}

static uint32_t named_character(struct bytes name)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (is_name(name, others[i].name))
            return others[i].c;
    for (size_t i = 0; i < sizeof latin1 / sizeof *latin1; i++)
        if (is_name(name, latin1[i]))
            return 0xa0 + (uint32_t)i;
    return 0;
}

/* Those that browsers take without a ";", and in capitals. */
static size_t take_old_entity(struct bytes text, struct buf *out)
{
    static const struct {
        const char *name;
        char c;
    } named[] = {{"&amp", '&'}, {"&lt", '<'}, {"&gt", '>'}, {"&quot", '"'}, {"&nbsp", ' '}};

    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (bytes_begin_nocase(text, named[i].name)) {
            size_t n = strlen(named[i].name);

            buf_append_byte(out, (uint8_t)named[i].c);
            return n + (n < text.n && text.at[n] == ';');
        }
    return 0;
}

static size_t take_named(struct bytes text, struct buf *out)
{
    size_t n = 1;
    uint32_t c;

    while (n < text.n && n < 8 && html_is_word(text.at[n]) && text.at[n] < 0x80)
        n++;
    if (n == 1 || n == text.n || text.at[n] != ';')
        return 0;
    c = named_character((struct bytes){text.at + 1, n - 1});
    return c && put_character(out, c) ? n + 1 : 0;
}

static size_t take_number(struct bytes text, struct buf *out)
{
    bool x = text.n > 2 && (text.at[2] | 0x20) == 'x';
    size_t first = x ? 3 : 2, n = first;
    uint32_t value = 0;

    for (; n < text.n && n < 10; n++) {
        int digit = number_hex_digit(text.at[n]);

        if (digit < 0 || (!x && digit > 9))
            break;
        value = value * (x ? 16 : 10) + (uint32_t)digit;
    }
    if (n == first || !put_character(out, value))
        return 0;
    return n + (n < text.n && text.at[n] == ';');
}

/* "&amp;", "&#65;", "&#x41": its length; 0: it is none. */
static size_t take_entity(struct bytes text, struct buf *out)
{
    size_t n;

    if (text.n > 1 && text.at[1] == '#')
        return take_number(text, out);
    n = take_old_entity(text, out);
    return n ? n : take_named(text, out);
}

void html_decode(struct bytes text, struct buf *out, size_t most)
{
    while (text.n && out->len < most) {
        const uint8_t *entity = memchr(text.at, '&', text.n);
        size_t n = entity ? (size_t)(entity - text.at) : text.n;

        if (n > most - out->len)
            n = most - out->len;
        if (!n && !(n = take_entity(text, out)))
            buf_append_byte(out, text.at[n++]);
        else if (text.at[0] != '&')
            buf_append(out, text.at, n);
        text = bytes_skip(text, n);
    }
}

/* --- tokens --- */

static struct bytes skip_blanks(struct bytes text)
{
    while (text.n && html_is_blank(text.at[0]))
        text = bytes_skip(text, 1);
    return text;
}

static struct bytes take_value(struct bytes text, struct bytes *value)
{
    size_t n = 0;

    if (text.n && (text.at[0] == '"' || text.at[0] == '\'')) {
        uint8_t quote = text.at[0];
        const uint8_t *end;

        text = bytes_skip(text, 1);
        end = text.n ? memchr(text.at, quote, text.n) : NULL;
        n = end ? (size_t)(end - text.at) : text.n;
        *value = (struct bytes){text.at, n};
        return bytes_skip(text, n + 1);
    }
    while (n < text.n && !html_is_blank(text.at[n]) && text.at[n] != '>')
        n++;
    *value = (struct bytes){text.at, n};
    return bytes_skip(text, n);
}

bool html_next_attribute(struct html *h, struct html_attribute *out)
{
    struct bytes text = h->rest;
    size_t n = 0;

    if (!h->in_tag)
        return false;
    while (text.n && (html_is_blank(text.at[0]) || text.at[0] == '/'))
        text = bytes_skip(text, 1);
    if (!text.n || text.at[0] == '>') {
        h->rest = bytes_skip(text, 1);
        h->in_tag = false;
        return false;
    }
    while (n < text.n && !html_is_blank(text.at[n]) && text.at[n] != '=' && text.at[n] != '>')
        n++;
    n += !n; /* a lone "=" */
    *out = (struct html_attribute){{text.at, n}, BYTES_NONE};
    text = skip_blanks(bytes_skip(text, n));
    if (text.n && text.at[0] == '=')
        text = take_value(skip_blanks(bytes_skip(text, 1)), &out->value);
    h->rest = text;
    return true;
}

static void skip_comment(struct html *h)
{
    struct bytes text = h->rest;
    const uint8_t *end = text.n > 3 ? memmem(text.at + 3, text.n - 3, "-->", 3) : NULL;

    h->rest = end ? bytes_skip(text, (size_t)(end - text.at) + 3) : BYTES_NONE;
}

static bool is_tag(struct bytes text)
{
    return text.n > 1 && (html_is_word(text.at[1]) || text.at[1] == '/' || text.at[1] == '!' ||
                          text.at[1] == '?');
}

static void take_text(struct html *h, struct html_token *out)
{
    const uint8_t *tag = memchr(h->rest.at + 1, '<', h->rest.n - 1); /* the first one is none */
    size_t n = tag ? (size_t)(tag - h->rest.at) : h->rest.n;

    *out = (struct html_token){HTML_TEXT, {h->rest.at, n}};
    h->rest = bytes_skip(h->rest, n);
}

static void take_tag(struct html *h, struct html_token *out)
{
    struct bytes text = bytes_skip(h->rest, 1);

    out->kind = HTML_BEGIN;
    if (text.at[0] == '/') {
        out->kind = HTML_END;
        text = bytes_skip(text, 1);
    }
    out->text = (struct bytes){text.at, 0};
    while (out->text.n < text.n && html_is_word(text.at[out->text.n]))
        out->text.n++;
    h->rest = bytes_skip(text, out->text.n);
    h->in_tag = true;
}

bool html_next(struct html *h, struct html_token *out)
{
    struct html_attribute skipped;

    for (;;) {
        while (html_next_attribute(h, &skipped))
            ;
        if (!h->rest.n)
            return false;
        if (h->rest.n > 3 && memcmp(h->rest.at, "<!--", 4) == 0) {
            skip_comment(h);
            continue;
        }
        if (h->rest.at[0] != '<' || !is_tag(h->rest)) {
            take_text(h, out);
            return true;
        }
        take_tag(h, out);
        if (out->text.n)
            return true;
    }
}

void html_skip_unseen(struct html *h, struct bytes name)
{
    static const struct {
        const char *name, *end;
    } list[] = {{"script", "</script"}, {"style", "</style"}, {"title", "</title"}};
    struct html_attribute skipped;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        const uint8_t *end;

        if (!bytes_equal_nocase(name, list[i].name))
            continue;
        while (html_next_attribute(h, &skipped))
            ;
        end = bytes_find_nocase(h->rest, list[i].end);
        h->rest = end ? bytes_skip(h->rest, (size_t)(end - h->rest.at)) : BYTES_NONE;
    }
}
