/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/scans.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "base/siphash.h"
#include "potsherd/geo.h"

#define ENTRIES_FIRST 1024 /* room, a power of two */

struct scan {
    time_us ts; /* of the first SYN */
    uint64_t syns;
    struct address src, dst;
    uint16_t port;
};

/*
 * Open addressing, at most half full, with a keyed hash: to find an entry is O(1).  To
 * write the intervals that are over looks through the table and sorts them.  It is done
 * once an interval, of which SCANS_LATE leaves two open, or when the table is full, which
 * then gives half of it up at least: with that a SYN costs O(log n), amortised, whatever
 * times and addresses come.
 */
struct scans {
    struct rows *rows;
    struct redact *redact; /* or NULL */
    const struct buf *sensor;
    struct scan *entries;
    uint32_t count, room, most;
    uint32_t *slots; /* an entry's number plus one; 0: free; twice the room */
    time_us latest;
    time_us oldest; /* no entry is older */
    struct siphash_key key;
};

static time_us interval_of(time_us ts)
{
    return ts - (ts % SCANS_INTERVAL + SCANS_INTERVAL) % SCANS_INTERVAL;
}

static bool same_address(const struct address *a, const struct address *b)
{
    return a->family == b->family && !memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static bool same_key(const struct scan *a, const struct scan *b)
{
    return a->port == b->port && interval_of(a->ts) == interval_of(b->ts) &&
           same_address(&a->src, &b->src) && same_address(&a->dst, &b->dst);
}

/* Under a secret key, because who scans chooses the addresses. */
static uint64_t hash(const struct scans *s, const struct scan *e)
{
    struct {
        uint8_t src[16], dst[16];
        int64_t interval;
        uint32_t port, families;
    } key = {.interval = interval_of(e->ts),
             .port = e->port,
             .families = (uint32_t)e->src.family << 16 | (uint32_t)e->dst.family};

    memcpy(key.src, e->src.bytes, sizeof key.src);
    memcpy(key.dst, e->dst.bytes, sizeof key.dst);
    return siphash(&s->key, &key, sizeof key);
}

/* The slot of this key, or the free one where it belongs. */
static uint32_t *find(struct scans *s, const struct scan *key)
{
    uint32_t mask = 2 * s->room - 1, at = (uint32_t)hash(s, key) & mask;

    while (s->slots[at] && !same_key(&s->entries[s->slots[at] - 1], key))
        at = (at + 1) & mask;
    return &s->slots[at];
}

static void index_again(struct scans *s)
{
    mem_free(s->slots);
    s->slots = mem_new(2 * (size_t)s->room * sizeof *s->slots);
    for (uint32_t i = 0; i < s->count; i++)
        *find(s, &s->entries[i]) = i + 1;
}

/* --- rows --- */

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_address(const struct address *a, const struct address *b)
{
    return a->family != b->family ? a->family - b->family
                                  : memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static int compare(const void *left, const void *right)
{
    const struct scan *a = *(const struct scan *const *)left;
    const struct scan *b = *(const struct scan *const *)right;
    int order = compare_u64((uint64_t)a->ts, (uint64_t)b->ts);

    if (!order)
        order = compare_address(&a->src, &b->src);
    if (!order)
        order = compare_address(&a->dst, &b->dst);
    return order ? order : a->port - b->port;
}

static void write_row(struct scans *s, const struct scan *e)
{
    const struct geo_place *place = geo_find(&e->src);

    redact_connection(s->redact, &e->src, &(struct address){.family = 0});
    rows_begin(s->rows);
    rows_time(s->rows, SCANS_ts, e->ts);
    rows_cells(s->rows, SCANS_sensor, SCANS_sensor, buf_view(s->sensor));
    rows_ip(s->rows, SCANS_src_ip, &e->src);
    rows_ip(s->rows, SCANS_dst_ip, &e->dst);
    rows_uint(s->rows, SCANS_dst_port, e->port);
    rows_word(s->rows, SCANS_src_cc, place->cc);
    if (place->asn)
        rows_uint(s->rows, SCANS_src_asn, place->asn);
    rows_text(s->rows, SCANS_src_as_name, place->as_name);
    rows_uint(s->rows, SCANS_syns, e->syns);
    rows_end(s->rows);
}

/* What it costs to begin again must not go by what was there once. */
static void shrink(struct scans *s)
{
    uint32_t room = s->room;

    while (room > ENTRIES_FIRST && s->count <= room / 4)
        room /= 2;
    if (room == s->room)
        return;
    s->room = room;
    s->entries = mem_resize(s->entries, room * sizeof *s->entries);
}

/* Writes and forgets what is older than `until`. */
static void flush(struct scans *s, time_us until)
{
    const struct scan **due = mem_new(s->count * sizeof *due + 1);
    uint32_t n = 0, kept = 0;

    for (uint32_t i = 0; i < s->count; i++)
        if (s->entries[i].ts < until)
            due[n++] = &s->entries[i];
    qsort(due, n, sizeof *due, compare);
    for (uint32_t i = 0; i < n; i++)
        write_row(s, due[i]);
    mem_free(due);
    s->oldest = INT64_MAX;
    for (uint32_t i = 0; i < s->count; i++)
        if (s->entries[i].ts >= until) {
            if (s->entries[i].ts < s->oldest)
                s->oldest = s->entries[i].ts;
            s->entries[kept++] = s->entries[i];
        }
    s->count = kept;
    shrink(s);
    index_again(s);
}

void scans_flush(struct scans *s)
{
    flush(s, INT64_MAX);
}

/* --- counting --- */

static void make_room(struct scans *s)
{
    if (s->count < s->room)
        return;
    if (s->room >= s->most) {
        flush(s, interval_of(s->oldest) + SCANS_INTERVAL);
        if (s->count > s->most / 2) /* or all would be looked through again very soon */
            scans_flush(s);
        return;
    }
    s->room *= 2;
    s->entries = mem_resize(s->entries, s->room * sizeof *s->entries);
    index_again(s);
}

struct scans *scans_new(struct rows *rows, struct redact *redact, const struct buf *sensor,
                        uint32_t most)
{
    struct scans *s = MEM_NEW(struct scans);

    s->rows = rows;
    s->redact = redact;
    s->sensor = sensor;
    s->most = most ? most : SCANS_ENTRIES_MAX;
    s->room = ENTRIES_FIRST;
    s->entries = mem_new(s->room * sizeof *s->entries);
    s->latest = INT64_MIN;
    s->oldest = INT64_MAX;
    if (getrandom(&s->key, sizeof s->key, 0) != sizeof s->key)
        log_panic("no random numbers for the table of scans");
    index_again(s);
    return s;
}

void scans_free(struct scans *s)
{
    if (!s)
        return;
    mem_free(s->entries);
    mem_free(s->slots);
    mem_free(s);
}

/* Nothing is expected any more for the interval of `ts`. */
static bool is_over(const struct scans *s, time_us ts)
{
    return s->latest - SCANS_LATE >= interval_of(ts) + SCANS_INTERVAL;
}

void scans_add(struct scans *s, const struct connection *attempt)
{
    struct scan e = {.ts = attempt->first,
                     .syns = attempt->packets[FROM_CLIENT],
                     .src = attempt->src,
                     .dst = attempt->dst,
                     .port = attempt->dst_port};
    uint32_t *slot;

    if (!e.syns)
        return;
    if (attempt->last > s->latest)
        s->latest = attempt->last;
    if (s->count && is_over(s, s->oldest))
        flush(s, interval_of(s->latest - SCANS_LATE));
    if (is_over(s, e.ts)) { /* later than late: its interval is written already */
        write_row(s, &e);
        return;
    }
    make_room(s);
    slot = find(s, &e);
    if (*slot) {
        struct scan *known = &s->entries[*slot - 1];

        known->syns += e.syns;
        if (e.ts < known->ts)
            known->ts = e.ts;
    } else {
        s->entries[s->count++] = e;
        *slot = s->count;
    }
    if (e.ts < s->oldest)
        s->oldest = e.ts;
}
