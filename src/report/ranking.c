/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/ranking.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "report/anonymise.h"
#include "report/country.h"
#include "report/derive_campaigns.h"

struct view { /* a ranking that is being made */
    const struct making *m;
    const struct ranking *r;
    struct table *table;
    const struct counter *counter;
    struct counter aside;
    struct counter grouped; /* anonymised: `counter` is this one */
    const struct count **shown;
    size_t rows, left_out; /* left_out: of ROWS_NAMED */
};

/* How many of the first `top` have a first number above `least`. */
static size_t above(const struct count *const *ranked, unsigned top, uint64_t least)
{
    size_t n = 0;

    while (n < top && ranked[n] && ranked[n]->n[0] > least)
        n++;
    return n;
}

size_t ranking_counted(const struct count *const *ranked, unsigned top)
{
    return above(ranked, top, 0);
}

/* ---- cells ---- */

static uint64_t whole_of(const struct view *v, enum whole whole, const struct count *row)
{
    const struct tally *t = v->m->t;

    switch (whole) {
    case WHOLE_EMAILS:
        return t->emails;
    case WHOLE_CONNECTIONS:
        return t->connections;
    case WHOLE_REQUESTS:
        return t->requests;
    case WHOLE_RECIPIENTS:
        return t->recipient_rows;
    case WHOLE_LINKS:
        return t->links;
    case WHOLE_SYNS:
        return t->syns;
    case WHOLE_CAMPAIGNS:
        return t->campaigns.rows - t->campaigns.again;
    case WHOLE_CAMPAIGN_EMAILS:
        return t->campaigns.emails;
    case WHOLE_CAMPAIGN_RECORDS:
        return campaigns_have_records(t) ? t->emails : 0;
    case WHOLE_SENDERS:
        return t->campaigns.senders.keys_most;
    case WHOLE_NUMBER_1:
        return row->n[1];
    }
    return 0;
}

static void name_cell(struct table *table, struct bytes text)
{
    uint64_t n;

    if (number_parse(text, UINT64_MAX, &n))
        table_name(table, n);
    else
        table_none(table);
}

static void count_cell(struct table *table, struct bytes text)
{
    uint64_t n;

    if (number_parse(text, UINT64_MAX, &n))
        table_count(table, n);
    else
        table_none(table);
}

static void aside_cell(const struct view *v, const struct ranking_column *c,
                       const struct count *row)
{
    const struct count *found = counter_find(&v->aside, row->key);

    if (c->cell == CELL_ASIDE_COUNT)
        table_count(v->table, found ? found->n[0] : 0);
    else
        table_text(v->table, found ? found->facts[c->at] : BYTES_NONE);
}

/* The days of the records, and of campaigns, which may be of longer ones. */
static bool in_one_year(const struct tally *t)
{
    const struct tally_campaigns *c = &t->campaigns;
    int64_t from = t->any_day ? t->first_day : c->first_day;
    int64_t to = t->any_day ? t->last_day : c->last_day;
    char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

    time_format((c->any_day ? MIN(from, c->first_day) : from) * DAY_US, first);
    time_format((c->any_day ? MAX(to, c->last_day) : to) * DAY_US, last);
    return memcmp(first, last, strlen("2006")) == 0;
}

static void country_cell(const struct view *v, struct bytes code)
{
    const char *label = country_label(v->m->r, code);

    table_text(v->table, code);
    if (label)
        table_relabel(v->table, label);
}

static void country_name_cell(struct table *table, struct bytes code)
{
    const char *name = country_name(code);

    table_text(table, name ? bytes_of(name) : BYTES_NONE);
}

static void put_cell(const struct view *v, const struct ranking_column *c, size_t rank,
                     const struct count *row)
{
    struct table *table = v->table;

    if (c->file && !tally_knows(v->m->t, c->file, c->column)) {
        table_none(table);
        return;
    }
    switch (c->cell) {
    case CELL_RANK:
        return table_name(table, rank);
    case CELL_KEY:
        return table_text(table, key_part(row->key, c->at));
    case CELL_KEY_COUNTRY:
        return country_cell(v, key_part(row->key, c->at));
    case CELL_KEY_COUNTRY_NAME:
        return country_name_cell(table, key_part(row->key, c->at));
    case CELL_KEY_NAME:
        return name_cell(table, key_part(row->key, c->at));
    case CELL_COUNT:
        return row->n[c->at] == TALLY_UNKNOWN ? table_none(table)
                                              : table_count(table, row->n[c->at]);
    case CELL_PERCENT:
        return table_percent(table, row->n[c->at], whole_of(v, (enum whole)c->of, row));
    case CELL_RATIO:
        return table_ratio(table, row->n[c->at], row->n[c->of]);
    case CELL_SHARE:
        return table_percent(
            table, row->n[c->at],
            row->n[c->at] == TALLY_UNKNOWN || row->n[c->of] == TALLY_UNKNOWN ? 0 : row->n[c->of]);
    case CELL_TIME:
    case CELL_TIME_WHOLE:
        return table_time(table, (time_us)row->n[c->at], in_one_year(v->m->t));
    case CELL_FACT:
        return table_text(table, row->facts[c->at]);
    case CELL_FACT_MAILBOX:
        return table_mailbox(table, row->facts[c->at]);
    case CELL_FACT_COUNTRY:
        return country_cell(v, row->facts[c->at]);
    case CELL_FACT_COUNTRY_NAME:
        return country_name_cell(table, row->facts[c->at]);
    case CELL_FACT_NAME:
        return name_cell(table, row->facts[c->at]);
    case CELL_FACT_COUNT:
        return count_cell(table, row->facts[c->at]);
    case CELL_ASIDE_COUNT:
    case CELL_ASIDE_FACT:
        return aside_cell(v, c, row);
    }
}

static enum value_type type_of(enum cell cell)
{
    static const enum value_type types[] = {
        [CELL_RANK] = VALUE_NAME,          [CELL_KEY] = VALUE_TEXT,
        [CELL_KEY_NAME] = VALUE_NAME,      [CELL_COUNT] = VALUE_COUNT,
        [CELL_PERCENT] = VALUE_HUNDREDTHS, [CELL_RATIO] = VALUE_HUNDREDTHS,
        [CELL_FACT] = VALUE_TEXT,          [CELL_FACT_NAME] = VALUE_NAME,
        [CELL_FACT_COUNT] = VALUE_COUNT,   [CELL_ASIDE_COUNT] = VALUE_COUNT,
        [CELL_ASIDE_FACT] = VALUE_TEXT,    [CELL_TIME] = VALUE_TEXT,
        [CELL_KEY_COUNTRY] = VALUE_TEXT,   [CELL_KEY_COUNTRY_NAME] = VALUE_TEXT,
        [CELL_FACT_COUNTRY] = VALUE_TEXT,  [CELL_FACT_COUNTRY_NAME] = VALUE_TEXT,
        [CELL_FACT_MAILBOX] = VALUE_TEXT,  [CELL_SHARE] = VALUE_HUNDREDTHS,
        [CELL_TIME_WHOLE] = VALUE_TEXT,
    };

    return types[cell];
}

/* ---- rows: which, in which order ---- */

static int compare_added(const void *a, const void *b)
{
    const struct count *const *ca = a, *const *cb = b;

    return ((*ca)->index > (*cb)->index) - ((*ca)->index < (*cb)->index);
}

static void keep_named(struct view *v)
{
    size_t kept = 0, others = 0;

    for (size_t i = 0; i < v->rows; i++)
        if (v->shown[i]->facts[0].n || others++ < v->m->top)
            v->shown[kept++] = v->shown[i];
    v->left_out = v->rows - kept;
    v->rows = kept;
}

static void choose_rows(struct view *v)
{
    enum rows rows = v->r->rows;
    bool few = rows == ROWS_COUNTED || rows == ROWS_REPEATED || rows == ROWS_FIRST;

    v->shown = counter_ranked(v->counter, v->r->numbers, few ? v->m->top : SIZE_MAX);
    v->rows = few ? MIN(v->counter->keys, v->m->top) : v->counter->keys;
    if (rows == ROWS_COUNTED)
        v->rows = ranking_counted(v->shown, v->m->top);
    else if (rows == ROWS_REPEATED)
        v->rows = above(v->shown, v->m->top, 1);
    else if (rows == ROWS_NAMED)
        keep_named(v);
    else if (rows == ROWS_ADDED)
        qsort(v->shown, v->rows, sizeof *v->shown, compare_added);
}

/* ---- the note ---- */

static size_t counted_in_all(const struct counter *c)
{
    const struct count *count;
    size_t at = 0, n = 0;

    while ((count = counter_each(c, &at)) != NULL)
        n += count->n[0] != 0;
    return n;
}

void ranking_append_share(GString *note, uint64_t part, uint64_t whole)
{
    uint64_t share = whole ? divide_half_up(part, 10000, whole) : 0;

    g_string_append_printf(note, "%" PRIu64 ".%02u %%", share / 100, (unsigned)(share % 100));
}

static void note_share(const struct view *v, size_t keys, GString *note)
{
    uint64_t part = 0;

    if (v->rows >= keys)
        return;
    for (size_t i = 0; i < v->rows; i++)
        part += v->shown[i]->n[0];
    g_string_append_printf(note, "The first %zu of %zu; together ", v->rows, keys);
    ranking_append_share(note, part, whole_of(v, v->r->whole, NULL));
    g_string_append(note, ". ");
}

/* Of bodies: what has no key is of more of them than the table holds. */
static void note_repeated(const struct view *v, GString *note)
{
    const struct count *count;
    size_t at = 0, repeated = 0, once = 0;

    while ((count = counter_each(v->counter, &at)) != NULL) {
        repeated += count->n[0] > 1;
        once += count->n[0] == 1;
    }
    note_share(v, repeated, note);
    g_string_append_printf(note, "%zu bodies came once. ", once);
    if (v->counter->rest->n[0])
        g_string_append_printf(note, "%" PRIu64 " further emails are of bodies too many to count. ",
                               v->counter->rest->n[0]);
}

static void note_first(const struct view *v, GString *note)
{
    if (v->rows < v->counter->keys_most)
        g_string_append_printf(note, "The first %zu of %zu. ", v->rows, v->counter->keys_most);
}

/* None: the rows do not say of which message they are. */
static void note_with(const struct view *v, GString *note)
{
    uint64_t n = v->m->t->with[v->r->with];

    note_first(v, note);
    if (!n)
        return;
    g_string_append_printf(note, "%" PRIu64 " emails have any", n);
    if (v->m->t->emails) {
        g_string_append(note, " (");
        ranking_append_share(note, n, v->m->t->emails);
        g_string_append_c(note, ')');
    }
    g_string_append(note, ". ");
}

static void note_named(const struct view *v, GString *note)
{
    if (v->left_out)
        g_string_append_printf(note,
                               "Every port with a usual service, and the first %u of the others; "
                               "%zu further ports are not shown. ",
                               v->m->top, v->left_out);
}

/* Sentences, each with a blank behind it. */
static void append_note(const struct view *v, GString *note)
{
    switch (v->r->note) {
    case NOTE_NONE:
        return;
    case NOTE_SHARE:
        return note_share(v, counted_in_all(v->counter), note);
    case NOTE_SHARE_MOST:
        return note_share(v, v->counter->keys_most, note);
    case NOTE_REPEATED:
        return note_repeated(v, note);
    case NOTE_FIRST:
        return note_first(v, note);
    case NOTE_WITH:
        return note_with(v, note);
    case NOTE_NAMED:
        return note_named(v, note);
    case NOTE_TEXT:
        g_string_append(note, v->r->text);
        g_string_append_c(note, ' ');
    }
}

static void put_note(const struct view *v)
{
    GString *note = g_string_new(NULL);

    append_note(v, note);
    if (v->r->say)
        v->r->say(v->m, note);
    if (note->len)
        table_note(v->table, "%.*s", (int)note->len - 1, note->str);
    g_string_free(note, TRUE);
}

/* ---- all of it ---- */

static void put_column(struct table *table, const struct ranking_column *c)
{
    table_column(table, c->id, c->title, type_of(c->cell), c->unit ? c->unit : "");
    if (c->for_programs || c->cell == CELL_KEY_COUNTRY_NAME || c->cell == CELL_FACT_COUNTRY_NAME)
        table_column_for_programs(table);
    if (c->cell == CELL_TIME_WHOLE)
        table_column_unbroken(table);
}

static void make_table(struct view *v)
{
    const struct ranking_column *columns = v->r->columns;

    v->table = table_new(v->m->r, v->r->id, v->r->title, TABLE_LIST);
    for (const struct ranking_column *c = columns; c->id; c++)
        put_column(v->table, c);
    choose_rows(v);
    for (size_t i = 0; i < v->rows; i++)
        for (const struct ranking_column *c = columns; c->id; c++)
            put_cell(v, c, i + 1, v->shown[i]);
    put_note(v);
    g_free(v->shown);
}

/* Keys that are the same once addresses are networks and mail addresses are domains count as one;
 * what is known of the first of the ranking is known of it.  False: none is changed by that. */
static bool regroup(const struct view *v, struct counter *made)
{
    const struct count **ranked = counter_ranked(v->counter, v->r->numbers, SIZE_MAX);
    struct buf key = {0};
    bool changed = false;

    counter_init(made, v->counter->width, v->counter->facts, SIZE_MAX);
    for (size_t i = 0; ranked[i]; i++) {
        struct count *group;

        changed |= anonymise_key(ranked[i]->key, &key);
        group = counter_get(made, buf_view(&key));
        for (unsigned k = 0; k < v->counter->facts; k++)
            counter_fact(made, group, k, ranked[i]->facts[k]);
        for (unsigned k = 0; k < v->r->numbers; k++)
            group->n[k] += ranked[i]->n[k];
    }
    buf_fini(&key);
    g_free(ranked);
    if (!changed)
        counter_fini(made);
    return changed;
}

static void make_anonymised(struct view *v)
{
    if (!v->m->r->anonymise || !regroup(v, &v->grouped)) {
        make_table(v);
        return;
    }
    v->counter = &v->grouped;
    make_table(v);
    counter_fini(&v->grouped);
}

void ranking_make_of(const struct making *m, const struct ranking *r, const struct counter *made)
{
    struct view v = {.m = m, .r = r, .counter = made};

    if (!r->wanted && !made->keys)
        return;
    if (r->aside)
        r->aside(m->t, &v.aside);
    make_anonymised(&v);
    if (r->aside)
        counter_fini(&v.aside);
}

void ranking_make(const struct making *m, const struct ranking *r)
{
    struct counter derived;

    if (r->wanted && !r->wanted(m->t))
        return;
    if (!r->derive) {
        ranking_make_of(m, r,
                        (const struct counter *)(const void *)((const char *)m->t + r->counter));
        return;
    }
    r->derive(m->t, &derived);
    ranking_make_of(m, r, &derived);
    counter_fini(&derived);
}
