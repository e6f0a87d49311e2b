/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For people: some columns of a row, aligned, more of them on a wide terminal.  Widths are those of
 * the first ROWS_MEASURED rows.  On a terminal what does not fit ends with an ellipsis; into a pipe
 * or a file cells are written whole.
 */
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/terminal.h"
#include "base/text_width.h"
#include "export/filters.h"
#include "export/find.h"

#define ROWS_MEASURED 256
#define WIDTH_MAX     40 /* of a column but the last */
#define WIDTH_LAST    24 /* that it has at least, on a terminal */
#define GAP           2
#define TIME_WIDTH    19 /* to the second */

/* In the order of a line; those behind ':' are added, before the last one, as far as a terminal has
 * room. */
static const char *const columns_shown[RECORD_FILE_COUNT] = {
    [RECORD_CONNECTIONS] = "ts uid src_ip src_cc dst_port protocol requests emails end"
                           ":src_as_name dst_ip bytes_from_src bytes_from_dst sensor flags",
    [RECORD_REQUESTS] = "ts uid src_ip src_cc dst_port module class reply target"
                        ":command user password src_as_name dst_ip sensor",
    [RECORD_EMAILS] = "ts uid email_n src_ip src_cc mail_from rcpt_count size subject"
                      ":target_host target_ip src_as_name header_from module attachments urls "
                      "language tags sensor",
    [RECORD_RECIPIENTS] = "ts uid email_n accepted rcpt:domain sensor",
    [RECORD_URLS] = "ts uid email_n domain url:shown_host part sensor",
    [RECORD_ATTACHMENTS] = "ts uid email_n size found_type sha256 filename:content_type sensor",
    [RECORD_PAYLOADS] = "ts uid email_n size sha256:sensor",
    [RECORD_SCANS] = "ts src_ip src_cc dst_ip dst_port syns:src_as_name sensor",
    [RECORD_STATS] = "ts interval captured dropped connections requests emails unwritten:sensor",
    [RECORD_FIRST_BYTES] = "ts uid src_ip target_host target_ip target_port data"
                           ":src_cc module size sensor",
    [RECORD_LOGINS] = "ts uid src_ip src_cc module mechanism accepted user password"
                      ":dst_port reply src_as_name sensor",
    [RECORD_REFUSALS] = "ts uid src_ip src_cc reply rcpt_count mail_from first_rcpt"
                        ":helo target_host target_ip module src_as_name sensor",
    [RECORD_CAPTURES] = "capture_n packets bytes first last file:sha256",
    [RECORD_CAMPAIGNS] = "campaign emails sources first last subject link_domain:language tags "
                         "kind recipients days countries link_path varies",
    [RECORD_CAMPAIGN_EMAILS] = "uid email_n campaign:",
    [RECORD_CAMPAIGN_SOURCES] = "campaign src_ip emails first last:",
    [RECORD_CAMPAIGN_PORTS] = "campaign module dst_port emails:",
    [RECORD_CAMPAIGN_DAYS] = "campaign day emails:",
};

struct state {
    unsigned room; /* columns of the terminal; 0: it is none */
    bool ascii;    /* is all that it shows */
    unsigned widths[FIND_COLUMNS_MAX];
    bool right[FIND_COLUMNS_MAX]; /* numbers */
    GPtrArray *waiting;           /* rows of texts, until widths are known; NULL: they are */
    struct bytes cells[FIND_COLUMNS_MAX];
    struct buf data, text, shown;
};

/* --- columns --- */

/* Names of this version's columns: what another version has called otherwise is left out. */
static void add_columns(struct finding *f, const char *names)
{
    const struct record_schema *schema = record_schema(f->kind);
    char **all = g_strsplit(names, " ", -1);

    for (unsigned i = 0; all[i]; i++)
        for (unsigned c = 0; c < schema->column_count; c++)
            if (!strcmp(all[i], schema->columns[c].name))
                f->columns[f->column_count++] = c;
    g_strfreev(all);
}

static void choose_columns(struct finding *f)
{
    char **parts = g_strsplit(columns_shown[f->kind], ":", 2);
    unsigned last;

    add_columns(f, parts[0]);
    last = f->columns[--f->column_count];
    if (((struct state *)f->state)->room)
        add_columns(f, parts[1]);
    f->columns[f->column_count++] = last;
    g_strfreev(parts);
}

static unsigned shown_columns(const char *names)
{
    unsigned n = 1;

    for (; *names && *names != ':'; names++)
        n += *names == ' ';
    return n;
}

/* Those that were added go again, the last ones first, until the line fits. */
static void drop_columns(struct finding *f)
{
    struct state *s = f->state;
    unsigned least = shown_columns(columns_shown[f->kind]), last = f->column_count - 1, line = 0;

    for (unsigned i = 0; i < last; i++)
        line += s->widths[i] + GAP;
    while (!f->chosen && f->column_count > least && line + WIDTH_LAST > s->room) {
        unsigned dropped = f->column_count - 2;

        line -= s->widths[dropped] + GAP;
        f->columns[dropped] = f->columns[dropped + 1];
        s->widths[dropped] = s->widths[dropped + 1];
        s->right[dropped] = s->right[dropped + 1];
        f->column_count--;
    }
    last = f->column_count - 1;
    if (s->widths[last] + line > s->room)
        s->widths[last] = s->room > line + WIDTH_LAST ? s->room - line : WIDTH_LAST;
}

/* --- a line --- */

static void end_line(struct buf *out)
{
    while (out->len && out->data[out->len - 1] == ' ')
        out->len--;
    buf_append_byte(out, '\n');
}

static void put_text(struct finding *f, unsigned i, const char *text)
{
    const struct state *s = f->state;
    unsigned width = text_width(text), column = s->widths[i];

    if (s->right[i] && width < column)
        text_append_blanks(&f->out, column - width);
    if (s->room)
        width = text_append_cut(&f->out, text, column);
    else
        buf_append_text(&f->out, text);
    if (!s->right[i] && width < column)
        text_append_blanks(&f->out, column - width);
    text_append_blanks(&f->out, i + 1 < f->column_count ? GAP : 0);
}

static void to_ascii(struct buf *line)
{
    struct buf plain = {0};

    text_append_ascii(&plain, buf_string(line));
    buf_set(line, plain.data, plain.len);
    buf_fini(&plain);
}

static void put_texts(struct finding *f, char *const *texts)
{
    const struct record_schema *schema = record_schema(f->kind);

    for (unsigned i = 0; i < f->column_count; i++)
        put_text(f, i, texts ? texts[f->columns[i]] : schema->columns[f->columns[i]].name);
    end_line(&f->out);
    if (((struct state *)f->state)->ascii)
        to_ascii(&f->out);
    find_put(f, BYTES_NONE);
}

/* --- widths --- */

static void measure(struct finding *f)
{
    const struct record_schema *schema = record_schema(f->kind);
    struct state *s = f->state;

    for (unsigned i = 0; i < f->column_count; i++) {
        unsigned column = f->columns[i], width = text_width(schema->columns[column].name);

        for (guint row = 0; row < s->waiting->len; row++) {
            char *const *texts = g_ptr_array_index(s->waiting, row);

            width = MAX(width, text_width(texts[column]));
        }
        s->widths[i] = MIN(width, i + 1 < f->column_count ? WIDTH_MAX : G_MAXUINT16);
        s->right[i] = schema->columns[column].type == COLUMN_UINT ||
                      schema->columns[column].type == COLUMN_REAL;
    }
    if (s->room)
        drop_columns(f);
}

static void put_waiting(struct finding *f)
{
    struct state *s = f->state;

    measure(f);
    if (f->several) {
        buf_append_text(&f->out, f->first ? "" : "\n");
        buf_append_text(&f->out, record_schema(f->kind)->name);
        buf_append_text(&f->out, ":\n");
    }
    put_texts(f, NULL);
    for (guint i = 0; i < s->waiting->len; i++)
        put_texts(f, g_ptr_array_index(s->waiting, i));
    g_ptr_array_free(s->waiting, TRUE);
    s->waiting = NULL;
}

/* --- rows --- */

/* What a terminal takes for no command; of a time, to the second. */
static char *text_of(struct state *s, enum column_type type, struct bytes cell)
{
    csv_cell_undouble(cell, &s->text);
    cell = buf_view(&s->text);
    buf_clear(&s->shown);
    if (type == COLUMN_TIME && cell.n > TIME_WIDTH)
        cell.n = TIME_WIDTH;
    escape_append(&s->shown, cell);
    if (type == COLUMN_TIME && s->shown.len > 10 && s->shown.data[10] == 'T')
        s->shown.data[10] = ' ';
    return g_strdup(buf_string(&s->shown));
}

/* By the numbers of the columns, NULL at the end: those that are not shown are empty. */
static char **texts_of(struct finding *f, struct source *source, const struct bytes *cells)
{
    const struct record_schema *schema = record_schema(f->kind);
    char **texts = g_new0(char *, schema->column_count + 1);
    struct state *s = f->state;

    find_cells(f, source, cells, s->cells, &s->data);
    for (unsigned i = 0; i < f->column_count; i++)
        if (!texts[f->columns[i]])
            texts[f->columns[i]] = text_of(s, schema->columns[f->columns[i]].type, s->cells[i]);
    for (unsigned i = 0; i < schema->column_count; i++)
        if (!texts[i])
            texts[i] = g_strdup("");
    return texts;
}

static void free_texts(gpointer texts)
{
    g_strfreev(texts);
}

static void put_row(struct finding *f, struct source *source, const struct bytes *cells)
{
    char **texts = texts_of(f, source, cells);
    struct state *s = f->state;

    if (s->waiting) {
        g_ptr_array_add(s->waiting, texts);
        if (s->waiting->len == ROWS_MEASURED)
            put_waiting(f);
        return;
    }
    put_texts(f, texts);
    g_strfreev(texts);
}

static void open_kind(struct finding *f)
{
    struct state *s = g_new0(struct state, 1);

    f->state = s;
    s->room = terminal_width(STDOUT_FILENO);
    s->ascii = s->room && !terminal_has_utf8();
    s->waiting = g_ptr_array_new_with_free_func(free_texts);
    if (!f->chosen)
        choose_columns(f);
}

static void close_kind(struct finding *f)
{
    struct state *s = f->state;

    if (s->waiting && s->waiting->len)
        put_waiting(f);
    if (s->waiting)
        g_ptr_array_free(s->waiting, TRUE);
    buf_fini(&s->data);
    buf_fini(&s->text);
    buf_fini(&s->shown);
    g_free(s);
}

const struct find_format find_text = {
    .name = "text", .open = open_kind, .row = put_row, .close = close_kind};
