/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The totals: a list of figures. */
#include "report/derive.h"
#include "report/making.h"

bool making_period(const struct making *m, int64_t *first, int64_t *last)
{
    const struct tally_options *o = &m->t->options;

    *first = o->period.has_since ? bin_day(o->period.since) : m->t->first_day;
    *last = o->period.has_until ? bin_day(o->period.until - 1) : m->t->last_day;
    return (m->t->any_day || (o->period.has_since && o->period.has_until)) && *first <= *last;
}

uint64_t making_days(const struct making *m)
{
    int64_t first, last;

    return making_period(m, &first, &last) ? (uint64_t)(last - first + 1) : 0;
}

static void date_or_none(struct table *table, bool any, int64_t day)
{
    char text[TIME_TEXT_MAX];

    time_format(day * DAY_US, text);
    table_text(table, any ? (struct bytes){(uint8_t *)text, 10} : BYTES_NONE);
}

static void first_day(const struct making *m, struct table *table)
{
    int64_t first, last;
    bool any = making_period(m, &first, &last);

    date_or_none(table, any, first);
}

static void last_day(const struct making *m, struct table *table)
{
    int64_t first, last;
    bool any = making_period(m, &first, &last);

    date_or_none(table, any, last);
}

static void count_if(struct table *table, bool known, uint64_t n)
{
    if (known)
        table_count(table, n);
    else
        table_none(table);
}

static bool knows_recipients(const struct tally *t)
{
    return tally_knows(t, "emails", "rcpt_count");
}

static void sensors(const struct making *m, struct table *table)
{
    table_count(table, m->t->sensors.keys);
}

static void days(const struct making *m, struct table *table)
{
    table_count(table, making_days(m));
}

static void emails(const struct making *m, struct table *table)
{
    table_count(table, m->t->emails);
}

static void recipients(const struct making *m, struct table *table)
{
    count_if(table, knows_recipients(m->t), m->t->recipients);
}

static void recipients_an_email(const struct making *m, struct table *table)
{
    table_ratio(table, m->t->recipients, knows_recipients(m->t) ? m->t->emails : 0);
}

static void emails_a_day(const struct making *m, struct table *table)
{
    table_ratio(table, m->t->emails, making_days(m));
}

static void sources(const struct making *m, struct table *table)
{
    table_count(table, m->t->sources.keys_most);
}

static void ases(const struct making *m, struct table *table)
{
    table_count(table, derive_known_first_parts(&m->t->ases));
}

static void countries(const struct making *m, struct table *table)
{
    table_count(table, derive_known(&m->t->countries));
}

static void connections(const struct making *m, struct table *table)
{
    count_if(table, m->t->have_connections, m->t->connections);
}

static void requests(const struct making *m, struct table *table)
{
    count_if(table, m->t->have_requests, m->t->requests);
}

static const struct {
    const char *id, *title;
    void (*value)(const struct making *m, struct table *table);
} figures[] = {
    {"sensors", "Sensors", sensors},
    {"period_start", "First day (UTC)", first_day},
    {"period_end", "Last day (UTC)", last_day},
    {"days", "Days", days},
    {"emails_captured", "Emails captured", emails},
    {"potential_recipients", "Potential recipients", recipients},
    {"average_recipients_per_email", "Average recipients an email", recipients_an_email},
    {"average_emails_per_day", "Average emails a day", emails_a_day},
    {"unique_ips", "Unique IP addresses", sources},
    {"unique_asns", "Unique ASes", ases},
    {"unique_country_codes", "Unique country codes", countries},
    {"connections", "Connections", connections},
    {"requests", "Requests to proxies", requests},
};

static void name_period(const struct making *m)
{
    char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];
    int64_t first, last;
    char *period;

    if (!making_period(m, &first, &last))
        return;
    time_format(first * DAY_US, from);
    time_format(last * DAY_US, to);
    period = g_strdup_printf("%.10s to %.10s", from, to);
    m->r->period = g_string_chunk_insert(m->r->texts, period);
    g_free(period);
}

void totals_make(const struct making *m)
{
    struct table *table = table_new(m->r, "totals", "Totals", TABLE_FACTS);

    table_column(table, "figure", "Figure", VALUE_TEXT, "");
    table_column(table, "value", "Value", VALUE_COUNT, "");
    for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
        table_label(table, figures[i].id, figures[i].title);
        figures[i].value(m, table);
    }
    name_period(m);
}
