/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/about.h"

#include <inttypes.h>
#include <string.h>

#include "potsherd/geo.h"
#include "report/derive.h"

#define SENSORS_NAMED 12 /* more are in the table of sensors */
#define SECOND_END    19 /* of "2006-06-10T00:00:00" */

/* https://www.first.org/tlp/ */
static const char *const tlp[][2] = {
    {"clear", "TLP:CLEAR"}, {"green", "TLP:GREEN"},
    {"amber", "TLP:AMBER"}, {"amber+strict", "TLP:AMBER+STRICT"},
    {"red", "TLP:RED"},
};

const char *about_tlp(const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(tlp); i++)
        if (strcmp(word, tlp[i][0]) == 0)
            return tlp[i][1];
    return NULL;
}

const char *about_text(const struct report_tables *r, const char *field)
{
    const struct table *t = tables_find(r, "about");

    for (size_t row = 0; t && row < table_rows(t); row++)
        if (strcmp(table_value_at(t, row, 0)->text, field) == 0)
            return table_value_at(t, row, 1)->text;
    return NULL;
}

/* ---- the method: sentences, each with a blank behind it ---- */

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void append_share(GString *to, uint64_t part, uint64_t whole)
{
    uint64_t share = whole ? divide_half_up(part, 10000, whole) : 0;

    g_string_append_printf(to, "%" PRIu64 ".%02u %%", share / 100, (unsigned)(share % 100));
}

static void append_sensors(const struct making *m, GString *to)
{
    const struct counter *sensors = &m->t->sensors;
    const struct count **named = counter_ranked(sensors, 0, SENSORS_NAMED);
    bool several = false;

    g_string_append_printf(to, "%zu sensor%s", sensors->keys, plural(sensors->keys));
    for (size_t i = 0; sensors->keys <= SENSORS_NAMED && named[i]; i++) {
        if (!named[i]->key.n) /* has no name */
            continue;
        g_string_append_printf(to, "%s%.*s", several ? ", " : " (", (int)named[i]->key.n,
                               (const char *)named[i]->key.at);
        several = true;
    }
    g_string_append(to, several ? ")" : "");
    g_free(named);
}

static void append_period(const struct making *m, GString *to)
{
    const struct tally_options *o = &m->t->options;
    uint64_t days = making_days(m);

    if (!m->r->period) {
        g_string_append(to, "The records have no row of the period. ");
        return;
    }
    g_string_append_printf(to, "This report covers %s (%" PRIu64 " day%s, UTC%s) and what ",
                           m->r->period, days, plural(days),
                           o->period.has_since || o->period.has_until ? ", as asked for" : "");
    append_sensors(m, to);
    g_string_append(to, " recorded. Connections were put together from packets; what each of them "
                        "speaks is known by its content, on whatever port. ");
}

static void append_databases(const struct making *m, GString *to)
{
    unsigned n = m->t->options.remap ? geo_databases() : 0;

    if (!n && !derive_known(&m->t->countries) && !derive_known_first_parts(&m->t->ases)) {
        g_string_append(to, "Countries and autonomous systems are not known. ");
        return;
    }
    g_string_append(to, "Countries and autonomous systems are ");
    g_string_append(to, n ? "by " : "as they were recorded with each connection. ");
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(to, "%s%s of %s%s", i ? ", " : "", geo_database(i)->type,
                               geo_database(i)->built, i + 1 < n ? "" : ". ");
}

static void append_lost_packets(const struct tally *t, GString *to)
{
    uint64_t lost = t->lost[LOST_DROPPED] + t->lost[LOST_BY_INTERFACE];
    uint64_t all = lost + t->lost[LOST_CAPTURED];

    if (!t->have_stats) {
        g_string_append(to, "How many packets were lost before they could be read is not in the "
                            "records. ");
        return;
    }
    g_string_append_printf(to, "Of %" PRIu64 " packets %" PRIu64 " (", all, lost);
    append_share(to, lost, all);
    g_string_append(to, ") were lost before they could be read. ");
}

static void append_lost_bytes(const struct tally *t, GString *to)
{
    uint64_t n = t->lost[LOST_CONNECTIONS];

    if (!t->have_connections)
        return;
    if (!tally_knows(t, "connections", "missing_bytes")) {
        g_string_append(to, "How many connections lack bytes is not in the records. ");
        return;
    }
    g_string_append_printf(to, "Of %" PRIu64 " connections %" PRIu64 " (", t->connections, n);
    append_share(to, n, t->connections);
    g_string_append_printf(to, ") lack bytes, %" PRIu64 " in all. ", t->lost[LOST_BYTES]);
}

static void append_lost_rows(const struct making *m, unsigned unread, GString *to)
{
    const struct {
        uint64_t n;
        const char *what;
    } losses[] = {
        {m->t->lost[LOST_EVICTED], "connections that were given up early"},
        {m->t->lost[LOST_UNWRITTEN], "rows that could not be written"},
        {m->t->lost[LOST_MAILS], "messages that could not be analysed"},
        {m->t->damage.rows, "damaged rows, which are not counted"},
        {unread, "record files that could not be read to the end"},
    };
    bool any = false;

    for (size_t i = 0; i < G_N_ELEMENTS(losses); i++) {
        if (!losses[i].n)
            continue;
        g_string_append_printf(to, "%s%" PRIu64 " %s", any ? ", " : "Also lost: ", losses[i].n,
                               losses[i].what);
        any = true;
    }
    g_string_append(to, any ? ". " : "No rows of the records are damaged. ");
}

static const char *method_of(const struct making *m, unsigned unread)
{
    GString *to = g_string_new(NULL);
    const char *kept;

    append_period(m, to);
    append_databases(m, to);
    append_lost_packets(m->t, to);
    append_lost_bytes(m->t, to);
    append_lost_rows(m, unread, to);
    if (m->r->anonymise)
        g_string_append(to, "Addresses are shown as their networks (/24, and /48 of IPv6), senders "
                            "and recipients as their domains. ");
    kept = tables_keep(m->r, "%.*s", (int)to->len - 1, to->str);
    g_string_free(to, TRUE);
    return kept;
}

/* ---- the table ---- */

static void put(struct table *table, const char *field, const char *title, const char *value)
{
    table_label(table, field, title);
    table_text(table, bytes_of(value ? value : ""));
}

/* "2006-06-10T00:00:00Z" */
static const char *second_of(struct report_tables *r, time_us at)
{
    char text[TIME_TEXT_MAX];

    time_format(at, text);
    return tables_keep(r, "%.*sZ", SECOND_END, text);
}

/* What the user says of the report names whom he likes: it stays as it is. */
static void put_given(struct table *table, const struct report_options *o)
{
    table->of->anonymise = false;
    put(table, "title", "Title", o->title);
    put(table, "organisation", "Organisation", o->organisation);
    put(table, "contact", "Contact", o->contact);
    table->of->title = table_value_at(table, 0, 1)->text;
    table->of->anonymise = o->anonymise;
}

void about_make(const struct making *m, const struct report_options *o, unsigned unread)
{
    struct table *table = table_new(m->r, "about", "About this report", TABLE_ABOUT);

    table_column(table, "field", "Field", VALUE_TEXT, "");
    table_column(table, "value", "Value", VALUE_TEXT, "");
    put_given(table, o);
    put(table, "tlp", "TLP", o->tlp ? about_tlp(o->tlp) : NULL);
    put(table, "period", "Period", m->r->period);
    put(table, "made", "Made (UTC)", second_of(m->r, o->made));
    put(table, "program", "Program", "potsherd " POTSHERD_VERSION);
    put(table, "anonymised", "Anonymised", m->r->anonymise ? "yes" : "no");
    put(table, "method", "Method", method_of(m, unread));
}
