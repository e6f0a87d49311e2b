/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/probe.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"

#define SLICE 65536

static const char *const places[PROBE_PLACES] = {"subject", "headers", "text", "helo", "recipient"};

/* Of testers' mails, and of no others that we have seen. */
static const char *const words[] = {
    "relay test message",  "open relay test", "open proxy test",
    "proxy test message",  "relaytest",       "rlytest",
    "proxycheck",          "smtp relay test", "test of open relay",
    "test for open relay",
};

/* --- needles --- */

static void add(struct probe *p, const char *form, const char *text, bool digits)
{
    struct probe_needle *n = &p->needles[p->n];

    if (p->n == PROBE_NEEDLES_MAX)
        return;
    n->form = form;
    n->digits = digits;
    snprintf(n->text, sizeof n->text, "%s", text);
    p->n++;
}

enum digits { PLAIN, PADDED, HEX };

/* The four bytes with `between` between them. */
static void add_four(struct probe *p, const char *form, enum digits digits, const char *between,
                     const uint8_t b[4])
{
    char text[PROBE_NEEDLE_MAX];
    int n = 0;

    for (int i = 0; i < 4; i++) {
        const char *first = i ? between : "";

        if (digits == PLAIN)
            n += snprintf(text + n, sizeof text - (size_t)n, "%s%u", first, b[i]);
        else if (digits == PADDED)
            n += snprintf(text + n, sizeof text - (size_t)n, "%s%03u", first, b[i]);
        else
            n += snprintf(text + n, sizeof text - (size_t)n, "%s%02x", first, b[i]);
    }
    add(p, form, text, true);
}

/* Base64 of `text` where it stands `shift` bytes behind a multiple of three: the characters that
 * nothing beside it has a part in. */
static void add_base64(struct probe *p, const char *text, size_t shift)
{
    size_t n = strlen(text), first = (shift * 8 + 5) / 6, last = (shift + n) * 8 / 6;
    uint8_t padded[PROBE_NEEDLE_MAX] = {0};
    struct buf encoded = {0};

    memcpy(padded + shift, text, n);
    base64_encode((struct bytes){padded, shift + n}, &encoded);
    encoded.len = last;
    add(p, "base64", buf_string(&encoded) + first, false);
    buf_fini(&encoded);
}

static void add_v4(struct probe *p, const uint8_t b[4])
{
    const uint8_t back[4] = {b[3], b[2], b[1], b[0]};
    uint32_t value = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    char text[PROBE_NEEDLE_MAX];

    add_four(p, "dotted", PLAIN, ".", b);
    add_four(p, "dotted", PLAIN, "-", b);
    add_four(p, "dotted", PLAIN, "_", b);
    if (memcmp(b, back, sizeof back) != 0) {
        add_four(p, "reversed", PLAIN, ".", back);
        add_four(p, "reversed", PLAIN, "-", back);
    }
    snprintf(text, sizeof text, "%u", value);
    add(p, "decimal", text, true);
    add_four(p, "padded", PADDED, "", b);
    add_four(p, "padded", PADDED, ".", b);
    add_four(p, "hex", HEX, "", b);
    add_four(p, "hex", HEX, ".", b);
    add_four(p, "hex", HEX, ":", b);
    snprintf(text, sizeof text, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
    for (size_t shift = 0; shift < 3; shift++)
        add_base64(p, text, shift);
}

static void add_v6(struct probe *p, const struct address *us)
{
    char text[ADDRESS_TEXT_MAX];

    address_format(us, text);
    add(p, "dotted", text, true);
    for (size_t i = 0; i < sizeof us->bytes; i++)
        snprintf(text + 2 * i, sizeof text - 2 * i, "%02x", us->bytes[i]);
    add(p, "hex", text, true);
}

void probe_begin(struct probe *p, const struct address *us)
{
    p->n = 0;
    buf_clear(&p->found);
    if (us->family == 4)
        add_v4(p, us->bytes);
    else if (us->family == 6)
        add_v6(p, us);
}

/* --- looking --- */

static bool is_part_of_number(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* In `slice` of `text`, whose letters may be small in it. */
static bool has(const struct probe_needle *n, struct bytes slice, struct bytes text, size_t begin)
{
    size_t length = strlen(n->text);
    const uint8_t *at;

    for (struct bytes rest = slice; (at = memmem(rest.at, rest.n, n->text, length));) {
        size_t start = begin + (size_t)(at - slice.at), end = start + length;
        bool before = start && is_part_of_number(text.at[start - 1]);
        bool after = end < text.n && is_part_of_number(text.at[end]);

        if (!n->digits || (!before && !after))
            return true;
        rest = bytes_skip(rest, (size_t)(at - rest.at) + 1);
    }
    return false;
}

static bool is_noted(struct probe *p, const char *form, enum probe_place where)
{
    char text[64];

    snprintf(text, sizeof text, "%s:%s", form, places[where]);
    return bytes_find_nocase(buf_view(&p->found), text) != NULL;
}

/* The subject is one of the headers. */
static void note(struct probe *p, const char *form, enum probe_place where)
{
    char text[64];

    if (is_noted(p, form, where) || (where == PROBE_HEADERS && is_noted(p, form, PROBE_SUBJECT)))
        return;
    snprintf(text, sizeof text, "%s:%s", form, places[where]);
    if (p->found.len)
        buf_append_byte(&p->found, ' ');
    buf_append_text(&p->found, text);
}

static struct bytes lower(struct probe *p, struct bytes text)
{
    buf_set(&p->lower, text.at, text.n);
    for (size_t i = 0; i < text.n; i++)
        if (p->lower.data[i] >= 'A' && p->lower.data[i] <= 'Z')
            p->lower.data[i] |= 0x20;
    return buf_view(&p->lower);
}

/* In slices that share the length of a needle: a copy of all would be long. */
void probe_look(struct probe *p, enum probe_place where, struct bytes text)
{
    for (size_t begin = 0; begin < text.n; begin += SLICE) {
        struct bytes slice = bytes_skip(text, begin), small;

        if (slice.n > SLICE + PROBE_NEEDLE_MAX)
            slice.n = SLICE + PROBE_NEEDLE_MAX;
        small = lower(p, slice);
        for (unsigned i = 0; i < p->n; i++)
            if (has(&p->needles[i], strcmp(p->needles[i].form, "base64") ? small : slice, text,
                    begin))
                note(p, p->needles[i].form, where);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (memmem(small.at, small.n, words[i], strlen(words[i])))
                note(p, "words", where);
    }
}

void probe_fini(struct probe *p)
{
    buf_fini(&p->found);
    buf_fini(&p->lower);
}
