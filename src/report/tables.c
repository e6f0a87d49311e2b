/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables, as descriptions: adding one is a description here and its line in `order`; those of
 * what mails say stand in tables_mails.c. */
#include "report/tables.h"

#include "report/country.h"
#include "report/derive.h"
#include "report/descriptions.h"

/* ---- the tables that SpamPots published ---- */

static bool any_country(const struct tally *t)
{
    return t->emails && derive_known(&t->countries);
}

static const struct ranking_column country_columns[] = {
    RANK,
    CELL("cc", "Country", CELL_KEY_COUNTRY, 0),
    COUNT("emails", "Emails", COUNTRY_EMAILS),
    PERCENT("percent", COUNTRY_EMAILS, WHOLE_EMAILS),
    RECIPIENTS(COUNTRY_RECIPIENTS),
    CELL("sources", "Sources", CELL_ASIDE_COUNT, 0),
    CELL("country", "Country", CELL_KEY_COUNTRY_NAME, 0),
    END,
};

static const struct ranking countries = {
    .id = "countries",
    .title = "Emails by country",
    .columns = country_columns,
    .counter = IN(countries),
    .aside = derive_country_sources,
    .numbers = COUNTRY_NUMBERS,
    .rows = ROWS_COUNTED,
    .note = NOTE_SHARE,
    .whole = WHOLE_EMAILS,
    .wanted = any_country,
};

static bool any_as(const struct tally *t)
{
    return t->emails && derive_known_first_parts(&t->ases);
}

static const struct ranking_column as_columns[] = {
    RANK,
    CELL("asn", "AS", CELL_KEY_NAME, 0),
    CELL("as_name", "Name", CELL_FACT, WHOLE_AS_NAME),
    CELL("cc", "Country", CELL_FACT_COUNTRY, WHOLE_AS_CC),
    COUNT("emails", "Emails", AS_EMAILS),
    PERCENT("percent", AS_EMAILS, WHOLE_EMAILS),
    RECIPIENTS(AS_RECIPIENTS),
    CELL("sources", "Sources", CELL_ASIDE_COUNT, 0),
    CELL("country", "Country", CELL_FACT_COUNTRY_NAME, WHOLE_AS_CC),
    END,
};

static const struct ranking asns = {
    .id = "asns",
    .title = "Emails by autonomous system",
    .columns = as_columns,
    .derive = derive_ases,
    .aside = derive_as_sources,
    .numbers = AS_NUMBERS,
    .rows = ROWS_COUNTED,
    .note = NOTE_SHARE,
    .whole = WHOLE_EMAILS,
    .wanted = any_as,
};

static const struct ranking_column port_columns[] = {
    RANK,
    CELL("port", "Port", CELL_KEY_NAME, 0),
    CELL("protocol", "Protocol", CELL_ASIDE_FACT, 0),
    CELL("usual_service", "Usual service", CELL_FACT, PORT_SERVICE),
    COUNT("connections", "Connections", PORT_CONNECTIONS),
    PERCENT("connections_percent", PORT_CONNECTIONS, WHOLE_CONNECTIONS),
    COUNT("emails", "Emails", PORT_EMAILS),
    PERCENT("emails_percent", PORT_EMAILS, WHOLE_EMAILS),
    END,
};

_Static_assert(PORT_SERVICE == 0, "the fact of ROWS_NAMED");

static const struct ranking ports = {
    .id = "ports",
    .title = "TCP ports abused",
    .columns = port_columns,
    .counter = IN(ports),
    .aside = derive_port_protocols,
    .numbers = PORT_NUMBERS,
    .rows = ROWS_NAMED,
    .note = NOTE_NAMED,
};

static bool any_requests(const struct tally *t)
{
    return t->have_requests;
}

static const struct ranking_column request_columns[] = {
    CELL("module", "Module", CELL_KEY, 0),
    CELL("type", "Type", CELL_KEY, 1),
    COUNT_OF("requests", "Requests", REQUEST_REQUESTS, "requests", "depth"),
    PERCENT_OF("percent", REQUEST_REQUESTS, WHOLE_NUMBER_1, "requests", "depth"),
    END,
};

_Static_assert(REQUEST_TOTAL == 1, "the number of WHOLE_NUMBER_1");

static const struct ranking requests = {
    .id = "requests",
    .title = "Requests to the HTTP and SOCKS modules",
    .columns = request_columns,
    .derive = derive_requests,
    .rows = ROWS_ADDED,
    .wanted = any_requests,
};

static bool any_inner_request(const struct tally *t)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < TALLY_MODULES; i++)
        for (unsigned k = 0; k < TALLY_CLASSES; k++)
            n += t->modules[TALLY_INNER][i][k];
    return n != 0;
}

static const struct ranking inner_requests = {
    .id = "requests_in_tunnels",
    .title = "Proxy requests inside tunnels",
    .columns = request_columns,
    .derive = derive_inner_requests,
    .rows = ROWS_ADDED,
    .note = NOTE_TEXT,
    .text = "What was asked of a proxy that was reached through another one.",
    .wanted = any_inner_request,
};

static bool any_module(const struct tally *t)
{
    return t->have_emails || t->have_connections;
}

static const struct ranking_column module_columns[] = {
    CELL("module", "Module", CELL_KEY, 0),
    COUNT_OF("connections", "Connections", MODULE_CONNECTIONS, "connections", "protocol"),
    PERCENT_OF("connections_percent", MODULE_CONNECTIONS, WHOLE_CONNECTIONS, "connections",
               "protocol"),
    COUNT_OF("emails", "Emails", MODULE_EMAILS, "emails", "module"),
    PERCENT_OF("emails_percent", MODULE_EMAILS, WHOLE_EMAILS, "emails", "module"),
    RECIPIENTS(MODULE_RECIPIENTS),
    END,
};

static const struct ranking modules = {
    .id = "modules",
    .title = "Connections and emails by module",
    .columns = module_columns,
    .derive = derive_modules,
    .rows = ROWS_ADDED,
    .note = NOTE_TEXT,
    .text = "smtp: sent to a mail port without any proxy. Emails count for the proxy that carried "
            "them innermost, connections for the outermost.",
    .wanted = any_module,
};

/* ---- what their graphs showed ---- */

static bool any_email(const struct tally *t)
{
    return t->emails > 0;
}

static const struct series by_country = {
    .key = "country",
    .by = offsetof(struct tally_bins, countries),
    .label = country_label,
    .counter = IN(countries),
    .numbers = COUNTRY_NUMBERS,
    .wanted = any_country,
};

static const struct series by_port = {
    .key = "port",
    .by = offsetof(struct tally_bins, ports),
    .derive = derive_port_emails,
    .numbers = 1,
    .wanted = any_email,
};

/* ---- where the mails were to go ---- */

#define SERVER_COLUMNS                                                                             \
    COUNT_OF("emails", "Emails", SERVER_EMAILS, "emails", "target_host"),                          \
        PERCENT_OF("percent", SERVER_EMAILS, WHOLE_EMAILS, "emails", "target_host"),               \
        COUNT_OF("requests", "Requests", SERVER_REQUESTS, "requests", "target_host"),              \
        COUNT_OF("accepted", "Accepted", SERVER_ACCEPTED, "requests", "accepted"),                 \
        RECIPIENTS(SERVER_RECIPIENTS)

static const struct ranking_column server_columns[] = {
    RANK,
    CELL("server", "Server", CELL_KEY, 0),
    CELL("port", "Port", CELL_KEY_NAME, 1),
    SERVER_COLUMNS,
    END,
};

/* Servers that were asked for but got no mail are lines too. */
static const struct ranking servers = {
    .id = "servers",
    .title = "Target mail servers",
    .columns = server_columns,
    .counter = IN(servers),
    .numbers = SERVER_NUMBERS,
    .rows = ROWS_FIRST,
    .note = NOTE_FIRST,
};

static bool any_server(const struct tally *t)
{
    return t->servers.keys > 0;
}

static const struct ranking_column server_domain_columns[] = {
    RANK,
    CELL("domain", "Domain", CELL_KEY, 0),
    SERVER_COLUMNS,
    END,
};

static const struct ranking server_domains = {
    .id = "server_domains",
    .title = "Target domains",
    .columns = server_domain_columns,
    .derive = derive_server_domains,
    .numbers = SERVER_NUMBERS,
    .rows = ROWS_FIRST,
    .note = NOTE_FIRST,
    .wanted = any_server,
};

static const struct ranking_column recipient_domain_columns[] = {
    RANK,
    CELL("domain", "Domain", CELL_KEY, 0),
    COUNT("recipients", "Recipients", DOMAIN_RECIPIENTS),
    PERCENT("percent", DOMAIN_RECIPIENTS, WHOLE_RECIPIENTS),
    COUNT_OF("rejected", "Rejected", DOMAIN_REJECTED, "recipients", "accepted"),
    END,
};

static const struct ranking recipient_domains = {
    .id = "recipient_domains",
    .title = "Recipient domains",
    .columns = recipient_domain_columns,
    .counter = IN(recipient_domains),
    .numbers = DOMAIN_NUMBERS,
    .rows = ROWS_FIRST,
    .note = NOTE_SHARE_MOST,
    .whole = WHOLE_RECIPIENTS,
};

/* ---- who sent them, who asked, who scanned ---- */

#define SOURCE_COLUMNS                                                                             \
    RANK, CELL("src_ip", "Source", CELL_KEY, 0),                                                   \
        CELL("src_cc", "Country", CELL_FACT_COUNTRY, SOURCE_CC),                                   \
        CELL("src_asn", "AS", CELL_FACT_NAME, SOURCE_ASN),                                         \
        CELL("src_as_name", "Name", CELL_FACT, SOURCE_AS_NAME)
#define SOURCE_END CELL("src_country", "Country", CELL_FACT_COUNTRY_NAME, SOURCE_CC), END

static const struct ranking_column source_columns[] = {
    SOURCE_COLUMNS,
    COUNT("emails", "Emails", SOURCE_EMAILS),
    PERCENT("percent", SOURCE_EMAILS, WHOLE_EMAILS),
    COUNT("requests", "Requests", SOURCE_REQUESTS),
    COUNT("connections", "Connections", SOURCE_CONNECTIONS),
    RECIPIENTS(SOURCE_RECIPIENTS),
    SOURCE_END,
};

static const struct ranking sources = {
    .id = "sources",
    .title = "Sources",
    .columns = source_columns,
    .counter = IN(sources),
    .numbers = SOURCE_RANKED,
    .rows = ROWS_FIRST,
    .note = NOTE_FIRST,
};

static const struct ranking_column asked_columns[] = {
    RANK,
    CELL("src_ip", "Source", CELL_KEY, 0),
    CELL("port", "Port", CELL_KEY_NAME, 1),
    CELL("module", "Module", CELL_KEY, 2),
    CELL("target", "Target", CELL_KEY, 3),
    CELL("accepted", "Accepted", CELL_KEY_NAME, 4),
    COUNT("requests", "Requests", 0),
    PERCENT("percent", 0, WHOLE_REQUESTS),
    END,
};

static const struct ranking asked = {
    .id = "asked",
    .title = "Who asked for which target",
    .columns = asked_columns,
    .counter = IN(asked),
    .numbers = 1,
    .rows = ROWS_COUNTED,
    .note = NOTE_SHARE_MOST,
    .whole = WHOLE_REQUESTS,
};

static const struct ranking_column login_columns[] = {
    RANK,
    CELL("module", "Module", CELL_KEY, 0),
    CELL("user", "User", CELL_KEY, 1),
    CELL("password", "Password", CELL_KEY, 2),
    COUNT("tries", "Tries", LOGIN_TRIES),
    COUNT_OF("accepted", "Accepted", LOGIN_ACCEPTED, "logins", "accepted"),
    END,
};

static const struct ranking logins = {
    .id = "logins",
    .title = "Users and passwords tried",
    .columns = login_columns,
    .counter = IN(logins),
    .numbers = LOGIN_NUMBERS,
    .rows = ROWS_COUNTED,
    .note = NOTE_FIRST,
};

static const struct ranking_column refused_columns[] = {
    SOURCE_COLUMNS,
    COUNT("transactions", "Transactions", REFUSAL_TRANSACTIONS),
    COUNT_OF("recipients", "Recipients", REFUSAL_RECIPIENTS, "refusals", "rcpt_count"),
    COUNT_OF("rejected", "Rejected", REFUSAL_REJECTED, "refusals", "rcpt_rejected"),
    SOURCE_END,
};

static const struct ranking refused = {
    .id = "refused",
    .title = "Sources of mail transactions without a message",
    .columns = refused_columns,
    .counter = IN(refused),
    .numbers = REFUSAL_NUMBERS,
    .rows = ROWS_COUNTED,
    .note = NOTE_FIRST,
};

static const struct ranking_column scanner_columns[] = {
    SOURCE_COLUMNS,
    COUNT("syns", "SYNs", SCAN_SYNS),
    PERCENT("percent", SCAN_SYNS, WHOLE_SYNS),
    CELL("ports", "Ports", CELL_ASIDE_COUNT, 0),
    SOURCE_END,
};

static const struct ranking scanners = {
    .id = "scanners",
    .title = "Scanners",
    .columns = scanner_columns,
    .counter = IN(scanners),
    .aside = derive_scanner_ports,
    .numbers = SCAN_NUMBERS,
    .rows = ROWS_COUNTED,
    .note = NOTE_SHARE,
    .whole = WHOLE_SYNS,
};

static const struct ranking_column scanned_port_columns[] = {
    RANK,
    CELL("port", "Port", CELL_KEY_NAME, 0),
    COUNT("syns", "SYNs", SCAN_SYNS),
    PERCENT("percent", SCAN_SYNS, WHOLE_SYNS),
    CELL("sources", "Sources", CELL_ASIDE_COUNT, 0),
    END,
};

static const struct ranking scanned_ports = {
    .id = "scanned_ports",
    .title = "Ports scanned",
    .columns = scanned_port_columns,
    .counter = IN(scanned_ports),
    .aside = derive_port_scanners,
    .numbers = SCAN_NUMBERS,
    .rows = ROWS_COUNTED,
    .note = NOTE_SHARE,
    .whole = WHOLE_SYNS,
};

/* ---- the sensors ---- */

#define SENSOR_COLUMNS                                                                             \
    COUNT("emails", "Emails", SENSOR_EMAILS), PERCENT("percent", SENSOR_EMAILS, WHOLE_EMAILS),     \
        COUNT("requests", "Requests", SENSOR_REQUESTS),                                            \
        COUNT("connections", "Connections", SENSOR_CONNECTIONS), RECIPIENTS(SENSOR_RECIPIENTS)

#define SENSOR_SOURCES CELL("sources", "Sources", CELL_ASIDE_COUNT, SEEN_SOURCES)

static bool any_plan(const struct tally *t)
{
    return t->plans.keys > 0;
}

static bool planned_sensors(const struct tally *t)
{
    return t->sensors.keys && t->plans.keys;
}

static bool other_sensors(const struct tally *t)
{
    return t->sensors.keys && !t->plans.keys;
}

static const struct ranking_column sensor_columns[] = {
    CELL("sensor", "Sensor", CELL_KEY, 0),
    SENSOR_COLUMNS,
    SENSOR_SOURCES,
    END,
};

static const struct ranking sensors = {
    .id = "sensors",
    .title = "Sensors",
    .columns = sensor_columns,
    .counter = IN(sensors),
    .aside = derive_seen,
    .numbers = SENSOR_NUMBERS,
    .rows = ROWS_RANKED,
    .wanted = other_sensors,
};

static const struct ranking_column planned_sensor_columns[] = {
    CELL("sensor", "Sensor", CELL_KEY, 0),
    CELL("provider", "Provider", CELL_ASIDE_FACT, PLAN_PROVIDER),
    CELL("access", "Access", CELL_ASIDE_FACT, PLAN_ACCESS),
    CELL("plan", "Plan", CELL_ASIDE_FACT, PLAN_PLAN),
    SENSOR_COLUMNS,
    SENSOR_SOURCES,
    END,
};

static const struct ranking sensors_with_plan = {
    .id = "sensors",
    .title = "Sensors",
    .columns = planned_sensor_columns,
    .counter = IN(sensors),
    .aside = derive_seen,
    .numbers = SENSOR_NUMBERS,
    .rows = ROWS_RANKED,
    .wanted = planned_sensors,
};

/* Sensors that have a fact of sensors.csv in common, compared. */
#define SENSOR_GROUP(name, key, key_title)                                                         \
    static const struct ranking_column name##_columns[] = {                                        \
        CELL(key, key_title, CELL_KEY, 0),                                                         \
        COUNT("sensors", "Sensors", GROUP_SENSORS),                                                \
        SENSOR_COLUMNS,                                                                            \
        {"emails_per_sensor", "Emails a sensor", CELL_RATIO, SENSOR_EMAILS, GROUP_SENSORS, NULL,   \
         NULL, NULL, false},                                                                       \
        END,                                                                                       \
    };                                                                                             \
    static const struct ranking name = {                                                           \
        .id = #name,                                                                               \
        .title = key_title,                                                                        \
        .columns = name##_columns,                                                                 \
        .derive = derive_##name,                                                                   \
        .numbers = GROUP_NUMBERS,                                                                  \
        .rows = ROWS_RANKED,                                                                       \
        .wanted = any_plan,                                                                        \
    }

SENSOR_GROUP(sensor_access, "access", "Access");
SENSOR_GROUP(sensor_plan, "plan", "Plan");

/* ---- how well it was seen ---- */

/* A ranking of one number by one key. */
#define SIMPLE(name, table_title, key, key_title, number, number_title, all)                       \
    static const struct ranking_column name##_columns[] = {                                        \
        RANK,                                                                                      \
        CELL(key, key_title, CELL_KEY, 0),                                                         \
        COUNT(number, number_title, 0),                                                            \
        PERCENT("percent", 0, all),                                                                \
        END,                                                                                       \
    };                                                                                             \
    static const struct ranking name = {                                                           \
        .id = #name,                                                                               \
        .title = table_title,                                                                      \
        .columns = name##_columns,                                                                 \
        .counter = IN(name),                                                                       \
        .numbers = 1,                                                                              \
        .rows = ROWS_COUNTED,                                                                      \
        .note = NOTE_SHARE,                                                                        \
        .whole = all,                                                                              \
    }

SIMPLE(ends, "How connections ended", "end", "End", "connections", "Connections",
       WHOLE_CONNECTIONS);
SIMPLE(flags, "Flags of connections", "flag", "Flag", "connections", "Connections",
       WHOLE_CONNECTIONS);

/* ---- all of them, in their order, after the totals ---- */

static const struct {
    const struct ranking *ranking; /* or */
    const struct series *series;   /* or several */
    const struct ranking *const *rankings;
    void (*make)(const struct making *m);
} order[] = {
    {.ranking = &countries},      {.ranking = &asns},
    {.ranking = &ports},          {.ranking = &requests},
    {.ranking = &inner_requests}, {.ranking = &modules},
    {.series = &by_country},      {.series = &by_port},
    {.make = week_make},          {.ranking = &servers},
    {.ranking = &server_domains}, {.ranking = &recipient_domains},
    {.rankings = tables_mails},   {.make = tables_campaigns},
    {.ranking = &sources},        {.ranking = &asked},
    {.ranking = &logins},         {.ranking = &refused},
    {.ranking = &scanners},       {.ranking = &scanned_ports},
    {.ranking = &sensors},        {.ranking = &sensors_with_plan},
    {.ranking = &sensor_access},  {.ranking = &sensor_plan},
    {.ranking = &ends},           {.ranking = &flags},
};

struct report_tables *tables_of(const struct tally *t, unsigned top)
{
    const struct making m = {t, tables_new(), top};

    m.r->anonymise = t->options.anonymise;
    remarks_make(&m);
    totals_make(&m);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (order[i].ranking)
            ranking_make(&m, order[i].ranking);
        else if (order[i].series)
            series_make(&m, order[i].series);
        else if (order[i].make)
            order[i].make(&m);
        for (const struct ranking *const *r = order[i].rankings; r && *r; r++)
            ranking_make(&m, *r);
    }
    return m.r;
}
