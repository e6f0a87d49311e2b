/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Emails by hour of the day and day of the week: when they are at work. */
#include <inttypes.h>

#include "report/making.h"

static const struct {
    const char *id, *title;
} weekdays[TALLY_WEEKDAYS] = {
    {"monday", "Mon"}, {"tuesday", "Tue"},  {"wednesday", "Wed"}, {"thursday", "Thu"},
    {"friday", "Fri"}, {"saturday", "Sat"}, {"sunday", "Sun"},
};

/* How many Mondays, ... the period has. */
static void count_weekdays(int64_t first, int64_t last, uint64_t days[TALLY_WEEKDAYS])
{
    uint64_t whole = (uint64_t)(last - first + 1) / TALLY_WEEKDAYS;

    for (unsigned i = 0; i < TALLY_WEEKDAYS; i++)
        days[i] = whole;
    for (int64_t day = first + (int64_t)whole * TALLY_WEEKDAYS; day <= last; day++)
        days[bin_weekday(day)]++;
}

static void note_weekdays(struct table *table, const uint64_t days[TALLY_WEEKDAYS])
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < TALLY_WEEKDAYS; i++)
        g_string_append_printf(text, "%s%s %" PRIu64, i ? ", " : "", weekdays[i].title, days[i]);
    table_note(table, "Hours in UTC. So many days of each the period has: %s.", text->str);
    g_string_free(text, TRUE);
}

/* Of the busiest hour, where days of which the period has more count for no more. */
static unsigned level_of(const struct making *m, const uint64_t days[TALLY_WEEKDAYS],
                         unsigned weekday, unsigned hour)
{
    double most = 0, mean = (double)m->t->week[weekday][hour] / (double)days[weekday];

    for (unsigned i = 0; i < TALLY_WEEKDAYS; i++)
        for (unsigned k = 0; days[i] && k < TALLY_HOURS; k++)
            most = MAX(most, (double)m->t->week[i][k] / (double)days[i]);
    return mean > 0 ? 1 + (unsigned)(mean / most * (VALUE_LEVELS - 1) + 0.5) : 0;
}

static void put_hour(const struct making *m, struct table *table, unsigned hour,
                     const uint64_t days[TALLY_WEEKDAYS])
{
    uint64_t all = 0;

    table_text(table, bytes_of(tables_keep(m->r, "%02u", hour)));
    for (unsigned i = 0; i < TALLY_WEEKDAYS; i++) {
        all += m->t->week[i][hour];
        if (days[i])
            table_level(table, m->t->week[i][hour], level_of(m, days, i, hour));
        else
            table_none(table);
    }
    table_count(table, all);
}

void week_make(const struct making *m)
{
    uint64_t days[TALLY_WEEKDAYS];
    int64_t first, last;
    struct table *table;

    /* the hours of a shorter period are a series of their own */
    if (!m->t->emails || bin_for(making_days(m)) == BIN_HOUR || !making_period(m, &first, &last))
        return;
    count_weekdays(first, last, days);
    table = table_new(m->r, "hours_of_week", "Emails by hour and day of the week", TABLE_WEEK);
    table_column(table, "hour", "Hour (UTC)", VALUE_TEXT, "");
    for (unsigned i = 0; i < TALLY_WEEKDAYS; i++)
        table_column(table, weekdays[i].id, weekdays[i].title, VALUE_COUNT, "");
    table_column(table, "emails", "All", VALUE_COUNT, "");
    for (unsigned hour = 0; hour < TALLY_HOURS; hour++)
        put_hour(m, table, hour, days);
    note_weekdays(table, days);
}
