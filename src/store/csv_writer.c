/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of potsherd/rows.h as RFC 4180 has them: the one place that knows how a cell
 * looks. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/escape.h"
#include "potsherd/csv_file.h"
#include "potsherd/rows.h"

#define BUFFER_BYTES (256 * 1024)
#define BASE64_BYTES (48 * 1024) /* a multiple of three */

void rows_init(struct rows *w, enum record_file file, const struct row_mask *mask,
               struct row_sink sink)
{
    *w = (struct rows){.schema = record_schema(file), .mask = mask, .sink = sink};
    buf_reserve(&w->out, BUFFER_BYTES + 4096);
}

void rows_fini(struct rows *w)
{
    buf_fini(&w->out);
}

static bool put(struct rows *w, bool part)
{
    bool good = !w->out.len || w->sink.put(w->sink.context, buf_view(&w->out), w->buffered, part);

    buf_clear(&w->out);
    w->buffered = 0;
    w->parted = part;
    return good;
}

bool rows_flush(struct rows *w)
{
    return put(w, false);
}

void rows_header(const struct record_schema *schema, struct buf *out)
{
    for (unsigned i = 0; i < schema->column_count; i++) {
        if (i)
            buf_append_byte(out, ',');
        buf_append_text(out, schema->columns[i].name);
    }
    buf_append_byte(out, '\n');
}

void rows_begin(struct rows *w)
{
    w->column = w->first = 0;
}

/* The commas up to and with the one before `column`. */
static void fill_to(struct rows *w, unsigned column)
{
    for (; w->column <= column; w->column++)
        if (w->column > w->first)
            buf_append_byte(&w->out, ',');
}

void rows_end(struct rows *w)
{
    fill_to(w, w->schema->column_count - 1);
    buf_append_byte(&w->out, '\n');
    w->rows++;
    w->buffered++;
    if (w->out.len >= BUFFER_BYTES || w->parted ||
        w->each) /* who has a part of it waits for the rest */
        rows_flush(w);
}

/* Goes to a column; the ones left out stay empty. */
static void go_to(struct rows *w, unsigned column)
{
    if (column < w->column || column >= w->schema->column_count)
        log_panic("%s.csv: column %u set after %u", w->schema->name, column, w->column);
    fill_to(w, column);
}

void cells_begin(struct rows *w, enum record_file file, unsigned column,
                 const struct row_mask *mask, struct buf *out)
{
    *w = (struct rows){.schema = record_schema(file),
                       .mask = mask,
                       .out = *out,
                       .column = column,
                       .first = column};
}

void cells_end(struct rows *w, unsigned last, struct buf *out)
{
    fill_to(w, last);
    *out = w->out;
}

/* Bytes that stand for themselves: printable ASCII but for comma, quote, backslash. */
static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c < 0x7f && c != ',' && c != '"' && c != '\\';
}

static void put_plainly(struct buf *out, struct bytes text)
{
    buf_append(out, text.at, text.n);
}

static void quote_with(void (*append)(struct buf *out, struct bytes text), struct buf *out,
                       struct bytes text)
{
    bool quoted = text.n && (memchr(text.at, ',', text.n) || memchr(text.at, '"', text.n));

    if (quoted)
        buf_append_byte(out, '"');
    for (;;) {
        const uint8_t *quote = text.n ? memchr(text.at, '"', text.n) : NULL;
        size_t n = quote ? (size_t)(quote - text.at) : text.n;

        append(out, (struct bytes){text.at, n});
        if (!quote)
            break;
        buf_append_text(out, "\"\"");
        text = bytes_skip(text, n + 1);
    }
    if (quoted)
        buf_append_byte(out, '"');
}

static void escape(struct buf *out, struct bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!is_plain(text.at[i])) {
            quote_with(escape_cell, out, text);
            return;
        }
    buf_append(out, text.at, text.n);
}

void rows_append_text(struct buf *out, struct bytes text)
{
    escape(out, text);
}

void rows_append_cell(struct buf *out, struct bytes cell)
{
    quote_with(put_plainly, out, cell);
}

/* What the mask leaves of it. */
static struct bytes masked(const struct rows *w, unsigned column, struct bytes text)
{
    enum column_holds holds = HOLDS_OPEN;

    if (w->mask && text.n && column < w->schema->column_count)
        holds = w->schema->columns[column].holds;
    return holds == HOLDS_OPEN ? text : w->mask->text(w->mask->context, holds, text);
}

void rows_text(struct rows *w, unsigned column, struct bytes text)
{
    text = masked(w, column, text);
    if (!text.n)
        return;
    go_to(w, column);
    escape(&w->out, text);
}

void rows_cell(struct rows *w, unsigned column, struct bytes cell)
{
    if (!cell.n)
        return;
    go_to(w, column);
    rows_append_cell(&w->out, cell);
}

void rows_text_lower(struct rows *w, unsigned column, struct bytes text)
{
    size_t from;

    text = masked(w, column, text);
    if (!text.n)
        return;
    go_to(w, column);
    from = w->out.len;
    escape(&w->out, text);
    for (size_t i = from; i < w->out.len; i++) /* \x stays as it is, and its digits are low */
        if (w->out.data[i] >= 'A' && w->out.data[i] <= 'Z')
            w->out.data[i] |= 0x20;
}

void rows_word(struct rows *w, unsigned column, const char *text)
{
    if (text)
        rows_text(w, column, bytes_of(text));
}

void rows_uint(struct rows *w, unsigned column, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    go_to(w, column);
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    buf_append(&w->out, digits + at, sizeof digits - at);
}

void rows_bool(struct rows *w, unsigned column, bool value)
{
    go_to(w, column);
    buf_append_byte(&w->out, value ? '1' : '0');
}

void rows_time(struct rows *w, unsigned column, time_us t)
{
    char text[TIME_TEXT_MAX];

    go_to(w, column);
    buf_append(&w->out, text, time_format(t, text));
}

void rows_seconds(struct rows *w, unsigned column, time_us t)
{
    char text[32];

    go_to(w, column);
    g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT ".%06d", t / TIME_SECOND,
               (int)(t % TIME_SECOND));
    buf_append_text(&w->out, text);
}

void rows_ip(struct rows *w, unsigned column, const struct address *ip)
{
    char text[ADDRESS_TEXT_MAX];
    struct address left = *ip;

    if (!ip->family)
        return;
    go_to(w, column);
    if (w->mask)
        w->mask->address(w->mask->context, w->schema->columns[column].holds, &left);
    buf_append(&w->out, text, address_format(&left, text));
}

void rows_hex(struct rows *w, unsigned column, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";

    go_to(w, column);
    buf_reserve(&w->out, 2 * n);
    for (size_t i = 0; i < n; i++) {
        w->out.data[w->out.len++] = (uint8_t)digits[bytes[i] >> 4];
        w->out.data[w->out.len++] = (uint8_t)digits[bytes[i] & 15];
    }
}

void rows_cells(struct rows *w, unsigned column, unsigned last, struct bytes cells)
{
    go_to(w, column);
    buf_append(&w->out, cells.at, cells.n);
    w->column = last + 1;
}

void rows_base64(struct rows *w, unsigned column, struct bytes part)
{
    if (w->column <= column)
        go_to(w, column);
    while (part.n) {
        size_t n = part.n < BASE64_BYTES ? part.n : BASE64_BYTES;

        base64_encode((struct bytes){part.at, n}, &w->out);
        part = bytes_skip(part, n);
        if (w->out.len >= BUFFER_BYTES && part.n) /* a long row goes out in parts */
            put(w, true);
    }
}

void rows_take(struct rows *w, struct bytes rows, uint64_t count, bool part)
{
    buf_append(&w->out, rows.at, rows.n);
    w->rows += count;
    w->buffered += count;
    if (part)
        put(w, true);
    else if (w->out.len >= BUFFER_BYTES || w->parted)
        rows_flush(w);
}

/* --- as a file --- */

/* After the header line; all of them are shorter than this. */
static off_t units_begin(int fd, off_t size)
{
    char head[8192];
    ssize_t n = pread(fd, head, sizeof head, 0);
    const char *newline = n > 0 ? memchr(head, '\n', (size_t)n) : NULL;

    (void)size;
    return newline ? newline - head + 1 : -1;
}

const struct output_kind csv_file = {.ending = ".csv",
                                     .units = "rows",
                                     .doing = "recording",
                                     .compressed = true,
                                     .units_begin = units_begin,
                                     .units_end = output_lines_end,
                                     .count = output_lines_count};
