/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "redact/payload.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define OUT_BYTES    49152 /* a multiple of three */
#define BASE64_LEAST 40    /* characters of a line that looks like it */
#define SOFT_LEAST   60    /* of one that a soft line break ends */

void redact_payload_init(struct redact_payload *p, struct redact_text *text)
{
    *p = (struct redact_payload){.text = text};
}

void redact_payload_fini(struct redact_payload *p)
{
    redact_mime_fini(&p->mime);
    buf_fini(&p->line);
    buf_fini(&p->block);
    buf_fini(&p->out);
}

void redact_payload_begin(struct redact_payload *p, bool gaps, struct redact_sink sink)
{
    redact_mime_begin(&p->mime);
    buf_clear(&p->line);
    buf_clear(&p->block);
    buf_clear(&p->out);
    p->sink = sink;
    p->gaps = gaps;
    p->after_cr = p->long_line = p->uuencode = p->base64 = p->soft = false;
    p->dropped = 0;
}

/* --- what goes out --- */

static void put_out(struct redact_payload *p, size_t least)
{
    size_t n = least ? p->out.len / 3 * 3 : p->out.len;

    if (!n || p->out.len < least)
        return;
    p->sink.put(p->sink.context, (struct bytes){p->out.data, n});
    buf_drop_front(&p->out, n);
}

static void flush_block(struct redact_payload *p)
{
    redact_text(p->text, buf_view(&p->block), &p->out);
    buf_clear(&p->block);
    put_out(p, OUT_BYTES);
}

static void end_dropping(struct redact_payload *p)
{
    char digits[REDACT_DIGITS], line[96];

    if (!p->dropped)
        return;
    redact_hash_end(p->text->hash, digits);
    snprintf(line, sizeof line, "%s[redacted: %" PRIu64 " bytes, %.*s]%s", p->folded ? "\t" : "",
             p->dropped, REDACT_DIGITS, digits, p->crlf ? "\r\n" : "\n");
    buf_append_text(&p->out, line);
    p->dropped = 0;
}

static void keep(struct redact_payload *p, struct bytes line)
{
    bool goes_on = line.n && strchr(" \t@", line.at[0]) && line.at[0];

    end_dropping(p);
    if (p->block.len >= REDACT_LINE_MAX || (p->block.len >= REDACT_BLOCK_MAX && !goes_on))
        flush_block(p);
    buf_append(&p->block, line.at, line.n);
}

/* Nothing else is hashed until end_dropping. */
static void drop(struct redact_payload *p, enum redact_place place, struct bytes line)
{
    if (!p->dropped) {
        flush_block(p);
        redact_hash_begin(p->text->hash, "part:");
        p->folded = place == REDACT_HEADERS;
        p->crlf = line.n >= 2 && line.at[line.n - 2] == '\r';
    }
    redact_hash_add(p->text->hash, line);
    p->dropped += line.n;
}

/* --- what a line is --- */

static bool is_base64(struct bytes line)
{
    for (size_t i = 0; i < line.n; i++) {
        uint8_t c = line.at[i];

        if (!(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c != '+' &&
            c != '/' && c != '=')
            return false;
    }
    return line.n > 0;
}

/* And no row of = or +. */
static bool looks_like_base64(struct bytes line)
{
    size_t letters = 0;

    if (line.n < BASE64_LEAST || !is_base64(line))
        return false;
    for (size_t i = 0; i < line.n; i++)
        letters += redact_is_word(line.at[i]);
    return letters > line.n / 2;
}

/* "begin 644 NAME", "begin-base64 644 NAME" */
static bool begins_uuencode(struct bytes line)
{
    struct bytes rest = line, word = bytes_take_word(&rest), mode;

    if (!bytes_equal_nocase(word, "begin") && !bytes_equal_nocase(word, "begin-base64"))
        return false;
    mode = bytes_take_word(&rest);
    for (size_t i = 0; i < mode.n; i++)
        if (mode.at[i] < '0' || mode.at[i] > '7')
            return false;
    return mode.n >= 3 && mode.n <= 4 && rest.n;
}

static bool ends_uuencode(struct bytes line)
{
    line = bytes_trim(line);
    return bytes_equal_nocase(line, "end") || bytes_equal_nocase(line, "====");
}

/* Quoted-printable that is not labelled: a word may go on in the next line. */
static bool is_soft(struct bytes line)
{
    return line.n >= SOFT_LEAST && line.at[line.n - 1] == '=' && line.at[line.n - 2] != '=';
}

static bool is_dropped_of_body(struct redact_payload *p, struct bytes line)
{
    bool was_soft = p->soft;

    if (p->uuencode) {
        p->uuencode = !ends_uuencode(line);
        return true;
    }
    p->uuencode = begins_uuencode(line);
    p->soft = is_soft(line);
    return p->uuencode || p->soft || was_soft;
}

static bool is_dropped(struct redact_payload *p, enum redact_place place, struct bytes line)
{
    struct bytes bare = bytes_trim(line);
    bool tail;

    if (place == REDACT_OTHER_BODY || (place == REDACT_HEADERS && p->mime.boundary)) {
        p->uuencode = p->base64 = p->soft = false;
        return place == REDACT_OTHER_BODY;
    }
    tail = p->base64 && is_base64(bare);
    p->base64 = looks_like_base64(bare);
    return (place == REDACT_TEXT_BODY && is_dropped_of_body(p, line)) || p->base64 || tail ||
           (line.n && memchr(line.at, 0, line.n));
}

/* --- lines --- */

static struct bytes without_end(struct bytes line)
{
    while (line.n && (line.at[line.n - 1] == '\n' || line.at[line.n - 1] == '\r'))
        line.n--;
    return line;
}

/* Once a line.  Behind a gap nothing is known of what follows the first headers. */
static enum redact_place place_of(struct redact_payload *p, struct bytes line)
{
    bool behind_headers = !p->mime.first;
    enum redact_place place = redact_mime_line(&p->mime, line);

    return p->gaps && behind_headers ? REDACT_OTHER_BODY : place;
}

static void take(struct redact_payload *p, struct bytes whole)
{
    struct bytes line = without_end(whole);
    enum redact_place place = p->long_line ? p->place : place_of(p, line);

    if (is_dropped(p, place, line))
        drop(p, place, whole);
    else
        keep(p, whole);
}

/* CRs with an LF behind them are one line's end, without one a line's end each. */
static void end_line(struct redact_payload *p)
{
    struct bytes line = buf_view(&p->line);
    bool empty = line.n >= 2 && line.at[line.n - 1] == '\r' && line.at[line.n - 2] == '\r';

    if (line.n)
        take(p, line);
    p->after_cr = p->long_line = false;
    if (empty)
        (void)place_of(p, BYTES_NONE);
    buf_clear(&p->line);
}

/* Where text can be cut without cutting a mail address: behind its last blank or bracket; 0:
 * nowhere. */
static size_t find_cut(struct bytes text)
{
    for (size_t n = text.n; n; n--)
        if (text.at[n - 1] && strchr(" \t<>(),;\"", text.at[n - 1]))
            return n;
    return 0;
}

/* Takes of a line that is too long what can be looked through; what cannot be is dropped. */
static void take_piece(struct redact_payload *p)
{
    struct bytes piece = buf_view(&p->line);
    size_t n = find_cut(piece);

    if (!p->long_line)
        p->place = place_of(p, piece);
    p->long_line = true;
    if (n)
        piece.n = n;
    if (!n || p->place == REDACT_OTHER_BODY || memchr(piece.at, 0, piece.n))
        drop(p, p->place, piece);
    else
        keep(p, piece);
    buf_drop_front(&p->line, piece.n);
}

void redact_payload_put(struct redact_payload *p, struct bytes part)
{
    while (part.n) {
        size_t n = 0, most = REDACT_LINE_MAX - p->line.len;

        if (p->after_cr && part.at[0] != '\n' && part.at[0] != '\r')
            end_line(p);
        while (n < part.n && n < most && part.at[n] != '\n' && part.at[n] != '\r')
            n++;
        n += n < part.n && n < most;
        buf_append(&p->line, part.at, n);
        part = bytes_skip(part, n);
        if (p->line.data[p->line.len - 1] == '\n')
            end_line(p);
        else if (p->line.len == REDACT_LINE_MAX)
            take_piece(p);
        else
            p->after_cr = p->line.data[p->line.len - 1] == '\r';
    }
}

void redact_payload_end(struct redact_payload *p)
{
    end_line(p);
    flush_block(p);
    end_dropping(p);
    put_out(p, 0);
}
