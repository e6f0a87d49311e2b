/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One JSON object (RFC 8259):
 *   period    "first day to last day" or null
 *   warnings, notices   arrays of strings
 *   totals    the figures by name
 *   about     title, organisation, contact, tlp, made, program, method, ... by name
 *   tables    by id: title, note, columns (id, title, unit), rows (objects by
 *             the columns' ids); null where something is not known
 * Percentages and averages are numbers with two decimals.
 */
#include <string.h>

#include "base/json.h"
#include "report/format.h"

/* Names and values, not rows. */
static bool is_object(const struct table *t)
{
    return t->shape == TABLE_FACTS || t->shape == TABLE_ABOUT;
}

static void append_key(struct buf *out, const char *key)
{
    json_string(out, key);
    buf_append_text(out, ": ");
}

static void append_string_or_null(struct buf *out, const char *text)
{
    if (text)
        json_string(out, text);
    else
        buf_append_text(out, "null");
}

static void append_value(struct buf *out, const struct value *v)
{
    char scratch[VALUE_TEXT_MAX];

    if (v->type == VALUE_NONE)
        buf_append_text(out, "null");
    else if (v->type == VALUE_TEXT)
        json_string(out, v->text);
    else
        buf_append_text(out, value_text(v, scratch));
}

static void append_strings(struct buf *out, const GPtrArray *strings)
{
    buf_append_byte(out, '[');
    for (guint i = 0; i < strings->len; i++) {
        buf_append_text(out, i ? ",\n    " : "\n    ");
        json_string(out, g_ptr_array_index(strings, i));
    }
    buf_append_text(out, strings->len ? "\n  ]" : "]");
}

static void append_facts(struct buf *out, const struct table *t)
{
    buf_append_byte(out, '{');
    for (size_t row = 0; row < table_rows(t); row++) {
        buf_append_text(out, row ? ",\n    " : "\n    ");
        append_key(out, table_value_at(t, row, 0)->text);
        append_value(out, table_value_at(t, row, 1));
    }
    buf_append_text(out, "\n  }");
}

static void append_columns(struct buf *out, const struct table *t)
{
    buf_append_byte(out, '[');
    for (unsigned i = 0; i < table_columns(t); i++) {
        const struct column *c = table_column_at(t, i);

        buf_append_text(out, i ? ",\n        {" : "\n        {");
        append_key(out, "id");
        json_string(out, c->id);
        buf_append_text(out, ", ");
        append_key(out, "title");
        json_string(out, c->title);
        buf_append_text(out, ", ");
        append_key(out, "unit");
        json_string(out, c->unit);
        buf_append_byte(out, '}');
    }
    buf_append_byte(out, ']');
}

static void append_rows(struct buf *out, const struct table *t)
{
    buf_append_byte(out, '[');
    for (size_t row = 0; row < table_rows(t); row++) {
        buf_append_text(out, row ? ",\n        {" : "\n        {");
        for (unsigned i = 0; i < table_columns(t); i++) {
            if (i)
                buf_append_text(out, ", ");
            append_key(out, table_column_at(t, i)->id);
            append_value(out, table_value_at(t, row, i));
        }
        buf_append_byte(out, '}');
    }
    buf_append_byte(out, ']');
}

static void append_table(struct buf *out, const struct table *t)
{
    append_key(out, t->id);
    buf_append_text(out, "{\n      ");
    append_key(out, "title");
    json_string(out, t->title);
    buf_append_text(out, ",\n      ");
    append_key(out, "note");
    append_string_or_null(out, t->note);
    buf_append_text(out, ",\n      ");
    append_key(out, "columns");
    append_columns(out, t);
    buf_append_text(out, ",\n      ");
    append_key(out, "rows");
    append_rows(out, t);
    buf_append_text(out, "\n    }");
}

static void append_tables(struct buf *out, const struct report_tables *r)
{
    bool first = true;

    buf_append_byte(out, '{');
    for (guint i = 0; i < r->tables->len; i++) {
        const struct table *t = g_ptr_array_index(r->tables, i);

        if (is_object(t))
            continue;
        buf_append_text(out, first ? "\n    " : ",\n    ");
        append_table(out, t);
        first = false;
    }
    buf_append_text(out, "\n  }");
}

static void render(const struct report_tables *r, struct buf *out)
{
    buf_append_text(out, "{\n  ");
    append_key(out, "period");
    append_string_or_null(out, r->period);
    buf_append_text(out, ",\n  ");
    append_key(out, "warnings");
    append_strings(out, r->warnings);
    buf_append_text(out, ",\n  ");
    append_key(out, "notices");
    append_strings(out, r->notices);
    for (guint i = 0; i < r->tables->len; i++) {
        const struct table *t = g_ptr_array_index(r->tables, i);

        if (!is_object(t))
            continue;
        buf_append_text(out, ",\n  ");
        append_key(out, t->id);
        append_facts(out, t);
    }
    buf_append_text(out, ",\n  ");
    append_key(out, "tables");
    append_tables(out, r);
    buf_append_text(out, "\n}\n");
}

const struct report_format report_format_json = {
    .name = "json",
    .render = render,
};
