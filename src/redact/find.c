/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "redact/find.h"

#include <string.h>

#include "redact/decode.h"

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What no local part holds that is not quoted. */
static bool is_hard(uint8_t c)
{
    return c <= ' ' || c == 0x7f || strchr("<>\"(),:;[]\\", c);
}

/* ? and / may stand in local parts, but stand before them in links. */
static bool is_local(uint8_t c)
{
    return !is_hard(c) && c != '@' && c != '/' && c != '?';
}

static bool is_name(uint8_t c)
{
    return redact_is_word(c) || c == '-' || c == '_';
}

/* --- to the right --- */

static size_t label_end(struct bytes text, size_t at)
{
    while (at < text.n && is_name(text.at[at]))
        at++;
    return at;
}

static bool is_dotted(struct bytes text, size_t at)
{
    size_t end = label_end(text, at);

    return end > at && end + 1 < text.n && text.at[end] == '.' && is_name(text.at[end + 1]);
}

static void find_domain(struct bytes text, size_t at, struct redact_found *out)
{
    size_t begin = at + 1, end;

    while (begin < text.n && is_blank(text.at[begin]))
        begin++;
    if (begin > at + 1 && !is_dotted(text, begin))
        begin = at + 1;
    end = begin;
    if (end < text.n && text.at[end] == '[') {
        while (end < text.n && text.at[end] != ']' && !is_blank(text.at[end]))
            end++;
        end += end < text.n && text.at[end] == ']';
    } else {
        while (end < text.n && (is_name(text.at[end]) || text.at[end] == '.'))
            end++;
        while (end > begin && !redact_is_word(text.at[end - 1]))
            end--;
    }
    out->domain_from = begin;
    out->domain_to = end;
}

/* --- to the left --- */

/* A quoted string that ends before `end`; to the line's beginning where it does not begin. */
static size_t quoted_begin(struct bytes text, size_t floor, size_t end)
{
    size_t at = end - 1;

    while (at > floor && text.at[at - 1] != '\n') {
        at--;
        if (text.at[at] == '"' && (at == floor || text.at[at - 1] != '\\'))
            break;
    }
    return at;
}

/* ?name=, &name= in front of it; VERP's bounce-john=example.com has no such thing. */
static size_t skip_parameter(struct bytes text, size_t floor, size_t from, size_t to)
{
    for (size_t at = to; at > from; at--) {
        size_t name = at - 1;
        uint8_t before;

        if (text.at[at - 1] != '=')
            continue;
        while (name > from && is_name(text.at[name - 1]))
            name--;
        before = name > floor ? text.at[name - 1] : 0;
        if (name < at - 1 && (before == '?' || before == '&' || before == ';'))
            return at;
    }
    return from;
}

/* scheme://user:password@ */
static bool find_user(struct bytes text, size_t floor, size_t *from)
{
    size_t at = *from;

    if (at == floor || text.at[at - 1] != ':')
        return false;
    while (at > floor && !is_blank(text.at[at - 1]) && !strchr("/<>\"", text.at[at - 1]))
        at--;
    if (at < floor + 2 || text.at[at - 1] != '/' || text.at[at - 2] != '/')
        return false;
    *from = at;
    return true;
}

static bool find_local(struct bytes text, size_t floor, size_t end, struct redact_found *out)
{
    size_t from = end;

    if (end > floor && text.at[end - 1] == '"') {
        from = quoted_begin(text, floor, end);
    } else {
        while (from > floor && is_local(text.at[from - 1]))
            from--;
        from = skip_parameter(text, floor, from, end);
        while (from < end && strchr("'`*|{", text.at[from]))
            from++;
        if (from == end) /* X.400 in a local part: /G=john/S=smith/ */
            while (from > floor && !is_hard(text.at[from - 1]) && text.at[from - 1] != '@')
                from--;
    }
    out->user = find_user(text, floor, &from);
    out->from = from;
    out->to = end;
    return from < end;
}

bool redact_find_address(struct bytes text, size_t floor, size_t at, struct redact_found *out)
{
    size_t end = at;

    find_domain(text, at, out);
    if (is_dotted(text, out->domain_from)) /* blanks may stand around it */
        while (end > floor && is_blank(text.at[end - 1]))
            end--;
    return find_local(text, floor, end, out);
}

/* --- encoded words --- */

/* =?charset?B?, and where what follows it begins. */
static bool is_word_begin(struct bytes text, size_t at, size_t *text_from)
{
    size_t end = at + 2;

    while (end < text.n && !is_hard(text.at[end]) && text.at[end] != '?')
        end++;
    if (end == at + 2 || end + 2 >= text.n || text.at[end] != '?' || text.at[end + 2] != '?' ||
        !strchr("bBqQ", text.at[end + 1]) || !text.at[end + 1])
        return false;
    *text_from = end + 3;
    return true;
}

bool redact_find_encoded_word(struct bytes text, size_t *from, size_t *to)
{
    for (size_t at = *from; at + 1 < text.n; at++) {
        const uint8_t *next = memchr(text.at + at, '=', text.n - at);
        size_t end;

        if (!next)
            return false;
        at = (size_t)(next - text.at);
        if (at + 1 >= text.n || text.at[at + 1] != '?' || !is_word_begin(text, at, &end))
            continue;
        while (end < text.n && text.at[end] != '\n' &&
               (text.at[end] != '?' || end + 1 == text.n || text.at[end + 1] != '='))
            end++;
        *from = at;
        *to = end + 1 < text.n && text.at[end] == '?' ? end + 2 : end;
        return true;
    }
    return false;
}
