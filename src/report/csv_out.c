/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file a table, RFC 4180, the columns' ids as header line; not known is empty. */
#include <string.h>

#include "report/format.h"

static void append_cell(struct buf *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        buf_append_text(out, text);
        return;
    }
    buf_append_byte(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_append_byte(out, '"');
        buf_append_byte(out, (uint8_t)*text);
    }
    buf_append_byte(out, '"');
}

static void render_table(const struct table *t, struct buf *out)
{
    unsigned columns = table_columns(t);
    char scratch[VALUE_TEXT_MAX];

    for (unsigned i = 0; i < columns; i++) {
        append_cell(out, table_column_at(t, i)->id);
        buf_append_byte(out, i + 1 < columns ? ',' : '\n');
    }
    for (size_t row = 0; row < table_rows(t); row++)
        for (unsigned i = 0; i < columns; i++) {
            append_cell(out, value_text(table_value_at(t, row, i), scratch));
            buf_append_byte(out, i + 1 < columns ? ',' : '\n');
        }
}

const struct report_format report_format_csv = {
    .name = "csv",
    .render_table = render_table,
    .extension = "csv",
};
