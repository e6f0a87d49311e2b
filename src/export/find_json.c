/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line of JSON a row: numbers as numbers, 0 and 1 of BOOL as false and true, times, addresses and
 * all else as strings; what is empty is left out.  Of text the escapes of records are undone where
 * that gives UTF-8; other text stays as it stands in the record.  With several kinds `file` says
 * which one a row is of.
 */
#include <glib.h>
#include <string.h>

#include "base/json.h"
#include "export/filters.h"
#include "export/find.h"

struct memory {
    struct bytes cells[FIND_COLUMNS_MAX];
    struct buf data, text;
};

static void open_kind(struct finding *f)
{
    f->state = g_new0(struct memory, 1);
}

static void close_kind(struct finding *f)
{
    struct memory *m = f->state;

    buf_fini(&m->data);
    buf_fini(&m->text);
    g_free(m);
}

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
static void put_as_it_stands(struct finding *f, struct bytes cell, struct buf *scratch)
{
    char *valid;

    csv_cell_undouble(cell, scratch);
    valid = g_utf8_make_valid((const char *)scratch->data, (gssize)scratch->len);
    json_string(&f->out, valid);
    g_free(valid);
}

static void put_text(struct finding *f, struct bytes cell, struct buf *scratch)
{
    struct bytes text = filters_text(cell, scratch);

    if (json_holds(text))
        json_bytes(&f->out, text);
    else
        put_as_it_stands(f, cell, scratch);
}

static void put_value(struct finding *f, enum column_type type, struct bytes cell,
                      struct buf *scratch)
{
    if ((type == COLUMN_UINT || type == COLUMN_REAL) && is_number(cell))
        buf_append(&f->out, cell.at, cell.n);
    else if (type == COLUMN_BOOL && is_bool(cell))
        buf_append_text(&f->out, cell.at[0] == '1' ? "true" : "false");
    else
        put_text(f, cell, scratch);
}

/* Base64, in parts: nothing of it is to be escaped. */
static void put_data(struct finding *f, struct source *source, struct json *j)
{
    struct bytes part = source_data(source);

    if (!part.n)
        return;
    json_name(j, "data");
    buf_append_byte(&f->out, '"');
    for (; part.n; part = source_data(source))
        for (size_t i = 0; i < part.n; i++)
            if (part.at[i] > ' ' && part.at[i] < 0x7f && part.at[i] != '\\')
                buf_append_byte(&f->out, part.at[i]);
    buf_append_byte(&f->out, '"');
}

static void put_cells(struct finding *f, const struct bytes *cells, const unsigned *columns,
                      unsigned n, struct json *j)
{
    const struct record_schema *schema = record_schema(f->kind);
    struct memory *m = f->state;

    for (unsigned i = 0; i < n; i++) {
        const struct column *c = &schema->columns[columns ? columns[i] : i];

        if (!cells[i].n)
            continue;
        json_name(j, c->name);
        put_value(f, c->type, cells[i], &m->text);
    }
}

static void put_row(struct finding *f, struct source *source, const struct bytes *cells)
{
    struct memory *m = f->state;
    struct json j = {.out = &f->out};

    json_open(&j, NULL, '{');
    if (f->several)
        json_word(&j, "file", record_schema(f->kind)->name);
    if (f->chosen) {
        find_cells(f, source, cells, m->cells, &m->data);
        put_cells(f, m->cells, f->columns, f->column_count, &j);
    } else {
        put_cells(f, cells, NULL, record_schema(f->kind)->column_count, &j);
        put_data(f, source, &j);
    }
    json_close(&j, '}');
    buf_append_byte(&f->out, '\n');
    find_put(f, BYTES_NONE);
}

const struct find_format find_json = {
    .name = "json", .open = open_kind, .row = put_row, .close = close_kind};
