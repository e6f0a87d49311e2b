/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How it is fast: 64 bytes at a time become one word in which a bit stands for
 * a byte that means something (comma, quote, control character).  The reader
 * then steps from bit to bit and never looks at the bytes between.
 */
#include "report/csv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/mem.h"
#include "report/source.h"

#define BUFFER_BYTES  (256u << 10)
#define LINE_MAX_SIZE (64u << 20) /* a longer line is damage, not a reason to take all memory */
#define BLOCK_BYTES   64
#define COLUMNS_MAX   512
#define QUEUE_ROWS    256
#define NO_MARK       SIZE_MAX

struct csv {
    struct source *source;
    char *path;
    uint8_t *data; /* cap bytes, and BLOCK_BYTES that may be read but mean nothing */
    size_t cap, len;
    size_t row;              /* where the row that is being read begins */
    size_t block;            /* the 64 bytes that `marks` is about */
    uint64_t marks;          /* bits of the bytes of `block` that are still to be looked at */
    unsigned columns;        /* in the header */
    unsigned wanted;         /* by the caller */
    uint16_t *slot_of;       /* column of the file -> cell of the caller; `wanted`: nobody's */
    struct bytes *row_cells; /* of the row that is being read, and one for nobody */
    bool *row_doubled;       /* cells with doubled quotes in them */
    bool any_doubled;
    struct bytes *queue; /* whole rows, not yet taken */
    uint64_t queue_lines[QUEUE_ROWS];
    unsigned queued, taken;
    bool at_end; /* of the source */
    bool blamed; /* counted in damage->files */
    uint64_t line;
    struct csv_damage *damage;
    struct failure failure;
};

static const char *const NOT_DAMAGED = NULL;

#ifdef __SSE2__
/* Sixteen bytes: a comma, a quote, or anything below a blank? */
static uint64_t marks_of_16(const uint8_t *at)
{
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i comma = _mm_cmpeq_epi8(x, _mm_set1_epi8(','));
    __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);

    return (uint64_t)(unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(comma, quote), control));
}

static uint64_t marks_of(const uint8_t *at)
{
    return marks_of_16(at) | marks_of_16(at + 16) << 16 | marks_of_16(at + 32) << 32 |
           marks_of_16(at + 48) << 48;
}
#else
static uint64_t marks_of(const uint8_t *at)
{
    uint64_t marks = 0;

    for (unsigned i = 0; i < BLOCK_BYTES; i++)
        marks |= (uint64_t)(at[i] == ',' || at[i] == '"' || at[i] < 0x20) << i;
    return marks;
}
#endif

static inline uint64_t marks_in(const struct csv *c, size_t block)
{
    uint64_t marks = marks_of(c->data + block);

    if (c->len - block < BLOCK_BYTES)
        marks &= (UINT64_C(1) << (c->len - block)) - 1;
    return marks;
}

/* Look at the bytes from `at` on next. */
static void seek_to(struct csv *c, size_t at)
{
    c->block = at - at % BLOCK_BYTES;
    c->marks = 0;
    if (at < c->len) {
        c->marks = marks_in(c, c->block) & ~UINT64_C(0) << at % BLOCK_BYTES;
    }
}

static inline size_t next_mark(struct csv *c)
{
    size_t at;

    while (!c->marks) {
        if (c->block + BLOCK_BYTES >= c->len)
            return NO_MARK;
        c->block += BLOCK_BYTES;
        c->marks = marks_in(c, c->block);
    }
    at = c->block + (size_t)__builtin_ctzll(c->marks);
    c->marks &= c->marks - 1;
    return at;
}

/* Makes room behind the row that is being read and fills it. */
static bool fill(struct csv *c)
{
    if (c->at_end)
        return false;
    memmove(c->data, c->data + c->row, c->len - c->row);
    c->len -= c->row;
    c->row = 0;
    if (c->len == c->cap) {
        c->cap *= 2;
        c->data = mem_resize(c->data, c->cap + BLOCK_BYTES);
    }
    while (c->len < c->cap && !c->at_end) {
        ssize_t got = source_read(c->source, c->data + c->len, c->cap - c->len, &c->failure);

        c->at_end = got <= 0;
        c->len += got > 0 ? (size_t)got : 0;
    }
    memset(c->data + c->len, 0, BLOCK_BYTES);
    seek_to(c, 0);
    return true;
}

static void blame(struct csv *c, uint64_t line, const char *what)
{
    if (c->damage->rows++ < CSV_DAMAGE_TOLD)
        log_warn("%s: line %llu: %s", c->path, (unsigned long long)line, what);
    if (!c->blamed)
        c->damage->files++;
    c->blamed = true;
}

void csv_complain(struct csv *c, const char *format, ...)
{
    char what[256];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    blame(c, c->queue_lines[c->taken - 1], what);
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
static inline const char *end_cell(struct csv *c, struct scan *s, size_t end)
{
    unsigned slot = s->column < c->columns ? c->slot_of[s->column] : c->wanted;
    struct bytes *cell = &c->row_cells[slot];

    s->column++;
    if (s->quoting == BARE) {
        *cell = (struct bytes){c->data + s->start, end - s->start};
    } else if (s->quoting == OPEN) {
        return "a quote is not closed on its line";
    } else {
        if (end != s->close + 1)
            return "text after a closing quote";
        *cell = (struct bytes){c->data + s->start + 1, s->close - s->start - 1};
        c->row_doubled[slot] = s->doubled;
        c->any_doubled |= s->doubled;
        s->quoting = BARE;
        s->doubled = false;
    }
    s->start = end + 1;
    return NOT_DAMAGED;
}

/* Cells without quotes, which most are: up to the first mark that is no comma. */
static void bare_cells(struct csv *c, struct scan *s)
{
    size_t block = c->block, start = s->start;
    unsigned column = s->column;
    uint64_t marks = c->marks;

    while (column < c->columns) {
        size_t at;

        while (!marks && block + BLOCK_BYTES < c->len) {
            block += BLOCK_BYTES;
            marks = marks_in(c, block);
        }
        at = block + (marks ? (size_t)__builtin_ctzll(marks) : 0);
        if (!marks || c->data[at] != ',')
            break;
        marks &= marks - 1;
        c->row_cells[c->slot_of[column++]] = (struct bytes){c->data + start, at - start};
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
static enum scanned damaged_at(struct csv *c, size_t at, const char *what)
{
    const uint8_t *end = memchr(c->data + at, '\n', c->len - at);

    if (!end && c->queued)
        return MORE;
    blame(c, c->line + 1, what);
    while (!end && !c->at_end) {
        c->row = c->len; /* nothing of it is needed any more */
        fill(c);
        end = memchr(c->data, '\n', c->len);
    }
    c->row = end ? (size_t)(end - c->data) + 1 : c->len;
    c->line++;
    seek_to(c, c->row);
    return DAMAGED;
}

/* The last cell ends before `end`, the next row begins at `next`. */
static enum scanned end_row(struct csv *c, struct scan *s, size_t end, size_t next)
{
    const char *damage = end_cell(c, s, end);

    c->row = next;
    c->line++;
    if (damage)
        blame(c, c->line, damage);
    return damage ? DAMAGED : ROW;
}

static enum scanned scan_row(struct csv *c, struct scan *s)
{
    const char *damage = NOT_DAMAGED;

    for (;;) {
        size_t at;

        if (s->quoting == BARE)
            bare_cells(c, s);
        at = next_mark(c);
        if (at == NO_MARK)
            return MORE;
        switch (c->data[at]) {
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
            if (at + 1 == c->len)
                return MORE;
            if (c->data[at + 1] == '\n') {
                (void)next_mark(c); /* that line feed */
                return end_row(c, s, at, at + 2);
            }
            damage = "a control character";
            break;
        default:
            damage = c->data[at] ? "a control character" : "a NUL byte";
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
static void undouble_row(struct csv *c, bool whole)
{
    for (unsigned i = 0; i <= c->wanted; i++) {
        if (whole && c->row_doubled[i] && i < c->wanted)
            undouble(&c->row_cells[i]);
        c->row_doubled[i] = false;
    }
    c->any_doubled = false;
}

/* No line end in the buffer: read on, or say what the file ends with. */
static bool read_on(struct csv *c)
{
    if (c->len - c->row >= LINE_MAX_SIZE) {
        damaged_at(c, c->row, "a line of more than 64 MiB");
        return true;
    }
    if (fill(c))
        return true;
    if (c->row < c->len && !c->failure.text[0])
        blame(c, c->line + 1, "the last line is torn: it has no line end");
    c->row = c->len;
    return false;
}

/* A line as cells, however many, into row_cells. */
static enum scanned next_line(struct csv *c, unsigned *cells)
{
    struct scan s = {.start = c->row};
    enum scanned scanned = scan_row(c, &s);

    if (c->any_doubled)
        undouble_row(c, scanned == ROW);
    *cells = s.column;
    return scanned;
}

static void queue_row(struct csv *c, unsigned cells)
{
    char what[96];

    if (cells == c->columns) {
        c->queue_lines[c->queued++] = c->line;
        return;
    }
    snprintf(what, sizeof what, "%u cells, but the header line has %u columns", cells, c->columns);
    blame(c, c->line, what);
}

/* The next rows of the buffer; it is filled only while no row waits. */
static void fill_queue(struct csv *c)
{
    c->queued = c->taken = 0;
    while (c->queued < QUEUE_ROWS) {
        unsigned cells;
        enum scanned scanned;

        c->row_cells = c->queue + (size_t)c->queued * (c->wanted + 1);
        scanned = next_line(c, &cells);
        if (scanned == ROW)
            queue_row(c, cells);
        if (scanned != MORE)
            continue;
        if (c->queued)
            seek_to(c, c->row);
        if (c->queued || !read_on(c))
            return;
    }
}

const struct bytes *csv_next(struct csv *c)
{
    if (c->taken == c->queued)
        fill_queue(c);
    return c->taken < c->queued ? c->queue + (size_t)c->taken++ * (c->wanted + 1) : NULL;
}

const struct bytes *csv_ahead(const struct csv *c, unsigned rows)
{
    size_t row = (size_t)c->taken + rows - 1;

    return row < c->queued ? c->queue + row * (c->wanted + 1) : NULL;
}

/* ---- opening and closing ---- */

static void want_cells(struct csv *c, unsigned wanted, unsigned rows)
{
    c->wanted = wanted;
    c->queue = mem_resize(c->queue, (size_t)(wanted + 1) * rows * sizeof *c->queue);
    c->row_cells = c->queue;
    c->row_doubled = mem_resize(c->row_doubled, (wanted + 1) * sizeof *c->row_doubled);
    memset(c->row_doubled, 0, (wanted + 1) * sizeof *c->row_doubled);
}

static bool read_header_line(struct csv *c, unsigned *cells)
{
    enum scanned scanned;

    do
        scanned = next_line(c, cells);
    while (scanned == MORE && read_on(c));
    return scanned == ROW && *cells <= COLUMNS_MAX;
}

/* Every cell of the header line into row_cells; their number into columns. */
static bool read_header(struct csv *c, struct failure *failure)
{
    unsigned count = 0;

    c->columns = COLUMNS_MAX;
    c->slot_of = mem_new(COLUMNS_MAX * sizeof *c->slot_of);
    for (unsigned i = 0; i < COLUMNS_MAX; i++)
        c->slot_of[i] = (uint16_t)i;
    want_cells(c, COLUMNS_MAX, 1);
    if (fill(c) && c->len >= 3 && memcmp(c->data, "\xef\xbb\xbf", 3) == 0) {
        c->row = 3; /* a byte order mark, left by some editors */
        seek_to(c, c->row);
    }
    if (!read_header_line(c, &count)) {
        if (csv_failed(c, failure))
            return false;
        return failure_set(failure, "%s: no header line: not a record file of potsherd", c->path);
    }
    c->columns = count;
    return true;
}

static bool column_is(struct bytes cell, const char *name)
{
    return cell.n == strlen(name) && memcmp(cell.at, name, cell.n) == 0;
}

static bool map_columns(struct csv *c, const char *const *names, unsigned n,
                        struct failure *failure)
{
    for (unsigned i = 0; i < c->columns; i++)
        c->slot_of[i] = (uint16_t)n;
    for (unsigned want = 0; want < n; want++) {
        unsigned found = 0;

        for (unsigned i = 0; i < c->columns; i++)
            if (column_is(c->row_cells[i], names[want])) {
                c->slot_of[i] = (uint16_t)want;
                found++;
            }
        if (found != 1)
            return failure_set(failure, "%s: line 1: the column '%s' %s", c->path, names[want],
                               found ? "is there more than once" : "is missing");
    }
    want_cells(c, n, QUEUE_ROWS);
    return true;
}

struct csv *csv_open(const char *path, const char *const *columns, unsigned n,
                     struct csv_damage *damage, struct failure *failure)
{
    struct source *source = report_open(path, failure);
    struct csv *c;

    if (!source)
        return NULL;
    c = MEM_NEW(struct csv);
    c->source = source;
    c->path = mem_string(path, strlen(path));
    c->damage = damage;
    c->cap = BUFFER_BYTES;
    c->data = mem_new(c->cap + BLOCK_BYTES);
    if (!read_header(c, failure) || !map_columns(c, columns, n, failure)) {
        csv_close(c);
        return NULL;
    }
    return c;
}

bool csv_failed(const struct csv *c, struct failure *failure)
{
    if (c->failure.text[0])
        *failure = c->failure;
    return c->failure.text[0] != '\0';
}

uint64_t csv_bytes_read(const struct csv *c)
{
    return source_bytes_read(c->source);
}

void csv_close(struct csv *c)
{
    if (!c)
        return;
    source_close(c->source);
    mem_free(c->path);
    mem_free(c->data);
    mem_free(c->slot_of);
    mem_free(c->queue);
    mem_free(c->row_doubled);
    mem_free(c);
}

bool csv_uint(struct bytes cell, uint64_t *out)
{
    uint64_t value = 0;

    for (size_t i = 0; i < cell.n; i++) {
        unsigned digit = cell.at[i] - (unsigned)'0';

        if (digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *out = value;
    return cell.n > 0;
}
