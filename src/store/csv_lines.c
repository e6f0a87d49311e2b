/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/csv_lines.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "store/csv_marks.h"

#define FIRST_ROWS 256   /* room for rows in a batch; it grows */
#define ROWS_MAX   16384 /* in a batch: rows may be short */
#define NO_MARK    SIZE_MAX

static const char *const NOT_DAMAGED = NULL;
static inline uint64_t marks_in(const struct csv_lines *c, size_t block)
{
    uint64_t marks = csv_marks_of(c->b->data + block);

    if (c->b->len - block < CSV_BLOCK_BYTES)
        marks &= (UINT64_C(1) << (c->b->len - block)) - 1;
    return marks;
}

/* Look at the bytes from `at` on next. */
static void seek_to(struct csv_lines *c, size_t at)
{
    c->block = at - at % CSV_BLOCK_BYTES;
    c->marks = 0;
    if (at < c->b->len) {
        c->marks = marks_in(c, c->block) & ~UINT64_C(0) << at % CSV_BLOCK_BYTES;
    }
}

static inline size_t next_mark(struct csv_lines *c)
{
    size_t at;

    while (!c->marks) {
        if (c->block + CSV_BLOCK_BYTES >= c->b->len)
            return NO_MARK;
        c->block += CSV_BLOCK_BYTES;
        c->marks = marks_in(c, c->block);
    }
    at = c->block + (size_t)__builtin_ctzll(c->marks);
    c->marks &= c->marks - 1;
    return at;
}

/* Makes room after the row that is being read and fills it. */
static bool fill(struct csv_lines *c)
{
    size_t end;

    if (c->at_end)
        return false;
    memmove(c->b->data, c->b->data + c->b->row, c->b->len - c->b->row);
    c->b->len -= c->b->row;
    c->b->row = 0;
    if (c->b->len == c->b->cap) {
        c->b->cap *= 2;
        c->b->data = mem_resize(c->b->data, c->b->cap + CSV_BLOCK_BYTES);
    }
    end = MIN(c->b->cap, c->b->len + CSV_BUFFER_BYTES);
    while (c->b->len < end && !c->at_end) {
        ssize_t got =
            record_input_read(c->input, c->b->data + c->b->len, end - c->b->len, &c->failure);

        c->at_end = got <= 0;
        c->b->len += got > 0 ? (size_t)got : 0;
    }
    memset(c->b->data + c->b->len, 0, CSV_BLOCK_BYTES);
    seek_to(c, 0);
    return true;
}

static void note_damage(struct csv_lines *c, uint64_t line, const char *what)
{
    struct csv_damaged_line damaged = {.line = line};

    if (c->b->damaged++ >= CSV_DAMAGE_LOGGED)
        return;
    g_strlcpy(damaged.what, what, sizeof damaged.what);
    g_array_append_val(c->b->damage, damaged);
}

/* ---- one row ---- */

enum quoting { BARE, OPEN, CLOSED };

struct scan {
    size_t start; /* of the cell */
    size_t close; /* its last quote */
    unsigned column;
    enum quoting quoting;
    bool doubled;
};

/* The cell ends before `end`; the row's next one begins after it. */
static inline const char *end_cell(struct csv_lines *c, struct scan *s, size_t end)
{
    unsigned slot = s->column < c->columns ? c->slot_of[s->column] : c->wanted;
    struct bytes *cell = &c->row_cells[slot];

    s->column++;
    if (s->quoting == BARE) {
        *cell = (struct bytes){c->b->data + s->start, end - s->start};
    } else if (s->quoting == OPEN) {
        return "a quote is not closed on its line";
    } else {
        if (end != s->close + 1)
            return "text after a closing quote";
        *cell = (struct bytes){c->b->data + s->start + 1, s->close - s->start - 1};
        c->row_doubled[slot] = s->doubled;
        c->any_doubled |= s->doubled;
        s->quoting = BARE;
        s->doubled = false;
    }
    s->start = end + 1;
    return NOT_DAMAGED;
}

/* Cells without quotes, which most are: up to the first mark that is no comma. */
static void bare_cells(struct csv_lines *c, struct scan *s)
{
    size_t block = c->block, start = s->start;
    unsigned column = s->column;
    uint64_t marks = c->marks;

    while (column < c->columns) {
        size_t at;

        while (!marks && block + CSV_BLOCK_BYTES < c->b->len) {
            block += CSV_BLOCK_BYTES;
            marks = marks_in(c, block);
        }
        at = block + (marks ? (size_t)__builtin_ctzll(marks) : 0);
        if (!marks || c->b->data[at] != ',')
            break;
        marks &= marks - 1;
        c->row_cells[c->slot_of[column++]] = (struct bytes){c->b->data + start, at - start};
        start = at + 1;
    }
    c->block = block;
    c->marks = marks;
    s->start = start;
    s->column = column;
}

static const char *meet_quote(struct scan *s, size_t at)
{
    if (s->quoting == OPEN) {
        s->quoting = CLOSED;
        s->close = at;
        return NOT_DAMAGED;
    }
    if (s->quoting == CLOSED && at == s->close + 1) {
        s->quoting = OPEN;
        s->doubled = true;
        return NOT_DAMAGED;
    }
    if (s->quoting == BARE && at == s->start) {
        s->quoting = OPEN;
        return NOT_DAMAGED;
    }
    return "a quote in the middle of a cell";
}

enum scanned { ROW, DAMAGED, MORE };

/* Passes over the rest of a line that is damaged at `at`, which is not its end.
 * Rows that wait in the queue forbid to read on: then it is found damaged again
 * when they are gone. */
static enum scanned damaged_at(struct csv_lines *c, size_t at, const char *what)
{
    const uint8_t *end = memchr(c->b->data + at, '\n', c->b->len - at);

    if (!end && c->b->rows)
        return MORE;
    note_damage(c, c->line + 1, what);
    while (!end && !c->at_end) {
        c->b->row = c->b->len; /* nothing of it is needed any more */
        fill(c);
        end = memchr(c->b->data, '\n', c->b->len);
    }
    c->b->row = end ? (size_t)(end - c->b->data) + 1 : c->b->len;
    c->line++;
    seek_to(c, c->b->row);
    return DAMAGED;
}

/* The last cell ends before `end`, the next row begins at `next`. */
static enum scanned end_row(struct csv_lines *c, struct scan *s, size_t end, size_t next)
{
    const char *damage = end_cell(c, s, end);

    c->b->row = next;
    c->line++;
    if (damage)
        note_damage(c, c->line, damage);
    return damage ? DAMAGED : ROW;
}

static enum scanned scan_row(struct csv_lines *c, struct scan *s)
{
    const char *damage = NOT_DAMAGED;

    for (;;) {
        size_t at;

        if (s->quoting == BARE)
            bare_cells(c, s);
        at = next_mark(c);
        if (at == NO_MARK)
            return MORE;
        switch (c->b->data[at]) {
        case ',':
            if (s->quoting != OPEN)
                damage = end_cell(c, s, at);
            break;
        case '"':
            damage = meet_quote(s, at);
            break;
        case '\n':
            return end_row(c, s, at, at + 1);
        case '\r':
            if (at + 1 == c->b->len)
                return MORE;
            if (c->b->data[at + 1] == '\n') {
                (void)next_mark(c); /* that line feed */
                return end_row(c, s, at, at + 2);
            }
            damage = "a control character";
            break;
        default:
            damage = c->b->data[at] ? "a control character" : "a NUL byte";
        }
        if (damage)
            return damaged_at(c, at, damage);
    }
}

/* "" stands for ": the cell shrinks where it stands. */
static void undouble(struct bytes *cell)
{
    uint8_t *data = (uint8_t *)(uintptr_t)cell->at; /* our own buffer */
    size_t to = 0;

    for (size_t from = 0; from < cell->n; from++) {
        data[to++] = data[from];
        from += data[from] == '"';
    }
    cell->n = to;
}

/* Only a whole row may change: one that goes on after the buffer is read again
 * from its beginning. */
static void undouble_row(struct csv_lines *c, bool whole)
{
    for (unsigned i = 0; i <= c->wanted; i++) {
        if (whole && !c->raw && c->row_doubled[i] && i < c->wanted)
            undouble(&c->row_cells[i]);
        c->row_doubled[i] = false;
    }
    c->any_doubled = false;
}

/* No line end in the buffer: read on, or say what the file ends with. */
static bool read_on(struct csv_lines *c)
{
    if (fill(c))
        return true;
    if (c->b->row < c->b->len && !c->failure.text[0])
        note_damage(c, c->line + 1, "the last line is torn: it has no line end");
    c->b->row = c->b->len;
    return false;
}

/* ---- the caps: of a line that is whole, and of one that is not yet ---- */

static const char cells_cap[] = "more than 512 cells";
static const char cell_cap[] = "a cell of more than 1 MiB";
static const char line_cap[] = "a line of more than 4 MiB";
_Static_assert(CSV_COLUMNS_MAX == 512 && CSV_CELL_MAX == 1 << 20 && CSV_LINE_MAX == 4 << 20,
               "the numbers in the messages");

/* Of a row without damage; only long rows are looked at. */
static bool has_long_cell(const uint8_t *row, size_t n)
{
    bool quoted = false;
    size_t start = 0;

    for (size_t i = 0; n > CSV_CELL_MAX && i < n; i++) {
        if (row[i] == '"') {
            quoted = !quoted;
        } else if (row[i] == ',' && !quoted) {
            if (i - start > CSV_CELL_MAX)
                return true;
            start = i + 1;
        }
    }
    return n - start > CSV_CELL_MAX;
}

static const char *cap_of_row(const uint8_t *row, size_t n, unsigned cells)
{
    if (cells > CSV_COLUMNS_MAX)
        return cells_cap;
    if (has_long_cell(row, n))
        return cell_cap;
    return n > CSV_LINE_MAX ? line_cap : NOT_DAMAGED;
}

/* One byte more is allowed: it may be the CR of a line end, and the whole line is checked
 * later. */
static const char *cap_of_part(const struct csv_lines *c, const struct scan *s)
{
    if (s->column >= CSV_COLUMNS_MAX)
        return cells_cap;
    if (c->b->len - s->start > CSV_CELL_MAX + 1)
        return cell_cap;
    return c->b->len - c->b->row > CSV_LINE_MAX + 1 ? line_cap : NOT_DAMAGED;
}

static enum scanned keep_caps(struct csv_lines *c, const struct scan *s, size_t begun,
                              enum scanned scanned)
{
    const char *damage = NOT_DAMAGED;

    if (scanned == ROW) {
        damage = cap_of_row(c->b->data + begun, s->start - 1 - begun, s->column);
        if (damage)
            note_damage(c, c->line, damage);
        return damage ? DAMAGED : ROW;
    }
    if (scanned == MORE)
        damage = cap_of_part(c, s);
    return damage ? damaged_at(c, c->b->len, damage) : scanned;
}

/* A line as cells, however many, into row_cells. */
static enum scanned next_line(struct csv_lines *c, unsigned *cells)
{
    struct scan s = {.start = c->b->row};
    enum scanned scanned;

    c->begun = c->b->row;
    scanned = keep_caps(c, &s, c->begun, scan_row(c, &s));
    if (c->any_doubled)
        undouble_row(c, scanned == ROW);
    *cells = s.column;
    return scanned;
}

static void keep_row(struct csv_lines *c, unsigned cells)
{
    char what[96];

    if (cells == c->columns) {
        if (c->raw)
            c->b->raw[c->b->rows] = (struct bytes){c->b->data + c->begun, c->b->row - c->begun};
        c->b->lines[c->b->rows++] = c->line;
        return;
    }
    if (c->b->damaged >= CSV_DAMAGE_LOGGED) { /* nobody will read it */
        c->b->damaged++;
        return;
    }
    snprintf(what, sizeof what, "%u cells, but the header line has %u columns", cells, c->columns);
    note_damage(c, c->line, what);
}

/* Room for one more row in the batch, where row_cells then points. */
static void make_room(struct csv_lines *c)
{
    struct csv_batch *b = c->b;
    size_t row = (c->wanted + 1) * sizeof *b->cells;

    if (b->rows == b->rows_cap) {
        b->rows_cap = b->rows_cap ? b->rows_cap * 2 : FIRST_ROWS;
        b->cells = mem_resize(b->cells, b->rows_cap * row);
        b->lines = mem_resize(b->lines, b->rows_cap * sizeof *b->lines);
        if (c->raw)
            b->raw = mem_resize(b->raw, b->rows_cap * sizeof *b->raw);
    }
    c->row_cells = b->cells + (size_t)b->rows * (c->wanted + 1);
    for (unsigned i = 0; i < c->absent_count; i++)
        c->row_cells[c->absent[i]] = BYTES_NONE;
}

/* The rows that the buffer holds; it is filled only while it holds none. */
void csv_lines_fill(struct csv_lines *c)
{
    struct csv_batch *b = c->b;
    enum scanned scanned;

    do {
        unsigned cells;

        make_room(c);
        scanned = next_line(c, &cells);
        if (scanned == ROW)
            keep_row(c, cells);
        else if (scanned == MORE && !b->rows && !read_on(c))
            b->last = true;
    } while (!b->last && b->rows < ROWS_MAX && (scanned != MORE || !b->rows));
    b->bytes_read = record_input_bytes(c->input);
}

static void set_cap(struct csv_batch *b, size_t cap)
{
    if (b->cap == cap)
        return;
    b->data = mem_resize(b->data, cap + CSV_BLOCK_BYTES);
    b->cap = cap;
}

/* The next batch begins with what the one before left over.  It may be the same
 * one; the caller's side only reads it. */
void csv_lines_next_batch(struct csv_lines *c, struct csv_batch *next)
{
    struct csv_batch *before = c->b;
    size_t rest = before->len - before->row;
    size_t cap = rest > CSV_BUFFER_BYTES ? before->cap : CSV_BUFFER_BYTES;

    if (next->cap < cap)
        set_cap(next, cap);
    memmove(next->data, before->data + before->row, rest);
    set_cap(next, cap);
    next->len = rest;
    next->row = 0;
    next->rows = 0;
    c->b = next;
    if (rest > CSV_BUFFER_BYTES / 2 || !fill(c))
        seek_to(c, 0); /* there may be rows in it that the batch before had no room for */
    csv_lines_fill(c);
}
/* ---- the header line ---- */

void csv_lines_want(struct csv_lines *c, unsigned wanted)
{
    c->wanted = wanted;
    mem_free(c->b->cells);
    c->b->cells = NULL;
    c->b->rows_cap = 0;
    make_room(c);
    c->row_doubled = mem_resize(c->row_doubled, (wanted + 1) * sizeof *c->row_doubled);
    memset(c->row_doubled, 0, (wanted + 1) * sizeof *c->row_doubled);
}

static bool read_header_line(struct csv_lines *c, unsigned *cells)
{
    enum scanned scanned;
    unsigned n = 0;

    do
        scanned = next_line(c, &n);
    while (scanned == MORE && read_on(c));
    *cells = n;
    return scanned == ROW && n <= CSV_COLUMNS_MAX;
}

bool csv_lines_header(struct csv_lines *c)
{
    c->columns = CSV_COLUMNS_MAX;
    c->slot_of = mem_new(CSV_COLUMNS_MAX * sizeof *c->slot_of);
    for (unsigned i = 0; i < CSV_COLUMNS_MAX; i++)
        c->slot_of[i] = (uint16_t)i;
    csv_lines_want(c, CSV_COLUMNS_MAX);
    if (fill(c) && c->b->len >= 3 && memcmp(c->b->data, "\xef\xbb\xbf", 3) == 0) {
        c->b->row = 3; /* a byte order mark, left by some editors */
        seek_to(c, c->b->row);
    }
    return read_header_line(c, &c->columns);
}

/* ---- memory ---- */

void csv_batch_init(struct csv_batch *b)
{
    b->cap = CSV_BUFFER_BYTES;
    b->data = mem_new(b->cap + CSV_BLOCK_BYTES);
    b->damage = g_array_new(FALSE, FALSE, sizeof(struct csv_damaged_line));
}

void csv_batch_fini(struct csv_batch *b)
{
    mem_free(b->data);
    mem_free(b->cells);
    mem_free(b->lines);
    mem_free(b->raw);
    g_array_free(b->damage, TRUE);
}

void csv_lines_fini(struct csv_lines *c)
{
    record_input_close(c->input);
    mem_free(c->slot_of);
    mem_free(c->absent);
    mem_free(c->row_doubled);
}
