/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figures.h"

#include <inttypes.h>
#include <string.h>

#include "potsherd/time.h"

#define BAR_HEIGHT       26 /* pixels a line of bars */
#define BARS_MAX         12
#define LABEL_LENGTH     12
#define MONTHS_FROM_DAYS 180 /* a longer period is marked by months */
#define YEARS_FROM_DAYS  4000
#define COLOUR_TEXT      "#01020a"
#define COLOUR_RULE      "#01020b"

static unsigned column_called(const struct table *t, const char *id)
{
    unsigned i = 0;

    while (i < table_columns(t) && strcmp(table_column_at(t, i)->id, id) != 0)
        i++;
    return i;
}

static void begin(GString *script, unsigned height)
{
    g_string_append_printf(script,
                           "set terminal svg size 860,%u dynamic noenhanced font 'sans-serif,13'\n"
                           "set encoding utf8\nunset key\nset border 0\n"
                           "set tics scale 0 textcolor rgb '" COLOUR_TEXT "'\n"
                           "set style fill solid 1 noborder\n",
                           height);
}

static struct figure *new_figure(const char *caption)
{
    struct figure *f = g_new0(struct figure, 1);

    f->caption = caption;
    f->script = g_string_new(NULL);
    return f;
}

void figure_free(struct figure *f)
{
    if (!f)
        return;
    g_string_free(f->script, TRUE);
    g_free(f);
}

/* Records hold text of attackers: what is no letter or digit becomes a blank. */
static void append_label(GString *script, const struct value *v)
{
    char scratch[VALUE_TEXT_MAX];
    const char *text = v->type == VALUE_NONE ? "unknown" : value_text(v, scratch);

    g_string_append_c(script, '"');
    for (unsigned n = 0; *text && n < LABEL_LENGTH; text++, n++)
        g_string_append_c(script, g_ascii_isalnum(*text) || *text == '-' ? *text : ' ');
    g_string_append_c(script, '"');
}

/* Numbers with a point whatever the locale; each followed by a blank. */
static void append_number(GString *script, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append(script, g_ascii_formatd(text, sizeof text, "%.3f", number));
    g_string_append_c(script, ' ');
}

/* A box for gnuplot's boxxyerror. */
static void append_box(GString *script, double left, double right, double bottom, double top)
{
    append_number(script, right);
    append_number(script, (bottom + top) / 2);
    append_number(script, left);
    append_number(script, right);
    append_number(script, bottom);
    append_number(script, top);
    g_string_append_c(script, '\n');
}

static double share(const struct value *v)
{
    return v->type == VALUE_HUNDREDTHS ? (double)v->number / 100 : 0;
}

/* ---- bars: a line a row, a bar a percentage ---- */

struct bars {
    const struct table *t;
    size_t rows;
    unsigned label, shares[2], count;
};

static void bars_axes(GString *script, const struct bars *b)
{
    double max = 1;

    for (size_t row = 0; row < b->rows; row++)
        for (unsigned i = 0; i < b->count; i++)
            max = MAX(max, share(table_value_at(b->t, row, b->shares[i])));
    g_string_append(script, "set xrange [0:");
    append_number(script, max * 1.12);
    g_string_append(script, "]\nset yrange [");
    append_number(script, 0.4 - (double)b->rows);
    g_string_append(script, ":0.6]\nunset xtics\nset lmargin 12\nset rmargin 1\n"
                            "set tmargin 0\nset bmargin 0\nset ytics (");
    for (size_t row = 0; row < b->rows; row++) {
        g_string_append(script, row ? ", " : "");
        append_label(script, table_value_at(b->t, row, b->label));
        g_string_append_printf(script, " -%zu", row);
    }
    g_string_append(script, ")\nplot ");
    for (unsigned i = 0; i < b->count; i++)
        g_string_append_printf(script,
                               "%s'-' using 1:2:3:4:5:6 with boxxyerror lc rgb '#0102%02x', "
                               "'-' using 1:2:3 with labels left offset 0.4,0 "
                               "textcolor rgb '" COLOUR_TEXT "'",
                               i ? ", " : "", i + 1);
    g_string_append_c(script, '\n');
}

static void bars_data(GString *script, const struct bars *b, unsigned series)
{
    double height = 0.76 / b->count;

    for (size_t row = 0; row < b->rows; row++) {
        double top = 0.38 - (double)row - height * series;

        append_box(script, 0, share(table_value_at(b->t, row, b->shares[series])),
                   top - height + 0.03, top - 0.03);
    }
    g_string_append(script, "e\n");
    for (size_t row = 0; row < b->rows; row++) {
        const struct value *v = table_value_at(b->t, row, b->shares[series]);
        char scratch[VALUE_TEXT_MAX];

        append_number(script, share(v));
        append_number(script, 0.38 - (double)row - height * (series + 0.5));
        g_string_append_printf(script, "\"%s\"\n", value_text(v, scratch));
    }
    g_string_append(script, "e\n");
}

static struct figure *draw_bars(const char *caption, const struct bars *b)
{
    struct figure *f = new_figure(caption);

    begin(f->script, 8 + (unsigned)b->rows * (b->count > 1 ? BAR_HEIGHT * 3 / 2 : BAR_HEIGHT));
    bars_axes(f->script, b);
    for (unsigned i = 0; i < b->count; i++)
        bars_data(f->script, b, i);
    return f;
}

static struct figure *draw_countries(const struct table *t)
{
    struct bars b = {.t = t, .rows = MIN(table_rows(t), BARS_MAX), .count = 1};

    b.label = column_called(t, "cc");
    b.shares[0] = column_called(t, "percent");
    return draw_bars("Share of all emails, per cent", &b);
}

static struct figure *draw_ports(const struct table *t)
{
    struct bars b = {.t = t, .rows = MIN(table_rows(t), BARS_MAX), .count = 2};
    struct figure *f;

    b.label = column_called(t, "port");
    b.shares[0] = column_called(t, "connections_percent");
    b.shares[1] = column_called(t, "emails_percent");
    f = draw_bars("Share of each port, per cent", &b);
    f->series[f->series_count++] = "connections";
    f->series[f->series_count++] = "emails";
    return f;
}

/* ---- requests: a bar of all types a module ---- */

static void requests_data(GString *script, const struct table *t, const char *type)
{
    unsigned types = column_called(t, "type"), shares = column_called(t, "percent");
    double from[2] = {0, 0};
    int module = -1;

    for (size_t row = 0; row < table_rows(t); row++) {
        const char *at = table_value_at(t, row, types)->text;
        const char *name = table_value_at(t, row, 0)->text;
        double x = share(table_value_at(t, row, shares));

        module = strcmp(name, "http") == 0 ? 0 : 1;
        if (strcmp(at, type) == 0) {
            append_box(script, from[module], from[module] + x, -module - 0.34, -module + 0.34);
            continue;
        }
        if (strcmp(at, "total") != 0)
            from[module] += x;
    }
    g_string_append(script, "e\n");
}

static struct figure *draw_requests(const struct table *t)
{
    static const char *const types[] = {"connect to 25/TCP", "connect to others", "get", "errors"};
    struct figure *f = new_figure("Share of the module's requests, per cent");
    unsigned count = sizeof types / sizeof *types;

    begin(f->script, 130);
    g_string_append(f->script, "set xrange [0:100]\nset yrange [-1.5:0.5]\n"
                               "set lmargin 12\nset rmargin 3\nset tmargin 0\n"
                               "set ytics (\"HTTP\" 0, \"SOCKS\" -1)\n"
                               "set xtics 0,20,100\nset grid xtics lt 1 lc rgb '" COLOUR_RULE "'\n"
                               "plot ");
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(f->script,
                               "%s'-' using 1:2:3:4:5:6 with boxxyerror lc rgb '#0102%02x'",
                               i ? ", " : "", i + 1);
    g_string_append_c(f->script, '\n');
    for (unsigned i = 0; i < count; i++) {
        f->series[f->series_count++] = types[i];
        requests_data(f->script, t, types[i]);
    }
    return f;
}

/* ---- emails a day: a line a key ---- */

struct scale {
    uint64_t unit;
    const char *caption;
};

static struct scale scale_for(const struct table *t)
{
    uint64_t max = 0;

    for (size_t row = 0; row < table_rows(t); row++)
        for (unsigned i = 2; i < table_columns(t); i++)
            max = MAX(max, table_value_at(t, row, i)->number);
    if (max >= 2000000)
        return (struct scale){1000000, "Million emails a day"};
    if (max >= 20000)
        return (struct scale){1000, "Thousand emails a day"};
    return (struct scale){1, "Emails a day"};
}

static void append_day(GString *script, const struct table *t, size_t row, unsigned column,
                       uint64_t unit)
{
    g_string_append_printf(script, "%.10s ", table_value_at(t, row, 0)->text);
    append_number(script, (double)table_value_at(t, row, column)->number / (double)unit);
    g_string_append_c(script, '\n');
}

static int64_t day_at(const struct table *t, size_t row)
{
    time_us ts = 0;

    (void)time_parse(table_value_at(t, row, 0)->text, 10, &ts);
    return ts / (86400 * TIME_SECOND);
}

static void append_zero(GString *script, int64_t day)
{
    char text[TIME_TEXT_MAX];

    time_format(day * 86400 * TIME_SECOND, text);
    g_string_append_printf(script, "%.10s 0\n", text);
}

/* Days that a long period leaves out had nothing: the line goes down to it, and up again. */
static void append_days_left_out(GString *script, int64_t before, int64_t after)
{
    if (after - before > 1)
        append_zero(script, before + 1);
    if (after - before > 2)
        append_zero(script, after - 1);
}

static const char *axis_format(const struct table *t)
{
    int64_t days = day_at(t, table_rows(t) - 1) - day_at(t, 0);

    if (days > YEARS_FROM_DAYS)
        return "%Y";
    return days >= MONTHS_FROM_DAYS ? "%Y-%m" : "%m-%d";
}

static struct figure *draw_days(const struct table *t)
{
    struct scale scale = scale_for(t);
    unsigned lines = MIN(table_columns(t) - 2, FIGURE_SERIES_MAX);
    struct figure *f;

    if (table_rows(t) < 2 || !lines)
        return NULL;
    f = new_figure(scale.caption);
    begin(f->script, 300);
    g_string_append_printf(f->script,
                           "set xdata time\nset timefmt '%%Y-%%m-%%d'\nset format x '%s'\n",
                           axis_format(t));
    g_string_append_printf(f->script, "set xrange ['%.10s':'%.10s']\n",
                           table_value_at(t, 0, 0)->text,
                           table_value_at(t, table_rows(t) - 1, 0)->text);
    g_string_append(f->script, "set format y '%g'\nset yrange [0:*]\n"
                               "set lmargin 8\nset rmargin 5\nset tmargin 1\n"
                               "set grid ytics lt 1 lc rgb '" COLOUR_RULE "'\nplot ");
    for (unsigned i = 0; i < lines; i++)
        g_string_append_printf(f->script, "%s'-' using 1:2 with lines lw 1.4 lc rgb '#0102%02x'",
                               i ? ", " : "", i + 1);
    g_string_append_c(f->script, '\n');
    for (unsigned i = 0; i < lines; i++) {
        f->series[f->series_count++] = table_column_at(t, i + 2)->title;
        for (size_t row = 0; row < table_rows(t); row++) {
            if (row)
                append_days_left_out(f->script, day_at(t, row - 1), day_at(t, row));
            append_day(f->script, t, row, i + 2, scale.unit);
        }
        g_string_append(f->script, "e\n");
    }
    return f;
}

struct figure *figure_of(const struct table *t)
{
    static const struct {
        const char *id;
        struct figure *(*draw)(const struct table *t);
    } figures[] = {
        {"countries", draw_countries},  {"ports", draw_ports},       {"requests", draw_requests},
        {"days_by_country", draw_days}, {"days_by_port", draw_days},
    };

    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (strcmp(figures[i].id, t->id) == 0 && table_rows(t))
            return figures[i].draw(t);
    return NULL;
}
