/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Emails over time by a key: one table of the bins that fit the period, for people, and one of
 * days, which programs find in every report.
 */
#include <stdlib.h>
#include <string.h>

#include "report/derive.h"
#include "report/ranking.h"

#define SERIES_BINS_MAX 4000 /* a longer series shows only the bins that have rows */

struct shown { /* a series that is being made */
    const struct making *m;
    const struct series *series;
    struct table *table;
    enum bin bin;
    const struct counter *all;            /* bin: emails */
    const struct counter *by;             /* bin, key: emails */
    struct counter longer_all, longer_by; /* of bins that are not counted: those two */
    struct bytes *keys;
    size_t count;
    bool others; /* there are more keys than shown */
};

static bool period_of(const struct shown *s, int64_t *first, int64_t *last)
{
    const struct series_days *other = s->series->other;

    return other ? other->period(s->m, first, last) : making_period(s->m, first, last);
}

static void put_row(const struct shown *s, struct bytes bin)
{
    uint64_t all = derive_number(s->all, bin), left = all;
    struct buf key = {0};

    if (s->bin == BIN_HOUR)
        table_hour(s->table, bin);
    else
        table_text(s->table, bin);
    table_count(s->table, all);
    for (size_t i = 0; i < s->count; i++) {
        uint64_t n;

        key_begin(&key, bin);
        key_add(&key, s->keys[i]);
        n = derive_number(s->by, buf_view(&key));
        table_count(s->table, n);
        left -= n;
    }
    if (s->others)
        table_count(s->table, left);
    buf_fini(&key);
}

static int compare_bins(const void *a, const void *b)
{
    const struct count *const *ca = a, *const *cb = b;

    return memcmp((*ca)->key.at, (*cb)->key.at, (*ca)->key.n);
}

static void put_bins_seen(const struct shown *s)
{
    const struct count **bins = counter_ranked(s->all, 1, SIZE_MAX);

    qsort(bins, s->all->keys, sizeof *bins, compare_bins);
    for (size_t i = 0; bins[i]; i++)
        put_row(s, bins[i]->key);
    table_note(s->table, "%c%ss without emails are left out, because the period is so long.",
               g_ascii_toupper(bin_name(s->bin)[0]), bin_name(s->bin) + 1);
    g_free(bins);
}

/* Weeks and months need not begin and end where the period does. */
static void note_cut(const struct shown *s, int64_t first_day, int64_t last_day)
{
    int64_t first = bin_at(s->bin, first_day * DAY_US);
    int64_t last = bin_at(s->bin, (last_day + 1) * DAY_US - 1);
    bool begins = bin_start(s->bin, first) == first_day * DAY_US;
    bool ends = bin_start(s->bin, last + 1) == (last_day + 1) * DAY_US;

    if (!begins || !ends)
        table_note(s->table, "The period has only a part of the %s%s%s %s.", begins ? "" : "first",
                   begins || ends ? "" : " and the ", ends ? "" : "last", bin_name(s->bin));
}

static void put_rows(const struct shown *s)
{
    int64_t first_day, last_day, first, last;

    if (!period_of(s, &first_day, &last_day))
        return;
    first = bin_at(s->bin, first_day * DAY_US);
    last = bin_at(s->bin, (last_day + 1) * DAY_US - 1);
    if (last - first >= SERIES_BINS_MAX) {
        put_bins_seen(s);
        return;
    }
    for (int64_t n = first; n <= last; n++) {
        char text[BIN_TEXT_MAX];

        put_row(s, bin_text(s->bin, n, text));
    }
    note_cut(s, first_day, last_day);
}

static void put_key(const struct shown *s, size_t rank, struct bytes key)
{
    const struct series_days *other = s->series->other;

    if (other)
        table_column(s->table, tables_keep(s->m->r, "%.*s", (int)key.n, (const char *)key.at),
                     other->title(s->m, rank, key), VALUE_COUNT, "");
    else
        table_column_named(s->table, key, s->series->label);
}

static void put_columns(struct shown *s, const struct count *const *ranked)
{
    table_column(s->table, bin_name(s->bin), bin_title(s->bin), VALUE_TEXT, "");
    table_column(s->table, "emails", "Emails", VALUE_COUNT, "");
    for (size_t i = 0; i < s->count; i++) {
        s->keys[i] = ranked[i]->key;
        put_key(s, i + 1, s->keys[i]);
    }
    if (s->others)
        table_column(s->table, "others", "others", VALUE_COUNT, "");
}

static const struct counter *counter_at(const struct making *m, size_t offset)
{
    return (const struct counter *)(const void *)((const char *)m->t + offset);
}

static void make_table(struct shown *s, const struct count *const *ranked)
{
    const char *name = bin_name(s->bin), *key = s->series->key;

    s->table = table_new_named(s->m->r, TABLE_SERIES, "%ss_by_%s", name, key);
    s->table->title =
        tables_keep(s->m->r, "Emails %s %s by %s", s->bin == BIN_HOUR ? "an" : "a", name, key);
    s->table->bin = s->bin;
    put_columns(s, ranked);
    put_rows(s);
}

/* Days, which are counted, put together to longer bins; a key has a bin for its first part. */
static void add_up(const struct counter *days, enum bin bin, struct counter *bins)
{
    const struct count *count;
    struct buf key = {0};
    size_t at = 0;

    counter_init(bins, 1, 0, SIZE_MAX);
    while ((count = counter_each(days, &at)) != NULL) {
        struct bytes day = key_part(count->key, 0);
        char text[BIN_TEXT_MAX];
        int64_t n;

        if (!bin_parse(BIN_DAY, day, &n))
            continue;
        key_begin(&key, bin_text(bin, bin_at(bin, bin_start(BIN_DAY, n)), text));
        if (count->key.n > day.n)
            key_add(&key, key_part(count->key, 1));
        counter_get(bins, buf_view(&key))->n[0] += count->n[0];
    }
    buf_fini(&key);
}

static const struct counter *days_all(const struct shown *s)
{
    return s->series->other ? counter_at(s->m, s->series->other->all) : &s->m->t->days.all;
}

static const struct counter *days_by(const struct shown *s)
{
    return counter_at(s->m, s->series->other ? s->series->other->by
                                             : offsetof(struct tally, days) + s->series->by);
}

static void make_longer(struct shown *s, const struct count *const *ranked)
{
    add_up(days_all(s), s->bin, &s->longer_all);
    add_up(days_by(s), s->bin, &s->longer_by);
    s->all = &s->longer_all;
    s->by = &s->longer_by;
    make_table(s, ranked);
    counter_fini(&s->longer_all);
    counter_fini(&s->longer_by);
}

static void make_hours(struct shown *s, const struct count *const *ranked)
{
    s->all = &s->m->t->hours.all;
    s->by = counter_at(s->m, offsetof(struct tally, hours) + s->series->by);
    make_table(s, ranked);
}

static void make_days(struct shown *s, const struct count *const *ranked)
{
    s->all = days_all(s);
    s->by = days_by(s);
    make_table(s, ranked);
}

static enum bin bin_that_fits(const struct shown *s)
{
    int64_t first, last;
    enum bin fit = bin_for(period_of(s, &first, &last) ? (uint64_t)(last - first + 1) : 0);

    return fit == BIN_HOUR && s->series->other ? BIN_DAY : fit;
}

static void make_tables(struct shown *s, const struct count *const *ranked)
{
    enum bin fit = bin_that_fits(s);

    s->bin = fit;
    if (fit == BIN_HOUR)
        make_hours(s, ranked);
    else if (fit != BIN_DAY)
        make_longer(s, ranked);
    s->bin = BIN_DAY;
    make_days(s, ranked);
    s->table->for_programs = fit != BIN_DAY;
}

void series_make(const struct making *m, const struct series *series)
{
    unsigned top = series->other ? MIN(m->top, series->other->keys) : m->top;
    struct shown s = {.m = m, .series = series};
    const struct count **ranked;
    struct counter derived;

    if (!series->wanted(m->t))
        return;
    if (series->derive)
        series->derive(m->t, &derived);
    ranked = counter_ranked(series->derive ? &derived : counter_at(m, series->counter),
                            series->numbers, (size_t)top + 1);
    s.count = ranking_counted(ranked, top);
    s.others = ranked[s.count] != NULL && ranked[s.count]->n[0];
    s.keys = g_new(struct bytes, s.count + 1);
    make_tables(&s, ranked);
    g_free(s.keys);
    g_free(ranked);
    if (series->derive)
        counter_fini(&derived);
}
