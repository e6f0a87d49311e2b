/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/ioc_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/mem.h"

#define FIRST_ROOM 1024

struct bytes ioc_value(const struct ioc_table *t, const struct ioc *ioc)
{
    return (struct bytes){t->values.data + ioc->at, ioc->n};
}

static bool is(const struct ioc_table *t, const struct ioc *ioc, unsigned kind, struct bytes value)
{
    return ioc->kind == kind && ioc->n == value.n &&
           !memcmp(t->values.data + ioc->at, value.at, value.n);
}

/* Where it is, or would be. */
static struct ioc *place_of(const struct ioc_table *t, unsigned kind, struct bytes value)
{
    size_t at = (siphash(&t->secret, value.at, value.n) + kind) & (t->room - 1);

    while (t->places[at].n && !is(t, &t->places[at], kind, value))
        at = (at + 1) & (t->room - 1);
    return &t->places[at];
}

static void grow(struct ioc_table *t)
{
    struct ioc *before = t->places;
    size_t room = t->room;

    if (!room && getrandom(&t->secret, sizeof t->secret, 0) != sizeof t->secret)
        log_fatal("no random numbers: %s", strerror(errno));
    t->room = room ? 2 * room : FIRST_ROOM;
    t->places = mem_new(t->room * sizeof *t->places);
    for (size_t i = 0; i < room; i++)
        if (before[i].n)
            *place_of(t, before[i].kind, ioc_value(t, &before[i])) = before[i];
    mem_free(before);
}

static bool has_room(const struct ioc_table *t, struct bytes value)
{
    uint64_t most = t->most ? t->most : IOCS_MAX,
             bytes = t->most_bytes ? t->most_bytes : IOCS_BYTES;

    return t->count < most && t->values.len + value.n <= bytes;
}

void ioc_table_add(struct ioc_table *t, unsigned kind, struct bytes value, time_us ts)
{
    struct ioc *ioc;

    if (!value.n)
        return;
    if (4 * t->count >= 3 * t->room)
        grow(t);
    ioc = place_of(t, kind, value);
    if (!ioc->n && !has_room(t, value)) {
        t->left_out++;
        return;
    }
    if (!ioc->n) {
        *ioc =
            (struct ioc){.at = t->values.len, .n = value.n, .kind = kind, .first = ts, .last = ts};
        buf_append(&t->values, value.at, value.n);
        t->count++;
    }
    ioc->count++;
    ioc->first = ts < ioc->first ? ts : ioc->first;
    ioc->last = ts > ioc->last ? ts : ioc->last;
}

static int compare(const void *pa, const void *pb, void *context)
{
    const struct ioc_table *t = context;
    const struct ioc *a = pa, *b = pb;
    size_t n = a->n < b->n ? a->n : b->n;
    int order;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    order = memcmp(t->values.data + a->at, t->values.data + b->at, n);
    return order ? order : (a->n > b->n) - (a->n < b->n);
}

size_t ioc_table_sort(struct ioc_table *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->room; i++)
        if (t->places[i].n)
            t->places[n++] = t->places[i];
    if (n)
        qsort_r(t->places, n, sizeof *t->places, compare, t);
    return n;
}

const struct ioc *ioc_table_nth(const struct ioc_table *t, size_t i)
{
    return &t->places[i];
}

void ioc_table_fini(struct ioc_table *t)
{
    mem_free(t->places);
    buf_fini(&t->values);
}
