/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Header and rows as they stand in the files, byte for byte.  Files of several versions have one
 * header, the longest, when the others are its beginnings: then rows of the shorter ones have empty
 * cells behind.  Otherwise, and with --columns, cells are put in order again, by the columns of
 * this version.
 */
#include <glib.h>
#include <string.h>

#include "export/find.h"

struct state {
    struct buf header; /* that all have in common, without its line end: */
    const char *line_end;
    bool in_order;    /* it is that: rows go out as they stand */
    unsigned columns; /* of it */
    unsigned missing; /* of these, at the end of the file that is read */
    struct bytes cells[FIND_COLUMNS_MAX];
    struct buf data;
};

/* --- headers --- */

static struct bytes without_end(struct bytes line)
{
    while (line.n && (line.at[line.n - 1] == '\n' || line.at[line.n - 1] == '\r'))
        line.n--;
    return line;
}

/* Its columns; names have no commas, whatever quotes they stand in. */
static unsigned count_columns(struct bytes header)
{
    unsigned n = 1;

    for (size_t i = 0; i < header.n; i++)
        n += header.at[i] == ',';
    return n;
}

static bool begins(struct bytes longer, struct bytes shorter)
{
    return shorter.n <= longer.n && !memcmp(longer.at, shorter.at, shorter.n) &&
           (shorter.n == longer.n || longer.at[shorter.n] == ',');
}

static void look_at_header(struct state *s, struct bytes header)
{
    struct bytes known = buf_view(&s->header), line = header;

    header = without_end(line);
    if (!known.n)
        s->line_end = line.n - header.n == 2 ? "\r\n" : "\n";
    if (!known.n || begins(header, known))
        buf_set(&s->header, header.at, header.n);
    else if (!begins(known, header))
        s->in_order = false;
}

/* What cannot be opened is reported when its rows are read. */
static void open_kind(struct finding *f)
{
    struct state *s = g_new0(struct state, 1);
    const GPtrArray *files = f->set->listing.files;
    struct csv_damage damage = {.quiet = true};
    struct failure failure;

    f->state = s;
    s->in_order = true;
    for (guint i = 0; i < files->len; i++) {
        const struct listed_file *file = g_ptr_array_index(files, i);
        struct source *source = file->kind == (unsigned)f->kind
                                    ? source_open(file->path, f->kind, &damage, &failure)
                                    : NULL;

        if (source)
            look_at_header(s, source_header(source));
        source_close(source);
    }
    s->columns = count_columns(buf_view(&s->header));
}

/* --- rows --- */

static void put_chosen_header(struct finding *f)
{
    const struct record_schema *schema = record_schema(f->kind);

    for (unsigned i = 0; i < f->column_count; i++) {
        buf_append_text(&f->out, i ? "," : "");
        buf_append_text(&f->out, schema->columns[f->columns[i]].name);
    }
    buf_append_byte(&f->out, '\n');
}

/* The columns of this version, one by one. */
static void choose_all(struct finding *f)
{
    const struct record_schema *schema = record_schema(f->kind);

    log_info(
        "%s.csv: the files differ in the order of their columns: these are put in the order of "
        "this version, and those that it does not know are left out",
        schema->name);
    for (unsigned i = 0; i < schema->column_count; i++)
        f->columns[i] = i;
    f->column_count = schema->column_count;
    f->chosen = true;
}

static void begin(struct finding *f)
{
    const struct state *s = f->state;

    if (f->several && !f->first)
        buf_append_byte(&f->out, '\n');
    if (!f->chosen && !s->in_order)
        choose_all(f);
    if (f->chosen) {
        put_chosen_header(f);
        return;
    }
    buf_append(&f->out, s->header.data, s->header.len);
    buf_append_text(&f->out, s->line_end);
}

static void begin_file(struct finding *f, const struct source *source)
{
    struct state *s = f->state;

    s->missing = s->columns - count_columns(without_end(source_header(source)));
}

static void put_cell(struct finding *f, struct bytes cell)
{
    bool quoted = cell.n && (memchr(cell.at, ',', cell.n) || memchr(cell.at, '"', cell.n));

    buf_append_text(&f->out, quoted ? "\"" : "");
    buf_append(&f->out, cell.at, cell.n);
    buf_append_text(&f->out, quoted ? "\"" : "");
}

static void put_chosen(struct finding *f, struct source *source, const struct bytes *cells)
{
    struct state *s = f->state;

    find_cells(f, source, cells, s->cells, &s->data);
    for (unsigned i = 0; i < f->column_count; i++) {
        buf_append_text(&f->out, i ? "," : "");
        put_cell(f, s->cells[i]);
    }
    buf_append_byte(&f->out, '\n');
    find_put(f, BYTES_NONE);
}

static void put_line(struct finding *f, struct bytes line, unsigned missing)
{
    struct bytes row = without_end(line);

    buf_append(&f->out, row.at, row.n);
    while (missing--)
        buf_append_byte(&f->out, ',');
    find_put(f, bytes_skip(line, row.n));
}

static void put_row(struct finding *f, struct source *source, const struct bytes *cells)
{
    const struct state *s = f->state;
    struct bytes part;

    if (f->chosen) {
        put_chosen(f, source, cells);
        return;
    }
    if (f->kind != RECORD_PAYLOADS) {
        put_line(f, source_line(source), s->missing);
        return;
    }
    find_put(f, source_line(source));
    while ((part = source_data(source)).n)
        find_put(f, part);
    part = source_rest(source);
    put_line(f, part.n ? part : bytes_of("\n"), s->missing);
}

static void close_kind(struct finding *f)
{
    struct state *s = f->state;

    if (!f->rows && !f->several && s->header.len)
        begin(f); /* a table without rows, for who reads it */
    buf_fini(&s->header);
    buf_fini(&s->data);
    g_free(s);
}

const struct find_format find_csv = {
    .name = "csv",
    .open = open_kind,
    .file = begin_file,
    .begin = begin,
    .row = put_row,
    .close = close_kind,
};
