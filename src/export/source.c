/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/source.h"

#include "base/mem.h"
#include "potsherd/payload_rows.h"

struct source {
    struct csv_reader *csv; /* one of the two */
    struct payload_rows *payloads;
    struct csv_column columns[CSV_COLUMNS_MAX];
};

struct source *source_open(const char *path, enum record_file kind, struct csv_damage *damage,
                           struct failure *failure)
{
    const struct record_schema *schema = record_schema(kind);
    struct source *s = MEM_NEW(struct source);

    for (unsigned i = 0; i < schema->column_count; i++)
        s->columns[i].name = schema->columns[i].name;
    if (kind == RECORD_PAYLOADS)
        s->payloads = payload_rows_open(path, damage, failure);
    else
        s->csv = csv_reader_open_lines(path, s->columns, schema->column_count, damage, failure);
    if (s->csv || s->payloads)
        return s;
    source_close(s);
    return NULL;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    csv_reader_close(s->csv);
    payload_rows_close(s->payloads);
    mem_free(s);
}

struct bytes source_header(const struct source *s)
{
    return s->csv ? csv_reader_header(s->csv) : payload_rows_header(s->payloads);
}

bool source_has(const struct source *s, unsigned column)
{
    return s->csv ? csv_reader_has(s->csv, column) : payload_rows_has(s->payloads, column);
}

const struct bytes *source_next(struct source *s)
{
    return s->csv ? csv_reader_next(s->csv) : payload_rows_next(s->payloads);
}

struct bytes source_line(const struct source *s)
{
    return s->csv ? csv_reader_line(s->csv) : payload_rows_head(s->payloads);
}

struct bytes source_data(struct source *s)
{
    return s->csv ? BYTES_NONE : payload_rows_data(s->payloads);
}

struct bytes source_rest(struct source *s)
{
    return s->csv ? BYTES_NONE : payload_rows_tail(s->payloads);
}

void source_damaged(struct source *s, const char *what)
{
    if (s->csv)
        csv_reader_damaged(s->csv, "%s", what);
    else
        payload_rows_damaged(s->payloads, what);
}

bool source_failed(const struct source *s, struct failure *failure)
{
    return s->csv ? csv_reader_failed(s->csv, failure) : payload_rows_failed(s->payloads, failure);
}
