/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Emails a day by a key. */
#include <stdlib.h>
#include <string.h>

#include "report/derive.h"
#include "report/ranking.h"

#define DAY_US          (INT64_C(86400) * TIME_SECOND)
#define SERIES_DAYS_MAX 4000 /* a longer period shows only the days that have rows */

struct shown_keys {
    const struct counter *by_day; /* day, key: emails */
    struct bytes *keys;
    size_t count;
    bool others; /* there are more keys than shown */
};

static void put_row(const struct making *m, struct table *table, const struct shown_keys *s,
                    struct bytes day)
{
    uint64_t all = derive_number(&m->t->days, day), left = all;
    struct buf key = {0};

    table_text(table, day);
    table_count(table, all);
    for (size_t i = 0; i < s->count; i++) {
        uint64_t n;

        key_begin(&key, day);
        key_add(&key, s->keys[i]);
        n = derive_number(s->by_day, buf_view(&key));
        table_count(table, n);
        left -= n;
    }
    if (s->others)
        table_count(table, left);
    buf_fini(&key);
}

static int compare_days(const void *a, const void *b)
{
    const struct count *const *da = a, *const *db = b;

    return memcmp((*da)->key.at, (*db)->key.at, 10);
}

static void put_days_seen(const struct making *m, struct table *table, const struct shown_keys *s)
{
    const struct count **days = counter_ranked(&m->t->days, 1, SIZE_MAX);

    qsort(days, m->t->days.keys, sizeof *days, compare_days);
    for (size_t i = 0; days[i]; i++)
        put_row(m, table, s, days[i]->key);
    table_note(table, "Days without emails are left out, because the period is so long.");
    g_free(days);
}

static void put_rows(const struct making *m, struct table *table, const struct shown_keys *s)
{
    int64_t first, last;

    if (!making_period(m, &first, &last))
        return;
    if (last - first >= SERIES_DAYS_MAX) {
        put_days_seen(m, table, s);
        return;
    }
    for (int64_t day = first; day <= last; day++) {
        char text[TIME_TEXT_MAX];

        time_format(day * DAY_US, text);
        put_row(m, table, s, (struct bytes){(uint8_t *)text, 10});
    }
}

static void put_columns(struct table *table, const struct count *const *ranked,
                        struct shown_keys *s)
{
    table_column(table, "day", "Day (UTC)", VALUE_TEXT, "");
    table_column(table, "emails", "Emails", VALUE_COUNT, "");
    for (size_t i = 0; i < s->count; i++) {
        s->keys[i] = ranked[i]->key;
        table_column_named(table, s->keys[i]);
    }
    if (s->others)
        table_column(table, "others", "others", VALUE_COUNT, "");
}

static const struct counter *counter_at(const struct making *m, size_t offset)
{
    return (const struct counter *)(const void *)((const char *)m->t + offset);
}

void series_make(const struct making *m, const struct series *series)
{
    struct shown_keys s = {.by_day = counter_at(m, series->by_day)};
    const struct count **ranked;
    struct counter derived;
    struct table *table;

    if (!series->wanted(m->t))
        return;
    if (series->derive)
        series->derive(m->t, &derived);
    ranked = counter_ranked(series->derive ? &derived : counter_at(m, series->counter),
                            series->numbers, (size_t)m->top + 1);
    s.count = ranking_counted(ranked, m->top);
    s.others = ranked[s.count] != NULL && ranked[s.count]->n[0];
    s.keys = g_new(struct bytes, s.count + 1);
    table = table_new(m->r, series->id, series->title, TABLE_SERIES);
    put_columns(table, ranked, &s);
    put_rows(m, table, &s);
    g_free(s.keys);
    g_free(ranked);
    if (series->derive)
        counter_fini(&derived);
}
