/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For a terminal: tables of aligned columns, about as wide as it is.  Text
 * columns give way when a line is too long: the widest is narrowed first, and
 * what does not fit ends with an ellipsis.  A long series becomes one
 * line a key, a bar of blocks over the period.
 */
#include <string.h>

#include "base/text_width.h"
#include "report/about.h"
#include "report/format.h"

#define TEXT_WIDTH_MAX  44 /* of a column; as much more as a line is wider than usual */
#define TEXT_WIDTH_MIN  12
#define GAP             "  "
#define SERIES_ROWS_MAX 14 /* a longer series is drawn */
#define SPARK_WIDTH     60
#define SPARK_WIDTH_MIN 10
#define BOLD            "\033[1m"
#define PLAIN           "\033[0m"
#define SPARK_LEVELS    8

static void append_cell(struct buf *out, const char *text, unsigned width, bool right)
{
    unsigned natural = text_width(text);

    if (right && natural < width)
        text_append_blanks(out, width - natural);
    natural = text_append_cut(out, text, width);
    if (!right && natural < width)
        text_append_blanks(out, width - natural);
}

static void end_line(struct buf *out)
{
    while (out->len && out->data[out->len - 1] == ' ')
        out->len--;
    buf_append_byte(out, '\n');
}

static unsigned text_width_max(const struct table *t)
{
    return TEXT_WIDTH_MAX +
           (t->of->width > REPORT_WIDTH_DEFAULT ? t->of->width - REPORT_WIDTH_DEFAULT : 0);
}

static void append_bold(struct buf *out, const struct report_tables *r, const char *text)
{
    buf_append_text(out, r->bold ? BOLD : "");
    buf_append_text(out, text);
    buf_append_text(out, r->bold ? PLAIN : "");
}

static void append_title(struct buf *out, const struct report_tables *r, const char *title)
{
    unsigned width = text_width(title);

    buf_append_byte(out, '\n');
    append_bold(out, r, title);
    buf_append_byte(out, '\n');
    while (width--)
        buf_append_text(out, "─");
    buf_append_byte(out, '\n');
}

/* ---- a table ---- */

static unsigned *natural_widths(const struct table *t)
{
    unsigned *widths = g_new0(unsigned, table_columns(t) + 1);
    char scratch[VALUE_TEXT_MAX];

    for (unsigned i = 0; i < table_columns(t); i++) {
        widths[i] = text_width(table_column_at(t, i)->title);
        for (size_t row = 0; row < table_rows(t); row++)
            widths[i] = MAX(widths[i], text_width(value_label(table_value_at(t, row, i), scratch)));
        if (table_column_at(t, i)->type == VALUE_TEXT)
            widths[i] = MIN(widths[i], text_width_max(t));
    }
    return widths;
}

/* Takes from the widest text column until the line fits. */
static void narrow(const struct table *t, unsigned *widths)
{
    for (;;) {
        unsigned all = 0, widest = table_columns(t);

        for (unsigned i = 0; i < table_columns(t); i++) {
            if (!table_shows(t, i))
                continue;
            all += widths[i] + (unsigned)strlen(GAP);
            if (table_column_at(t, i)->type == VALUE_TEXT && widths[i] > TEXT_WIDTH_MIN &&
                (widest == table_columns(t) || widths[i] > widths[widest]))
                widest = i;
        }
        if (all <= t->of->width || widest == table_columns(t))
            return;
        widths[widest]--;
    }
}

static void append_header(struct buf *out, const struct table *t, const unsigned *widths)
{
    for (unsigned i = 0; i < table_columns(t); i++) {
        const struct column *c = table_column_at(t, i);

        if (table_shows(t, i)) {
            buf_append_text(out, GAP);
            append_cell(out, c->title, widths[i], c->type != VALUE_TEXT);
        }
    }
    end_line(out);
}

static void append_rows(struct buf *out, const struct table *t, const unsigned *widths)
{
    char scratch[VALUE_TEXT_MAX];

    for (size_t row = 0; row < table_rows(t); row++) {
        for (unsigned i = 0; i < table_columns(t); i++) {
            if (!table_shows(t, i))
                continue;
            buf_append_text(out, GAP);
            append_cell(out, value_label(table_value_at(t, row, i), scratch), widths[i],
                        table_column_at(t, i)->type != VALUE_TEXT);
        }
        end_line(out);
    }
}

static void append_table(struct buf *out, const struct table *t)
{
    unsigned *widths = natural_widths(t);

    narrow(t, widths);
    if (t->shape != TABLE_FACTS)
        append_header(out, t, widths);
    append_rows(out, t, widths);
    g_free(widths);
}

/* ---- a series as bars ---- */

static uint64_t sum_column(const struct table *t, unsigned column, size_t from, size_t to)
{
    uint64_t sum = 0;

    for (; from < to; from++)
        sum += table_value_at(t, from, column)->number;
    return sum;
}

/* Emails a bin in each part of the period, on a scale of the row's own: lowest
 * level for any at all, highest for the row's maximum. */
static void append_spark(struct buf *out, const struct table *t, unsigned column, unsigned width)
{
    static const char *const levels[SPARK_LEVELS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    size_t rows = table_rows(t), parts = MIN(rows, width);
    double mean[SPARK_WIDTH], max = 0;

    for (size_t i = 0; i < parts; i++) {
        size_t from = i * rows / parts, to = (i + 1) * rows / parts;

        mean[i] = (double)sum_column(t, column, from, to) / (double)(to - from);
        max = MAX(max, mean[i]);
    }
    for (size_t i = 0; i < parts; i++)
        buf_append_text(out,
                        mean[i] > 0 ? levels[(unsigned)(mean[i] / max * (SPARK_LEVELS - 1))] : " ");
}

static void append_series(struct buf *out, const struct table *t)
{
    unsigned key_width = 0, number_width = 0, before, spark_width;
    size_t rows = table_rows(t);
    char scratch[VALUE_TEXT_MAX];

    for (unsigned i = 1; i < table_columns(t); i++) {
        struct value v = {.type = VALUE_COUNT, .number = sum_column(t, i, 0, rows)};

        key_width = MAX(key_width, text_width(table_column_at(t, i)->title));
        number_width = MAX(number_width, (unsigned)strlen(value_text(&v, scratch)));
    }
    key_width = MIN(key_width, TEXT_WIDTH_MAX);
    before = key_width + number_width + 3 * (unsigned)strlen(GAP);
    spark_width = t->of->width > before ? MIN(t->of->width - before, SPARK_WIDTH) : 0;
    for (unsigned i = 1; i < table_columns(t); i++) {
        struct value v = {.type = VALUE_COUNT, .number = sum_column(t, i, 0, rows)};

        buf_append_text(out, GAP);
        append_cell(out, i == 1 ? "all" : table_column_at(t, i)->title, key_width, false);
        buf_append_text(out, GAP);
        append_cell(out, value_text(&v, scratch), number_width, true);
        buf_append_text(out, GAP);
        append_spark(out, t, i, MAX(spark_width, SPARK_WIDTH_MIN));
        end_line(out);
    }
    buf_append_text(out, GAP "From ");
    buf_append_text(out, value_label(table_value_at(t, 0, 0), scratch));
    buf_append_text(out, " to ");
    buf_append_text(out, value_label(table_value_at(t, rows - 1, 0), scratch));
    buf_append_text(out, ", each line on a scale of its own; csv and json have every ");
    buf_append_text(out, bin_name(t->bin));
    buf_append_text(out, ".\n");
}

/* ---- the whole ---- */

static void append_remarks(struct buf *out, const GPtrArray *remarks, const char *kind)
{
    for (guint i = 0; i < remarks->len; i++) {
        buf_append_text(out, kind);
        buf_append_text(out, g_ptr_array_index(remarks, i));
        buf_append_byte(out, '\n');
    }
}

static void append_line(struct buf *out, const char *text)
{
    if (!text)
        return;
    buf_append_text(out, text);
    buf_append_byte(out, '\n');
}

static void append_head(struct buf *out, const struct report_tables *r)
{
    char *title = g_strconcat(r->title ? r->title : "potsherd report", r->period ? ", " : NULL,
                              r->period, NULL);

    append_bold(out, r, title);
    g_free(title);
    buf_append_byte(out, '\n');
    append_line(out, about_text(r, "tlp"));
    append_line(out, about_text(r, "organisation"));
    append_line(out, about_text(r, "contact"));
}

/* Words until the line is full. */
static void append_paragraph(struct buf *out, const char *text, unsigned line_width)
{
    char **words = g_strsplit(text, " ", -1);
    unsigned width = 0;

    for (char **word = words; *word; word++) {
        unsigned wide = text_width(*word);

        if (width + 1 + wide > line_width) {
            buf_append_byte(out, '\n');
            width = 0;
        }
        buf_append_text(out, width ? " " : GAP);
        buf_append_text(out, *word);
        width += wide + (unsigned)(width ? 1 : strlen(GAP));
    }
    buf_append_byte(out, '\n');
    g_strfreev(words);
}

static void append_foot(struct buf *out, const struct report_tables *r)
{
    const char *method = about_text(r, "method"), *tlp = about_text(r, "tlp");

    append_title(out, r, "Method");
    append_paragraph(out, method ? method : "", r->width);
    buf_append_text(out, GAP "Made ");
    buf_append_text(out, about_text(r, "made"));
    buf_append_text(out, " by ");
    append_line(out, about_text(r, "program"));
    append_line(out, tlp);
}

static void append_section(struct buf *out, const struct table *t)
{
    append_title(out, t->of, t->title);
    if (t->shape == TABLE_SERIES && table_rows(t) > SERIES_ROWS_MAX)
        append_series(out, t);
    else
        append_table(out, t);
    if (t->note) {
        buf_append_text(out, GAP);
        append_line(out, t->note);
    }
}

static void render(const struct report_tables *r, struct buf *out)
{
    append_head(out, r);
    append_remarks(out, r->warnings, "WARNING: ");
    append_remarks(out, r->notices, "Note: ");
    for (guint i = 0; i < r->tables->len; i++) {
        const struct table *t = g_ptr_array_index(r->tables, i);

        if (t->shape != TABLE_ABOUT && !t->for_programs)
            append_section(out, t);
    }
    append_foot(out, r);
}

const struct report_format report_format_text = {
    .name = "text",
    .render = render,
};
