/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/values.h"

#include <glib.h>
#include <string.h>

#include "base/mem.h"

#define ROOM_LEAST 64
#define ROOM_KEPT  4096

void values_clear(struct values *v)
{
    if (v->room > ROOM_KEPT) {
        mem_free(v->places);
        v->places = NULL;
        v->room = 0;
        buf_fini(&v->texts);
    }
    if (v->room)
        memset(v->places, 0, v->room * sizeof *v->places);
    v->count = 0;
    v->is_cut = false;
    buf_clear(&v->texts);
}

void values_fini(struct values *v)
{
    mem_free(v->places);
    buf_fini(&v->texts);
    *v = (struct values){.room = 0};
}

static struct value *find(const struct values *v, uint64_t hash)
{
    size_t at = (size_t)hash & (v->room - 1);

    while (v->places[at].hash && v->places[at].hash != hash)
        at = (at + 1) & (v->room - 1);
    return &v->places[at];
}

static void grow(struct values *v)
{
    struct values more = *v;

    more.room = v->room ? v->room * 2 : ROOM_LEAST;
    more.places = mem_new(more.room * sizeof *more.places);
    for (size_t i = 0; i < v->room; i++)
        if (v->places[i].hash)
            *find(&more, v->places[i].hash) = v->places[i];
    mem_free(v->places);
    *v = more;
}

struct value *values_add(struct values *v, uint64_t hash, struct bytes text, time_us ts)
{
    struct value *place;

    if (v->count * 4 >= v->room * 3)
        grow(v);
    place = find(v, hash);
    if (!place->hash) {
        if (v->count == VALUES_MAX) {
            v->is_cut = true;
            return NULL;
        }
        *place = (struct value){
            .hash = hash, .first = ts, .last = ts, .text = v->texts.len, .n = text.n};
        buf_append(&v->texts, text.at, text.n);
        v->count++;
    }
    place->count++;
    place->first = ts < place->first ? ts : place->first;
    place->last = ts > place->last ? ts : place->last;
    return place;
}

struct bytes values_text(const struct values *v, const struct value *value)
{
    return (struct bytes){v->texts.data + value->text, value->n};
}

static int compare(const void *a, const void *b, void *values)
{
    const struct value *x = a, *y = b;
    int order;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    order = x->n && y->n ? memcmp(values_text(values, x).at, values_text(values, y).at,
                                  x->n < y->n ? x->n : y->n)
                         : 0;
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

const struct value *values_sort(struct values *v)
{
    size_t n = 0;

    for (size_t i = 0; i < v->room; i++)
        if (v->places[i].hash)
            v->places[n++] = v->places[i];
    if (n)
        g_qsort_with_data(v->places, (gint)n, sizeof *v->places, compare, v);
    if (v->room)
        memset(v->places + n, 0, (v->room - n) * sizeof *v->places);
    return v->places;
}
