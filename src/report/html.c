/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One page that needs nothing else: no network, no script, figures inside.
 *
 * Every text of the tables goes through append_escaped, in text and in
 * attributes alike, and the page's own policy forbids scripts, requests and
 * forms, should a browser ever see otherwise.
 */
#include <string.h>

#include "report/figures.h"
#include "report/format.h"
#include "report/gnuplot.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>potsherd report</title>\n<style>\n";

static const char style[] =
    ":root{color-scheme:light dark;--paper:#fcfbf8;--ink:#23211e;--soft:#6b665f;--rule:#e2ddd4;"
    "--alarm:#9c2f1f;--alarm-paper:#f9e9e4;"
    "--c1:#2f6690;--c2:#cf7a24;--c3:#4d8a5b;--c4:#a63d57;--c5:#7767a8;--c6:#8b8579;"
    "--c10:#23211e;--c11:#e2ddd4}\n"
    "@media(prefers-color-scheme:dark){:root{--paper:#191816;--ink:#e8e4dc;--soft:#a29b90;"
    "--rule:#38352f;--alarm:#f0a08f;--alarm-paper:#3a211c;"
    "--c1:#6ba7d4;--c2:#e39a4e;--c3:#7db98a;--c4:#da7a92;--c5:#a99bd6;--c6:#a39c90;"
    "--c10:#e8e4dc;--c11:#38352f}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:64rem;padding:3rem 1.5rem 4rem;background:var(--paper);"
    "color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',"
    "'Liberation Sans',sans-serif;font-variant-numeric:tabular-nums lining-nums}\n"
    "h1{font-size:2rem;font-weight:600;line-height:1.15;letter-spacing:-.015em;margin:0}\n"
    "h2{font-size:1.2rem;font-weight:600;margin:0 0 .8rem}\n"
    ".period{color:var(--soft);margin:.3rem 0 1.6rem}\n"
    ".remark{margin:.5rem 0;padding:.55rem .9rem;border-left:3px solid var(--rule);"
    "color:var(--soft);overflow-wrap:anywhere}\n"
    ".alarm{border-color:var(--alarm);background:var(--alarm-paper);color:var(--alarm);"
    "font-weight:600}\n"
    "nav{margin:1.6rem 0 0;padding:.8rem 0;border:solid var(--rule);border-width:1px 0;"
    "font-size:.86rem;line-height:1.9}\n"
    "nav a{color:var(--c1);text-decoration:none;margin-right:1.1rem;white-space:nowrap}\n"
    "nav a:hover{text-decoration:underline}\n"
    "section{margin:2.8rem 0 0;break-inside:avoid-page}\n"
    "dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(12.5rem,1fr));"
    "gap:1.3rem 2rem;margin:0}\n"
    "dl div{border-top:2px solid var(--rule);padding-top:.45rem}\n"
    "dt{font-size:.82rem;color:var(--soft)}\n"
    "dd{margin:0;font-size:1.45rem;font-weight:500;letter-spacing:-.01em}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;font-size:.9rem;line-height:1.35;min-width:24rem}\n"
    "th{font-weight:500;font-size:.8rem;color:var(--soft);text-align:left;vertical-align:bottom;"
    "border-bottom:1px solid var(--ink);padding:.3rem .9rem .35rem 0;white-space:nowrap}\n"
    "td{padding:.34rem .9rem .34rem 0;border-bottom:1px solid var(--rule);vertical-align:top;"
    "overflow-wrap:anywhere;max-width:22rem}\n"
    "th.n,td.n{text-align:right;white-space:nowrap}\n"
    "td.r{color:var(--soft)}\n"
    "td.h{font-family:ui-monospace,'Liberation Mono',monospace;font-size:.78rem;"
    "min-width:13rem}\n"
    "td.t{min-width:11rem}\n"
    "tr.total td{font-weight:600}\n"
    ".none{color:var(--soft)}\n"
    ".note{color:var(--soft);font-size:.84rem;margin:.6rem 0 0;max-width:46rem}\n"
    "figure{margin:0 0 1.4rem}\n"
    "figure svg{display:block;width:100%;height:auto}\n"
    "figure svg g{font-family:inherit}\n"
    "figcaption{font-size:.84rem;color:var(--soft);margin-bottom:.5rem}\n"
    ".key{display:inline-block;margin-left:1rem;color:var(--ink)}\n"
    ".key i{display:inline-block;width:.75em;height:.75em;margin-right:.4em;border-radius:2px}\n"
    "details{margin-top:.6rem}\nsummary{cursor:pointer;color:var(--c1);font-size:.86rem}\n"
    "details .wide{max-height:28rem;overflow:auto;margin-top:.6rem}\n"
    "footer{margin-top:3.5rem;padding-top:1rem;border-top:1px solid var(--rule);"
    "color:var(--soft);font-size:.84rem;max-width:46rem}\n"
    "footer p{margin:.4rem 0}\n"
    "@media print{body{max-width:none;padding:0;font-size:10pt;background:#fff;color:#000}"
    "nav,details{display:none}section{margin-top:1.6rem}.wide{overflow:visible}"
    "*{print-color-adjust:exact}}\n";

static const char foot[] =
    "<footer>\n<p>Percentages and averages are rounded half up to two decimals from the exact "
    "counts. Rankings go by the first count of the table, largest first, then by its next counts, "
    "then by name in byte order. Days are days in UTC.</p>\n"
    "<p>Unique addresses, autonomous systems and countries are those of the sources of all "
    "connections, requests and emails in the period. A port’s protocol is what most of its "
    "connections turned out to speak. Bytes that cannot be shown stand as \\xNN.</p>\n"
    "<p>Made by potsherd.</p>\n</footer>\n</body>\n</html>\n";

/* ---- escaping ---- */

static void append_escaped(struct buf *out, const char *text)
{
    char *escaped = g_markup_escape_text(text, -1);

    buf_append_text(out, escaped);
    g_free(escaped);
}

static void append_element(struct buf *out, const char *open, const char *text, const char *close)
{
    buf_append_text(out, open);
    append_escaped(out, text);
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
        append_element(out, "<bdi>", value_label(v, scratch), "</bdi>");
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

        append_element(out, "<div><dt>", value_label(table_value_at(t, row, 0), scratch),
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

static void append_header(struct buf *out, const struct table *t)
{
    buf_append_text(out, "<thead><tr>");
    for (unsigned i = 0; i < table_columns(t); i++) {
        const struct column *c = table_column_at(t, i);

        buf_append_text(out, c->type == VALUE_TEXT ? "<th scope=\"col\">"
                                                   : "<th scope=\"col\" class=\"n\">");
        append_escaped(out, c->title);
        if (c->unit[0] && strcmp(c->unit, c->title) != 0)
            append_element(out, " (", c->unit, ")");
        buf_append_text(out, "</th>");
    }
    buf_append_text(out, "</tr></thead>\n");
}

static void append_cell(struct buf *out, const struct column *c, const struct value *v)
{
    if (strcmp(c->id, "rank") == 0) {
        buf_append_text(out, "<td class=\"n r\">");
    } else if (c->type != VALUE_TEXT) {
        buf_append_text(out, "<td class=\"n\">");
    } else if (ends_with(c->id, "sha256")) {
        buf_append_text(out, "<td class=\"h\">");
    } else {
        char scratch[VALUE_TEXT_MAX];
        bool is_long = v->type == VALUE_TEXT && strlen(value_label(v, scratch)) > 16;

        buf_append_text(out, is_long ? "<td class=\"t\">" : "<td>");
    }
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
    buf_append_text(out, "<tbody>\n");
    for (size_t row = 0; row < table_rows(t); row++) {
        buf_append_text(out, is_total(t, row) ? "<tr class=\"total\">" : "<tr>");
        for (unsigned i = 0; i < table_columns(t); i++)
            append_cell(out, table_column_at(t, i), table_value_at(t, row, i));
        buf_append_text(out, "</tr>\n");
    }
    buf_append_text(out, "</tbody>\n");
}

static void append_table(struct buf *out, const struct table *t)
{
    buf_append_text(out, "<div class=\"wide\"><table>\n");
    append_header(out, t);
    append_rows(out, t);
    buf_append_text(out, "</table></div>\n");
}

/* ---- figures ---- */

static void append_legend(struct buf *out, const struct figure *f)
{
    char open[80];

    for (unsigned i = 0; i < f->series_count; i++) {
        g_snprintf(open, sizeof open, "<span class=\"key\"><i style=\"background:var(--c%u)\"></i>",
                   i + 1);
        append_element(out, open, f->series[i], "</span>");
    }
}

/* True when the table has a figure and it could be drawn. */
static bool append_figure(struct buf *out, const struct table *t, bool *failed)
{
    struct figure *f = figure_of(t);
    struct buf svg = {0};
    bool drawn = f && !*failed && gnuplot_draw(f->script->str, &svg);

    if (drawn) {
        append_element(out, "<figure><figcaption>", f->caption, "");
        append_legend(out, f);
        buf_append_text(out, "</figcaption>\n");
        buf_append(out, svg.data, svg.len);
        buf_append_text(out, "</figure>\n");
    }
    *failed |= f && !drawn;
    buf_fini(&svg);
    figure_free(f);
    return drawn;
}

/* ---- the page ---- */

static void append_section(struct buf *out, const struct table *t, bool *failed)
{
    append_element(out, "<section id=\"", t->id, "\">\n<h2>");
    append_element(out, "", t->title, "</h2>\n");
    append_figure(out, t, failed);
    if (t->shape == TABLE_FACTS) {
        append_facts(out, t);
    } else if (t->shape == TABLE_SERIES) {
        buf_append_text(out, "<details><summary>Every day as a table</summary>\n");
        append_table(out, t);
        buf_append_text(out, "</details>\n");
    } else {
        append_table(out, t);
    }
    if (t->note)
        append_element(out, "<p class=\"note\">", t->note, "</p>\n");
    buf_append_text(out, "</section>\n");
}

static void append_remarks(struct buf *out, const GPtrArray *remarks, const char *open)
{
    for (guint i = 0; i < remarks->len; i++)
        append_element(out, open, g_ptr_array_index(remarks, i), "</p>\n");
}

static void append_contents(struct buf *out, const struct report_tables *r)
{
    buf_append_text(out, "<nav aria-label=\"Contents\">\n");
    for (guint i = 0; i < r->tables->len; i++) {
        const struct table *t = g_ptr_array_index(r->tables, i);

        append_element(out, "<a href=\"#", t->id, "\">");
        append_element(out, "", t->title, "</a>\n");
    }
    buf_append_text(out, "</nav>\n");
}

static void render(const struct report_tables *r, struct buf *out)
{
    struct buf sections = {0};
    bool failed = false;

    for (guint i = 0; i < r->tables->len; i++)
        append_section(&sections, g_ptr_array_index(r->tables, i), &failed);
    buf_append_text(out, head);
    buf_append_text(out, style);
    buf_append_text(out, "</style>\n</head>\n<body>\n<h1>Abuse of proxy and mail ports</h1>\n");
    append_element(out, "<p class=\"period\">", r->period ? r->period : "no rows in the period",
                   "</p>\n");
    append_remarks(out, r->warnings, "<p class=\"remark alarm\" role=\"alert\">Warning: ");
    append_remarks(out, r->notices, "<p class=\"remark\">");
    if (failed)
        buf_append_text(out, "<p class=\"remark\">Figures are missing: they are drawn by gnuplot, "
                             "which could not be run. Install it and make the report "
                             "again.</p>\n");
    append_contents(out, r);
    buf_append(out, sections.data, sections.len);
    buf_append_text(out, foot);
    buf_fini(&sections);
}

const struct report_format report_format_html = {
    .name = "html",
    .render = render,
};
