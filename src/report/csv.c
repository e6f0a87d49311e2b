/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How it is fast: 64 bytes at a time become one word in which a bit stands for
 * a byte that means something (comma, quote, control character).  The reader
 * then steps from bit to bit and never looks at the bytes between.
 *
 * A buffer full of rows is a batch.  The first one is read by the caller; if the
 * file goes on, a thread of the reader's own finds the next rows while the caller
 * works on these:
 *
 *     reader    read, find rows  -- filled -->  csv_next, csv_ahead    caller
 *                               <-- empty ---
 *
 * Damage is noted in the batch and told by the caller's side, so that messages
 * come in the order of the file and only one thread speaks.  A batch notes what may
 * still be told, and counts the rest.
 *
 * Memory: the buffers, each of which grows for one long line and shrinks again, and for
 * each batch two words a wanted cell of ROWS_MAX rows at most.  A line is looked through
 * from its start whenever more of it is read, BUFFER_BYTES at a time, so at most
 * CSV_LINE_MAX / BUFFER_BYTES times.
 */
#include "report/csv.h"

#include <glib.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/mem.h"
#include "report/source.h"

#define BUFFER_BYTES (256u << 10)
#define BLOCK_BYTES  64
#define FIRST_ROWS   256   /* room for rows in a batch; it grows */
#define ROWS_MAX     16384 /* in a batch: rows may be short */
#define BATCHES      3     /* one to read into, one to work on, one on its way */
#define NO_MARK      SIZE_MAX

struct damaged_line {
    uint64_t line;
    char what[96];
};

struct batch {
    uint8_t *data; /* cap bytes, and BLOCK_BYTES that may be read but mean nothing */
    size_t cap, len;
    size_t row;          /* where the row that is being read begins */
    struct bytes *cells; /* `rows` whole rows, and room for more */
    uint64_t *lines;     /* of these rows */
    unsigned rows, rows_cap;
    GArray *damage;   /* struct damaged_line: the first ones */
    uint64_t damaged; /* lines, with those */
    uint64_t bytes_read;
    bool last;
};

struct handover { /* batches on their way from one side to the other */
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct batch *waiting[BATCHES + 1]; /* NULL: there will be no more */
    unsigned count;
};

struct csv {
    /* set by csv_open */
    char *path;
    unsigned columns;  /* in the header */
    unsigned wanted;   /* by the caller */
    uint16_t *slot_of; /* column of the file -> cell of the caller; `wanted`: nobody's */

    /* the reader's side: the thread's as soon as there is one */
    struct source *source;
    struct batch *b;         /* being filled */
    size_t block;            /* the 64 bytes that `marks` is about */
    uint64_t marks;          /* bits of the bytes of `block` that are still to be looked at */
    struct bytes *row_cells; /* of the row that is being read, and one for nobody */
    bool *row_doubled;       /* cells with doubled quotes in them */
    bool any_doubled;
    bool at_end; /* of the source */
    uint64_t line;
    struct failure failure; /* the caller's after the last batch */

    /* the caller's side */
    struct batch *now; /* being taken */
    unsigned taken;    /* rows of it */
    bool blamed;       /* counted in damage->files */
    struct csv_damage *damage;

    struct batch batches[BATCHES];
    bool has_thread;
    pthread_t thread;
    struct handover filled, empty;
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
    uint64_t marks = marks_of(c->b->data + block);

    if (c->b->len - block < BLOCK_BYTES)
        marks &= (UINT64_C(1) << (c->b->len - block)) - 1;
    return marks;
}

/* Look at the bytes from `at` on next. */
static void seek_to(struct csv *c, size_t at)
{
    c->block = at - at % BLOCK_BYTES;
    c->marks = 0;
    if (at < c->b->len) {
        c->marks = marks_in(c, c->block) & ~UINT64_C(0) << at % BLOCK_BYTES;
    }
}

static inline size_t next_mark(struct csv *c)
{
    size_t at;

    while (!c->marks) {
        if (c->block + BLOCK_BYTES >= c->b->len)
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
    size_t end;

    if (c->at_end)
        return false;
    memmove(c->b->data, c->b->data + c->b->row, c->b->len - c->b->row);
    c->b->len -= c->b->row;
    c->b->row = 0;
    if (c->b->len == c->b->cap) {
        c->b->cap *= 2;
        c->b->data = mem_resize(c->b->data, c->b->cap + BLOCK_BYTES);
    }
    end = MIN(c->b->cap, c->b->len + BUFFER_BYTES);
    while (c->b->len < end && !c->at_end) {
        ssize_t got = source_read(c->source, c->b->data + c->b->len, end - c->b->len, &c->failure);

        c->at_end = got <= 0;
        c->b->len += got > 0 ? (size_t)got : 0;
    }
    memset(c->b->data + c->b->len, 0, BLOCK_BYTES);
    seek_to(c, 0);
    return true;
}

/* The reader's side notes, the caller's side tells. */
static void note_damage(struct csv *c, uint64_t line, const char *what)
{
    struct damaged_line damaged = {.line = line};

    if (c->b->damaged++ >= CSV_DAMAGE_TOLD)
        return;
    g_strlcpy(damaged.what, what, sizeof damaged.what);
    g_array_append_val(c->b->damage, damaged);
}

static void count_damage(struct csv *c, uint64_t rows)
{
    c->damage->rows += rows;
    if (rows && !c->blamed)
        c->damage->files++;
    c->blamed = c->blamed || rows;
}

static void tell_damage(struct csv *c, uint64_t line, const char *what)
{
    if (c->damage->rows < CSV_DAMAGE_TOLD && !c->damage->quiet)
        log_warn("%s: line %llu: %s", c->path, (unsigned long long)line, what);
    count_damage(c, 1);
}

static void tell_damage_of(struct csv *c, struct batch *b)
{
    for (guint i = 0; i < b->damage->len; i++) {
        const struct damaged_line *d = &g_array_index(b->damage, struct damaged_line, i);

        tell_damage(c, d->line, d->what);
    }
    count_damage(c, b->damaged - b->damage->len);
    g_array_set_size(b->damage, 0);
    b->damaged = 0;
}

void csv_complain(struct csv *c, const char *format, ...)
{
    char what[256];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    tell_damage(c, c->now->lines[c->taken - 1], what);
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
static void bare_cells(struct csv *c, struct scan *s)
{
    size_t block = c->block, start = s->start;
    unsigned column = s->column;
    uint64_t marks = c->marks;

    while (column < c->columns) {
        size_t at;

        while (!marks && block + BLOCK_BYTES < c->b->len) {
            block += BLOCK_BYTES;
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
static enum scanned damaged_at(struct csv *c, size_t at, const char *what)
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
static enum scanned end_row(struct csv *c, struct scan *s, size_t end, size_t next)
{
    const char *damage = end_cell(c, s, end);

    c->b->row = next;
    c->line++;
    if (damage)
        note_damage(c, c->line, damage);
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

/* One byte is let be: it may be the CR of a line end, and the whole line will be looked at. */
static const char *cap_of_part(const struct csv *c, const struct scan *s)
{
    if (s->column >= CSV_COLUMNS_MAX)
        return cells_cap;
    if (c->b->len - s->start > CSV_CELL_MAX + 1)
        return cell_cap;
    return c->b->len - c->b->row > CSV_LINE_MAX + 1 ? line_cap : NOT_DAMAGED;
}

static enum scanned keep_caps(struct csv *c, const struct scan *s, size_t begun,
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
static enum scanned next_line(struct csv *c, unsigned *cells)
{
    size_t begun = c->b->row;
    struct scan s = {.start = begun};
    enum scanned scanned = keep_caps(c, &s, begun, scan_row(c, &s));

    if (c->any_doubled)
        undouble_row(c, scanned == ROW);
    *cells = s.column;
    return scanned;
}

static void keep_row(struct csv *c, unsigned cells)
{
    char what[96];

    if (cells == c->columns) {
        c->b->lines[c->b->rows++] = c->line;
        return;
    }
    if (c->b->damaged >= CSV_DAMAGE_TOLD) { /* nobody will read it */
        c->b->damaged++;
        return;
    }
    snprintf(what, sizeof what, "%u cells, but the header line has %u columns", cells, c->columns);
    note_damage(c, c->line, what);
}

/* Room for one more row in the batch, where row_cells then points. */
static void make_room(struct csv *c)
{
    struct batch *b = c->b;
    size_t row = (c->wanted + 1) * sizeof *b->cells;

    if (b->rows == b->rows_cap) {
        b->rows_cap = b->rows_cap ? b->rows_cap * 2 : FIRST_ROWS;
        b->cells = mem_resize(b->cells, b->rows_cap * row);
        b->lines = mem_resize(b->lines, b->rows_cap * sizeof *b->lines);
    }
    c->row_cells = b->cells + (size_t)b->rows * (c->wanted + 1);
}

/* The rows that the buffer holds; it is filled only while it holds none. */
static void fill_batch(struct csv *c)
{
    struct batch *b = c->b;
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
    b->bytes_read = source_bytes_read(c->source);
}

static void set_cap(struct batch *b, size_t cap)
{
    if (b->cap == cap)
        return;
    b->data = mem_resize(b->data, cap + BLOCK_BYTES);
    b->cap = cap;
}

/* The next batch begins with what the one before left over.  It may be the same
 * one; the caller's side only reads it. */
static void begin_batch(struct csv *c, struct batch *next)
{
    struct batch *before = c->b;
    size_t rest = before->len - before->row;
    size_t cap = rest > BUFFER_BYTES ? before->cap : BUFFER_BYTES;

    if (next->cap < cap)
        set_cap(next, cap);
    memmove(next->data, before->data + before->row, rest);
    set_cap(next, cap);
    next->len = rest;
    next->row = 0;
    next->rows = 0;
    c->b = next;
    if (rest > BUFFER_BYTES / 2 || !fill(c))
        seek_to(c, 0); /* there may be rows in it that the batch before had no room for */
    fill_batch(c);
}

static void handover_init(struct handover *h)
{
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->more, NULL);
}

static void handover_fini(struct handover *h)
{
    pthread_cond_destroy(&h->more);
    pthread_mutex_destroy(&h->lock);
}

static void put(struct handover *h, struct batch *b)
{
    pthread_mutex_lock(&h->lock);
    h->waiting[h->count++] = b;
    pthread_cond_signal(&h->more);
    pthread_mutex_unlock(&h->lock);
}

static struct batch *take(struct handover *h)
{
    struct batch *b;

    pthread_mutex_lock(&h->lock);
    while (!h->count)
        pthread_cond_wait(&h->more, &h->lock);
    b = h->waiting[0];
    h->count--;
    memmove(h->waiting, h->waiting + 1, h->count * sizeof h->waiting[0]);
    pthread_mutex_unlock(&h->lock);
    return b;
}

static void *read_batches(void *user)
{
    struct csv *c = user;
    struct batch *next;
    bool last = false;

    while (!last && (next = take(&c->empty)) != NULL) {
        begin_batch(c, next);
        last = next->last;
        put(&c->filled, next);
    }
    return NULL;
}

static void start_thread(struct csv *c)
{
    for (unsigned i = 0; i < BATCHES; i++)
        if (&c->batches[i] != c->now)
            put(&c->empty, &c->batches[i]);
    c->has_thread = pthread_create(&c->thread, NULL, read_batches, c) == 0;
}

/* It ends by itself after the last batch; before that, when it gets none to fill. */
static void stop_thread(struct csv *c)
{
    if (!c->has_thread)
        return;
    put(&c->empty, NULL);
    pthread_join(c->thread, NULL);
}

/* ---- the caller's side ---- */

static void next_batch(struct csv *c)
{
    if (!c->now) {
        fill_batch(c); /* what came with the header line */
        c->now = c->b;
        if (!c->now->last && !c->at_end)
            start_thread(c);
    } else if (c->has_thread) {
        put(&c->empty, c->now);
        c->now = take(&c->filled);
    } else {
        begin_batch(c, c->now);
    }
    c->taken = 0;
    tell_damage_of(c, c->now);
}

const struct bytes *csv_next(struct csv *c)
{
    while (!c->now || (c->taken == c->now->rows && !c->now->last))
        next_batch(c);
    return c->taken < c->now->rows ? c->now->cells + (size_t)c->taken++ * (c->wanted + 1) : NULL;
}

const struct bytes *csv_ahead(const struct csv *c, unsigned rows)
{
    size_t row = (size_t)c->taken + rows - 1;

    return row < c->now->rows ? c->now->cells + row * (c->wanted + 1) : NULL;
}

/* ---- opening and closing ---- */

static void want_cells(struct csv *c, unsigned wanted)
{
    c->wanted = wanted;
    mem_free(c->b->cells);
    c->b->cells = NULL;
    c->b->rows_cap = 0;
    make_room(c);
    c->row_doubled = mem_resize(c->row_doubled, (wanted + 1) * sizeof *c->row_doubled);
    memset(c->row_doubled, 0, (wanted + 1) * sizeof *c->row_doubled);
}

static bool read_header_line(struct csv *c, unsigned *cells)
{
    enum scanned scanned;

    do
        scanned = next_line(c, cells);
    while (scanned == MORE && read_on(c));
    return scanned == ROW && *cells <= CSV_COLUMNS_MAX;
}

/* Every cell of the header line into row_cells; their number into columns. */
static bool read_header(struct csv *c, struct failure *failure)
{
    unsigned count = 0;

    c->columns = CSV_COLUMNS_MAX;
    c->slot_of = mem_new(CSV_COLUMNS_MAX * sizeof *c->slot_of);
    for (unsigned i = 0; i < CSV_COLUMNS_MAX; i++)
        c->slot_of[i] = (uint16_t)i;
    want_cells(c, CSV_COLUMNS_MAX);
    if (fill(c) && c->b->len >= 3 && memcmp(c->b->data, "\xef\xbb\xbf", 3) == 0) {
        c->b->row = 3; /* a byte order mark, left by some editors */
        seek_to(c, c->b->row);
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
    want_cells(c, n);
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
    for (unsigned i = 0; i < BATCHES; i++) {
        struct batch *b = &c->batches[i];

        b->cap = BUFFER_BYTES;
        b->data = mem_new(b->cap + BLOCK_BYTES);
        b->damage = g_array_new(FALSE, FALSE, sizeof(struct damaged_line));
    }
    c->b = &c->batches[0];
    handover_init(&c->filled);
    handover_init(&c->empty);
    if (!read_header(c, failure) || !map_columns(c, columns, n, failure)) {
        tell_damage_of(c, c->b);
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
    return c->now ? c->now->bytes_read : 0;
}

void csv_close(struct csv *c)
{
    if (!c)
        return;
    stop_thread(c);
    handover_fini(&c->filled);
    handover_fini(&c->empty);
    for (unsigned i = 0; i < BATCHES; i++) {
        mem_free(c->batches[i].data);
        mem_free(c->batches[i].cells);
        mem_free(c->batches[i].lines);
        g_array_free(c->batches[i].damage, TRUE);
    }
    source_close(c->source);
    mem_free(c->path);
    mem_free(c->slot_of);
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
