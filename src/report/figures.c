/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figures.h"

#include <inttypes.h>
#include <string.h>

#include "potsherd/time.h"

#define BAR_HEIGHT    26 /* pixels a line of bars */
#define BARS_MAX      12
#define PORT_NAME     60 /* pixels */
#define COLOUR_TEXT   "#01020a"
#define COLOUR_RULE   "#01020b"
#define TITLE_LETTERS 24
#define YEAR_US       (INT64_C(366) * 86400 * TIME_SECOND)
#define PANELS_MAX    9
#define PANEL_HEIGHT  146
#define PANEL_LEFT    36 /* pixels around a panel, for what stands at its axes */
#define PANEL_RIGHT   32
#define PANEL_TOP     28
#define PANEL_BOTTOM  32
#define PANEL_TICKS   3

/* Letters have the same size in both, so that a narrow screen need not shrink them. */
static const struct layout {
    unsigned width;   /* pixels */
    unsigned across;  /* panels side by side */
    unsigned name;    /* pixels for the name of a bar */
    unsigned letters; /* that fit there */
} layouts[FIGURE_LAYOUTS] = {
    [FIGURE_WIDE] = {960, 3, 190, 24},
    [FIGURE_NARROW] = {380, 1, 124, 15},
};

static unsigned column_called(const struct table *t, const char *id)
{
    unsigned i = 0;

    while (i < table_columns(t) && strcmp(table_column_at(t, i)->id, id) != 0)
        i++;
    return i;
}

static void begin(GString *script, const struct layout *layout, unsigned height)
{
    g_string_append_printf(script,
                           "set terminal svg size %u,%u dynamic noenhanced font 'sans-serif,13'\n"
                           "set encoding utf8\nunset key\nset border 0\n"
                           "set tics scale 0 textcolor rgb '" COLOUR_TEXT "'\n"
                           "set style fill solid 1 noborder\n",
                           layout->width, height);
}

static struct figure *new_figure(const char *caption)
{
    struct figure *f = g_new0(struct figure, 1);

    g_strlcpy(f->caption, caption, sizeof f->caption);
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

/* Records hold text of attackers: what is neither alphabetic nor a digit becomes a blank; an
 * apostrophe means nothing between double quotes. */
static void append_name(GString *script, const char *text, unsigned letters)
{
    for (glong n = 0, most = MIN(letters, g_utf8_strlen(text, -1)); n < most; n++) {
        gunichar c = g_utf8_get_char(g_utf8_offset_to_pointer(text, n));

        g_string_append_unichar(
            script,
            (c < 0x80 ? g_ascii_isalnum((gchar)c) || strchr("-'", (int)c) : g_unichar_isalpha(c))
                ? c
                : ' ');
    }
}

static void append_label(GString *script, const struct value *v, unsigned letters)
{
    char scratch[VALUE_TEXT_MAX];

    g_string_append_c(script, '"');
    append_name(script, v->type == VALUE_NONE ? "unknown" : value_label(v, scratch), letters);
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

static void bars_axes(GString *script, const struct bars *b, const struct layout *layout)
{
    double max = 1;

    for (size_t row = 0; row < b->rows; row++)
        for (unsigned i = 0; i < b->count; i++)
            max = MAX(max, share(table_value_at(b->t, row, b->shares[i])));
    g_string_append(script, "set xrange [0:");
    append_number(script, max * (layout->across > 1 ? 1.12 : 1.3)); /* for the number behind it */
    g_string_append(script, "]\nset yrange [");
    append_number(script, 0.4 - (double)b->rows);
    g_string_append(script, ":0.6]\nunset xtics\nset rmargin 1\nset tmargin 0\nset bmargin 0\n"
                            "set lmargin at screen ");
    append_number(script, (double)layout->name / layout->width);
    g_string_append(script, "\nset ytics (");
    for (size_t row = 0; row < b->rows; row++) {
        g_string_append(script, row ? ", " : "");
        append_label(script, table_value_at(b->t, row, b->label), layout->letters);
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

static struct figure *draw_bars(const char *caption, const struct bars *b,
                                const struct layout *layout)
{
    struct figure *f = new_figure(caption);

    begin(f->script, layout,
          8 + (unsigned)b->rows * (b->count > 1 ? BAR_HEIGHT * 3 / 2 : BAR_HEIGHT));
    bars_axes(f->script, b, layout);
    for (unsigned i = 0; i < b->count; i++)
        bars_data(f->script, b, i);
    return f;
}

static struct figure *draw_countries(const struct table *t, const struct layout *layout)
{
    struct bars b = {.t = t, .rows = MIN(table_rows(t), BARS_MAX), .count = 1};

    b.label = column_called(t, "cc");
    b.shares[0] = column_called(t, "percent");
    return draw_bars("Share of all emails, per cent", &b, layout);
}

static struct figure *draw_ports(const struct table *t, const struct layout *layout)
{
    struct bars b = {.t = t, .rows = MIN(table_rows(t), BARS_MAX), .count = 2};
    struct layout short_names = *layout;
    struct figure *f;

    short_names.name = PORT_NAME;
    b.label = column_called(t, "port");
    b.shares[0] = column_called(t, "connections_percent");
    b.shares[1] = column_called(t, "emails_percent");
    f = draw_bars("Share of each port, per cent", &b, &short_names);
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

static struct figure *draw_requests(const struct table *t, const struct layout *layout)
{
    static const char *const types[] = {"connect to 25/TCP", "connect to others", "get", "errors"};
    struct figure *f = new_figure("Share of the module's requests, per cent");
    unsigned count = sizeof types / sizeof *types;

    begin(f->script, layout, 130);
    g_string_append(f->script, "set xrange [0:100]\nset yrange [-1.5:0.5]\n"
                               "set lmargin 8\nset rmargin 3\nset tmargin 0\n"
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

/* ---- a series: a panel a key, because lines in one figure cover each other ---- */

struct panels {
    const struct table *t;
    const struct layout *layout;
    unsigned first, count; /* columns */
    unsigned rows, height; /* of panels; pixels in all */
    int64_t begin, end;    /* bins */
};

static int64_t bin_of_row(const struct table *t, size_t row)
{
    int64_t n = 0;

    (void)bin_parse(t->bin, bytes_of(table_value_at(t, row, 0)->text), &n);
    return n;
}

/* As short as the period allows. */
static void append_bin(GString *script, const struct panels *p, int64_t n)
{
    bool of_years = bin_start(p->t->bin, p->end) - bin_start(p->t->bin, p->begin) > YEAR_US;
    bool midnight = bin_hour_of_day(bin_start(p->t->bin, n)) == 0;
    char text[BIN_TEXT_MAX];

    (void)bin_text(p->t->bin, n, text);
    if (p->t->bin == BIN_HOUR)
        g_string_append_printf(script, "\"%.*s%s\" ", midnight ? 5 : 2, text + (midnight ? 5 : 11),
                               midnight ? "" : "h");
    else if (p->t->bin == BIN_MONTH || of_years)
        g_string_append_printf(script, "\"%.7s\" ", text);
    else
        g_string_append_printf(script, "\"%.5s\" ", text + 5);
}

/* The largest of 1, 2, 5, 10, ... up to `max`, for the one line across. */
static uint64_t round_down(uint64_t max)
{
    uint64_t unit = 1;

    while (max / unit >= 10)
        unit *= 10;
    return unit * (max / unit >= 5 ? 5 : max / unit >= 2 ? 2 : 1);
}

static void append_screen(GString *script, const char *side, double part)
{
    g_string_append_printf(script, "set %cmargin at screen ", side[0]);
    append_number(script, part);
    g_string_append_c(script, '\n');
}

/* Where panel `i` is. */
static void panel_place(GString *script, const struct panels *p, unsigned i)
{
    double width = p->layout->width, height = p->height, wide = width / p->layout->across;
    double left = wide * (i % p->layout->across);
    double top = (double)PANEL_HEIGHT * (i / p->layout->across);

    append_screen(script, "left", (left + PANEL_LEFT) / width);
    append_screen(script, "right", (left + wide - PANEL_RIGHT) / width);
    append_screen(script, "top", 1 - (top + PANEL_TOP) / height);
    append_screen(script, "bottom", 1 - (top + PANEL_HEIGHT - PANEL_BOTTOM) / height);
}

/* At most three characters, as there is room for: "500", "2k", "10k". */
static const char *tick_text(uint64_t line, char scratch[VALUE_TEXT_MAX])
{
    if (line < 1000 || line >= 10000)
        return count_short(line, scratch);
    g_snprintf(scratch, VALUE_TEXT_MAX, "%uk", (unsigned)(line / 1000));
    return scratch;
}

static void panel_axes(GString *script, const struct panels *p, unsigned column)
{
    uint64_t max = 0, sum = 0, line;
    char scratch[VALUE_TEXT_MAX];

    for (size_t row = 0; row < table_rows(p->t); row++) {
        uint64_t n = table_value_at(p->t, row, column)->number;

        max = MAX(max, n);
        sum += n;
    }
    g_string_append(script, "set label 1 \"");
    append_name(script, column == 1 ? "All" : table_column_at(p->t, column)->title, TITLE_LETTERS);
    g_string_append_printf(script,
                           "  %s\" at graph 0,1.16 left textcolor rgb '" COLOUR_TEXT "'\n"
                           "set yrange [0:",
                           count_short(sum, scratch));
    line = max ? round_down(max) : 1;
    append_number(script, max ? (double)max * 1.04 : 1);
    g_string_append_printf(script, "]\nset ytics (\"0\" 0, \"%s\" ", tick_text(line, scratch));
    append_number(script, (double)line);
    g_string_append(script, ")\n");
}

static void append_point(GString *script, const struct panels *p, int64_t bin, uint64_t n)
{
    g_string_append_printf(script, "%" PRId64 " ", bin - p->begin);
    append_number(script, (double)n);
    g_string_append_c(script, '\n');
}

/* Bins that a long period leaves out had nothing: the line goes down to it, and up again. */
static void panel_data(GString *script, const struct panels *p, unsigned column)
{
    int64_t before = p->begin;

    for (size_t row = 0; row < table_rows(p->t); row++) {
        int64_t bin = bin_of_row(p->t, row);

        if (bin - before > 1)
            append_point(script, p, before + 1, 0);
        if (bin - before > 2)
            append_point(script, p, bin - 1, 0);
        append_point(script, p, bin, table_value_at(p->t, row, column)->number);
        before = bin;
    }
    g_string_append(script, "e\n");
}

static void panels_begin(GString *script, const struct panels *p)
{
    int64_t last = p->end - p->begin;

    begin(script, p->layout, p->height);
    g_string_append_printf(script, "set multiplot\nset xrange [0:%" PRId64 "]\nset xtics (", last);
    for (int i = 0; i < PANEL_TICKS; i++) {
        int64_t at = MIN((last + 1) * i / (PANEL_TICKS - 1), last);

        g_string_append(script, i ? ", " : "");
        append_bin(script, p, p->begin + at);
        g_string_append_printf(script, "%" PRId64, at);
    }
    g_string_append(script, ")\nset grid ytics lt 1 lc rgb '" COLOUR_RULE "'\n");
}

static struct figure *draw_panels(const struct table *t, const struct layout *layout)
{
    unsigned keys = table_columns(t) - 2;
    struct panels p = {.t = t, .layout = layout, .first = keys > 1 ? 1 : 2};
    struct figure *f;

    if (table_rows(t) < 2 || !keys)
        return NULL;
    p.count = MIN(table_columns(t) - p.first, PANELS_MAX);
    p.rows = (p.count + layout->across - 1) / layout->across;
    p.height = p.rows * PANEL_HEIGHT;
    p.begin = bin_of_row(t, 0);
    p.end = bin_of_row(t, table_rows(t) - 1);
    f = new_figure("");
    g_snprintf(f->caption, sizeof f->caption, "Emails %s %s, each on a scale of its own%s",
               t->bin == BIN_HOUR ? "an" : "a", bin_name(t->bin),
               p.first + p.count < table_columns(t) ? "; those with most" : "");
    panels_begin(f->script, &p);
    for (unsigned i = 0; i < p.count; i++) {
        panel_place(f->script, &p, i);
        panel_axes(f->script, &p, p.first + i);
        g_string_append(f->script,
                        "plot '-' using 1:2 with filledcurves y1=0 fs solid 0.25 noborder "
                        "lc rgb '#010201', '-' using 1:2 with lines lw 1.4 lc rgb '#010201'\n");
        panel_data(f->script, &p, p.first + i);
        panel_data(f->script, &p, p.first + i);
    }
    g_string_append(f->script, "unset multiplot\n");
    return f;
}

struct figure *figure_of(const struct table *t, enum figure_layout layout)
{
    static const struct {
        const char *id;
        struct figure *(*draw)(const struct table *t, const struct layout *layout);
    } figures[] = {
        {"countries", draw_countries},
        {"ports", draw_ports},
        {"requests", draw_requests},
    };

    if (!table_rows(t) || t->for_programs)
        return NULL;
    if (t->shape == TABLE_SERIES)
        return draw_panels(t, &layouts[layout]);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (strcmp(figures[i].id, t->id) == 0)
            return figures[i].draw(t, &layouts[layout]);
    return NULL;
}
