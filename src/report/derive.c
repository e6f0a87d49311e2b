/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/derive.h"

#include <glib.h>
#include <string.h>

#include "potsherd/address.h"
#include "report/anonymise.h"

/* ---- of one counter ---- */

size_t derive_known(const struct counter *c)
{
    return c->keys - (counter_find(c, BYTES_NONE) != NULL);
}

size_t derive_known_first_parts(const struct counter *c)
{
    const struct count *count;
    struct counter parts;
    size_t at = 0, n;

    counter_init(&parts, 0, 0, SIZE_MAX);
    while ((count = counter_each(c, &at)) != NULL)
        (void)counter_get(&parts, key_part(count->key, 0));
    n = derive_known(&parts);
    counter_fini(&parts);
    return n;
}

uint64_t derive_number(const struct counter *c, struct bytes key)
{
    const struct count *count = counter_find(c, key);

    return count ? count->n[0] : 0;
}

/* ---- countries and ASes ---- */

/* How many sources have each value of a fact. */
static void count_sources_by(const struct tally *t, unsigned fact, struct counter *by)
{
    const struct count *source;
    size_t at = 0;

    counter_init(by, 1, 0, SIZE_MAX);
    while ((source = counter_each(&t->sources, &at)) != NULL)
        counter_get(by, source->facts[fact])->n[0]++;
}

void derive_country_sources(const struct tally *t, struct counter *by)
{
    count_sources_by(t, SOURCE_CC, by);
}

void derive_as_sources(const struct tally *t, struct counter *by)
{
    count_sources_by(t, SOURCE_ASN, by);
}

/* Pairs come ranked, so the first country of an AS is the one with most emails. */
void derive_ases(const struct tally *t, struct counter *ases)
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

/* ---- ports, modules, requests ---- */

/* What most of a port's connections spoke. */
void derive_port_protocols(const struct tally *t, struct counter *ports)
{
    const struct count **ranked = counter_ranked(&t->port_protocols, 1, SIZE_MAX);

    counter_init(ports, 0, 1, SIZE_MAX);
    for (size_t i = 0; ranked[i]; i++)
        counter_fact(ports, counter_get(ports, key_part(ranked[i]->key, 0)), 0,
                     key_part(ranked[i]->key, 1));
    g_free(ranked);
}

void derive_port_emails(const struct tally *t, struct counter *ports)
{
    const struct count *port;
    size_t at = 0;

    counter_init(ports, 1, 0, SIZE_MAX);
    while ((port = counter_each(&t->ports, &at)) != NULL)
        counter_get(ports, port->key)->n[0] = port->n[PORT_EMAILS];
}

static void derive_requests_at(const struct tally *t, enum tally_depth depth,
                               struct counter *requests)
{
    static const char *const modules[TALLY_MODULES] = {"http", "socks"};
    static const char *const types[TALLY_CLASSES + 1] = {"connect to 25/TCP", "connect to others",
                                                         "get", "errors", "total"};
    struct buf key = {0};

    counter_init(requests, REQUEST_NUMBERS, 0, SIZE_MAX);
    for (unsigned i = 0; i < TALLY_MODULES; i++) {
        const uint64_t *n = t->modules[depth][i];
        uint64_t total =
            n[TALLY_CONNECT_SMTP] + n[TALLY_CONNECT_OTHER] + n[TALLY_GET] + n[TALLY_ERROR];

        for (unsigned k = 0; k <= TALLY_CLASSES; k++) {
            struct count *count;

            if (k == TALLY_GET && i == TALLY_SOCKS && !n[k])
                continue; /* SOCKS has no such thing */
            key_begin(&key, bytes_of(modules[i]));
            key_add(&key, bytes_of(types[k]));
            count = counter_get(requests, buf_view(&key));
            count->n[REQUEST_REQUESTS] = k < TALLY_CLASSES ? n[k] : total;
            count->n[REQUEST_TOTAL] = total;
        }
    }
    buf_fini(&key);
}

void derive_requests(const struct tally *t, struct counter *requests)
{
    derive_requests_at(t, TALLY_OUTER, requests);
}

void derive_inner_requests(const struct tally *t, struct counter *requests)
{
    derive_requests_at(t, TALLY_INNER, requests);
}

void derive_modules(const struct tally *t, struct counter *modules)
{
    static const char *const names[] = {"http", "socks4", "socks4a", "socks5", "smtp"};

    counter_init(modules, MODULE_NUMBERS, 0, SIZE_MAX);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct bytes name = bytes_of(names[i]);
        const struct count *mails = counter_find(&t->email_modules, name);
        struct count *module = counter_get(modules, name);

        module->n[MODULE_CONNECTIONS] = derive_number(&t->protocols, name);
        module->n[MODULE_EMAILS] = mails ? mails->n[MAILS_EMAILS] : 0;
        module->n[MODULE_RECIPIENTS] = mails ? mails->n[MAILS_RECIPIENTS] : 0;
    }
}

/* ---- target servers ---- */

/* No name ends in a number (RFC 3696 section 2): an address as some programs write it, 010.0.0.3.
 */
static bool is_number_last(struct bytes host)
{
    size_t n = host.n;

    while (n && host.at[n - 1] >= '0' && host.at[n - 1] <= '9')
        n--;
    return n < host.n && (!n || host.at[n - 1] == '.');
}

/* The name under which a server stands: mx1.example.org is of example.org.  A
 * name of two labels or one is its own; an address has none. */
static struct bytes domain_of(struct bytes host)
{
    const uint8_t *dot = host.n ? memchr(host.at, '.', host.n) : NULL;
    struct address address;
    struct bytes rest;

    if (address_parse((const char *)host.at, host.n, &address) || is_number_last(host))
        return BYTES_NONE;
    if (!dot)
        return host;
    rest = bytes_skip(host, (size_t)(dot - host.at) + 1);
    return memchr(rest.at, '.', rest.n) ? rest : host;
}

void derive_server_domains(const struct tally *t, struct counter *domains)
{
    const struct count *server;
    size_t at = 0;

    counter_init(domains, SERVER_NUMBERS, 0, SIZE_MAX);
    while ((server = counter_each(&t->servers, &at)) != NULL) {
        struct bytes domain = domain_of(key_part(server->key, 0));
        struct count *count = domain.n ? counter_get(domains, domain) : NULL;

        for (unsigned i = 0; count && i < SERVER_NUMBERS; i++)
            count->n[i] += server->n[i];
    }
}

/* ---- scans ---- */

/* How many different second parts each first part has, or the other way round. */
static void count_parts(const struct counter *pairs, unsigned part, struct counter *by)
{
    const struct count *pair;
    size_t at = 0;

    counter_init(by, 1, 0, SIZE_MAX);
    while ((pair = counter_each(pairs, &at)) != NULL)
        counter_get(by, key_part(pair->key, part))->n[0]++;
}

/* Of a network: the ports that any of its addresses scanned. */
void derive_scanner_ports(const struct tally *t, struct counter *by)
{
    const struct count *pair;
    struct counter pairs;
    struct buf key = {0};
    size_t at = 0;

    if (!t->options.anonymise) {
        count_parts(&t->scanner_ports, 0, by);
        return;
    }
    counter_init(&pairs, 1, 0, SIZE_MAX);
    while ((pair = counter_each(&t->scanner_ports, &at)) != NULL) {
        (void)anonymise_key(pair->key, &key);
        (void)counter_get(&pairs, buf_view(&key));
    }
    count_parts(&pairs, 0, by);
    counter_fini(&pairs);
    buf_fini(&key);
}

void derive_port_scanners(const struct tally *t, struct counter *by)
{
    count_parts(&t->scanner_ports, 1, by);
}

/* ---- sensors ---- */

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

void derive_seen(const struct tally *t, struct counter *sensors)
{
    uint64_t *sources = sources_of_sensors(t);
    const struct count *sensor;
    size_t at = 0;

    counter_init(sensors, SEEN_NUMBERS, PLAN_FACTS, SIZE_MAX);
    while ((sensor = counter_each(&t->sensors, &at)) != NULL) {
        const struct count *plan = counter_find(&t->plans, sensor->key);
        struct count *seen = counter_get(sensors, sensor->key);

        seen->n[SEEN_SOURCES] = sources[sensor->index];
        for (unsigned i = 0; plan && i < PLAN_FACTS; i++)
            counter_fact(sensors, seen, i, plan->facts[i]);
    }
    g_free(sources);
}

/* Sensors that have a fact of sensors.csv in common. */
static void group_sensors(const struct tally *t, unsigned fact, struct counter *groups)
{
    const struct count *sensor;
    size_t at = 0;

    counter_init(groups, GROUP_NUMBERS, 0, SIZE_MAX);
    while ((sensor = counter_each(&t->sensors, &at)) != NULL) {
        const struct count *plan = counter_find(&t->plans, sensor->key);
        struct count *group = counter_get(groups, plan ? plan->facts[fact] : BYTES_NONE);

        for (unsigned i = 0; i < SENSOR_NUMBERS; i++)
            group->n[i] += sensor->n[i];
        group->n[GROUP_SENSORS]++;
    }
}

void derive_sensor_access(const struct tally *t, struct counter *groups)
{
    group_sensors(t, PLAN_ACCESS, groups);
}

void derive_sensor_plan(const struct tally *t, struct counter *groups)
{
    group_sensors(t, PLAN_PLAN, groups);
}
