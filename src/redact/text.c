/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "redact/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "redact/find.h"

#define ENCODED_WORD "=?redacted?="

void redact_text_init(struct redact_text *t, struct redact_hash *hash, struct redact_known *known)
{
    *t = (struct redact_text){.hash = hash, .known = known};
}

void redact_text_fini(struct redact_text *t)
{
    redact_decoded_fini(&t->decoded);
    mem_free(t->spans.list);
    mem_free(t->domains.list);
}

static struct redact_span *add(struct redact_spans *s, size_t from, size_t to)
{
    if (s->count == s->room) {
        s->room = s->room ? 2 * s->room : 16;
        s->list = mem_resize(s->list, s->room * sizeof *s->list);
    }
    s->list[s->count] = (struct redact_span){.from = from, .to = to, .order = s->count};
    return &s->list[s->count++];
}

static struct bytes part(struct bytes text, size_t from, size_t to)
{
    return (struct bytes){text.at + from, to - from};
}

/* --- what is looked for --- */

static void add_address(struct redact_text *t, struct bytes text, const struct redact_found *f)
{
    struct redact_span *span = add(&t->spans, f->from, f->to);
    struct bytes local = part(text, f->from, f->to);

    span->meaning.n = REDACT_DIGITS;
    if (f->user)
        redact_hash_of(t->hash, "user:", local, span->meaning.text);
    else
        redact_hash_address(t->hash, local, part(text, f->domain_from, f->domain_to),
                            span->meaning.text);
    if (f->domain_to > f->domain_from)
        add(&t->domains, f->domain_from, f->domain_to);
}

static void look_for_addresses(struct redact_text *t, struct bytes text)
{
    size_t floor = 0;

    while (floor < text.n) {
        const uint8_t *sign = memchr(text.at + floor, '@', text.n - floor);
        struct redact_found found;
        size_t at;

        if (!sign)
            return;
        at = (size_t)(sign - text.at);
        if (redact_find_address(text, floor, at, &found))
            add_address(t, text, &found);
        floor = at + 1; /* a domain may be the local part of what follows */
    }
}

static void look_for_encoded_words(struct redact_text *t, struct bytes text)
{
    for (size_t from = 0, to; redact_find_encoded_word(text, &from, &to); from = to) {
        struct redact_meaning *meaning = &add(&t->spans, from, to)->meaning;

        meaning->n = strlen(ENCODED_WORD);
        memcpy(meaning->text, ENCODED_WORD, meaning->n);
    }
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(uint8_t c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static bool is_base64(uint8_t c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c && strchr("+-_=", c));
}

static bool belongs(enum needle_kind kind, uint8_t c)
{
    switch (kind) {
    case NEEDLE_WORD:
        return redact_is_word(c);
    case NEEDLE_NUMBER:
        return is_digit(c);
    case NEEDLE_HEX:
    case NEEDLE_IN_HEX:
        return is_hex(c);
    default: /* without /, which parts paths, too */
        return is_base64(c);
    }
}

/* Whether one that stands at `from` counts there; and then, what is to be replaced. */
static bool takes(const struct needle *n, struct bytes text, size_t *from, size_t *to)
{
    *to = *from + n->n;
    if (n->kind < NEEDLE_IN_HEX)
        return (!*from || !belongs(n->kind, text.at[*from - 1])) &&
               (*to == text.n || !belongs(n->kind, text.at[*to]));
    while (*from && belongs(n->kind, text.at[*from - 1]))
        --*from;
    while (*to < text.n && belongs(n->kind, text.at[*to]))
        ++*to;
    return true;
}

/* Where it ends, or `at`. */
static size_t look_at(struct redact_text *t, const struct needles *needles, struct bytes text,
                      size_t at)
{
    const struct needle *n = needles_find(needles, bytes_skip(text, at));

    for (; n; n = needles_next(needles, n)) {
        size_t from = at, to;

        if (!takes(n, text, &from, &to))
            continue;
        add(&t->spans, from, to)->meaning = *redact_known_meaning(t->known, n);
        return to;
    }
    return at;
}

static void look_for_forms(struct redact_text *t, const struct needles *needles, struct bytes text)
{
    for (size_t at = 0, to; needles->count && at<text.n; at = to> at ? to : at + 1)
        to = look_at(t, needles, text, at);
}

/* But in the domains of mail addresses. */
static void look_for_words(struct redact_text *t, struct bytes text)
{
    size_t domain = 0, to;

    for (size_t at = 0; t->known->words.count && at<text.n; at = to> at ? to : at + 1) {
        to = at;
        while (domain < t->domains.count && t->domains.list[domain].to <= at)
            domain++;
        if (domain < t->domains.count && t->domains.list[domain].from <= at)
            to = t->domains.list[domain].to;
        else if (!at || !redact_is_word(text.at[at - 1]))
            to = look_at(t, &t->known->words, text, at);
    }
}

/* --- replacing --- */

static int compare(const void *left, const void *right)
{
    const struct redact_span *a = left, *b = right;

    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->to != b->to)
        return a->to > b->to ? -1 : 1; /* the longer one first */
    return a->order < b->order ? -1 : 1;
}

/* Spans that overlap become one, with the first one's meaning. */
static void replace(struct redact_text *t, struct bytes text, struct buf *out)
{
    const struct redact_decoded *d = &t->decoded;
    size_t done = 0;

    if (t->spans.count)
        qsort(t->spans.list, t->spans.count, sizeof *t->spans.list, compare);
    for (size_t i = 0; i < t->spans.count;) {
        const struct redact_span *span = &t->spans.list[i];
        size_t to = span->to, from = redact_decoded_from(d, span->from);

        while (++i < t->spans.count && t->spans.list[i].from < to)
            if (t->spans.list[i].to > to)
                to = t->spans.list[i].to;
        buf_append(out, text.at + done, from - done);
        buf_append(out, span->meaning.text, span->meaning.n);
        done = redact_decoded_from(d, to);
    }
    buf_append(out, text.at + done, text.n - done);
}

static void begin(struct redact_text *t, struct bytes text)
{
    redact_decode(text, &t->decoded);
    t->spans.count = t->domains.count = 0;
}

void redact_text(struct redact_text *t, struct bytes text, struct buf *out)
{
    struct bytes plain, lower;

    if (!text.n)
        return;
    begin(t, text);
    plain = buf_view(&t->decoded.plain);
    lower = buf_view(&t->decoded.lower);
    look_for_encoded_words(t, plain);
    look_for_addresses(t, plain);
    look_for_words(t, lower);
    look_for_forms(t, &t->known->forms, lower);
    look_for_forms(t, &t->known->exact, plain);
    replace(t, text, out);
}

void redact_text_domain(struct redact_text *t, struct bytes text, struct buf *out)
{
    if (!text.n)
        return;
    begin(t, text);
    look_for_forms(t, &t->known->forms, buf_view(&t->decoded.lower));
    replace(t, text, out);
}
