/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "report/anonymise.h"

#define CHUNK_BYTES 4096
#define DATE_BYTES  10
#define YEAR_BYTES  5  /* "2006-" */
#define MINUTE_END  16 /* of "2006-06-10T00:00" */

/* ---- text that may be shown ---- */

static bool is_plain(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.at[i] < 0x20 || text.at[i] > 0x7e)
            return false;
    return true;
}

static const char *keep_printable(GStringChunk *texts, struct bytes text)
{
    struct buf clean = {0};
    const char *kept;

    if (is_plain(text))
        return g_string_chunk_insert_len(texts, (const char *)text.at, (gssize)text.n);
    escape_append(&clean, text);
    kept = g_string_chunk_insert_len(texts, (const char *)clean.data, (gssize)clean.len);
    buf_fini(&clean);
    return kept;
}

/* Every text of the tables comes by here, so none is forgotten when names are to be left out. */
static const char *keep_clean(struct report_tables *r, struct bytes text)
{
    struct buf nameless = {0};
    const char *kept;

    if (!r->anonymise)
        return keep_printable(r->texts, text);
    anonymise_text(text, &nameless);
    kept = keep_printable(r->texts, buf_view(&nameless));
    buf_fini(&nameless);
    return kept;
}

/* ---- the set of tables ---- */

static void free_table(gpointer table)
{
    struct table *t = table;

    g_array_free(t->columns, TRUE);
    g_array_free(t->values, TRUE);
    g_free(t);
}

struct report_tables *tables_new(void)
{
    struct report_tables *r = g_new0(struct report_tables, 1);

    r->texts = g_string_chunk_new(CHUNK_BYTES);
    r->notices = g_ptr_array_new();
    r->warnings = g_ptr_array_new();
    r->tables = g_ptr_array_new_with_free_func(free_table);
    return r;
}

void tables_free(struct report_tables *r)
{
    if (!r)
        return;
    g_ptr_array_free(r->tables, TRUE);
    g_ptr_array_free(r->notices, TRUE);
    g_ptr_array_free(r->warnings, TRUE);
    g_string_chunk_free(r->texts);
    g_free(r);
}

const struct table *tables_find(const struct report_tables *r, const char *id)
{
    for (guint i = 0; i < r->tables->len; i++) {
        const struct table *t = g_ptr_array_index(r->tables, i);

        if (strcmp(t->id, id) == 0)
            return t;
    }
    return NULL;
}

static const char *keep_format(struct report_tables *r, const char *format, va_list args)
    LOG_PRINTF(2, 0);

static const char *keep_format(struct report_tables *r, const char *format, va_list args)
{
    char *text = g_strdup_vprintf(format, args);
    const char *kept = keep_clean(r, bytes_of(text));

    g_free(text);
    return kept;
}

const char *tables_keep(struct report_tables *r, const char *format, ...)
{
    const char *kept;
    va_list args;

    va_start(args, format);
    kept = keep_format(r, format, args);
    va_end(args);
    return kept;
}

void tables_notice(struct report_tables *r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(r->notices, (gpointer)(uintptr_t)keep_format(r, format, args));
    va_end(args);
}

void tables_warning(struct report_tables *r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(r->warnings, (gpointer)(uintptr_t)keep_format(r, format, args));
    va_end(args);
}

/* ---- one table ---- */

struct table *table_new(struct report_tables *r, const char *id, const char *title,
                        enum table_shape shape)
{
    struct table *t = g_new0(struct table, 1);

    t->id = id;
    t->title = title;
    t->shape = shape;
    t->columns = g_array_new(FALSE, TRUE, sizeof(struct column));
    t->values = g_array_new(FALSE, TRUE, sizeof(struct value));
    t->of = r;
    g_ptr_array_add(r->tables, t);
    return t;
}

void table_column(struct table *t, const char *id, const char *title, enum value_type type,
                  const char *unit)
{
    struct column column = {.id = id, .title = title, .type = type, .unit = unit};

    g_array_append_val(t->columns, column);
}

struct table *table_new_named(struct report_tables *r, enum table_shape shape, const char *id, ...)
{
    const char *kept;
    va_list args;

    va_start(args, id);
    kept = keep_format(r, id, args);
    va_end(args);
    return table_new(r, kept, NULL, shape);
}

void table_column_named(struct table *t, struct bytes name,
                        const char *(*label)(struct report_tables *r, struct bytes name))
{
    const char *kept = name.n ? keep_clean(t->of, name) : "unknown";
    const char *title = label ? label(t->of, name) : NULL;

    table_column(t, kept, title ? title : kept, VALUE_COUNT, "");
}

void table_column_for_programs(struct table *t)
{
    g_array_index(t->columns, struct column, t->columns->len - 1).for_programs = true;
}

void table_column_unbroken(struct table *t)
{
    g_array_index(t->columns, struct column, t->columns->len - 1).unbroken = true;
}

void table_note(struct table *t, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    t->note = keep_format(t->of, format, args);
    va_end(args);
}

static void append(struct table *t, struct value v)
{
    g_array_append_val(t->values, v);
}

void table_none(struct table *t)
{
    append(t, (struct value){.type = VALUE_NONE});
}

void table_text(struct table *t, struct bytes text)
{
    if (text.n)
        append(t, (struct value){.type = VALUE_TEXT, .text = keep_clean(t->of, text)});
    else
        table_none(t);
}

void table_mailbox(struct table *t, struct bytes address)
{
    table_text(t, t->of->anonymise ? anonymise_mailbox(address) : address);
}

void table_hour(struct table *t, struct bytes hour)
{
    const char *kept = keep_clean(t->of, hour);

    table_label(t, kept,
                tables_keep(t->of, "%.*s %.5s", (int)(DATE_BYTES - YEAR_BYTES), kept + YEAR_BYTES,
                            kept + DATE_BYTES + 1));
}

void table_relabel(struct table *t, const char *label)
{
    g_array_index(t->values, struct value, t->values->len - 1).label = label;
}

void table_label(struct table *t, const char *text, const char *label)
{
    append(t, (struct value){.type = VALUE_TEXT, .text = text, .label = label});
}

void table_count(struct table *t, uint64_t n)
{
    append(t, (struct value){.type = VALUE_COUNT, .number = n});
}

void table_level(struct table *t, uint64_t n, unsigned level)
{
    append(t, (struct value){.type = VALUE_COUNT, .number = n, .level = level});
}

void table_name(struct table *t, uint64_t n)
{
    append(t, (struct value){.type = VALUE_NAME, .number = n});
}

uint64_t divide_half_up(uint64_t part, uint64_t factor, uint64_t whole)
{
    unsigned __int128 twice = (unsigned __int128)part * factor * 2;

    return (uint64_t)((twice + whole) / ((unsigned __int128)whole * 2));
}

static void append_quotient(struct table *t, uint64_t part, uint64_t factor, uint64_t whole)
{
    if (whole)
        append(t, (struct value){.type = VALUE_HUNDREDTHS,
                                 .number = divide_half_up(part, factor, whole)});
    else
        table_none(t);
}

void table_percent(struct table *t, uint64_t part, uint64_t whole)
{
    append_quotient(t, part, 100 * 100, whole);
}

void table_ratio(struct table *t, uint64_t part, uint64_t whole)
{
    append_quotient(t, part, 100, whole);
}

void table_time(struct table *t, time_us at, bool in_year)
{
    char text[TIME_TEXT_MAX], *kept, *label;

    time_format(at, text);
    kept = g_string_chunk_insert(t->of->texts, text);
    label = g_string_chunk_insert_len(t->of->texts, text + (in_year ? YEAR_BYTES : 0),
                                      (in_year ? MINUTE_END - YEAR_BYTES : DATE_BYTES));
    if (in_year)
        label[DATE_BYTES - YEAR_BYTES] = ' ';
    table_label(t, kept, label);
}

bool table_shows(const struct table *t, unsigned column)
{
    return !table_column_at(t, column)->for_programs;
}

unsigned table_columns(const struct table *t)
{
    return t->columns->len;
}

size_t table_rows(const struct table *t)
{
    return t->columns->len ? t->values->len / t->columns->len : 0;
}

const struct column *table_column_at(const struct table *t, unsigned column)
{
    return &g_array_index(t->columns, struct column, column);
}

const struct value *table_value_at(const struct table *t, size_t row, unsigned column)
{
    return &g_array_index(t->values, struct value, row * t->columns->len + column);
}

const char *value_text(const struct value *v, char scratch[VALUE_TEXT_MAX])
{
    switch (v->type) {
    case VALUE_TEXT:
        return v->text;
    case VALUE_COUNT:
    case VALUE_NAME:
        snprintf(scratch, VALUE_TEXT_MAX, "%" PRIu64, v->number);
        return scratch;
    case VALUE_HUNDREDTHS:
        snprintf(scratch, VALUE_TEXT_MAX, "%" PRIu64 ".%02u", v->number / 100,
                 (unsigned)(v->number % 100));
        return scratch;
    case VALUE_NONE:
        break;
    }
    return "";
}

const char *value_label(const struct value *v, char scratch[VALUE_TEXT_MAX])
{
    return v->type == VALUE_TEXT && v->label ? v->label : value_text(v, scratch);
}

/* Cut off, never rounded up to what there is not. */
const char *count_short(uint64_t n, char scratch[VALUE_TEXT_MAX])
{
    static const char units[] = "kMGT";
    const char *unit = units;
    uint64_t by = 1000;

    if (n < 10000) {
        snprintf(scratch, VALUE_TEXT_MAX, "%" PRIu64, n);
        return scratch;
    }
    for (; unit[1] && n / by >= 1000; unit++)
        by *= 1000;
    if (n / by < 10 && n % by / (by / 10))
        snprintf(scratch, VALUE_TEXT_MAX, "%" PRIu64 ".%" PRIu64 "%c", n / by, n % by / (by / 10),
                 *unit);
    else
        snprintf(scratch, VALUE_TEXT_MAX, "%" PRIu64 "%c", n / by, *unit);
    return scratch;
}
