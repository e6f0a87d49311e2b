/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/words.h"

#include <stdbool.h>
#include <string.h>

#include "base/base64.h"
#include "base/number.h"

struct word {
    struct bytes charset, text; /* encoded */
    bool base64;
    size_t length; /* of all of it */
};

static const uint8_t *find(struct bytes in, char what)
{
    return in.n ? memchr(in.at, what, in.n) : NULL;
}

/* "=?charset*lang?Q?text?=" at the beginning. */
static bool read_word(struct bytes in, struct word *out)
{
    struct bytes rest = bytes_skip(in, 2);
    const uint8_t *end, *star;

    if (in.n < 8 || in.at[0] != '=' || in.at[1] != '?')
        return false;
    end =
        find((struct bytes){rest.at, rest.n < WORDS_CHARSET_MAX ? rest.n : WORDS_CHARSET_MAX}, '?');
    if (!end || end == rest.at)
        return false;
    out->charset = (struct bytes){rest.at, (size_t)(end - rest.at)};
    star = find(out->charset, '*'); /* RFC 2231 section 5 */
    rest = bytes_skip(rest, out->charset.n + 1);
    if (star)
        out->charset.n = (size_t)(star - out->charset.at);
    if (rest.n < 3 || rest.at[1] != '?' || !strchr("BbQq", rest.at[0]) || !rest.at[0])
        return false;
    out->base64 = (rest.at[0] | 0x20) == 'b';
    rest = bytes_skip(rest, 2);
    for (end = rest.at; (end = find(bytes_skip(rest, (size_t)(end - rest.at)), '?')); end++)
        if ((size_t)(end - rest.at) + 1 < rest.n && end[1] == '=')
            break;
    if (!end)
        return false;
    out->text = (struct bytes){rest.at, (size_t)(end - rest.at)};
    out->length = (size_t)(end + 2 - in.at);
    return true;
}

/* --- decoding --- */

static void decode_q(struct bytes text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.at[i];

        if (c == '=' && i + 2 < text.n && number_hex_digit(text.at[i + 1]) >= 0 &&
            number_hex_digit(text.at[i + 2]) >= 0) {
            c = (uint8_t)(number_hex_digit(text.at[i + 1]) << 4 | number_hex_digit(text.at[i + 2]));
            i += 2;
        } else if (c == '_') {
            c = ' ';
        }
        buf_append_byte(out, c);
    }
}

/* --- a value --- */

static size_t blanks_of(struct bytes in)
{
    size_t n = 0;

    while (n < in.n && (in.at[n] == ' ' || in.at[n] == '\t'))
        n++;
    return n;
}

static bool same_charset(struct bytes a, struct bytes b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if ((a.at[i] | 0x20) != (b.at[i] | 0x20))
            return false;
    return true;
}

/* One word and those that follow it.  Returns how long they are. */
static size_t take_words(struct bytes in, const struct word *first, struct buf *decoded,
                         const struct words_sink *sink)
{
    struct word w = *first;
    size_t at = 0;
    bool more;

    buf_clear(decoded);
    do {
        struct bytes charset = w.charset;
        size_t blanks;

        if (w.base64)
            base64_decode_loosely(w.text, decoded);
        else
            decode_q(w.text, decoded);
        at += w.length;
        blanks = blanks_of(bytes_skip(in, at));
        more = read_word(bytes_skip(in, at + blanks), &w);
        if (more)
            at += blanks;
        if (!more || !same_charset(charset, w.charset)) {
            sink->text(sink->context, charset, buf_view(decoded));
            buf_clear(decoded);
        }
    } while (more);
    return at;
}

/* Where the last word can end, so that no beginning behind it is searched for an end. */
static const uint8_t *last_end(struct bytes value)
{
    for (size_t i = value.n; i >= 2; i--)
        if (value.at[i - 2] == '?' && value.at[i - 1] == '=')
            return value.at + i;
    return value.at;
}

void words_decode(struct bytes value, const struct words_sink *sink)
{
    const uint8_t *end = last_end(value);
    struct buf decoded = {0};
    struct bytes plain = {value.at, 0};
    struct word w;

    while (value.n) {
        const uint8_t *start = find(value, '=');
        size_t before = start ? (size_t)(start - value.at) : value.n;

        plain.n += before;
        value = bytes_skip(value, before);
        if (value.at >= end || !read_word(value, &w)) {
            plain.n += value.n > 0;
            value = bytes_skip(value, 1);
            continue;
        }
        if (plain.n)
            sink->text(sink->context, BYTES_NONE, plain);
        value = bytes_skip(value, take_words(value, &w, &decoded, sink));
        plain = (struct bytes){value.at, 0};
    }
    if (plain.n)
        sink->text(sink->context, BYTES_NONE, plain);
    buf_fini(&decoded);
}
