/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line of JSON a row, as potsherd/row_json.h has them.  With several kinds `file` says which one
 * a row is of.
 */
#include <glib.h>
#include <string.h>

#include "base/json.h"
#include "export/filters.h"
#include "export/find.h"
#include "potsherd/row_json.h"

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
        row_json_value(&f->out, c->type, cells[i], &m->text);
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
