/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/payload_rows.h"

#include <string.h>

#include "base/mem.h"
#include "store/record_input.h"

#define BUFFER_BYTES (4 * PAYLOAD_ROW_MAX)
#define COLUMNS_MAX  64 /* before the data */
#define NO_COLUMN    UINT16_MAX

enum place { BETWEEN, IN_DATA, BEHIND_DATA }; /* rows; parts of one */

struct payload_rows {
    struct record_input *input;
    char *path;
    struct csv_damage *damage;
    bool any_damage;
    struct failure failure; /* a read error */

    struct buf header;
    unsigned data_column;          /* of the file */
    uint16_t columns[COLUMNS_MAX]; /* of the file, up to that -> PAYLOADS_...; NO_COLUMN */
    bool has[PAYLOADS_COLUMN_COUNT];

    uint8_t data[BUFFER_BYTES];
    size_t at, len; /* what is next in it */
    bool at_end;    /* of the input */
    uint64_t line;  /* of the row */

    enum place place;
    bool quoted; /* the data is */
    struct bytes cells[PAYLOADS_COLUMN_COUNT];
    struct bytes head;
};

/* --- damage --- */

void payload_rows_damaged(struct payload_rows *p, const char *what)
{
    if (p->damage->rows < CSV_DAMAGE_LOGGED && !p->damage->quiet)
        log_warn("%s: line %llu: %s", p->path, (unsigned long long)p->line, what);
    p->damage->rows++;
    p->damage->files += !p->any_damage;
    p->any_damage = true;
}

/* --- bytes --- */

/* More of the file behind what is there.  False: there is no more, or no room. */
static bool fill(struct payload_rows *p)
{
    ssize_t n;

    if (p->at_end)
        return false;
    memmove(p->data, p->data + p->at, p->len - p->at);
    p->len -= p->at;
    p->at = 0;
    if (p->len == sizeof p->data)
        return false;
    n = record_input_read(p->input, p->data + p->len, sizeof p->data - p->len, &p->failure);
    p->at_end = n <= 0;
    p->len += n > 0 ? (size_t)n : 0;
    return n > 0;
}

static struct bytes rest(const struct payload_rows *p)
{
    return (struct bytes){p->data + p->at, p->len - p->at};
}

static const uint8_t *line_end(const struct payload_rows *p)
{
    return p->len > p->at ? memchr(p->data + p->at, '\n', p->len - p->at) : NULL;
}

static void skip_line(struct payload_rows *p)
{
    const uint8_t *end;

    while (!(end = line_end(p))) {
        p->at = p->len;
        if (!fill(p))
            return;
    }
    p->at = (size_t)(end - p->data) + 1;
}

/* --- cells --- */

/* How many bytes a quoted cell takes, with its quotes; 0: its end is not in sight. */
static size_t quoted_length(struct bytes text)
{
    for (size_t i = 1; i < text.n && text.at[i] != '\n'; i++) {
        if (text.at[i] != '"')
            continue;
        if (i + 1 < text.n && text.at[i + 1] == '"')
            i++;
        else
            return i + 1;
    }
    return 0;
}

static size_t bare_length(struct bytes text)
{
    size_t n = 0;

    while (n < text.n && text.at[n] != ',' && text.at[n] != '\n' && text.at[n] != '\r')
        n++;
    return n;
}

/* The first cell of `text`, without its quotes, and the byte behind it; false: that is not in
 * sight. */
static bool take_cell(struct bytes *text, struct bytes *cell, uint8_t *end)
{
    bool quoted = text->n && text->at[0] == '"';
    size_t n = quoted ? quoted_length(*text) : bare_length(*text);

    if ((quoted && !n) || n >= text->n)
        return false;
    *cell = quoted ? (struct bytes){text->at + 1, n - 2} : (struct bytes){text->at, n};
    *end = text->at[n];
    *text = bytes_skip(*text, n + 1);
    return true;
}

enum head { HEAD_WHOLE, HEAD_DAMAGED, HEAD_MORE };

/* The cells before the data, and the quote that it may begin with. */
static enum head read_head(struct payload_rows *p)
{
    struct bytes text = rest(p);

    memset(p->cells, 0, sizeof p->cells);
    for (unsigned i = 0; i < p->data_column; i++) {
        struct bytes cell;
        uint8_t end;

        if (!take_cell(&text, &cell, &end))
            return HEAD_MORE;
        if (end != ',')
            return HEAD_DAMAGED;
        if (p->columns[i] != NO_COLUMN)
            p->cells[p->columns[i]] = cell;
    }
    if (!text.n)
        return HEAD_MORE;
    p->quoted = text.at[0] == '"';
    p->head = (struct bytes){p->data + p->at, (size_t)(text.at - p->data) + p->quoted - p->at};
    return HEAD_WHOLE;
}

/* What the row before left. */
static void leave_row(struct payload_rows *p)
{
    if (p->place != BETWEEN)
        skip_line(p);
    p->place = BETWEEN;
}

const struct bytes *payload_rows_next(struct payload_rows *p)
{
    leave_row(p);
    for (;;) {
        enum head found = read_head(p);

        if (found == HEAD_MORE && fill(p))
            continue;
        if (p->at_end && (p->at == p->len || p->failure.text[0]))
            return NULL;
        p->line++;
        if (found == HEAD_WHOLE && p->head.n <= PAYLOAD_ROW_MAX) {
            p->at += p->head.n;
            p->place = IN_DATA;
            return p->cells;
        }
        payload_rows_damaged(p, found == HEAD_MORE && p->at_end
                                    ? "the last line is torn: it has no line end"
                                    : "no row of payloads.csv");
        skip_line(p);
    }
}

struct bytes payload_rows_head(const struct payload_rows *p)
{
    return p->head;
}

static bool ends_data(const struct payload_rows *p, uint8_t c)
{
    return p->quoted ? c == '"' || c == '\n' : c == ',' || c == '\n' || c == '\r';
}

struct bytes payload_rows_data(struct payload_rows *p)
{
    struct bytes part;
    size_t n = 0;

    if (p->place != IN_DATA)
        return BYTES_NONE;
    if (p->at == p->len && !fill(p)) {
        p->place = BEHIND_DATA;
        return BYTES_NONE;
    }
    part = rest(p);
    while (n < part.n && !ends_data(p, part.at[n]))
        n++;
    part.n = n;
    p->at += n;
    if (!n)
        p->place = BEHIND_DATA;
    return part;
}

struct bytes payload_rows_tail(struct payload_rows *p)
{
    const uint8_t *end = NULL;
    struct bytes tail = BYTES_NONE;

    while (payload_rows_data(p).n) /* what the caller left of it */
        ;
    if (p->place != BEHIND_DATA)
        return tail;
    while (!(end = line_end(p)) && p->len - p->at <= PAYLOAD_ROW_MAX && fill(p))
        ;
    if (!end) {
        payload_rows_damaged(p, p->at_end ? "the last line is torn: it has no line end"
                                          : "no row of payloads.csv");
        leave_row(p);
        return tail;
    }
    tail = (struct bytes){p->data + p->at, (size_t)(end - p->data) + 1 - p->at};
    p->at += tail.n;
    p->place = BETWEEN;
    return tail;
}

/* --- opening and closing --- */

static uint16_t number_of(struct bytes name)
{
    const struct record_schema *s = record_schema(RECORD_PAYLOADS);

    for (uint16_t i = 0; i < s->column_count; i++)
        if (name.n == strlen(s->columns[i].name) && !memcmp(name.at, s->columns[i].name, name.n))
            return i;
    return NO_COLUMN;
}

static bool read_header(struct payload_rows *p)
{
    struct bytes text, cell;
    uint8_t end = ',';

    while (!line_end(p))
        if (!fill(p))
            return false;
    p->line = 1;
    text = (struct bytes){p->data, (size_t)(line_end(p) - p->data) + 1};
    buf_append(&p->header, text.at, text.n);
    p->at = text.n;
    while (end == ',' && p->data_column < COLUMNS_MAX && take_cell(&text, &cell, &end)) {
        uint16_t column = number_of(cell);

        if (column == PAYLOADS_data)
            return p->has[PAYLOADS_uid] && p->has[PAYLOADS_email_n];
        p->columns[p->data_column++] = column;
        if (column != NO_COLUMN)
            p->has[column] = true;
    }
    return false;
}

struct payload_rows *payload_rows_open(const char *path, struct csv_damage *damage,
                                       struct failure *failure)
{
    struct record_input *input = record_input_open(path, failure);
    struct payload_rows *p;

    if (!input)
        return NULL;
    p = MEM_NEW(struct payload_rows);
    p->input = input;
    p->path = mem_string(path, strlen(path));
    p->damage = damage;
    if (read_header(p)) {
        p->has[PAYLOADS_data] = true;
        return p;
    }
    if (!payload_rows_failed(p, failure))
        failure_set(failure, "%s: line 1: no columns uid, email_n and, behind them, data", path);
    payload_rows_close(p);
    return NULL;
}

struct bytes payload_rows_header(const struct payload_rows *p)
{
    return buf_view(&p->header);
}

bool payload_rows_has(const struct payload_rows *p, unsigned column)
{
    return p->has[column];
}

bool payload_rows_failed(const struct payload_rows *p, struct failure *failure)
{
    if (p->failure.text[0])
        *failure = p->failure;
    return p->failure.text[0] != '\0';
}

void payload_rows_close(struct payload_rows *p)
{
    if (!p)
        return;
    record_input_close(p->input);
    buf_fini(&p->header);
    mem_free(p->path);
    mem_free(p);
}
