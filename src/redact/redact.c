/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/redact.h"

#include <string.h>

#include "base/mem.h"
#include "redact/first.h"
#include "redact/payload.h"

struct redact {
    struct row_mask mask;
    enum redact_level level;
    struct redact_hash hash;
    struct redact_addresses *addresses; /* NULL: they stay */
    struct redact_known known;
    bool is_known; /* it is of what is set now: */
    struct address source, proxied;
    struct buf recipients;
    struct redact_text text;
    struct redact_payload payload;
    struct buf cell;
};

/* --- what it is about --- */

/* Not before text is looked at: most rows have none that needs it. */
static void know(struct redact *r)
{
    struct bytes rest = buf_view(&r->recipients);

    if (r->is_known)
        return;
    redact_known_begin(&r->known);
    redact_known_add_source(&r->known, r->addresses, &r->source);
    redact_known_add_source(&r->known, r->addresses, &r->proxied);
    while (rest.n) {
        const uint8_t *end = memchr(rest.at, '\n', rest.n);
        size_t n = end ? (size_t)(end - rest.at) : rest.n;

        redact_known_add_recipient(&r->known, &r->hash, (struct bytes){rest.at, n});
        rest = bytes_skip(rest, n + 1);
    }
    redact_known_end(&r->known);
    r->is_known = true;
}

void redact_connection(struct redact *r, const struct address *source,
                       const struct address *proxied)
{
    if (!r)
        return;
    if (memcmp(&r->source, source, sizeof *source) != 0 ||
        memcmp(&r->proxied, proxied, sizeof *proxied) != 0)
        r->is_known = false;
    r->source = *source;
    r->proxied = *proxied;
    redact_recipients(r, BYTES_NONE);
}

void redact_recipients(struct redact *r, struct bytes recipients)
{
    if (!r || (!recipients.n && !r->recipients.len))
        return;
    buf_set(&r->recipients, recipients.at, recipients.n);
    r->is_known = false;
}

/* --- cells --- */

static struct bytes hash_of(struct redact *r, const char *label, struct bytes text)
{
    char digits[REDACT_DIGITS];

    redact_hash_of(&r->hash, label, text, digits);
    buf_append(&r->cell, digits, sizeof digits);
    return buf_view(&r->cell);
}

static struct bytes free_text(struct redact *r, struct bytes text)
{
    know(r);
    redact_text(&r->text, text, &r->cell);
    return buf_view(&r->cell);
}

/* What of it a domain can be: a stranger may have written more behind it. */
static struct bytes domain_of(struct bytes text)
{
    size_t n = 0;

    while (n < text.n && (redact_is_word(text.at[n]) || strchr("-._[]:", text.at[n])) && text.at[n])
        n++;
    return (struct bytes){text.at, n};
}

static struct bytes domain(struct redact *r, struct bytes text)
{
    know(r);
    redact_text_domain(&r->text, domain_of(text), &r->cell);
    return buf_view(&r->cell);
}

/* As redact_known has it, so that the hashes are the same. */
static struct bytes mailbox(struct redact *r, struct bytes text)
{
    const uint8_t *sign = memrchr(text.at, '@', text.n);
    struct bytes local, behind;
    char digits[REDACT_DIGITS];

    if (text.n == 2 && memcmp(text.at, "<>", 2) == 0) /* the null path */
        return text;
    if (!sign)
        return hash_of(r, "user:", text);
    local = (struct bytes){text.at, (size_t)(sign - text.at)};
    behind = bytes_skip(text, local.n + 1);
    redact_hash_address(&r->hash, local, behind, digits);
    buf_append(&r->cell, digits, sizeof digits);
    buf_append_byte(&r->cell, '@');
    return domain(r, behind);
}

/* http://host:port/path without the path; host:port as it is. */
static struct bytes without_path(struct bytes target)
{
    const uint8_t *colon = target.n ? memmem(target.at, target.n, "://", 3) : NULL;
    size_t n = colon ? (size_t)(colon - target.at) + 3 : 0;

    while (n < target.n && !strchr("/?#", target.at[n]))
        n++;
    return (struct bytes){target.at, n};
}

static struct bytes mask_text(void *context, enum column_holds holds, struct bytes text)
{
    struct redact *r = context;
    bool content = r->level >= REDACT_CONTENT;

    buf_clear(&r->cell);
    switch (holds) {
    case HOLDS_FLOW:
        return r->level >= REDACT_ADDRESSES ? BYTES_NONE : text;
    case HOLDS_MAILBOX:
        return mailbox(r, text);
    case HOLDS_DOMAIN:
        return domain(r, text);
    case HOLDS_SECRET:
        return hash_of(r, "password:", text);
    case HOLDS_FREE:
        return free_text(r, text);
    case HOLDS_CONTENT:
        return content ? hash_of(r, "text:", text) : free_text(r, text);
    case HOLDS_LINK:
        return content ? BYTES_NONE : free_text(r, text);
    case HOLDS_TARGET:
        return free_text(r, content ? without_path(text) : text);
    case HOLDS_BYTES:
        if (content)
            return BYTES_NONE;
        know(r);
        redact_first_bytes(&r->text, text, &r->cell);
        return buf_view(&r->cell);
    default: /* HOLDS_OPEN, _UID, _DIGEST; addresses are no text */
        return text;
    }
}

static bool same(const struct address *a, const struct address *b)
{
    return a->family && memcmp(a, b, sizeof *a) == 0;
}

static void mask_address(void *context, enum column_holds holds, struct address *address)
{
    struct redact *r = context;

    if (holds == HOLDS_SOURCE || same(address, &r->source) || same(address, &r->proxied))
        redact_address(r->addresses, address);
}

/* --- the rest --- */

bool redact_uid(struct redact *r, struct bytes text, char out[REDACT_DIGITS])
{
    if (!r || r->level < REDACT_ADDRESSES)
        return false;
    redact_hash_of(&r->hash, "uid:", text, out);
    return true;
}

static void put_part(void *context, struct bytes part)
{
    redact_payload_put(context, part);
}

bool redact_each(struct redact *r, struct payload *p, bool gaps,
                 void (*part)(void *context, struct bytes bytes), void *context)
{
    bool good;

    if (!r)
        return payload_each(p, part, context);
    know(r);
    redact_payload_begin(&r->payload, gaps, (struct redact_sink){part, context});
    good = payload_each(p, put_part, &r->payload);
    redact_payload_end(&r->payload);
    return good;
}

struct redact *redact_new(const struct redact_policy *policy)
{
    struct redact *r;

    if (!policy || policy->level == REDACT_NOTHING)
        return NULL;
    r = MEM_NEW(struct redact);
    r->mask = (struct row_mask){mask_text, mask_address, r};
    r->level = policy->level;
    redact_hash_init(&r->hash, policy);
    r->addresses = redact_addresses_new(policy);
    redact_text_init(&r->text, &r->hash, &r->known);
    redact_payload_init(&r->payload, &r->text);
    return r;
}

void redact_free(struct redact *r)
{
    if (!r)
        return;
    redact_payload_fini(&r->payload);
    redact_text_fini(&r->text);
    redact_known_fini(&r->known);
    redact_addresses_free(r->addresses);
    redact_hash_fini(&r->hash);
    buf_fini(&r->recipients);
    buf_fini(&r->cell);
    mem_free(r);
}

const struct row_mask *redact_mask(struct redact *r)
{
    return r ? &r->mask : NULL;
}
