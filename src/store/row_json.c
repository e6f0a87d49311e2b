/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/row_json.h"

#include <glib.h>
#include <string.h>

#include "base/escape.h"
#include "potsherd/csv_reader.h"

/* --- a cell --- */

/* As RFC 8259 section 6 has them: no zero before others, and digits behind a point. */
static bool is_number(struct bytes cell)
{
    size_t n = 0, whole;

    while (n < cell.n && g_ascii_isdigit(cell.at[n]))
        n++;
    whole = n;
    if (!whole || (whole > 1 && cell.at[0] == '0'))
        return false;
    if (n < cell.n && cell.at[n] == '.')
        for (n++; n < cell.n && g_ascii_isdigit(cell.at[n]);)
            n++;
    return n == cell.n && (whole == n || n > whole + 1);
}

static bool is_bool(struct bytes cell)
{
    return cell.n == 1 && (cell.at[0] == '0' || cell.at[0] == '1');
}

/* What a file that is not ours may hold beside UTF-8. */
static void put_as_it_stands(struct buf *out, struct bytes cell, struct buf *scratch)
{
    char *valid;

    csv_cell_undouble(cell, scratch);
    valid = g_utf8_make_valid((const char *)scratch->data, (gssize)scratch->len);
    json_string(out, valid);
    g_free(valid);
}

static void put_text(struct buf *out, struct bytes cell, struct buf *scratch)
{
    struct buf plain = {0};

    if (!memchr(cell.at, '"', cell.n) && !memchr(cell.at, '\\', cell.n) && json_holds(cell)) {
        json_bytes(out, cell);
        return;
    }
    csv_cell_undouble(cell, &plain);
    buf_clear(scratch);
    escape_cell_undo(scratch, buf_view(&plain));
    buf_fini(&plain);
    if (json_holds(buf_view(scratch)))
        json_bytes(out, buf_view(scratch));
    else
        put_as_it_stands(out, cell, scratch);
}

void row_json_value(struct buf *out, enum column_type type, struct bytes cell, struct buf *scratch)
{
    if ((type == COLUMN_UINT || type == COLUMN_REAL) && is_number(cell))
        buf_append(out, cell.at, cell.n);
    else if (type == COLUMN_BOOL && is_bool(cell))
        buf_append_text(out, cell.at[0] == '1' ? "true" : "false");
    else
        put_text(out, cell, scratch);
}

/* --- rows --- */

static const struct column *column_of(const struct row_json *j)
{
    return &j->schema->columns[MIN(j->column, j->schema->column_count - 1)];
}

static void begin_row(struct row_json *j, struct buf *out)
{
    j->line = (struct json){.out = out};
    json_open(&j->line, NULL, '{');
    j->in_row = true;
}

static void end_cell(struct row_json *j, struct buf *out)
{
    if (j->in_data) {
        buf_append_byte(out, '"');
    } else if (j->cell.len) {
        json_name(&j->line, column_of(j)->name);
        row_json_value(out, column_of(j)->type, buf_view(&j->cell), &j->scratch);
    }
    buf_clear(&j->cell);
    j->in_data = j->closed = false;
    j->column++;
}

static void end_row(struct row_json *j, struct buf *out)
{
    end_cell(j, out);
    buf_append_text(out, "}\n");
    j->column = 0;
    j->in_row = false;
}

/* Base64 is the one cell that may be large, and has nothing to escape. */
static size_t put_data(struct row_json *j, struct bytes csv, struct buf *out)
{
    size_t n = 0;

    while (n < csv.n && csv.at[n] != ',' && csv.at[n] != '\n')
        n++;
    if (!j->in_data) {
        json_name(&j->line, column_of(j)->name);
        buf_append_byte(out, '"');
    }
    j->in_data = true;
    buf_append(out, csv.at, n);
    return n;
}

/* RFC 4180: a quote behind the end of a quoted part stands for itself, doubled in the cell. */
static size_t put_quote(struct row_json *j)
{
    if (j->closed)
        buf_append(&j->cell, "\"\"", 2);
    j->closed = false;
    j->quoted = true;
    return 1;
}

static size_t put_quoted(struct row_json *j, struct bytes csv)
{
    const uint8_t *quote = memchr(csv.at, '"', csv.n);
    size_t n = quote ? (size_t)(quote - csv.at) : csv.n;

    buf_append(&j->cell, csv.at, n);
    j->closed = quote != NULL;
    j->quoted = !quote;
    return n + (quote != NULL);
}

static size_t put_plain(struct row_json *j, struct bytes csv)
{
    size_t n = 0;

    while (n < csv.n && csv.at[n] != ',' && csv.at[n] != '\n' && csv.at[n] != '"')
        n++;
    buf_append(&j->cell, csv.at, n);
    return n;
}

static size_t put_some(struct row_json *j, struct bytes csv, struct buf *out)
{
    if (!j->in_row)
        begin_row(j, out);
    j->line.out = out; /* another one may come with each call */
    if (j->quoted)
        return put_quoted(j, csv);
    switch (csv.at[0]) {
    case ',':
        end_cell(j, out);
        return 1;
    case '\n':
        end_row(j, out);
        return 1;
    case '"':
        return put_quote(j);
    default:
        return column_of(j)->type == COLUMN_B64 ? put_data(j, csv, out) : put_plain(j, csv);
    }
}

void row_json_put(struct row_json *j, struct bytes csv, struct buf *out)
{
    while (csv.n)
        csv = bytes_skip(csv, put_some(j, csv, out));
}

void row_json_reset(struct row_json *j)
{
    buf_clear(&j->cell);
    j->column = 0;
    j->quoted = j->closed = j->in_data = j->in_row = false;
}

void row_json_fini(struct row_json *j)
{
    buf_fini(&j->cell);
    buf_fini(&j->scratch);
}

/* --- as a file --- */

static off_t units_begin(int fd, off_t size)
{
    (void)fd;
    (void)size;
    return 0;
}

const struct output_kind ndjson_file = {.ending = ".ndjson",
                                        .units = "rows",
                                        .doing = "recording",
                                        .compressed = true,
                                        .units_begin = units_begin,
                                        .units_end = output_lines_end,
                                        .count = output_lines_count};
