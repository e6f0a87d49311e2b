/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tables.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "potsherd/address.h"

#define DAY_US          (INT64_C(86400) * TIME_SECOND)
#define SERIES_DAYS_MAX 4000 /* a longer period shows only the days that have rows */

struct making { /* what every maker of a table needs */
    const struct tally *t;
    struct report_tables *r;
    unsigned top;
};

static void percent_column(struct table *table, const char *id)
{
    table_column(table, id, "%", VALUE_HUNDREDTHS, "%");
}

static void rank_column(struct table *table)
{
    table_column(table, "rank", "#", VALUE_NAME, "");
}

/* A number that stands as text in a record: a port, an AS. */
static void number_cell(struct table *table, struct bytes text)
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

/* The sentence below a ranking that shows `shown` of `keys` lines. */
static void note_share(struct table *table, size_t shown, size_t keys, uint64_t part,
                       uint64_t whole)
{
    uint64_t share = whole ? divide_half_up(part, 10000, whole) : 0;

    if (shown < keys)
        table_note(table, "The first %zu of %zu; together %" PRIu64 ".%02u %%.", shown, keys,
                   share / 100, (unsigned)(share % 100));
}

/* ---- 1: totals ---- */

static void fact(struct table *table, const char *id, const char *title)
{
    table_label(table, id, title);
}

static void date_fact(struct table *table, int64_t day)
{
    char text[TIME_TEXT_MAX];

    time_format(day * DAY_US, text);
    table_text(table, (struct bytes){(uint8_t *)text, 10});
}

/* The days of the report: those asked for, otherwise those found. */
static bool period_of(const struct tally *t, int64_t *first, int64_t *last)
{
    const struct tally_options *o = &t->options;

    *first = o->has_since ? tally_day(o->since) : t->first_day;
    *last = o->has_until ? tally_day(o->until - 1) : t->last_day;
    return (t->any_day || (o->has_since && o->has_until)) && *first <= *last;
}

static size_t known_keys(const struct counter *c)
{
    return c->keys - (counter_find(c, BYTES_NONE) != NULL);
}

/* The different first parts of keys, that are not empty. */
static size_t known_first_parts(const struct counter *c)
{
    const struct count *count;
    struct counter parts;
    size_t at = 0, n;

    counter_init(&parts, 0, 0, SIZE_MAX);
    while ((count = counter_each(c, &at)) != NULL)
        (void)counter_get(&parts, key_part(count->key, 0));
    n = known_keys(&parts);
    counter_fini(&parts);
    return n;
}

static void period_facts(const struct making *m, struct table *table)
{
    int64_t first, last;
    char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];
    bool any = period_of(m->t, &first, &last);
    char *period;

    fact(table, "period_start", "First day (UTC)");
    any ? date_fact(table, first) : table_none(table);
    fact(table, "period_end", "Last day (UTC)");
    any ? date_fact(table, last) : table_none(table);
    fact(table, "days", "Days");
    table_count(table, any ? (uint64_t)(last - first + 1) : 0);
    if (!any)
        return;
    time_format(first * DAY_US, from);
    time_format(last * DAY_US, to);
    period = g_strdup_printf("%.10s to %.10s", from, to);
    m->r->period = g_string_chunk_insert(m->r->texts, period);
    g_free(period);
}

static void make_totals(const struct making *m)
{
    const struct tally *t = m->t;
    struct table *table = table_new(m->r, "totals", "Totals", TABLE_FACTS);
    int64_t first, last;
    bool any = period_of(t, &first, &last);

    table_column(table, "figure", "Figure", VALUE_TEXT, "");
    table_column(table, "value", "Value", VALUE_COUNT, "");
    fact(table, "sensors", "Sensors");
    table_count(table, t->sensors.keys);
    period_facts(m, table);
    fact(table, "emails_captured", "Emails captured");
    table_count(table, t->emails);
    fact(table, "potential_recipients", "Potential recipients");
    table_count(table, t->recipients);
    fact(table, "average_recipients_per_email", "Average recipients an email");
    table_ratio(table, t->recipients, t->emails);
    fact(table, "average_emails_per_day", "Average emails a day");
    table_ratio(table, t->emails, any ? (uint64_t)(last - first + 1) : 0);
    fact(table, "unique_ips", "Unique IP addresses");
    table_count(table, t->sources.keys_most);
    fact(table, "unique_asns", "Unique ASes");
    table_count(table, known_first_parts(&t->ases));
    fact(table, "unique_country_codes", "Unique country codes");
    table_count(table, known_keys(&t->countries));
    fact(table, "connections", "Connections");
    t->have_connections ? table_count(table, t->connections) : table_none(table);
    fact(table, "requests", "Requests to proxies");
    t->have_requests ? table_count(table, t->requests) : table_none(table);
}

/* ---- 2: countries and ASes ---- */

/* How many sources have each value of a fact. */
static void count_sources_by(const struct tally *t, unsigned of, struct counter *by)
{
    const struct count *source;
    size_t at = 0;

    counter_init(by, 1, 0, SIZE_MAX);
    while ((source = counter_each(&t->sources, &at)) != NULL)
        counter_get(by, source->facts[of])->n[0]++;
}

static uint64_t number_of(const struct counter *c, struct bytes key)
{
    const struct count *count = counter_find(c, key);

    return count ? count->n[0] : 0;
}

/* The first `top` of a ranking whose first number is not zero. */
static size_t lines_of(const struct count *const *ranked, unsigned top)
{
    size_t n = 0;

    while (n < top && ranked[n] && ranked[n]->n[0])
        n++;
    return n;
}

static size_t lines_in_all(const struct counter *c)
{
    const struct count *count;
    size_t at = 0, n = 0;

    while ((count = counter_each(c, &at)) != NULL)
        n += count->n[0] != 0;
    return n;
}

static void make_countries(const struct making *m)
{
    const struct count **ranked =
        counter_ranked(&m->t->countries, COUNTRY_NUMBERS, (size_t)m->top + 1);
    struct table *table = table_new(m->r, "countries", "Emails by country", TABLE_LIST);
    size_t n = lines_of(ranked, m->top);
    struct counter sources;
    uint64_t part = 0;

    rank_column(table);
    table_column(table, "cc", "Country", VALUE_TEXT, "");
    table_column(table, "emails", "Emails", VALUE_COUNT, "");
    percent_column(table, "percent");
    table_column(table, "recipients", "Recipients", VALUE_COUNT, "");
    table_column(table, "sources", "Sources", VALUE_COUNT, "");
    count_sources_by(m->t, SOURCE_CC, &sources);
    for (size_t i = 0; i < n; i++) {
        const struct count *country = ranked[i];

        table_name(table, i + 1);
        table_text(table, country->key);
        table_count(table, country->n[COUNTRY_EMAILS]);
        table_percent(table, country->n[COUNTRY_EMAILS], m->t->emails);
        table_count(table, country->n[COUNTRY_RECIPIENTS]);
        table_count(table, number_of(&sources, country->key));
        part += country->n[COUNTRY_EMAILS];
    }
    note_share(table, n, lines_in_all(&m->t->countries), part, m->t->emails);
    counter_fini(&sources);
    g_free(ranked);
}

enum { WHOLE_AS_CC, WHOLE_AS_NAME, WHOLE_AS_FACTS };

/* (AS, country) pairs into ASes.  Pairs come ranked, so the first country of an
 * AS is the one with most emails. */
static void join_ases(const struct tally *t, struct counter *ases)
{
    const struct count **ranked = counter_ranked(&t->ases, AS_NUMBERS, SIZE_MAX);

    counter_init(ases, AS_NUMBERS, WHOLE_AS_FACTS, SIZE_MAX);
    for (size_t i = 0; ranked[i]; i++) {
        struct count *as = counter_get(ases, key_part(ranked[i]->key, 0));

        counter_fact(ases, as, WHOLE_AS_CC, key_part(ranked[i]->key, 1));
        counter_fact(ases, as, WHOLE_AS_NAME, ranked[i]->facts[AS_NAME]);
        for (unsigned k = 0; k < AS_NUMBERS; k++)
            as->n[k] += ranked[i]->n[k];
    }
    g_free(ranked);
}

static void as_columns(struct table *table)
{
    rank_column(table);
    table_column(table, "asn", "AS", VALUE_NAME, "");
    table_column(table, "as_name", "Name", VALUE_TEXT, "");
    table_column(table, "cc", "Country", VALUE_TEXT, "");
    table_column(table, "emails", "Emails", VALUE_COUNT, "");
    percent_column(table, "percent");
    table_column(table, "recipients", "Recipients", VALUE_COUNT, "");
    table_column(table, "sources", "Sources", VALUE_COUNT, "");
}

static void make_asns(const struct making *m)
{
    struct table *table = table_new(m->r, "asns", "Emails by autonomous system", TABLE_LIST);
    const struct count **ranked;
    struct counter ases, sources;
    uint64_t part = 0;
    size_t n;

    as_columns(table);
    join_ases(m->t, &ases);
    count_sources_by(m->t, SOURCE_ASN, &sources);
    ranked = counter_ranked(&ases, AS_NUMBERS, (size_t)m->top + 1);
    n = lines_of(ranked, m->top);
    for (size_t i = 0; i < n; i++) {
        const struct count *as = ranked[i];

        table_name(table, i + 1);
        number_cell(table, as->key);
        table_text(table, as->facts[WHOLE_AS_NAME]);
        table_text(table, as->facts[WHOLE_AS_CC]);
        table_count(table, as->n[AS_EMAILS]);
        table_percent(table, as->n[AS_EMAILS], m->t->emails);
        table_count(table, as->n[AS_RECIPIENTS]);
        table_count(table, number_of(&sources, as->key));
        part += as->n[AS_EMAILS];
    }
    note_share(table, n, lines_in_all(&ases), part, m->t->emails);
    g_free(ranked);
    counter_fini(&sources);
    counter_fini(&ases);
}

/* ---- 3: ports ---- */

/* Ports and what most of their connections spoke: facts[0]. */
static void protocols_of_ports(const struct tally *t, struct counter *ports)
{
    const struct count **ranked = counter_ranked(&t->port_protocols, 1, SIZE_MAX);

    counter_init(ports, 0, 1, SIZE_MAX);
    for (size_t i = 0; ranked[i]; i++)
        counter_fact(ports, counter_get(ports, key_part(ranked[i]->key, 0)), 0,
                     key_part(ranked[i]->key, 1));
    g_free(ranked);
}

static void port_row(const struct making *m, struct table *table, size_t rank,
                     const struct count *port, const struct count *protocol)
{
    table_name(table, rank);
    number_cell(table, port->key);
    table_text(table, protocol ? protocol->facts[0] : BYTES_NONE);
    table_text(table, port->facts[PORT_SERVICE]);
    table_count(table, port->n[PORT_CONNECTIONS]);
    table_percent(table, port->n[PORT_CONNECTIONS], m->t->connections);
    table_count(table, port->n[PORT_EMAILS]);
    table_percent(table, port->n[PORT_EMAILS], m->t->emails);
}

/* Every port that rules/ports.rules names, and the first `top` of the others. */
static void make_ports(const struct making *m)
{
    const struct count **ranked = counter_ranked(&m->t->ports, PORT_NUMBERS, SIZE_MAX);
    struct table *table = table_new(m->r, "ports", "TCP ports abused", TABLE_LIST);
    struct counter protocols;
    size_t rank = 0, others = 0, left_out = 0;

    rank_column(table);
    table_column(table, "port", "Port", VALUE_NAME, "");
    table_column(table, "protocol", "Protocol", VALUE_TEXT, "");
    table_column(table, "usual_service", "Usual service", VALUE_TEXT, "");
    table_column(table, "connections", "Connections", VALUE_COUNT, "");
    percent_column(table, "connections_percent");
    table_column(table, "emails", "Emails", VALUE_COUNT, "");
    percent_column(table, "emails_percent");
    protocols_of_ports(m->t, &protocols);
    for (size_t i = 0; ranked[i]; i++) {
        bool named = ranked[i]->facts[PORT_SERVICE].n > 0;

        if (named || others++ < m->top)
            port_row(m, table, ++rank, ranked[i], counter_find(&protocols, ranked[i]->key));
        else
            left_out++;
    }
    if (left_out)
        table_note(table,
                   "Every port with a usual service, and the first %u of the others; "
                   "%zu further ports are not shown.",
                   m->top, left_out);
    counter_fini(&protocols);
    g_free(ranked);
}

/* ---- 4: requests and the SMTP module ---- */

static void make_requests(const struct making *m)
{
    static const char *const modules[TALLY_MODULES] = {"http", "socks"};
    static const char *const classes[TALLY_CLASSES] = {"connect to 25/TCP", "connect to others",
                                                       "get", "errors"};
    struct table *table =
        table_new(m->r, "requests", "Requests to the HTTP and SOCKS modules", TABLE_LIST);

    table_column(table, "module", "Module", VALUE_TEXT, "");
    table_column(table, "type", "Type", VALUE_TEXT, "");
    table_column(table, "requests", "Requests", VALUE_COUNT, "");
    percent_column(table, "percent");
    for (unsigned i = 0; i < TALLY_MODULES; i++) {
        const uint64_t *n = m->t->modules[i];
        uint64_t total = n[TALLY_CONNECT_SMTP] + n[TALLY_CONNECT_OTHER] + n[TALLY_GET] + n[TALLY_ERROR];

        for (unsigned k = 0; k <= TALLY_CLASSES; k++) {
            uint64_t part = k < TALLY_CLASSES ? n[k] : total;

            if (k == TALLY_GET && i == TALLY_SOCKS && !part)
                continue; /* SOCKS has no such thing */
            table_text(table, bytes_of(modules[i]));
            table_text(table, bytes_of(k < TALLY_CLASSES ? classes[k] : "total"));
            table_count(table, part);
            table_percent(table, part, total);
        }
    }
}

static void make_modules(const struct making *m)
{
    static const char *const modules[] = {"http", "socks4", "socks4a", "socks5", "smtp"};
    struct table *table =
        table_new(m->r, "modules", "Connections and emails by module", TABLE_LIST);

    table_column(table, "module", "Module", VALUE_TEXT, "");
    table_column(table, "connections", "Connections", VALUE_COUNT, "");
    percent_column(table, "connections_percent");
    table_column(table, "emails", "Emails", VALUE_COUNT, "");
    percent_column(table, "emails_percent");
    table_column(table, "recipients", "Recipients", VALUE_COUNT, "");
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        const struct count *mails = counter_find(&m->t->email_modules, bytes_of(modules[i]));
        uint64_t connections = number_of(&m->t->protocols, bytes_of(modules[i]));
        uint64_t emails = mails ? mails->n[MAILS_EMAILS] : 0;

        table_text(table, bytes_of(modules[i]));
        table_count(table, connections);
        table_percent(table, connections, m->t->connections);
        table_count(table, emails);
        table_percent(table, emails, m->t->emails);
        table_count(table, mails ? mails->n[MAILS_RECIPIENTS] : 0);
    }
    table_note(table, "smtp: sent to a mail port without any proxy. Emails count for the proxy "
                      "that carried them innermost, connections for the outermost.");
}

/* ---- 5: emails a day ---- */

struct series {
    const struct counter *days; /* day, key: emails */
    struct bytes *keys;         /* shown */
    size_t key_count;
    bool others; /* there are more keys than shown */
};

static void series_row(const struct making *m, struct table *table, const struct series *s,
                       struct bytes day)
{
    uint64_t all = number_of(&m->t->days, day), left = all;
    struct buf key = {0};

    table_text(table, day);
    table_count(table, all);
    for (size_t i = 0; i < s->key_count; i++) {
        uint64_t n;

        key_begin(&key, day);
        key_add(&key, s->keys[i]);
        n = number_of(s->days, buf_view(&key));
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

static void series_of_days_seen(const struct making *m, struct table *table, const struct series *s)
{
    const struct count **days = counter_ranked(&m->t->days, 1, SIZE_MAX);

    qsort(days, m->t->days.keys, sizeof *days, compare_days);
    for (size_t i = 0; days[i]; i++)
        series_row(m, table, s, days[i]->key);
    table_note(table, "Days without emails are left out, because the period is so long.");
    g_free(days);
}

static void make_series(const struct making *m, const char *id, const char *title,
                        const struct counter *by_day, const struct count *const *ranked)
{
    struct table *table = table_new(m->r, id, title, TABLE_SERIES);
    struct series s = {.days = by_day};
    int64_t first, last;

    s.key_count = lines_of(ranked, m->top);
    s.others = ranked[s.key_count] != NULL && ranked[s.key_count]->n[0];
    s.keys = g_new(struct bytes, s.key_count + 1);
    table_column(table, "day", "Day (UTC)", VALUE_TEXT, "");
    table_column(table, "emails", "Emails", VALUE_COUNT, "");
    for (size_t i = 0; i < s.key_count; i++) {
        s.keys[i] = ranked[i]->key;
        table_column_named(table, s.keys[i]);
    }
    if (s.others)
        table_column(table, "others", "others", VALUE_COUNT, "");
    if (period_of(m->t, &first, &last) && last - first >= SERIES_DAYS_MAX)
        series_of_days_seen(m, table, &s);
    else if (period_of(m->t, &first, &last))
        for (int64_t day = first; day <= last; day++) {
            char text[TIME_TEXT_MAX];

            time_format(day * DAY_US, text);
            series_row(m, table, &s, (struct bytes){(uint8_t *)text, 10});
        }
    g_free(s.keys);
}

static void make_days_by_country(const struct making *m)
{
    const struct count **ranked =
        counter_ranked(&m->t->countries, COUNTRY_NUMBERS, (size_t)m->top + 1);

    make_series(m, "days_by_country", "Emails a day by country", &m->t->day_countries, ranked);
    g_free(ranked);
}

static void make_days_by_port(const struct making *m)
{
    const struct count *port;
    const struct count **ranked;
    struct counter emails;
    size_t at = 0;

    counter_init(&emails, 1, 0, SIZE_MAX); /* ports are ranked by emails here */
    while ((port = counter_each(&m->t->ports, &at)) != NULL)
        counter_get(&emails, port->key)->n[0] = port->n[PORT_EMAILS];
    ranked = counter_ranked(&emails, 1, (size_t)m->top + 1);
    make_series(m, "days_by_port", "Emails a day by port", &m->t->day_ports, ranked);
    g_free(ranked);
    counter_fini(&emails);
}

/* ---- 6: where the mails were to go ---- */

static void server_numbers(const struct making *m, struct table *table, const struct count *server)
{
    table_count(table, server->n[SERVER_EMAILS]);
    table_percent(table, server->n[SERVER_EMAILS], m->t->emails);
    table_count(table, server->n[SERVER_REQUESTS]);
    table_count(table, server->n[SERVER_ACCEPTED]);
    table_count(table, server->n[SERVER_RECIPIENTS]);
}

static void server_columns(struct table *table)
{
    table_column(table, "emails", "Emails", VALUE_COUNT, "");
    percent_column(table, "percent");
    table_column(table, "requests", "Requests", VALUE_COUNT, "");
    table_column(table, "accepted", "Accepted", VALUE_COUNT, "");
    table_column(table, "recipients", "Recipients", VALUE_COUNT, "");
}

/* Servers that were asked for but got no mail are lines too. */
static size_t all_lines_of(const struct counter *c, unsigned top)
{
    return MIN(c->keys, top);
}

static void note_servers(struct table *table, const struct counter *c, size_t shown)
{
    if (shown < c->keys_most)
        table_note(table, "The first %zu of %zu.", shown, c->keys_most);
}

static void make_servers(const struct making *m)
{
    const struct count **ranked =
        counter_ranked(&m->t->servers, SERVER_NUMBERS, (size_t)m->top + 1);
    struct table *table = table_new(m->r, "servers", "Target mail servers", TABLE_LIST);
    size_t n = all_lines_of(&m->t->servers, m->top);

    rank_column(table);
    table_column(table, "server", "Server", VALUE_TEXT, "");
    table_column(table, "port", "Port", VALUE_NAME, "");
    server_columns(table);
    for (size_t i = 0; i < n; i++) {
        table_name(table, i + 1);
        table_text(table, key_part(ranked[i]->key, 0));
        number_cell(table, key_part(ranked[i]->key, 1));
        server_numbers(m, table, ranked[i]);
    }
    note_servers(table, &m->t->servers, n);
    g_free(ranked);
}

/* The name under which a server stands: mx1.example.org is of example.org.  A
 * name of two labels or one is its own; an address has none. */
static struct bytes domain_of(struct bytes host)
{
    const uint8_t *dot = host.n ? memchr(host.at, '.', host.n) : NULL;
    struct address address;
    struct bytes rest;

    if (address_parse((const char *)host.at, host.n, &address))
        return BYTES_NONE;
    if (!dot)
        return host;
    rest = bytes_skip(host, (size_t)(dot - host.at) + 1);
    return memchr(rest.at, '.', rest.n) ? rest : host;
}

static void make_server_domains(const struct making *m)
{
    struct table *table = table_new(m->r, "server_domains", "Target domains", TABLE_LIST);
    const struct count *server, **ranked;
    struct counter domains;
    size_t at = 0, n;

    counter_init(&domains, SERVER_NUMBERS, 0, SIZE_MAX);
    while ((server = counter_each(&m->t->servers, &at)) != NULL) {
        struct bytes domain = domain_of(key_part(server->key, 0));
        struct count *count = domain.n ? counter_get(&domains, domain) : NULL;

        for (unsigned i = 0; count && i < SERVER_NUMBERS; i++)
            count->n[i] += server->n[i];
    }
    ranked = counter_ranked(&domains, SERVER_NUMBERS, (size_t)m->top + 1);
    n = all_lines_of(&domains, m->top);
    rank_column(table);
    table_column(table, "domain", "Domain", VALUE_TEXT, "");
    server_columns(table);
    for (size_t i = 0; i < n; i++) {
        table_name(table, i + 1);
        table_text(table, ranked[i]->key);
        server_numbers(m, table, ranked[i]);
    }
    note_servers(table, &domains, n);
    g_free(ranked);
    counter_fini(&domains);
}

static void make_recipient_domains(const struct making *m)
{
    const struct count **ranked =
        counter_ranked(&m->t->recipient_domains, DOMAIN_NUMBERS, (size_t)m->top + 1);
    struct table *table = table_new(m->r, "recipient_domains", "Recipient domains", TABLE_LIST);
    size_t n = all_lines_of(&m->t->recipient_domains, m->top);
    uint64_t part = 0;

    rank_column(table);
    table_column(table, "domain", "Domain", VALUE_TEXT, "");
    table_column(table, "recipients", "Recipients", VALUE_COUNT, "");
    percent_column(table, "percent");
    table_column(table, "rejected", "Rejected", VALUE_COUNT, "");
    for (size_t i = 0; i < n; i++) {
        table_name(table, i + 1);
        table_text(table, ranked[i]->key);
        table_count(table, ranked[i]->n[DOMAIN_RECIPIENTS]);
        table_percent(table, ranked[i]->n[DOMAIN_RECIPIENTS], m->t->recipient_rows);
        table_count(table, ranked[i]->n[DOMAIN_REJECTED]);
        part += ranked[i]->n[DOMAIN_RECIPIENTS];
    }
    note_share(table, n, m->t->recipient_domains.keys_most, part, m->t->recipient_rows);
    g_free(ranked);
}

/* ---- 7: what the mails were ---- */

static void make_messages(const struct making *m)
{
    const struct count **ranked =
        counter_ranked(&m->t->messages, MAILS_NUMBERS, (size_t)m->top + 1);
    struct table *table = table_new(m->r, "messages", "Messages by body", TABLE_LIST);
    size_t n = lines_of(ranked, m->top);
    uint64_t part = 0;

    rank_column(table);
    table_column(table, "body_sha256", "SHA-256 of the body", VALUE_TEXT, "");
    table_column(table, "emails", "Emails", VALUE_COUNT, "");
    percent_column(table, "percent");
    table_column(table, "recipients", "Recipients", VALUE_COUNT, "");
    table_column(table, "size", "Size", VALUE_COUNT, "B");
    table_column(table, "mail_from", "First sender", VALUE_TEXT, "");
    table_column(table, "subject", "First subject", VALUE_TEXT, "");
    for (size_t i = 0; i < n; i++) {
        table_name(table, i + 1);
        table_text(table, ranked[i]->key);
        table_count(table, ranked[i]->n[MAILS_EMAILS]);
        table_percent(table, ranked[i]->n[MAILS_EMAILS], m->t->emails);
        table_count(table, ranked[i]->n[MAILS_RECIPIENTS]);
        count_cell(table, ranked[i]->facts[MESSAGE_SIZE]);
        table_text(table, ranked[i]->facts[MESSAGE_MAIL_FROM]);
        table_text(table, ranked[i]->facts[MESSAGE_SUBJECT]);
        part += ranked[i]->n[MAILS_EMAILS];
    }
    note_share(table, n, m->t->messages.keys_most, part, m->t->emails);
    g_free(ranked);
}

struct simple { /* a ranking of one number by one key */
    const char *id, *title, *key_id, *key_title, *number_id, *number_title;
    enum value_type key_type;
};

static void make_simple(const struct making *m, const struct simple *s, const struct counter *c,
                        uint64_t whole)
{
    const struct count **ranked = counter_ranked(c, 1, (size_t)m->top + 1);
    struct table *table = table_new(m->r, s->id, s->title, TABLE_LIST);
    size_t n = lines_of(ranked, m->top);
    uint64_t part = 0;

    rank_column(table);
    table_column(table, s->key_id, s->key_title, s->key_type, "");
    table_column(table, s->number_id, s->number_title, VALUE_COUNT, "");
    percent_column(table, "percent");
    for (size_t i = 0; i < n; i++) {
        table_name(table, i + 1);
        s->key_type == VALUE_NAME ? number_cell(table, ranked[i]->key)
                                  : table_text(table, ranked[i]->key);
        table_count(table, ranked[i]->n[0]);
        table_percent(table, ranked[i]->n[0], whole);
        part += ranked[i]->n[0];
    }
    note_share(table, n, lines_in_all(c), part, whole);
    g_free(ranked);
}

static uint64_t sum_of(const struct counter *c)
{
    const struct count *count;
    uint64_t sum = c->rest->n[0];
    size_t at = 0;

    while ((count = counter_each(c, &at)) != NULL)
        sum += count->n[0];
    return sum;
}

static void make_links_and_words(const struct making *m)
{
    static const struct simple links = {
        "link_domains", "Domains of links", "domain", "Domain", "links", "Links", VALUE_TEXT};
    static const struct simple languages = {"languages", "Languages", "language", "Language",
                                            "emails",    "Emails",    VALUE_TEXT};
    static const struct simple tags = {"tags",   "Tags",   "tag",     "Tag",
                                       "emails", "Emails", VALUE_TEXT};

    if (m->t->link_domains.keys)
        make_simple(m, &links, &m->t->link_domains, sum_of(&m->t->link_domains));
    if (m->t->languages.keys)
        make_simple(m, &languages, &m->t->languages, m->t->emails);
    if (m->t->tags.keys)
        make_simple(m, &tags, &m->t->tags, m->t->emails);
}

/* ---- 8: who sent them, and who asked ---- */

static void source_columns(struct table *table)
{
    rank_column(table);
    table_column(table, "src_ip", "Source", VALUE_TEXT, "");
    table_column(table, "src_cc", "Country", VALUE_TEXT, "");
    table_column(table, "src_asn", "AS", VALUE_NAME, "");
    table_column(table, "src_as_name", "Name", VALUE_TEXT, "");
}

static void source_cells(struct table *table, size_t rank, const struct count *source)
{
    table_name(table, rank);
    table_text(table, source->key);
    table_text(table, source->facts[SOURCE_CC]);
    number_cell(table, source->facts[SOURCE_ASN]);
    table_text(table, source->facts[SOURCE_AS_NAME]);
}

static void make_sources(const struct making *m)
{
    const struct count **ranked = counter_ranked(&m->t->sources, SOURCE_RANKED, (size_t)m->top + 1);
    struct table *table = table_new(m->r, "sources", "Sources", TABLE_LIST);
    size_t n = all_lines_of(&m->t->sources, m->top);

    source_columns(table);
    table_column(table, "emails", "Emails", VALUE_COUNT, "");
    percent_column(table, "percent");
    table_column(table, "requests", "Requests", VALUE_COUNT, "");
    table_column(table, "connections", "Connections", VALUE_COUNT, "");
    table_column(table, "recipients", "Recipients", VALUE_COUNT, "");
    for (size_t i = 0; i < n; i++) {
        source_cells(table, i + 1, ranked[i]);
        table_count(table, ranked[i]->n[SOURCE_EMAILS]);
        table_percent(table, ranked[i]->n[SOURCE_EMAILS], m->t->emails);
        table_count(table, ranked[i]->n[SOURCE_REQUESTS]);
        table_count(table, ranked[i]->n[SOURCE_CONNECTIONS]);
        table_count(table, ranked[i]->n[SOURCE_RECIPIENTS]);
    }
    note_servers(table, &m->t->sources, n);
    g_free(ranked);
}

static void make_asked(const struct making *m)
{
    const struct count **ranked = counter_ranked(&m->t->asked, 1, (size_t)m->top + 1);
    struct table *table = table_new(m->r, "asked", "Who asked for which target", TABLE_LIST);
    size_t n = lines_of(ranked, m->top);
    uint64_t part = 0;

    rank_column(table);
    table_column(table, "src_ip", "Source", VALUE_TEXT, "");
    table_column(table, "port", "Port", VALUE_NAME, "");
    table_column(table, "module", "Module", VALUE_TEXT, "");
    table_column(table, "target", "Target", VALUE_TEXT, "");
    table_column(table, "accepted", "Accepted", VALUE_NAME, "");
    table_column(table, "requests", "Requests", VALUE_COUNT, "");
    percent_column(table, "percent");
    for (size_t i = 0; i < n; i++) {
        table_name(table, i + 1);
        table_text(table, key_part(ranked[i]->key, 0));
        number_cell(table, key_part(ranked[i]->key, 1));
        table_text(table, key_part(ranked[i]->key, 2));
        table_text(table, key_part(ranked[i]->key, 3));
        number_cell(table, key_part(ranked[i]->key, 4));
        table_count(table, ranked[i]->n[0]);
        table_percent(table, ranked[i]->n[0], m->t->requests);
        part += ranked[i]->n[0];
    }
    note_share(table, n, m->t->asked.keys_most, part, m->t->requests);
    g_free(ranked);
}

/* How many different second parts each first part (or the other way round) has. */
static void count_parts(const struct counter *pairs, unsigned part, struct counter *by)
{
    const struct count *pair;
    size_t at = 0;

    counter_init(by, 1, 0, SIZE_MAX);
    while ((pair = counter_each(pairs, &at)) != NULL)
        counter_get(by, key_part(pair->key, part))->n[0]++;
}

static void make_scanners(const struct making *m)
{
    const struct count **ranked = counter_ranked(&m->t->scanners, SCAN_NUMBERS, (size_t)m->top + 1);
    struct table *table = table_new(m->r, "scanners", "Scanners", TABLE_LIST);
    size_t n = lines_of(ranked, m->top);
    struct counter ports;
    uint64_t part = 0;

    source_columns(table);
    table_column(table, "syns", "SYNs", VALUE_COUNT, "");
    percent_column(table, "percent");
    table_column(table, "ports", "Ports", VALUE_COUNT, "");
    count_parts(&m->t->scanner_ports, 0, &ports);
    for (size_t i = 0; i < n; i++) {
        source_cells(table, i + 1, ranked[i]);
        table_count(table, ranked[i]->n[SCAN_SYNS]);
        table_percent(table, ranked[i]->n[SCAN_SYNS], m->t->syns);
        table_count(table, number_of(&ports, ranked[i]->key));
        part += ranked[i]->n[SCAN_SYNS];
    }
    note_share(table, n, lines_in_all(&m->t->scanners), part, m->t->syns);
    counter_fini(&ports);
    g_free(ranked);
}

static void make_scanned_ports(const struct making *m)
{
    const struct count **ranked =
        counter_ranked(&m->t->scanned_ports, SCAN_NUMBERS, (size_t)m->top + 1);
    struct table *table = table_new(m->r, "scanned_ports", "Ports scanned", TABLE_LIST);
    size_t n = lines_of(ranked, m->top);
    struct counter sources;
    uint64_t part = 0;

    rank_column(table);
    table_column(table, "port", "Port", VALUE_NAME, "");
    table_column(table, "syns", "SYNs", VALUE_COUNT, "");
    percent_column(table, "percent");
    table_column(table, "sources", "Sources", VALUE_COUNT, "");
    count_parts(&m->t->scanner_ports, 1, &sources);
    for (size_t i = 0; i < n; i++) {
        table_name(table, i + 1);
        number_cell(table, ranked[i]->key);
        table_count(table, ranked[i]->n[SCAN_SYNS]);
        table_percent(table, ranked[i]->n[SCAN_SYNS], m->t->syns);
        table_count(table, number_of(&sources, ranked[i]->key));
        part += ranked[i]->n[SCAN_SYNS];
    }
    note_share(table, n, lines_in_all(&m->t->scanned_ports), part, m->t->syns);
    counter_fini(&sources);
    g_free(ranked);
}

/* ---- 9: the sensors ---- */

/* sensor index -> sources that it saw */
static uint64_t *sources_of_sensors(const struct tally *t)
{
    uint64_t *sources = g_new0(uint64_t, t->sensors.keys + SENSOR_BITS);
    const struct count *count;
    size_t at = 0;

    while ((count = counter_each(&t->sources, &at)) != NULL)
        for (uint64_t bits = count->n[SOURCE_SENSORS]; bits; bits &= bits - 1)
            sources[__builtin_ctzll(bits)]++;
    for (at = 0; (count = counter_each(&t->sensor_sources, &at)) != NULL;) {
        const struct count *sensor = counter_find(&t->sensors, key_part(count->key, 0));

        if (sensor)
            sources[sensor->index]++;
    }
    return sources;
}

static struct bytes plan_fact(const struct tally *t, struct bytes sensor, unsigned fact_index)
{
    const struct count *plan = counter_find(&t->plans, sensor);

    return plan ? plan->facts[fact_index] : BYTES_NONE;
}

static void sensor_number_columns(struct table *table)
{
    table_column(table, "emails", "Emails", VALUE_COUNT, "");
    percent_column(table, "percent");
    table_column(table, "requests", "Requests", VALUE_COUNT, "");
    table_column(table, "connections", "Connections", VALUE_COUNT, "");
    table_column(table, "recipients", "Recipients", VALUE_COUNT, "");
}

static void sensor_numbers(const struct making *m, struct table *table, const uint64_t *n)
{
    table_count(table, n[SENSOR_EMAILS]);
    table_percent(table, n[SENSOR_EMAILS], m->t->emails);
    table_count(table, n[SENSOR_REQUESTS]);
    table_count(table, n[SENSOR_CONNECTIONS]);
    table_count(table, n[SENSOR_RECIPIENTS]);
}

static void make_sensors(const struct making *m)
{
    const struct count **ranked = counter_ranked(&m->t->sensors, SENSOR_NUMBERS, SIZE_MAX);
    struct table *table = table_new(m->r, "sensors", "Sensors", TABLE_LIST);
    uint64_t *sources = sources_of_sensors(m->t);
    bool plans = m->t->plans.keys > 0;

    table_column(table, "sensor", "Sensor", VALUE_TEXT, "");
    if (plans) {
        table_column(table, "provider", "Provider", VALUE_TEXT, "");
        table_column(table, "access", "Access", VALUE_TEXT, "");
        table_column(table, "plan", "Plan", VALUE_TEXT, "");
    }
    sensor_number_columns(table);
    table_column(table, "sources", "Sources", VALUE_COUNT, "");
    for (size_t i = 0; ranked[i]; i++) {
        table_text(table, ranked[i]->key);
        for (unsigned k = 0; plans && k < PLAN_FACTS; k++)
            table_text(table, plan_fact(m->t, ranked[i]->key, k));
        sensor_numbers(m, table, ranked[i]->n);
        table_count(table, sources[ranked[i]->index]);
    }
    g_free(sources);
    g_free(ranked);
}

/* Sensors that have a fact of sensors.csv in common, compared. */
static void make_sensor_group(const struct making *m, const char *id, const char *title,
                              const char *name, unsigned fact_index)
{
    enum { GROUP_SENSORS = SENSOR_NUMBERS, GROUP_NUMBERS };
    struct table *table = table_new(m->r, id, title, TABLE_LIST);
    const struct count *sensor, **ranked;
    struct counter groups;
    size_t at = 0;

    counter_init(&groups, GROUP_NUMBERS, 0, SIZE_MAX);
    while ((sensor = counter_each(&m->t->sensors, &at)) != NULL) {
        struct count *group = counter_get(&groups, plan_fact(m->t, sensor->key, fact_index));

        for (unsigned i = 0; i < SENSOR_NUMBERS; i++)
            group->n[i] += sensor->n[i];
        group->n[GROUP_SENSORS]++;
    }
    ranked = counter_ranked(&groups, GROUP_NUMBERS, SIZE_MAX);
    table_column(table, name, title, VALUE_TEXT, "");
    table_column(table, "sensors", "Sensors", VALUE_COUNT, "");
    sensor_number_columns(table);
    table_column(table, "emails_per_sensor", "Emails a sensor", VALUE_HUNDREDTHS, "");
    for (size_t i = 0; ranked[i]; i++) {
        table_text(table, ranked[i]->key);
        table_count(table, ranked[i]->n[GROUP_SENSORS]);
        sensor_numbers(m, table, ranked[i]->n);
        table_ratio(table, ranked[i]->n[SENSOR_EMAILS], ranked[i]->n[GROUP_SENSORS]);
    }
    g_free(ranked);
    counter_fini(&groups);
}

/* ---- 10: how well it was seen ---- */

static void make_ends_and_flags(const struct making *m)
{
    static const struct simple ends = {"ends",        "How connections ended", "end",     "End",
                                       "connections", "Connections",           VALUE_TEXT};
    static const struct simple flags = {"flags",       "Flags of connections", "flag",    "Flag",
                                        "connections", "Connections",          VALUE_TEXT};

    make_simple(m, &ends, &m->t->ends, m->t->connections);
    if (m->t->flags.keys)
        make_simple(m, &flags, &m->t->flags, m->t->connections);
}

static void say_one_sided(const struct making *m)
{
    uint64_t n = number_of(&m->t->flags, bytes_of("one-sided"));
    uint64_t share;

    if (!n)
        return;
    share = divide_half_up(n, 10000, m->t->connections);
    tables_warning(m->r,
                   "%" PRIu64 " of %" PRIu64 " connections (%" PRIu64 ".%02u %%) were seen in one "
                   "direction only. The mirror port is probably set to one direction.",
                   n, m->t->connections, share / 100, (unsigned)(share % 100));
}

static void say_unknown(const struct making *m)
{
    const struct count *nowhere = counter_find(&m->t->countries, BYTES_NONE);

    if (m->t->sources.keys && nowhere && !known_keys(&m->t->countries))
        tables_notice(m->r, "The records hold no countries and no ASes: they were written without "
                            "a geolocation database. report --geo maps their addresses now.");
    if (m->t->damage.rows)
        tables_warning(m->r,
                       "%" PRIu64 " damaged rows in %" PRIu64 " files could not be read and are "
                       "not counted.",
                       m->t->damage.rows, m->t->damage.files);
}

static void say_capped(const struct making *m, const struct counter *c, const char *what)
{
    if (c->missed)
        tables_notice(m->r,
                      "There are more than %zu different %s: those of more than %" PRIu64
                      " rows are counted exactly, in a second pass; rarer ones are in the "
                      "totals, but may not be told apart.",
                      c->keys_most, what, c->missed);
    else if (c->rest_used)
        tables_notice(m->r,
                      "There are more than %zu different %s: those that came later are in the "
                      "totals, but not told apart.",
                      c->keys, what);
}

static void say_what_matters(const struct making *m)
{
    const struct counter *c;
    const char *what;

    say_one_sided(m);
    say_unknown(m);
    for (unsigned i = 0; (c = tally_table(m->t, i, &what)) != NULL; i++)
        say_capped(m, c, what);
}

/* ---- all of them, in their order ---- */

/* Without a single country or AS such a table would say nothing (say_unknown
 * says why there is none). */
static void make_email_tables(const struct making *m)
{
    if (m->t->emails && known_keys(&m->t->countries))
        make_countries(m);
    if (m->t->emails && known_first_parts(&m->t->ases))
        make_asns(m);
}

static void make_later_tables(const struct making *m)
{
    if (m->t->emails && known_keys(&m->t->countries))
        make_days_by_country(m);
    if (m->t->emails)
        make_days_by_port(m);
    if (m->t->servers.keys) {
        make_servers(m);
        make_server_domains(m);
    }
    if (m->t->recipient_domains.keys)
        make_recipient_domains(m);
    make_links_and_words(m);
    if (m->t->messages.keys)
        make_messages(m);
    if (m->t->sources.keys)
        make_sources(m);
    if (m->t->asked.keys)
        make_asked(m);
    if (m->t->scanners.keys) {
        make_scanners(m);
        make_scanned_ports(m);
    }
}

struct report_tables *tables_of(const struct tally *t, unsigned top)
{
    struct making m = {t, tables_new(), top};

    say_what_matters(&m);
    make_totals(&m);
    make_email_tables(&m);
    if (t->ports.keys)
        make_ports(&m);
    if (t->have_requests)
        make_requests(&m);
    if (t->have_emails || t->have_connections)
        make_modules(&m);
    make_later_tables(&m);
    if (t->sensors.keys)
        make_sensors(&m);
    if (t->plans.keys) {
        make_sensor_group(&m, "sensor_access", "Access", "access", PLAN_ACCESS);
        make_sensor_group(&m, "sensor_plan", "Plan", "plan", PLAN_PLAN);
    }
    if (t->connections)
        make_ends_and_flags(&m);
    return m.r;
}
