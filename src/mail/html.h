/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTML as tokens, the way browsers cut it (WHATWG HTML, section 13.2.5, as far as mails need it):
 * text, tags, their attributes.  Pure.
 *
 * Cost: each byte is looked at a constant number of times.
 */
#ifndef POTSHERD_MAIL_HTML_H
#define POTSHERD_MAIL_HTML_H

#include <stdbool.h>

#include "base/buf.h"

enum html_kind { HTML_TEXT, HTML_BEGIN, HTML_END };

struct html_token {
    enum html_kind kind;
    struct bytes text; /* entities not decoded; or the name of the tag, as written */
};

struct html_attribute {
    struct bytes name, value;
};

struct html {
    struct bytes rest;
    bool in_tag;
};

/* False at the end.  Comments, <!...> and <?...> are left out. */
bool html_next(struct html *h, struct html_token *out);
/* The next one of the tag that html_next gave; those that are not asked for are skipped. */
bool html_next_attribute(struct html *h, struct html_attribute *out);

/* Behind the begin of an element whose text nobody sees (script, style, title): to its end. */
void html_skip_unseen(struct html *h, struct bytes name);

/* Appends the text with its entities decoded, until `out` holds `most` bytes. */
void html_decode(struct bytes text, struct buf *out, size_t most);

static inline bool html_is_blank(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool html_is_word(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c >= 0x80;
}

#endif
