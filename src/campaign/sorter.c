/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/sorter.h"

#include <glib.h>
#include <string.h>

#include "base/mem.h"
#include "campaign/spill.h"

#define READ_LEAST  (16 * 1024) /* bytes of a run that are read at a time */
#define READ_MOST   (1 << 20)
#define RADIX_LEAST 48  /* of fewer entries each is put where it belongs */
#define DEPTH_MAX   512 /* bytes that records share before they are compared as a whole */
#define BYTES_MOST  UINT32_MAX

struct entry {
    uint64_t prefix; /* the eight bytes at the depth that is sorted by, high ones first */
    uint32_t at, n;
};

struct load { /* records in memory */
    struct buf bytes;
    struct entry *entries;
    size_t count, room;
    size_t next; /* when they are read back from here: */
    bool sorted;
};

struct run { /* sorted, in a file */
    const struct spill *file;
    uint64_t at, end;
};

struct reader { /* of a run, while runs are merged */
    struct spill_reader from;
    struct bytes record; /* its next one */
};

struct sorter {
    const char *folder;
    size_t memory;
    bool beside;
    struct load loads[2]; /* one is filled, the other is written */
    unsigned filling;
    GThread *thread; /* writes the other one; or NULL */
    GPtrArray
        *files;   /* struct spill *: the first is written, the others are of those that joined */
    GArray *runs; /* struct run */
    struct reader *readers;
    unsigned *heap, heap_count;
    bool merging;
    _Atomic int error; /* errno of the first failure */
};

/* --- in memory --- */

static const uint8_t *record_at(const struct load *l, const struct entry *e)
{
    return l->bytes.data + e->at;
}

static int compare_bytes(struct bytes a, struct bytes b)
{
    int order = memcmp(a.at, b.at, a.n < b.n ? a.n : b.n);

    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_entries(const void *a, const void *b, void *load)
{
    const struct entry *x = a, *y = b;

    return compare_bytes((struct bytes){record_at(load, x), x->n},
                         (struct bytes){record_at(load, y), y->n});
}

static void sort_few(const struct load *l, struct entry *e, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct entry moved = e[i];
        size_t to = i;

        while (to && (moved.prefix < e[to - 1].prefix ||
                      (moved.prefix == e[to - 1].prefix &&
                       compare_entries(&moved, &e[to - 1], (void *)(uintptr_t)l) < 0))) {
            e[to] = e[to - 1];
            to--;
        }
        e[to] = moved;
    }
}

/* What a record lacks of the eight bytes is 0. */
static uint64_t prefix_of(const uint8_t *record, size_t n, size_t depth)
{
    uint64_t value = 0;

    if (depth + 8 <= n) {
        memcpy(&value, record + depth, 8);
        return GUINT64_FROM_BE(value);
    }
    for (size_t i = depth; i < n; i++)
        value |= (uint64_t)record[i] << (56 - 8 * (i - depth));
    return value;
}

/* The next eight bytes of entries that were alike so far; false: all have ended. */
static bool go_deeper(const struct load *l, struct entry *e, size_t n, size_t depth)
{
    bool more = false;

    for (size_t i = 0; i < n; i++) {
        e[i].prefix = prefix_of(record_at(l, &e[i]), e[i].n, depth);
        more |= e[i].n > depth;
    }
    return more;
}

static unsigned byte_of(const struct entry *e, unsigned shift)
{
    return (unsigned)(e->prefix >> shift) & 0xff;
}

/* McIlroy, Bostic, McIlroy: "Engineering Radix Sort" (Computing Systems 1993), the American flag:
 * by one byte, in place.  `begin`: where each byte's entries begin, and the end. */
static void sort_by_byte(struct entry *e, size_t n, unsigned shift, size_t begin[257])
{
    size_t to[256];

    memset(begin, 0, 257 * sizeof *begin);
    for (size_t i = 0; i < n; i++)
        begin[byte_of(&e[i], shift) + 1]++;
    for (int b = 0; b < 256; b++) {
        begin[b + 1] += begin[b];
        to[b] = begin[b];
    }
    for (unsigned b = 0; b < 256; b++)
        while (to[b] < begin[b + 1]) {
            struct entry moved = e[to[b]];
            unsigned place;

            while ((place = byte_of(&moved, shift)) != b) {
                struct entry there = e[to[place]];

                e[to[place]++] = moved;
                moved = there;
            }
            e[to[b]++] = moved;
        }
}

static void sort_entries(const struct load *l, struct entry *e, size_t n, size_t depth,
                         unsigned shift)
{
    size_t begin[257];

    for (;;) {
        unsigned first;

        if (n < RADIX_LEAST) {
            sort_few(l, e, n);
            return;
        }
        sort_by_byte(e, n, shift, begin);
        first = byte_of(&e[0], shift);
        if (begin[first + 1] != n)
            break;
        if (shift) { /* all the same: no call for that */
            shift -= 8;
            continue;
        }
        depth += 8;
        shift = 56;
        if (!go_deeper(l, e, n, depth) || depth > DEPTH_MAX) {
            g_qsort_with_data(e, (gint)n, sizeof *e, compare_entries, (void *)(uintptr_t)l);
            return;
        }
    }
    for (unsigned b = 0; b < 256; b++) {
        size_t count = begin[b + 1] - begin[b];

        if (count < 2)
            continue;
        if (shift)
            sort_entries(l, e + begin[b], count, depth, shift - 8);
        else if (go_deeper(l, e + begin[b], count, depth + 8) && depth < DEPTH_MAX)
            sort_entries(l, e + begin[b], count, depth + 8, 56);
        else
            g_qsort_with_data(e + begin[b], (gint)count, sizeof *e, compare_entries,
                              (void *)(uintptr_t)l);
    }
}

static void sort_load(struct load *l)
{
    (void)go_deeper(l, l->entries, l->count, 0);
    sort_entries(l, l->entries, l->count, 0, 56);
}

/* --- runs --- */

static void write_run(struct sorter *s, const struct load *l)
{
    struct spill *file = g_ptr_array_index(s->files, 0);
    struct run run = {.file = file, .at = file->size};

    for (size_t i = 0; i < l->count && !file->error; i++)
        spill_put(file, (struct bytes){record_at(l, &l->entries[i]), l->entries[i].n});
    spill_flush(file);
    run.end = file->size;
    g_array_append_val(s->runs, run);
    if (file->error)
        s->error = file->error;
}

static gpointer work(gpointer sorter)
{
    struct sorter *s = sorter;
    struct load *l = &s->loads[!s->filling];

    sort_load(l);
    write_run(s, l);
    buf_clear(&l->bytes);
    l->count = 0;
    return NULL;
}

static void wait_for_run(struct sorter *s)
{
    if (s->thread)
        g_thread_join(s->thread);
    s->thread = NULL;
}

static void spill_load(struct sorter *s)
{
    wait_for_run(s);
    if (!s->loads[s->filling].count)
        return;
    s->filling = !s->filling;
    if (s->beside)
        s->thread = g_thread_new("sort", work, s);
    else
        work(s);
}

/* --- put --- */

static struct spill *new_file(const char *folder)
{
    struct spill *file = MEM_NEW(struct spill);

    spill_begin(file, folder);
    return file;
}

static void free_file(void *file)
{
    spill_end(file);
    mem_free(file);
}

struct sorter *sorter_new(const char *folder, size_t memory, bool beside)
{
    struct sorter *s = MEM_NEW(struct sorter);

    s->folder = folder;
    s->memory = memory < SORTER_MEMORY_LEAST ? SORTER_MEMORY_LEAST : memory;
    s->memory /= beside ? 2 : 1;
    s->beside = beside;
    s->runs = g_array_new(FALSE, FALSE, sizeof(struct run));
    s->files = g_ptr_array_new_with_free_func(free_file);
    g_ptr_array_add(s->files, new_file(folder));
    return s;
}

static void free_readers(struct sorter *s)
{
    for (guint i = 0; s->readers && i < s->runs->len; i++)
        spill_reader_end(&s->readers[i].from);
    mem_free(s->readers);
    mem_free(s->heap);
    s->readers = NULL;
    s->heap = NULL;
    s->merging = false;
}

static void free_load(struct load *l)
{
    buf_fini(&l->bytes);
    mem_free(l->entries);
    *l = (struct load){.count = 0};
}

void sorter_free(struct sorter *s)
{
    if (!s)
        return;
    wait_for_run(s);
    free_readers(s);
    g_ptr_array_unref(s->files);
    g_array_free(s->runs, TRUE);
    free_load(&s->loads[0]);
    free_load(&s->loads[1]);
    mem_free(s);
}

static bool is_full(const struct sorter *s, const struct load *l, size_t more)
{
    size_t bytes = l->bytes.len + more;

    return bytes + (l->count + 1) * sizeof(struct entry) > s->memory || bytes > BYTES_MOST;
}

void sorter_put(struct sorter *s, struct bytes record)
{
    struct load *l = &s->loads[s->filling];

    if (s->error)
        return;
    if (l->count && is_full(s, l, record.n)) {
        spill_load(s);
        l = &s->loads[s->filling];
    }
    if (l->count == l->room) {
        l->room = l->room ? l->room + l->room / 2 : 1024;
        l->entries = mem_resize(l->entries, l->room * sizeof *l->entries);
    }
    l->entries[l->count++] = (struct entry){.at = (uint32_t)l->bytes.len, .n = (uint32_t)record.n};
    buf_append(&l->bytes, record.at, record.n);
}

void sorter_join(struct sorter *s, struct sorter *other)
{
    wait_for_run(s);
    spill_load(other);
    wait_for_run(other);
    if (!s->error)
        s->error = other->error;
    g_array_append_vals(s->runs, other->runs->data, other->runs->len);
    while (other->files->len)
        g_ptr_array_add(s->files, g_ptr_array_steal_index(other->files, 0));
    sorter_free(other);
}

/* --- merge --- */

static bool advance(struct sorter *s, struct reader *r)
{
    if (spill_reader_next(&r->from, &r->record))
        return true;
    if (r->from.error)
        s->error = r->from.error;
    return false;
}

static bool comes_before(const struct sorter *s, unsigned a, unsigned b)
{
    return compare_bytes(s->readers[a].record, s->readers[b].record) < 0;
}

static void sift_down(struct sorter *s, unsigned at)
{
    for (;;) {
        unsigned least = at, left = 2 * at + 1, right = left + 1, moved;

        if (left < s->heap_count && comes_before(s, s->heap[left], s->heap[least]))
            least = left;
        if (right < s->heap_count && comes_before(s, s->heap[right], s->heap[least]))
            least = right;
        if (least == at)
            return;
        moved = s->heap[at];
        s->heap[at] = s->heap[least];
        s->heap[least] = moved;
        at = least;
    }
}

static void begin_merge(struct sorter *s)
{
    size_t share;

    spill_load(s);
    wait_for_run(s);
    free_load(&s->loads[0]);
    free_load(&s->loads[1]);
    share = s->memory / s->runs->len;
    share = share < READ_LEAST ? READ_LEAST : share > READ_MOST ? READ_MOST : share;
    s->readers = mem_new(s->runs->len * sizeof *s->readers);
    s->heap = mem_new(s->runs->len * sizeof *s->heap);
    s->heap_count = 0;
    for (guint i = 0; i < s->runs->len; i++) {
        const struct run *run = &g_array_index(s->runs, struct run, i);

        spill_reader_begin(&s->readers[i].from, run->file->fd, run->at, run->end, share);
        if (advance(s, &s->readers[i]))
            s->heap[s->heap_count++] = i;
    }
    for (unsigned i = s->heap_count / 2; i-- > 0;)
        sift_down(s, i);
    s->merging = true;
}

static bool next_merged(struct sorter *s, struct bytes *record)
{
    struct reader *r;

    if (!s->merging) {
        begin_merge(s);
    } else if (s->heap_count) { /* the record that was given is not needed any longer */
        r = &s->readers[s->heap[0]];
        if (!advance(s, r))
            s->heap[0] = s->heap[--s->heap_count];
        sift_down(s, 0);
    }
    if (!s->heap_count || s->error)
        return false;
    *record = s->readers[s->heap[0]].record;
    return true;
}

bool sorter_next(struct sorter *s, struct bytes *record)
{
    struct load *l = &s->loads[s->filling];
    const struct entry *e;

    wait_for_run(s);
    if (s->error)
        return false;
    if (s->runs->len)
        return next_merged(s, record);
    if (!l->sorted)
        sort_load(l);
    l->sorted = true;
    if (l->next == l->count)
        return false;
    e = &l->entries[l->next++];
    *record = (struct bytes){record_at(l, e), e->n};
    return true;
}

void sorter_rewind(struct sorter *s)
{
    free_readers(s);
    s->loads[s->filling].next = 0;
}

bool sorter_failed(const struct sorter *s, struct failure *why)
{
    if (s->error)
        spill_explain(s->folder, s->error, why);
    return s->error != 0;
}
