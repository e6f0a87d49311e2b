/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html_table.h"

#include <string.h>

#include "potsherd/address.h"

#define LONG_TEXT    16 /* bytes; a shorter one is never broken */
#define CARD_COLUMNS 5  /* a table of so many does not fit on a phone: a row is a card there */

/* ---- escaping ---- */

void html_escaped(struct buf *out, const char *text)
{
    char *escaped = g_markup_escape_text(text, -1);

    buf_append_text(out, escaped);
    g_free(escaped);
}

void html_element(struct buf *out, const char *open, const char *text, const char *close)
{
    buf_append_text(out, open);
    html_escaped(out, text);
    buf_append_text(out, close);
}

/* 385189756 -> 385 189 756, with narrow blanks that do not break. */
static void append_grouped(struct buf *out, const char *digits)
{
    size_t whole = strspn(digits, "0123456789");

    for (size_t i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0)
            buf_append_text(out, "\u202f");
        buf_append_byte(out, (uint8_t)digits[i]);
    }
    buf_append_text(out, digits + whole);
}

static void append_value(struct buf *out, const struct value *v)
{
    char scratch[VALUE_TEXT_MAX];

    if (v->type == VALUE_NONE)
        buf_append_text(out, "<span class=\"none\">–</span>");
    else if (v->type == VALUE_TEXT)
        html_element(out, "<bdi>", value_label(v, scratch), "</bdi>");
    else if (v->type == VALUE_NAME)
        buf_append_text(out, value_text(v, scratch));
    else
        append_grouped(out, value_text(v, scratch));
}

/* ---- tables ---- */

static void append_facts(struct buf *out, const struct table *t)
{
    buf_append_text(out, "<dl>\n");
    for (size_t row = 0; row < table_rows(t); row++) {
        char scratch[VALUE_TEXT_MAX];

        html_element(out, "<div><dt>", value_label(table_value_at(t, row, 0), scratch),
                     "</dt><dd>");
        append_value(out, table_value_at(t, row, 1));
        buf_append_text(out, "</dd></div>\n");
    }
    buf_append_text(out, "</dl>\n");
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

static void append_title(struct buf *out, const struct column *c)
{
    html_escaped(out, c->title);
    if (c->unit[0] && strcmp(c->unit, c->title) != 0)
        html_element(out, " (", c->unit, ")");
}

static void append_header(struct buf *out, const struct table *t)
{
    buf_append_text(out, "<thead><tr>");
    for (unsigned i = 0; i < table_columns(t); i++) {
        const struct column *c = table_column_at(t, i);

        if (!table_shows(t, i))
            continue;
        buf_append_text(out, c->type == VALUE_TEXT ? "<th scope=\"col\">"
                                                   : "<th scope=\"col\" class=\"n\">");
        append_title(out, c);
        buf_append_text(out, "</th>");
    }
    buf_append_text(out, "</tr></thead>\n");
}

/* An address, or a network. */
static bool is_address(const char *text)
{
    struct address address;

    return address_parse(text, strcspn(text, "/"), &address);
}

static const char *class_of(const struct column *c, const struct value *v)
{
    char scratch[VALUE_TEXT_MAX];
    const char *text = value_label(v, scratch);

    if (strcmp(c->id, "rank") == 0)
        return "n r";
    if (strcmp(c->title, "%") == 0) /* of the number before it, where it needs no title */
        return "n p";
    if (c->type != VALUE_TEXT)
        return "n";
    if (ends_with(c->id, "sha256"))
        return "h";
    if (v->type == VALUE_TEXT && (c->unbroken || is_address(text)))
        return "a";
    return v->type == VALUE_TEXT && strlen(text) > LONG_TEXT ? "t" : "s";
}

/* In a card the cell has its column's title before it; that of what the row is about stands out. */
static void append_cell(struct buf *out, const struct column *c, const struct value *v, bool key)
{
    html_element(out, "<td class=\"", class_of(c, v), key ? " k\" data-t=\"" : "\" data-t=\"");
    append_title(out, c);
    buf_append_text(out, "\">");
    append_value(out, v);
    buf_append_text(out, "</td>");
}

static bool is_total(const struct table *t, size_t row)
{
    const struct value *v = table_columns(t) > 1 ? table_value_at(t, row, 1) : NULL;

    return strcmp(t->id, "requests") == 0 && v && v->text && strcmp(v->text, "total") == 0;
}

static void append_rows(struct buf *out, const struct table *t)
{
    unsigned key = strcmp(table_column_at(t, 0)->id, "rank") == 0;

    buf_append_text(out, "<tbody>\n");
    for (size_t row = 0; row < table_rows(t); row++) {
        buf_append_text(out, is_total(t, row) ? "<tr class=\"total\">" : "<tr>");
        for (unsigned i = 0; i < table_columns(t); i++)
            if (table_shows(t, i))
                append_cell(out, table_column_at(t, i), table_value_at(t, row, i), i == key);
        buf_append_text(out, "</tr>\n");
    }
    buf_append_text(out, "</tbody>\n");
}

static unsigned shown_columns(const struct table *t)
{
    unsigned n = 0;

    for (unsigned i = 0; i < table_columns(t); i++)
        n += table_shows(t, i);
    return n;
}

static void append_table(struct buf *out, const struct table *t)
{
    bool cards = t->shape == TABLE_LIST && shown_columns(t) >= CARD_COLUMNS;

    buf_append_text(out, cards ? "<div class=\"wide\"><table class=\"cards\">\n"
                               : "<div class=\"wide\"><table>\n");
    append_header(out, t);
    append_rows(out, t);
    buf_append_text(out, "</table></div>\n");
}

static void append_folded(struct buf *out, const struct table *t, const char *summary)
{
    html_element(out, "<details><summary>", summary, "</summary>\n");
    append_table(out, t);
    buf_append_text(out, "</details>\n");
}

/* ---- hours by weekdays, as shades ---- */

static void append_shade(struct buf *out, const struct value *v)
{
    char open[48], scratch[VALUE_TEXT_MAX];

    if (v->type == VALUE_NONE) {
        buf_append_text(out, "<td role=\"cell\" class=\"q\"></td>");
        return;
    }
    g_snprintf(open, sizeof open, "<td role=\"cell\" class=\"q q%u\">", v->level);
    html_element(out, open, v->number ? count_short(v->number, scratch) : "", "</td>");
}

/* A row an hour, as on a phone; the style sheet turns it over where there is room. The roles say
 * that it is a table still. */
static void append_week(struct buf *out, const struct table *t)
{
    unsigned days = table_columns(t) - 1; /* without the sum */

    buf_append_text(
        out,
        "<div class=\"turn\"><table class=\"week\" role=\"table\">\n<tbody role=\"rowgroup\">\n"
        "<tr role=\"row\"><td role=\"cell\"></td>");
    for (unsigned i = 1; i < days; i++)
        html_element(out, "<th role=\"columnheader\" scope=\"col\">", table_column_at(t, i)->title,
                     "</th>");
    buf_append_text(out, "</tr>\n");
    for (size_t row = 0; row < table_rows(t); row++) {
        html_element(out, "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">",
                     table_value_at(t, row, 0)->text, "</th>");
        for (unsigned i = 1; i < days; i++)
            append_shade(out, table_value_at(t, row, i));
        buf_append_text(out, "</tr>\n");
    }
    buf_append_text(out, "</tbody></table></div>\n");
}

/* ---- all ---- */

void html_table(struct buf *out, const struct table *t)
{
    char summary[32];

    switch (t->shape) {
    case TABLE_FACTS:
    case TABLE_ABOUT:
        append_facts(out, t);
        return;
    case TABLE_SERIES:
        g_snprintf(summary, sizeof summary, "Every %s as a table", bin_name(t->bin));
        append_folded(out, t, summary);
        return;
    case TABLE_WEEK:
        append_week(out, t);
        append_folded(out, t, "The same as numbers");
        return;
    case TABLE_LIST:
        append_table(out, t);
    }
}
