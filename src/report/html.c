/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One page that needs nothing else: no network, no script, figures inside.
 *
 * Every text of the tables goes through html_escaped, in text and in
 * attributes alike, and the page's own policy forbids scripts, requests and
 * forms, should a browser ever see otherwise.
 */
#include <string.h>

#include "report/about.h"
#include "report/figures.h"
#include "report/format.h"
#include "report/gnuplot.h"
#include "report/html_style.h"
#include "report/html_table.h"

#define TITLE "Abuse of proxy and mail ports"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>";

static const char foot[] =
    "<p>Percentages and averages are rounded half up to two decimals from the exact "
    "counts. Rankings go by the first count of the table, largest first, then by its next counts, "
    "then by name in byte order. Days are days in UTC.</p>\n"
    "<p>Unique addresses, autonomous systems and countries are those of the sources of all "
    "connections, requests and emails in the period. A port’s protocol is what most of its "
    "connections turned out to speak. Bytes that cannot be shown stand as \\xNN.</p>\n";

/* ---- figures ---- */

static void append_legend(struct buf *out, const struct figure *f)
{
    char open[80];

    for (unsigned i = 0; i < f->series_count; i++) {
        g_snprintf(open, sizeof open, "<span class=\"key\"><i style=\"background:var(--c%u)\"></i>",
                   i + 1);
        html_element(out, open, f->series[i], "</span>");
    }
}

static bool draw(const struct figure *f, const char *class, struct buf *to)
{
    struct buf svg = {0};
    bool drawn = gnuplot_draw(f->script->str, &svg);

    html_element(to, "<div class=\"", class, "\">");
    buf_append(to, svg.data, svg.len);
    buf_append_text(to, "</div>\n");
    buf_fini(&svg);
    return drawn;
}

/* Nothing where the table has no figure; *failed: it could not be drawn. */
static void append_figure(struct buf *out, const struct table *t, bool *failed)
{
    struct figure *broad = figure_of(t, FIGURE_WIDE), *narrow = figure_of(t, FIGURE_NARROW);
    struct buf drawings = {0};

    if (broad && narrow && !*failed) {
        *failed = !draw(broad, "broad", &drawings) || !draw(narrow, "narrow", &drawings);
        if (!*failed) {
            html_element(out, "<figure><figcaption>", broad->caption, "");
            append_legend(out, broad);
            buf_append_text(out, "</figcaption>\n");
            buf_append(out, drawings.data, drawings.len);
            buf_append_text(out, "</figure>\n");
        }
    }
    buf_fini(&drawings);
    figure_free(broad);
    figure_free(narrow);
}

/* ---- links to the tables as CSV ---- */

static void append_link(struct buf *out, const struct report_tables *r, const struct table *t)
{
    html_element(out, "<a href=\"", r->csv_links, "report-");
    html_element(out, "", t->id, ".csv\">report-");
    html_element(out, "", t->id, ".csv</a>\n");
}

/* Whether it shows the same in other bins: days_by_port, weeks_by_port. */
static bool is_of(const struct table *other, const struct table *t)
{
    const char *by = strchr(t->id, '_'), *other_by = strchr(other->id, '_');

    return other->for_programs && by && other_by && strcmp(by, other_by) == 0;
}

static void append_links(struct buf *out, const struct report_tables *r, const struct table *t)
{
    if (!r->csv_links)
        return;
    buf_append_text(out, "<p class=\"csv\">");
    append_link(out, r, t);
    for (guint i = 0; i < r->tables->len; i++) {
        const struct table *other = g_ptr_array_index(r->tables, i);

        if (other != t && is_of(other, t))
            append_link(out, r, other);
    }
    buf_append_text(out, "</p>\n");
}

/* ---- sections ---- */

static bool has_section(const struct table *t)
{
    return t->shape != TABLE_ABOUT && !t->for_programs;
}

static void append_section(struct buf *out, const struct report_tables *r, const struct table *t,
                           bool *failed)
{
    html_element(out, "<section id=\"", t->id, "\">\n<h2>");
    html_element(out, "", t->title, "</h2>\n");
    append_figure(out, t, failed);
    html_table(out, t);
    if (t->note)
        html_element(out, "<p class=\"note\">", t->note, "</p>\n");
    append_links(out, r, t);
    buf_append_text(out, "</section>\n");
}

static void append_remarks(struct buf *out, const GPtrArray *remarks, const char *open)
{
    for (guint i = 0; i < remarks->len; i++)
        html_element(out, open, g_ptr_array_index(remarks, i), "</p>\n");
}

static void append_contents(struct buf *out, const struct report_tables *r)
{
    buf_append_text(out, "<nav aria-label=\"Contents\">\n");
    for (guint i = 0; i < r->tables->len; i++) {
        const struct table *t = g_ptr_array_index(r->tables, i);

        if (!has_section(t))
            continue;
        html_element(out, "<a href=\"#", t->id, "\">");
        html_element(out, "", t->title, "</a>\n");
    }
    buf_append_text(out, "<a href=\"#method\">Method</a>\n</nav>\n");
}

/* ---- what the report says of itself ---- */

/* The colours are those that the standard gives, on black. */
static void append_tlp(struct buf *out, const struct report_tables *r)
{
    static const char *const colours[][2] = {
        {"TLP:CLEAR", "#fff"},           {"TLP:GREEN", "#33ff00"}, {"TLP:AMBER", "#ffc000"},
        {"TLP:AMBER+STRICT", "#ffc000"}, {"TLP:RED", "#ff2b2b"},
    };
    const char *tlp = about_text(r, "tlp");

    for (size_t i = 0; tlp && i < G_N_ELEMENTS(colours); i++)
        if (strcmp(tlp, colours[i][0]) == 0) {
            html_element(out, "<p class=\"tlp\"><b style=\"color:", colours[i][1], "\">");
            html_element(out, "", tlp, "</b></p>\n");
        }
}

/* On paper each page has it, too: the words are ours, so they need no escaping. */
static void append_page_style(struct buf *out, const struct report_tables *r)
{
    const char *tlp = about_text(r, "tlp");

    if (!tlp)
        return;
    buf_append_text(out, "@media print{@page{@bottom-right{content:'");
    buf_append_text(out, tlp);
    buf_append_text(out, "';font:700 10pt sans-serif}}}\n");
}

static void append_head(struct buf *out, const struct report_tables *r)
{
    const char *organisation = about_text(r, "organisation"), *contact = about_text(r, "contact");
    const char *title = r->title ? r->title : TITLE;

    buf_append_text(out, head);
    html_element(out, "", title, "</title>\n<style>\n");
    buf_append_text(out, html_style);
    append_page_style(out, r);
    buf_append_text(out, "</style>\n</head>\n<body>\n<header>\n");
    append_tlp(out, r);
    html_element(out, "<h1>", title, "</h1>\n");
    html_element(out, "<p class=\"period\">", r->period ? r->period : "no rows in the period",
                 "</p>\n");
    if (organisation)
        html_element(out, "<p class=\"by\">", organisation, "</p>\n");
    if (contact)
        html_element(out, "<p class=\"by\">", contact, "</p>\n");
    buf_append_text(out, "</header>\n");
}

static void append_method(struct buf *out, const struct report_tables *r)
{
    buf_append_text(out, "<section id=\"method\">\n<h2>Method</h2>\n");
    html_element(out, "<p class=\"text\">", about_text(r, "method"), "</p>\n</section>\n");
}

static void append_foot(struct buf *out, const struct report_tables *r)
{
    const char *made = about_text(r, "made");

    buf_append_text(out, "<footer>\n");
    buf_append_text(out, foot);
    html_element(out, "<p>Made <time>", made, "</time> by ");
    html_element(out, "", about_text(r, "program"), ".</p>\n");
    append_tlp(out, r);
    buf_append_text(out, "</footer>\n</body>\n</html>\n");
}

/* ---- the page ---- */

static void render(const struct report_tables *r, struct buf *out)
{
    struct buf sections = {0};
    bool failed = false;

    for (guint i = 0; i < r->tables->len; i++) {
        const struct table *t = g_ptr_array_index(r->tables, i);

        if (has_section(t))
            append_section(&sections, r, t, &failed);
    }
    append_head(out, r);
    append_remarks(out, r->warnings, "<p class=\"remark alarm\" role=\"alert\">Warning: ");
    append_remarks(out, r->notices, "<p class=\"remark\">");
    if (failed)
        buf_append_text(out, "<p class=\"remark\">Figures are missing: they are drawn by gnuplot, "
                             "which could not be run. Install it (Debian: gnuplot-nox) and make "
                             "the report again.</p>\n");
    append_contents(out, r);
    buf_append(out, sections.data, sections.len);
    append_method(out, r);
    append_foot(out, r);
    buf_fini(&sections);
}

const struct report_format report_format_html = {
    .name = "html",
    .render = render,
};
