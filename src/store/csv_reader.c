/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first batch of rows is found by the caller's thread; if the file goes on, a thread of
 * the reader's own finds the next ones while the caller works on these:
 *
 *     reader    read, find rows  -- filled -->  csv_reader_next, _ahead    caller
 *                               <-- empty ---
 *
 * Damage is noted in the batch and logged by the caller's thread, in the order of the file.
 */
#include "potsherd/csv_reader.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "store/csv_lines.h"

#define BATCHES 3 /* one to read into, one to work on, one on its way */

struct handover { /* batches on their way from one thread to the other */
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct csv_batch *waiting[BATCHES + 1]; /* NULL: there will be no more */
    unsigned count;
};

struct csv_reader {
    char *path;
    bool *has;         /* by the caller's columns */
    struct buf header; /* as it stands, for csv_reader_open_lines */

    struct csv_lines lines; /* the thread's as soon as there is one */

    /* the caller's */
    struct csv_batch *now; /* being taken */
    unsigned taken;        /* rows of it */
    bool any_damage;       /* counted in damage->files */
    struct csv_damage *damage;

    struct csv_batch batches[BATCHES];
    bool has_thread;
    pthread_t thread;
    struct handover filled, empty;
};

/* ---- damage ---- */

static void count_damage(struct csv_reader *c, uint64_t rows)
{
    c->damage->rows += rows;
    if (rows && !c->any_damage)
        c->damage->files++;
    c->any_damage = c->any_damage || rows;
}

static void log_damage(struct csv_reader *c, uint64_t line, const char *what)
{
    if (c->damage->rows < CSV_DAMAGE_LOGGED && !c->damage->quiet)
        log_warn("%s: line %llu: %s", c->path, (unsigned long long)line, what);
    count_damage(c, 1);
}

static void log_damage_of(struct csv_reader *c, struct csv_batch *b)
{
    for (guint i = 0; i < b->damage->len; i++) {
        const struct csv_damaged_line *d = &g_array_index(b->damage, struct csv_damaged_line, i);

        log_damage(c, d->line, d->what);
    }
    count_damage(c, b->damaged - b->damage->len);
    g_array_set_size(b->damage, 0);
    b->damaged = 0;
}

void csv_reader_damaged(struct csv_reader *c, const char *format, ...)
{
    char what[256];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    log_damage(c, c->now->lines[c->taken - 1], what);
}

/* ---- the two threads ---- */

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

static void put(struct handover *h, struct csv_batch *b)
{
    pthread_mutex_lock(&h->lock);
    h->waiting[h->count++] = b;
    pthread_cond_signal(&h->more);
    pthread_mutex_unlock(&h->lock);
}

static struct csv_batch *take(struct handover *h)
{
    struct csv_batch *b;

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
    struct csv_reader *c = user;
    struct csv_batch *next;
    bool last = false;

    while (!last && (next = take(&c->empty)) != NULL) {
        csv_lines_next_batch(&c->lines, next);
        last = next->last;
        put(&c->filled, next);
    }
    return NULL;
}

static void start_thread(struct csv_reader *c)
{
    for (unsigned i = 0; i < BATCHES; i++)
        if (&c->batches[i] != c->now)
            put(&c->empty, &c->batches[i]);
    c->has_thread = pthread_create(&c->thread, NULL, read_batches, c) == 0;
}

/* It ends by itself after the last batch; before that, when it gets none to fill. */
static void stop_thread(struct csv_reader *c)
{
    if (!c->has_thread)
        return;
    put(&c->empty, NULL);
    pthread_join(c->thread, NULL);
}

/* ---- rows ---- */

static void next_batch(struct csv_reader *c)
{
    if (!c->now) {
        csv_lines_fill(&c->lines); /* what came with the header line */
        c->now = c->lines.b;
        if (!c->now->last && !c->lines.at_end)
            start_thread(c);
    } else if (c->has_thread) {
        put(&c->empty, c->now);
        c->now = take(&c->filled);
    } else {
        csv_lines_next_batch(&c->lines, c->now);
    }
    c->taken = 0;
    log_damage_of(c, c->now);
}

const struct bytes *csv_reader_next(struct csv_reader *c)
{
    while (!c->now || (c->taken == c->now->rows && !c->now->last))
        next_batch(c);
    return c->taken < c->now->rows ? c->now->cells + (size_t)c->taken++ * (c->lines.wanted + 1)
                                   : NULL;
}

const struct bytes *csv_reader_ahead(const struct csv_reader *c, unsigned rows)
{
    size_t row = (size_t)c->taken + rows - 1;

    return row < c->now->rows ? c->now->cells + row * (c->lines.wanted + 1) : NULL;
}

/* ---- opening and closing ---- */
static bool column_is(struct bytes cell, const char *name)
{
    return cell.n == strlen(name) && memcmp(cell.at, name, cell.n) == 0;
}

static bool read_header(struct csv_reader *c, struct failure *failure)
{
    const struct csv_lines *l = &c->lines;

    if (!csv_lines_header(&c->lines))
        return !csv_reader_failed(c, failure) &&
               failure_set(failure, "%s: no header line: not a record file of potsherd", c->path);
    if (l->raw)
        buf_append(&c->header, l->b->data + l->begun, l->b->row - l->begun);
    return true;
}

static bool map_column(struct csv_reader *c, const struct csv_column *column, unsigned slot,
                       struct failure *failure)
{
    struct csv_lines *l = &c->lines;
    unsigned found = 0;

    for (unsigned i = 0; i < l->columns; i++)
        if (column_is(l->row_cells[i], column->name)) {
            l->slot_of[i] = (uint16_t)slot;
            found++;
        }
    c->has[slot] = found == 1;
    if (!found)
        l->absent[l->absent_count++] = (uint16_t)slot;
    if (found > 1)
        return failure_set(failure, "%s: line 1: the column '%s' is there more than once", c->path,
                           column->name);
    return found || !column->required ||
           failure_set(
               failure,
               "%s: line 1: the column '%s' is missing: another version, or another program, "
               "wrote it (potsherd schema says what is in a file)",
               c->path, column->name);
}

static bool map_columns(struct csv_reader *c, const struct csv_column *columns, unsigned n,
                        struct failure *failure)
{
    c->has = mem_new(n * sizeof *c->has + 1);
    c->lines.absent = mem_new(n * sizeof *c->lines.absent + 1);
    for (unsigned i = 0; i < c->lines.columns; i++)
        c->lines.slot_of[i] = (uint16_t)n;
    for (unsigned i = 0; i < n; i++)
        if (!map_column(c, &columns[i], i, failure))
            return false;
    csv_lines_want(&c->lines, n);
    return true;
}

static struct csv_reader *open_reader(const char *path, const struct csv_column *columns,
                                      unsigned n, bool raw, struct csv_damage *damage,
                                      struct failure *failure)
{
    struct record_input *input = record_input_open(path, failure);
    struct csv_reader *c;

    if (!input)
        return NULL;
    c = MEM_NEW(struct csv_reader);
    c->path = mem_string(path, strlen(path));
    c->damage = damage;
    for (unsigned i = 0; i < BATCHES; i++)
        csv_batch_init(&c->batches[i]);
    c->lines.input = input;
    c->lines.b = &c->batches[0];
    c->lines.raw = raw;
    handover_init(&c->filled);
    handover_init(&c->empty);
    if (!read_header(c, failure) || !map_columns(c, columns, n, failure)) {
        log_damage_of(c, c->lines.b);
        csv_reader_close(c);
        return NULL;
    }
    return c;
}

struct csv_reader *csv_reader_open(const char *path, const struct csv_column *columns, unsigned n,
                                   struct csv_damage *damage, struct failure *failure)
{
    return open_reader(path, columns, n, false, damage, failure);
}

struct csv_reader *csv_reader_open_lines(const char *path, const struct csv_column *columns,
                                         unsigned n, struct csv_damage *damage,
                                         struct failure *failure)
{
    return open_reader(path, columns, n, true, damage, failure);
}

struct bytes csv_reader_header(const struct csv_reader *c)
{
    return buf_view(&c->header);
}

struct bytes csv_reader_line(const struct csv_reader *c)
{
    return c->now->raw[c->taken - 1];
}

/* A quote stands in a cell of a file only before another one. */
void csv_cell_undouble(struct bytes cell, struct buf *out)
{
    buf_clear(out);
    while (cell.n) {
        const uint8_t *quote = memchr(cell.at, '"', cell.n);
        size_t n = quote ? (size_t)(quote - cell.at) + 1 : cell.n;

        buf_append(out, cell.at, n);
        cell = bytes_skip(cell, n + (quote != NULL));
    }
}

bool csv_reader_has(const struct csv_reader *c, unsigned column)
{
    return c->has[column];
}

bool csv_reader_failed(const struct csv_reader *c, struct failure *failure)
{
    if (c->lines.failure.text[0])
        *failure = c->lines.failure;
    return c->lines.failure.text[0] != '\0';
}

uint64_t csv_reader_bytes(const struct csv_reader *c)
{
    return c->now ? c->now->bytes_read : 0;
}

void csv_reader_close(struct csv_reader *c)
{
    if (!c)
        return;
    stop_thread(c);
    handover_fini(&c->filled);
    handover_fini(&c->empty);
    for (unsigned i = 0; i < BATCHES; i++)
        csv_batch_fini(&c->batches[i]);
    csv_lines_fini(&c->lines);
    buf_fini(&c->header);
    mem_free(c->has);
    mem_free(c->path);
    mem_free(c);
}
