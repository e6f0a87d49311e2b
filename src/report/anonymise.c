/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/anonymise.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "potsherd/address.h"

#define GROUPS_V4     4
#define GROUP_DIGITS  3 /* 010.0.0.3 is an address to some programs */
#define GROUP_MOST    255
#define PREFIX_V4     24
#define PREFIX_V6     48
#define PREFIX_DIGITS 3 /* of a length that stands behind an address */

/* ---- mail addresses ---- */

/* What may stand before an @ (RFC 5322 atext, and what cells write for bytes that are no text);
 * of a quoted name the quotes are looked for. */
static bool is_local(uint8_t c)
{
    return c >= 0x80 || g_ascii_isalnum((gchar)c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.\\", c));
}

/* How many bytes of `text` are an @ with a domain behind it; 0: none. */
static size_t at_sign(struct bytes text)
{
    size_t n = text.n && text.at[0] == '@' ? 1 : 0;

    if (!n && text.n >= 3 && memcmp(text.at, "%40", 3) == 0)
        n = 3;
    if (!n || n == text.n)
        return 0;
    return text.at[n] >= 0x80 || text.at[n] == '[' || g_ascii_isalnum((gchar)text.at[n]) ? n : 0;
}

/* Takes the name off the end of `out`; false: there is none, and the @ is no mail address's. */
static bool drop_local(struct buf *out, size_t from)
{
    size_t end = out->len;

    if (end > from && out->data[end - 1] == '"') {
        end--;
        while (end > from && out->data[end - 1] != '"')
            end--;
        end -= end > from;
    }
    while (end > from && is_local(out->data[end - 1]))
        end--;
    if (end == out->len)
        return false;
    out->len = end;
    return true;
}

struct bytes anonymise_mailbox(struct bytes address)
{
    const uint8_t *at = address.n ? memrchr(address.at, '@', address.n) : NULL;
    struct bytes domain;

    if (address.n == 2 && memcmp(address.at, "<>", 2) == 0)
        return address;
    if (!at)
        return BYTES_NONE;
    domain = bytes_skip(address, (size_t)(at - address.at) + 1);
    while (domain.n && domain.at[domain.n - 1] == '>')
        domain.n--;
    return domain;
}

/* ---- addresses ---- */

/* A length behind an address, "/32": its bytes, with the slash; 0: none. */
static size_t length_behind(struct bytes text, unsigned *length)
{
    size_t n = 1;

    *length = 0;
    if (!text.n || text.at[0] != '/')
        return 0;
    while (n < text.n && n <= PREFIX_DIGITS && g_ascii_isdigit((gchar)text.at[n]))
        *length = *length * 10 + (unsigned)(text.at[n++] - '0');
    return n > 1 ? n : 0;
}

/* The length of the network; a shorter one that stands there already stays.  Gives the bytes
 * of `behind` that are used up. */
static size_t append_length(struct buf *out, unsigned prefix, struct bytes behind)
{
    char text[16];
    unsigned length;
    size_t n = length_behind(behind, &length);

    snprintf(text, sizeof text, "/%u", n && length < prefix ? length : prefix);
    buf_append_text(out, text);
    return n;
}

/* "192", "010": its length; 0: no group of an IPv4 address. */
static size_t group_length(struct bytes text)
{
    unsigned value = 0;
    size_t n = 0;

    while (n < text.n && g_ascii_isdigit((gchar)text.at[n])) {
        if (n == GROUP_DIGITS)
            return 0;
        value = value * 10 + (unsigned)(text.at[n++] - '0');
    }
    return value <= GROUP_MOST ? n : 0;
}

/* Four groups at the start of `text`, dots or hyphens between them: the length of three groups
 * with their separators, and of all.  False: none. */
static bool find_v4(struct bytes text, size_t *three, size_t *all)
{
    uint8_t between = 0;
    size_t n = 0;

    for (unsigned i = 0; i < GROUPS_V4; i++) {
        size_t group;

        if (i) {
            if (n == text.n || !strchr(".-", text.at[n]) || (between && text.at[n] != between))
                return false;
            between = text.at[n++];
        }
        *three = n;
        group = group_length(bytes_skip(text, n));
        if (!group)
            return false;
        n += group;
    }
    *all = n;
    return true;
}

/* Gives the bytes of `text` that were an address; 0: none. */
static size_t take_v4(struct bytes text, struct buf *out)
{
    size_t three, all;

    if (!find_v4(text, &three, &all))
        return 0;
    buf_append(out, text.at, three);
    if (text.at[three - 1] == '-') {
        buf_append_text(out, "x");
        return all;
    }
    buf_append_text(out, "0");
    return all + append_length(out, PREFIX_V4, bytes_skip(text, all));
}

static bool is_v6(uint8_t c)
{
    return c == ':' || c == '.' || g_ascii_isxdigit((gchar)c);
}

static void append_v6(struct address *a, struct buf *out)
{
    char text[ADDRESS_TEXT_MAX];

    memset(a->bytes + PREFIX_V6 / 8, 0, sizeof a->bytes - PREFIX_V6 / 8);
    buf_append(out, text, address_format(a, text));
}

static bool is_mapped(const struct address *a)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

    return memcmp(a->bytes, prefix, sizeof prefix) == 0;
}

static bool has_digit(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (g_ascii_isdigit((gchar)text.at[i]))
            return true;
    return false;
}

/* The longest address at the start: a port or the end of a sentence may stand behind it.  Within a
 * word, as in std::string, it has to have a digit. */
static size_t take_v6(uint8_t before, struct bytes text, struct buf *out)
{
    struct address a;
    size_t n = 0, colons = 0;

    while (n < text.n && n < ADDRESS_TEXT_MAX && is_v6(text.at[n]))
        colons += text.at[n++] == ':';
    if (colons < 2)
        return 0;
    while (n > 2 && (!address_parse((const char *)text.at, n, &a) || a.family != 6))
        n--;
    if (n <= 2 || (g_ascii_isalnum((gchar)before) && !has_digit((struct bytes){text.at, n})))
        return 0;
    if (is_mapped(&a)) {
        char v4[64];

        snprintf(v4, sizeof v4, "%u.%u.%u.0/%d", a.bytes[12], a.bytes[13], a.bytes[14], PREFIX_V4);
        buf_append_text(out, v4);
        return n;
    }
    append_v6(&a, out);
    return n + append_length(out, PREFIX_V6, bytes_skip(text, n));
}

/* `before` is what stands in front of it, 0 at the start. */
static size_t take_address(uint8_t before, struct bytes text, struct buf *out)
{
    size_t n = is_v6(before) ? 0 : take_v6(before, text, out);

    if (n || g_ascii_isdigit((gchar)before) || !g_ascii_isdigit((gchar)text.at[0]))
        return n;
    return take_v4(text, out);
}

void anonymise_text(struct bytes text, struct buf *out)
{
    size_t from = out->len;

    for (size_t i = 0; i < text.n;) {
        struct bytes rest = bytes_skip(text, i);
        size_t n = at_sign(rest);

        if (n && !drop_local(out, from))
            n = 0;
        if (!n)
            n = take_address(i ? text.at[i - 1] : 0, rest, out);
        if (!n)
            buf_append_byte(out, text.at[i]);
        i += n ? n : 1;
    }
}

bool anonymise_key(struct bytes key, struct buf *out)
{
    struct bytes rest = key;

    buf_clear(out);
    while (rest.n) {
        const uint8_t *end = memchr(rest.at, '\0', rest.n);
        size_t n = end ? (size_t)(end - rest.at) : rest.n;

        anonymise_text((struct bytes){rest.at, n}, out);
        if (end)
            buf_append_byte(out, '\0');
        rest = bytes_skip(rest, n + (end != NULL));
    }
    return out->len != key.n || (key.n && memcmp(out->data, key.at, key.n) != 0);
}
