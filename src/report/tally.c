/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tally.h"

#include <glib.h>
#include <string.h>

#include "base/mem.h"
#include "potsherd/columns.h"

/* Named caps: keys of a table that are told apart, and the bytes they may take.  Sources
 * had to complete a handshake; most of the rest is written by attackers at will. */
#define SOURCES_MAX   (UINT32_C(1) << 23)
#define SOURCES_BYTES ((size_t)2 << 30)
#define KEYS_MAX      (UINT32_C(1) << 20)
#define KEYS_BYTES    ((size_t)384 << 20)
#define WORDS_MAX     4096  /* of what has few words: countries, protocols, flags */
#define SENSORS_MAX   16384 /* each of which has a line of its own, whatever --top says */
#define FACT_MAX      256   /* bytes kept of a fact: a name, a sender, a subject */
#define PORT_MAX      65535
#define DAY_US        (INT64_C(86400) * TIME_SECOND)
#define PROGRESS_ROWS 65536

/* ---- the columns that are wanted, checked against the one table ---- */

#define WANT_CONNECTIONS(X)                                                                        \
    X(CONNECTIONS, ts)                                                                             \
    X(CONNECTIONS, sensor)                                                                         \
    X(CONNECTIONS, src_ip)                                                                         \
    X(CONNECTIONS, dst_port)                                                                       \
    X(CONNECTIONS, service)                                                                        \
    X(CONNECTIONS, src_cc)                                                                         \
    X(CONNECTIONS, src_asn)                                                                        \
    X(CONNECTIONS, src_as_name)                                                                    \
    X(CONNECTIONS, protocol)                                                                       \
    X(CONNECTIONS, end)                                                                            \
    X(CONNECTIONS, flags)

#define WANT_REQUESTS(X)                                                                           \
    X(REQUESTS, ts)                                                                                \
    X(REQUESTS, sensor)                                                                            \
    X(REQUESTS, src_ip)                                                                            \
    X(REQUESTS, dst_port)                                                                          \
    X(REQUESTS, service)                                                                           \
    X(REQUESTS, src_cc)                                                                            \
    X(REQUESTS, src_asn)                                                                           \
    X(REQUESTS, src_as_name)                                                                       \
    X(REQUESTS, module)                                                                            \
    X(REQUESTS, class)                                                                             \
    X(REQUESTS, target)                                                                            \
    X(REQUESTS, target_host)                                                                       \
    X(REQUESTS, target_ip)                                                                         \
    X(REQUESTS, target_port)                                                                       \
    X(REQUESTS, accepted)

#define WANT_EMAILS(X)                                                                             \
    X(EMAILS, ts)                                                                                  \
    X(EMAILS, sensor)                                                                              \
    X(EMAILS, src_ip)                                                                              \
    X(EMAILS, dst_port)                                                                            \
    X(EMAILS, service)                                                                             \
    X(EMAILS, src_cc)                                                                              \
    X(EMAILS, src_asn)                                                                             \
    X(EMAILS, src_as_name)                                                                         \
    X(EMAILS, module)                                                                              \
    X(EMAILS, target_host)                                                                         \
    X(EMAILS, target_ip)                                                                           \
    X(EMAILS, target_port)                                                                         \
    X(EMAILS, mail_from)                                                                           \
    X(EMAILS, rcpt_count)                                                                          \
    X(EMAILS, size)                                                                                \
    X(EMAILS, body_sha256)                                                                         \
    X(EMAILS, subject)                                                                             \
    X(EMAILS, language)                                                                            \
    X(EMAILS, tags)

#define WANT_RECIPIENTS(X)                                                                         \
    X(RECIPIENTS, ts)                                                                              \
    X(RECIPIENTS, sensor)                                                                          \
    X(RECIPIENTS, domain)                                                                          \
    X(RECIPIENTS, accepted)

#define WANT_URLS(X)                                                                               \
    X(URLS, ts)                                                                                    \
    X(URLS, sensor)                                                                                \
    X(URLS, host)                                                                                  \
    X(URLS, domain)

#define WANT_SCANS(X)                                                                              \
    X(SCANS, ts)                                                                                   \
    X(SCANS, sensor)                                                                               \
    X(SCANS, src_ip)                                                                               \
    X(SCANS, dst_port)                                                                             \
    X(SCANS, src_cc)                                                                               \
    X(SCANS, src_asn)                                                                              \
    X(SCANS, src_as_name)                                                                          \
    X(SCANS, syns)

/* CELL_EMAILS_ts, ...: where a cell stands in the rows that csv_next gives. */
#define CELL(file, name) CELL_##file##_##name,
enum { WANT_CONNECTIONS(CELL) CONNECTIONS_CELLS };
enum { WANT_REQUESTS(CELL) REQUESTS_CELLS };
enum { WANT_EMAILS(CELL) EMAILS_CELLS };
enum { WANT_RECIPIENTS(CELL) RECIPIENTS_CELLS };
enum { WANT_URLS(CELL) URLS_CELLS };
enum { WANT_SCANS(CELL) SCANS_CELLS };

/* ts and sensor stand first everywhere. */
enum { CELL_TS, CELL_SENSOR };

#define NAME(file, name) #name,
static const char *const connections_names[] = {WANT_CONNECTIONS(NAME)};
static const char *const requests_names[] = {WANT_REQUESTS(NAME)};
static const char *const emails_names[] = {WANT_EMAILS(NAME)};
static const char *const recipients_names[] = {WANT_RECIPIENTS(NAME)};
static const char *const urls_names[] = {WANT_URLS(NAME)};
static const char *const scans_names[] = {WANT_SCANS(NAME)};

/* A column that columns.h does not know does not compile. */
#define KNOWN(file, name, ...) KNOWN_##file##_##name,
enum known {
    PS_COLUMNS_CONNECTIONS(KNOWN) PS_COLUMNS_REQUESTS(KNOWN) PS_COLUMNS_EMAILS(KNOWN)
        PS_COLUMNS_RECIPIENTS(KNOWN) PS_COLUMNS_URLS(KNOWN) PS_COLUMNS_SCANS(KNOWN) KNOWN_COLUMNS
};
#define CHECK(file, name)                                                                          \
    _Static_assert((int)KNOWN_##file##_##name < (int)KNOWN_COLUMNS, "not in columns.h");
WANT_CONNECTIONS(CHECK)
WANT_REQUESTS(CHECK)
WANT_EMAILS(CHECK)
WANT_RECIPIENTS(CHECK)
WANT_URLS(CHECK)
WANT_SCANS(CHECK)

/* ---- cells ---- */

static bool is(struct bytes cell, const char *text)
{
    return cell.n == strlen(text) && memcmp(cell.at, text, cell.n) == 0;
}

/* An empty cell is 0: not known. */
static bool number(struct csv *csv, struct bytes cell, const char *column, uint64_t max,
                   uint64_t *out)
{
    *out = 0;
    if (!cell.n || (csv_uint(cell, out) && *out <= max))
        return true;
    csv_complain(csv, "%s is not a number from 0 to %llu", column, (unsigned long long)max);
    return false;
}

static bool given(struct csv *csv, struct bytes cell, const char *column)
{
    if (!cell.n)
        csv_complain(csv, "%s is empty", column);
    return cell.n > 0;
}

static struct bytes shortened(struct bytes cell)
{
    size_t n = FACT_MAX;

    if (cell.n <= FACT_MAX)
        return cell;
    while (n && (cell.at[n] & 0xc0) == 0x80) /* not within a character */
        n--;
    return (struct bytes){cell.at, n};
}

static struct bytes key2(struct tally *t, struct bytes a, struct bytes b)
{
    key_begin(&t->now.key, a);
    key_add(&t->now.key, b);
    return buf_view(&t->now.key);
}

/* ---- what all rows have in common ---- */

int64_t tally_day(time_us ts)
{
    return ts / DAY_US - (ts % DAY_US < 0);
}

/* True when the row is one to count: its time can be read and is asked for. */
static bool row_wanted(struct tally *t, struct csv *csv, const struct bytes *cells, int64_t *day)
{
    const struct tally_options *o = &t->options;
    time_us ts;

    if (!time_parse((const char *)cells[CELL_TS].at, cells[CELL_TS].n, &ts)) {
        csv_complain(csv, "ts is not a time like 2006-06-10T00:00:00.000000Z");
        return false;
    }
    *day = tally_day(ts);
    return (!o->sensor || is(cells[CELL_SENSOR], o->sensor)) && (!o->has_since || ts >= o->since) &&
           (!o->has_until || ts < o->until);
}

static void see_day(struct tally *t, int64_t day)
{
    if (!t->any_day || day < t->first_day)
        t->first_day = day;
    if (!t->any_day || day > t->last_day)
        t->last_day = day;
    t->any_day = true;
}

/* Rows come in the order of time, so the day seldom changes. */
static struct bytes day_text(struct tally *t, int64_t day)
{
    if (!t->now.day_count || day != t->now.day) {
        time_format(day * DAY_US, t->now.day_text);
        t->now.day = day;
        t->now.day_count = counter_get(&t->days, (struct bytes){(uint8_t *)t->now.day_text, 10});
    }
    return (struct bytes){(uint8_t *)t->now.day_text, 10};
}

struct origin { /* who it came from: the cells that most files share */
    struct bytes sensor, src_ip, cc, asn, as_name;
};

#define ORIGIN(file, cells)                                                                        \
    ((struct origin){cells[CELL_##file##_sensor], cells[CELL_##file##_src_ip],                     \
                     cells[CELL_##file##_src_cc], cells[CELL_##file##_src_asn],                    \
                     cells[CELL_##file##_src_as_name]})

/* The place of an address by the databases that are open, instead of the cells'. */
static struct origin mapped(struct tally *t, const struct origin *o)
{
    place_find(&t->now.place, o->src_ip);
    return (struct origin){o->sensor, o->src_ip, buf_view(&t->now.place.cc),
                           buf_view(&t->now.place.asn), buf_view(&t->now.place.as_name)};
}

static bool origin_sound(struct csv *csv, const struct origin *o)
{
    uint64_t asn;

    return given(csv, o->src_ip, "src_ip") && number(csv, o->asn, "src_asn", UINT32_MAX, &asn);
}

struct places { /* the counts that a row of some origin goes into */
    struct count *source, *sensor, *country, *as;
};

static void keep_fact(struct counter *c, struct count *count, unsigned fact, struct bytes value)
{
    counter_fact(c, count, fact, shortened(value));
}

static void source_facts(struct counter *sources, struct count *source, const struct origin *o)
{
    keep_fact(sources, source, SOURCE_CC, o->cc);
    keep_fact(sources, source, SOURCE_ASN, o->asn);
    keep_fact(sources, source, SOURCE_AS_NAME, o->as_name);
}

static bool key_is_pair(struct bytes key, struct bytes a, struct bytes b)
{
    return key.n == a.n + 1 + b.n && (!a.n || memcmp(key.at, a.at, a.n) == 0) && !key.at[a.n] &&
           (!b.n || memcmp(key.at + a.n + 1, b.at, b.n) == 0);
}

/* A source's country and AS seldom change: those of its last row are kept with
 * it, which saves two lookups a row; and mapping anew, all but its first. */
static void country_and_as(struct tally *t, const struct origin *o, struct places *p)
{
    struct origin anew;

    p->country = (struct count *)(uintptr_t)p->source->n[SOURCE_COUNTRY];
    p->as = (struct count *)(uintptr_t)p->source->n[SOURCE_AS];
    if (p->as && (t->options.map_anew || key_is_pair(p->as->key, o->asn, o->cc)))
        return;
    if (t->options.map_anew) {
        anew = mapped(t, o);
        o = &anew;
    }
    source_facts(&t->sources, p->source, o);
    p->country = counter_get(&t->countries, o->cc);
    p->as = counter_get(&t->ases, key2(t, o->asn, o->cc));
    keep_fact(&t->ases, p->as, AS_NAME, o->as_name);
    p->source->n[SOURCE_COUNTRY] = (uintptr_t)p->country;
    p->source->n[SOURCE_AS] = (uintptr_t)p->as;
}

static struct places places_of(struct tally *t, const struct origin *o, uint64_t hash)
{
    struct places p;

    p.source = counter_get_hashed(&t->sources, o->src_ip, hash);
    p.sensor = counter_get(&t->sensors, o->sensor);
    country_and_as(t, o, &p);
    if (p.sensor->index < SENSOR_BITS)
        p.source->n[SOURCE_SENSORS] |= UINT64_C(1) << p.sensor->index;
    else if (p.sensor->index != COUNTER_REST)
        (void)counter_get(&t->sensor_sources, key2(t, o->sensor, o->src_ip));
    return p;
}

static struct count *port_of(struct tally *t, struct bytes port, struct bytes service)
{
    struct count *count = counter_get(&t->ports, port);

    keep_fact(&t->ports, count, PORT_SERVICE, service);
    return count;
}

/* Each word of a cell like "one-sided urgent". */
static void count_words(struct counter *c, struct bytes cell)
{
    while (cell.n) {
        const uint8_t *blank = memchr(cell.at, ' ', cell.n);
        size_t n = blank ? (size_t)(blank - cell.at) : cell.n;

        if (n)
            counter_get(c, (struct bytes){cell.at, n})->n[0]++;
        cell = bytes_skip(cell, n + 1);
    }
}

/* ---- one function a kind of row: check everything, then count ---- */

static const char *family_of(struct bytes protocol)
{
    if (is(protocol, "socks4") || is(protocol, "socks4a") || is(protocol, "socks5"))
        return "SOCKS";
    if (is(protocol, "http"))
        return "HTTP";
    return is(protocol, "smtp") ? "SMTP" : NULL;
}

static void count_connection(struct tally *t, struct csv *csv, const struct bytes *cells,
                             const struct tally_hashes *hashes)
{
    struct bytes port = cells[CELL_CONNECTIONS_dst_port];
    struct bytes protocol = cells[CELL_CONNECTIONS_protocol];
    struct origin origin = ORIGIN(CONNECTIONS, cells);
    const char *family = family_of(protocol);
    struct places at;
    uint64_t ignored;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || !origin_sound(csv, &origin) ||
        !number(csv, port, "dst_port", PORT_MAX, &ignored))
        return;
    see_day(t, day);
    at = places_of(t, &origin, hashes->source);
    t->connections++;
    at.source->n[SOURCE_CONNECTIONS]++;
    at.sensor->n[SENSOR_CONNECTIONS]++;
    port_of(t, port, cells[CELL_CONNECTIONS_service])->n[PORT_CONNECTIONS]++;
    if (family)
        counter_get(&t->port_protocols, key2(t, port, bytes_of(family)))->n[0]++;
    counter_get(&t->protocols, protocol)->n[0]++;
    counter_get(&t->ends, cells[CELL_CONNECTIONS_end])->n[0]++;
    count_words(&t->flags, cells[CELL_CONNECTIONS_flags]);
}

static bool module_of(struct csv *csv, struct bytes cell, enum tally_module *module)
{
    const char *family = family_of(cell);

    *module = family && family[0] == 'H' ? MODULE_HTTP : MODULE_SOCKS;
    if (family && (family[0] == 'H' || family[1] == 'O'))
        return true;
    csv_complain(csv, "module is none of http, socks4, socks4a, socks5");
    return false;
}

static bool class_of(struct csv *csv, struct bytes cell, enum tally_class *class)
{
    static const char *const names[TALLY_CLASSES] = {"connect-smtp", "connect-other", "get",
                                                     "error"};

    for (unsigned i = 0; i < TALLY_CLASSES; i++)
        if (is(cell, names[i])) {
            *class = (enum tally_class)i;
            return true;
        }
    csv_complain(csv, "class is none of connect-smtp, connect-other, get, error");
    return false;
}

/* Empty: sent to us directly, or to nobody that can be named. */
static struct bytes server_key(struct tally *t, struct bytes host, struct bytes ip,
                               struct bytes port)
{
    return host.n || ip.n ? key2(t, host.n ? host : ip, port) : BYTES_NONE;
}

#define SERVER_KEY(t, file, cells)                                                                 \
    server_key(t, cells[CELL_##file##_target_host], cells[CELL_##file##_target_ip],                \
               cells[CELL_##file##_target_port])

static struct bytes asked_key(struct tally *t, const struct bytes *cells)
{
    key_begin(&t->now.key, cells[CELL_REQUESTS_src_ip]);
    key_add(&t->now.key, cells[CELL_REQUESTS_dst_port]);
    key_add(&t->now.key, cells[CELL_REQUESTS_module]);
    key_add(&t->now.key, cells[CELL_REQUESTS_target]);
    key_add(&t->now.key, cells[CELL_REQUESTS_accepted]);
    return buf_view(&t->now.key);
}

static void count_request(struct tally *t, struct csv *csv, const struct bytes *cells,
                          const struct tally_hashes *hashes)
{
    struct bytes port = cells[CELL_REQUESTS_dst_port];
    struct bytes target_port = cells[CELL_REQUESTS_target_port];
    struct origin origin = ORIGIN(REQUESTS, cells);
    enum tally_module module;
    enum tally_class class;
    struct bytes server;
    struct places at;
    uint64_t ignored, accepted;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || !origin_sound(csv, &origin) ||
        !number(csv, port, "dst_port", PORT_MAX, &ignored) ||
        !number(csv, target_port, "target_port", PORT_MAX, &ignored) ||
        !number(csv, cells[CELL_REQUESTS_accepted], "accepted", 1, &accepted) ||
        !module_of(csv, cells[CELL_REQUESTS_module], &module) ||
        !class_of(csv, cells[CELL_REQUESTS_class], &class))
        return;
    see_day(t, day);
    at = places_of(t, &origin, hashes->source);
    t->requests++;
    t->modules[module][class]++;
    at.source->n[SOURCE_REQUESTS]++;
    at.sensor->n[SENSOR_REQUESTS]++;
    port_of(t, port, cells[CELL_REQUESTS_service])->n[PORT_REQUESTS]++;
    counter_get_hashed(&t->asked, asked_key(t, cells), hashes->third)->n[0]++;
    server = class == CLASS_SMTP ? SERVER_KEY(t, REQUESTS, cells) : BYTES_NONE;
    if (server.n) {
        struct count *count = counter_get_hashed(&t->servers, server, hashes->server);

        count->n[SERVER_REQUESTS]++;
        count->n[SERVER_ACCEPTED] += accepted;
    }
}

static void count_message(struct tally *t, const struct bytes *cells, uint64_t hash,
                          uint64_t recipients)
{
    struct bytes body = cells[CELL_EMAILS_body_sha256];
    struct count *message;

    if (!body.n)
        return;
    message = counter_get_hashed(&t->messages, body, hash);
    message->n[MAILS_EMAILS]++;
    message->n[MAILS_RECIPIENTS] += recipients;
    if (message->n[MAILS_EMAILS] > 1)
        return;
    keep_fact(&t->messages, message, MESSAGE_SIZE, cells[CELL_EMAILS_size]);
    keep_fact(&t->messages, message, MESSAGE_MAIL_FROM, cells[CELL_EMAILS_mail_from]);
    keep_fact(&t->messages, message, MESSAGE_SUBJECT, cells[CELL_EMAILS_subject]);
}

static void count_mail(struct counter *c, struct bytes key, uint64_t recipients)
{
    struct count *count = counter_get(c, key);

    count->n[MAILS_EMAILS]++;
    count->n[MAILS_RECIPIENTS] += recipients;
}

static void count_email_places(struct tally *t, const struct places *at, uint64_t recipients)
{
    t->emails++;
    t->recipients += recipients;
    at->source->n[SOURCE_EMAILS]++;
    at->source->n[SOURCE_RECIPIENTS] += recipients;
    at->sensor->n[SENSOR_EMAILS]++;
    at->sensor->n[SENSOR_RECIPIENTS] += recipients;
    at->country->n[COUNTRY_EMAILS]++;
    at->country->n[COUNTRY_RECIPIENTS] += recipients;
    at->as->n[AS_EMAILS]++;
    at->as->n[AS_RECIPIENTS] += recipients;
}

/* The count of (day, key), kept by the key's index while the day does not change. */
static struct count *day_cell(struct tally *t, struct counter *c, struct tally_day_cell *cells,
                              const struct count *key, struct bytes name)
{
    struct tally_day_cell *cell = key->index < TALLY_DAY_CELLS ? &cells[key->index] : NULL;
    struct count *count;

    if (key->index == COUNTER_REST) /* has no name of its own */
        return c->rest;
    if (cell && cell->count && cell->day == t->now.day)
        return cell->count;
    count = counter_get(c, key2(t, day_text(t, t->now.day), name));
    if (cell)
        *cell = (struct tally_day_cell){t->now.day, count};
    return count;
}

static void count_email_day(struct tally *t, int64_t day, const struct count *country,
                            const struct count *port, const struct bytes *cells)
{
    (void)day_text(t, day);
    t->now.day_count->n[0]++;
    day_cell(t, &t->day_countries, t->now.countries, country, country->key)->n[0]++;
    day_cell(t, &t->day_ports, t->now.ports, port, cells[CELL_EMAILS_dst_port])->n[0]++;
}

static void count_server_email(struct tally *t, const struct bytes *cells, uint64_t hash,
                               uint64_t recipients)
{
    struct bytes server = SERVER_KEY(t, EMAILS, cells);
    struct count *count;

    if (!server.n)
        return;
    count = counter_get_hashed(&t->servers, server, hash);
    count->n[SERVER_EMAILS]++;
    count->n[SERVER_RECIPIENTS] += recipients;
}

static void count_email(struct tally *t, struct csv *csv, const struct bytes *cells,
                        const struct tally_hashes *hashes)
{
    struct bytes port = cells[CELL_EMAILS_dst_port];
    struct bytes target_port = cells[CELL_EMAILS_target_port];
    struct origin origin = ORIGIN(EMAILS, cells);
    struct count *in_port;
    struct places at;
    uint64_t ignored, recipients;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || !origin_sound(csv, &origin) ||
        !number(csv, port, "dst_port", PORT_MAX, &ignored) ||
        !number(csv, target_port, "target_port", PORT_MAX, &ignored) ||
        !number(csv, cells[CELL_EMAILS_rcpt_count], "rcpt_count", INT64_MAX, &recipients) ||
        !number(csv, cells[CELL_EMAILS_size], "size", INT64_MAX, &ignored))
        return;
    see_day(t, day);
    at = places_of(t, &origin, hashes->source);
    count_email_places(t, &at, recipients);
    in_port = port_of(t, port, cells[CELL_EMAILS_service]);
    in_port->n[PORT_EMAILS]++;
    count_email_day(t, day, at.country, in_port, cells);
    count_mail(&t->email_modules, cells[CELL_EMAILS_module], recipients);
    count_server_email(t, cells, hashes->server, recipients);
    count_message(t, cells, hashes->third, recipients);
    if (cells[CELL_EMAILS_language].n)
        counter_get(&t->languages, cells[CELL_EMAILS_language])->n[0]++;
    count_words(&t->tags, cells[CELL_EMAILS_tags]);
}

static void count_recipient(struct tally *t, struct csv *csv, const struct bytes *cells,
                            const struct tally_hashes *hashes)
{
    struct bytes accepted = cells[CELL_RECIPIENTS_accepted];
    struct count *domain;
    uint64_t taken;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || !number(csv, accepted, "accepted", 1, &taken))
        return;
    domain =
        counter_get_hashed(&t->recipient_domains, cells[CELL_RECIPIENTS_domain], hashes->third);
    if (accepted.n && !taken) {
        domain->n[DOMAIN_REJECTED]++;
        return;
    }
    domain->n[DOMAIN_RECIPIENTS]++;
    t->recipient_rows++;
}

static struct bytes link_domain(const struct bytes *cells)
{
    return cells[CELL_URLS_domain].n ? cells[CELL_URLS_domain] : cells[CELL_URLS_host];
}

static void count_url(struct tally *t, struct csv *csv, const struct bytes *cells,
                      const struct tally_hashes *hashes)
{
    struct bytes domain = link_domain(cells);
    int64_t day;

    if (row_wanted(t, csv, cells, &day) && domain.n)
        counter_get_hashed(&t->link_domains, domain, hashes->third)->n[0]++;
}

static void count_scan(struct tally *t, struct csv *csv, const struct bytes *cells,
                       const struct tally_hashes *hashes)
{
    struct bytes port = cells[CELL_SCANS_dst_port];
    struct origin origin = ORIGIN(SCANS, cells);
    struct count *scanner;
    uint64_t ignored, syns;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || !origin_sound(csv, &origin) ||
        !number(csv, port, "dst_port", PORT_MAX, &ignored) ||
        !number(csv, cells[CELL_SCANS_syns], "syns", INT64_MAX, &syns))
        return;
    t->syns += syns;
    scanner = counter_get_hashed(&t->scanners, origin.src_ip, hashes->source);
    if (t->options.map_anew)
        origin = mapped(t, &origin);
    source_facts(&t->scanners, scanner, &origin);
    scanner->n[SCAN_SYNS] += syns;
    scanner->seen += syns; /* what they are ranked by */
    counter_get(&t->scanner_ports, key2(t, origin.src_ip, port))->n[SCAN_SYNS] += syns;
    counter_get(&t->scanned_ports, port)->n[SCAN_SYNS] += syns;
}

/* sensors.csv is written by the operator; what each sensor stands on. */
static const char *const plan_names[] = {"name", "provider", "access", "plan"};

static void count_plan(struct tally *t, struct csv *csv, const struct bytes *cells,
                       const struct tally_hashes *hashes)
{
    struct count *plan;

    if (!given(csv, cells[0], "name"))
        return;
    plan = counter_get_hashed(&t->plans, cells[0], hashes->third);
    for (unsigned i = 0; i < PLAN_FACTS; i++)
        keep_fact(&t->plans, plan, i, cells[1 + i]);
}

/* ---- hashes, worked out ahead, for the tables that outgrow the cache ---- */

static uint64_t hash_server(struct bytes key)
{
    return key.n ? counter_hash(key) : 0;
}

static void hash_connection(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    (void)t;
    h->source = counter_hash(cells[CELL_CONNECTIONS_src_ip]);
}

static void hash_request(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    h->source = counter_hash(cells[CELL_REQUESTS_src_ip]);
    h->server = hash_server(SERVER_KEY(t, REQUESTS, cells));
    h->third = counter_hash(asked_key(t, cells));
}

static void hash_email(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    h->source = counter_hash(cells[CELL_EMAILS_src_ip]);
    h->server = hash_server(SERVER_KEY(t, EMAILS, cells));
    h->third = counter_hash(cells[CELL_EMAILS_body_sha256]);
}

static void hash_recipient(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    (void)t;
    h->third = counter_hash(cells[CELL_RECIPIENTS_domain]);
}

static void hash_url(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    (void)t;
    h->third = counter_hash(link_domain(cells));
}

static void hash_scan(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    (void)t;
    h->source = counter_hash(cells[CELL_SCANS_src_ip]);
}

static void hash_plan(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    (void)t;
    h->third = counter_hash(cells[0]);
}

/* ---- files ---- */

struct kind {
    const char *name;
    const char *const *columns;
    unsigned cells;
    size_t have;   /* a bool in struct tally that says that such a file was read; 0: none */
    size_t big[3]; /* the tables of hashes source, server, third; 0: none */
    void (*hash)(struct tally *t, const struct bytes *cells, struct tally_hashes *hashes);
    void (*count)(struct tally *t, struct csv *csv, const struct bytes *cells,
                  const struct tally_hashes *hashes);
};

#define IN(member) offsetof(struct tally, member)

static const struct kind kinds[] = {
    {"sensors", plan_names, 1 + PLAN_FACTS, 0, {0, 0, 0}, hash_plan, count_plan},
    {"connections",
     connections_names,
     CONNECTIONS_CELLS,
     IN(have_connections),
     {IN(sources), 0, 0},
     hash_connection,
     count_connection},
    {"requests",
     requests_names,
     REQUESTS_CELLS,
     IN(have_requests),
     {IN(sources), IN(servers), IN(asked)},
     hash_request,
     count_request},
    {"emails",
     emails_names,
     EMAILS_CELLS,
     IN(have_emails),
     {IN(sources), IN(servers), IN(messages)},
     hash_email,
     count_email},
    {"recipients",
     recipients_names,
     RECIPIENTS_CELLS,
     IN(have_recipients),
     {0, 0, IN(recipient_domains)},
     hash_recipient,
     count_recipient},
    {"urls", urls_names, URLS_CELLS, 0, {0, 0, IN(link_domains)}, hash_url, count_url},
    {"scans",
     scans_names,
     SCANS_CELLS,
     IN(have_scans),
     {IN(scanners), 0, 0},
     hash_scan,
     count_scan},
};

unsigned tally_kinds(void)
{
    return sizeof kinds / sizeof *kinds;
}

const char *tally_kind_name(unsigned kind)
{
    return kinds[kind].name;
}

/* How far ahead: long enough for memory to come, twice. */
enum { AHEAD_COUNT = 6, AHEAD_SLOT = 12 };
_Static_assert(AHEAD_SLOT < TALLY_HASHED_ROWS, "hashes of rows that are still to come");

static void fetch(const struct tally *t, const struct kind *k, const struct tally_hashes *h,
                  void (*what)(const struct counter *c, uint64_t hash))
{
    const uint64_t hash[] = {h->source, h->server, h->third};

    for (unsigned i = 0; i < sizeof hash / sizeof *hash; i++)
        if (k->big[i])
            what((const struct counter *)(const void *)((const char *)t + k->big[i]), hash[i]);
}

/* The hashes of a row, which are worked out when it is first asked for. */
static const struct tally_hashes *hashes_of(struct tally *t, const struct kind *k, uint64_t row,
                                            const struct bytes *cells)
{
    struct tally_hashes *h = &t->now.hashes[row % TALLY_HASHED_ROWS];

    if (h->row != row) {
        h->row = row;
        k->hash(t, cells, h);
    }
    return h;
}

static void look_ahead(struct tally *t, const struct kind *k, const struct csv *csv)
{
    const struct bytes *soon = csv_ahead(csv, AHEAD_COUNT), *later = csv_ahead(csv, AHEAD_SLOT);

    if (later)
        fetch(t, k, hashes_of(t, k, t->now.row + AHEAD_SLOT, later), counter_fetch_slot);
    if (soon)
        fetch(t, k, hashes_of(t, k, t->now.row + AHEAD_COUNT, soon), counter_fetch_count);
}

bool tally_read(struct tally *t, unsigned kind, const char *path,
                void (*progress)(void *user, uint64_t bytes), void *user, struct failure *failure)
{
    const struct kind *k = &kinds[kind];
    struct csv *csv = csv_open(path, k->columns, k->cells, &t->damage, failure);
    const struct bytes *cells;
    bool failed;

    if (!csv)
        return false;
    if (k->have)
        *(bool *)((char *)t + k->have) = true;
    while ((cells = csv_next(csv)) != NULL) {
        t->now.row++;
        look_ahead(t, k, csv);
        k->count(t, csv, cells, hashes_of(t, k, t->now.row, cells));
        if (progress && t->now.row % PROGRESS_ROWS == 0)
            progress(user, csv_bytes_read(csv));
    }
    failed = csv_failed(csv, failure);
    csv_close(csv);
    return !failed;
}

/* ---- beginning and end: one list of the tables, with their sizes ---- */

/* Those that a stranger can fill with one row a key sieve, and what is held of them is
 * looked up anew with each row.  What the others hold stays where it is: counts of
 * countries, ASes, sensors and days are kept from row to row. */
static const struct {
    size_t at;
    unsigned numbers, facts;
    size_t limit, bytes;
    bool sieves;
    const char *what;
} tables[] = {
    {IN(countries), COUNTRY_NUMBERS, 0, WORDS_MAX, KEYS_BYTES, false, "countries"},
    {IN(ases), AS_NUMBERS, AS_FACTS, KEYS_MAX, KEYS_BYTES, false, "pairs of AS and country"},
    {IN(sources), SOURCE_NUMBERS, SOURCE_FACTS, SOURCES_MAX, SOURCES_BYTES, true, "sources"},
    {IN(ports), PORT_NUMBERS, PORT_FACTS, KEYS_MAX, KEYS_BYTES, false, "ports"},
    {IN(port_protocols), 1, 0, KEYS_MAX, KEYS_BYTES, false, "pairs of port and protocol"},
    {IN(protocols), 1, 0, WORDS_MAX, KEYS_BYTES, false, "protocols"},
    {IN(email_modules), MAILS_NUMBERS, 0, WORDS_MAX, KEYS_BYTES, false, "modules"},
    {IN(days), 1, 0, KEYS_MAX, KEYS_BYTES, false, "days"},
    {IN(day_countries), 1, 0, KEYS_MAX, KEYS_BYTES, false, "pairs of day and country"},
    {IN(day_ports), 1, 0, KEYS_MAX, KEYS_BYTES, false, "pairs of day and port"},
    {IN(servers), SERVER_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "target mail servers"},
    {IN(recipient_domains), DOMAIN_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "recipient domains"},
    {IN(asked), 1, 0, KEYS_MAX, KEYS_BYTES, true, "pairs of source and target"},
    {IN(messages), MAILS_NUMBERS, MESSAGE_FACTS, KEYS_MAX, KEYS_BYTES, true, "message bodies"},
    {IN(languages), 1, 0, WORDS_MAX, KEYS_BYTES, false, "languages"},
    {IN(tags), 1, 0, KEYS_MAX, KEYS_BYTES, true, "tags"},
    {IN(link_domains), 1, 0, KEYS_MAX, KEYS_BYTES, true, "domains of links"},
    {IN(ends), 1, 0, WORDS_MAX, KEYS_BYTES, false, "ends of connections"},
    {IN(flags), 1, 0, WORDS_MAX, KEYS_BYTES, false, "flags of connections"},
    {IN(scanners), SCAN_NUMBERS, SOURCE_FACTS, SOURCES_MAX, SOURCES_BYTES, true, "scanners"},
    {IN(scanner_ports), SCAN_NUMBERS, 0, SOURCES_MAX, SOURCES_BYTES, true,
     "pairs of scanner and port"},
    {IN(scanned_ports), SCAN_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, false, "scanned ports"},
    {IN(sensors), SENSOR_NUMBERS, 0, SENSORS_MAX, KEYS_BYTES, false, "sensors"},
    {IN(sensor_sources), 0, 0, SOURCES_MAX, SOURCES_BYTES, true, "pairs of sensor and source"},
    {IN(plans), 0, PLAN_FACTS, SENSORS_MAX, KEYS_BYTES, false, "sensors in sensors.csv"},
};

enum { TABLES = sizeof tables / sizeof *tables };

static struct counter *table_at(struct tally *t, unsigned i)
{
    return (struct counter *)(void *)((char *)t + tables[i].at);
}

const struct counter *tally_table(const struct tally *t, unsigned i, const char **what)
{
    if (i >= TABLES)
        return NULL;
    *what = tables[i].what;
    return (const struct counter *)(const void *)((const char *)t + tables[i].at);
}

void tally_init(struct tally *t, const struct tally_options *options)
{
    memset(t, 0, sizeof *t);
    t->options = *options;
    for (unsigned i = 0; i < TABLES; i++) {
        size_t most = options->keys_max ? options->keys_max : SIZE_MAX;

        counter_init(table_at(t, i), tables[i].numbers, tables[i].facts,
                     MIN(tables[i].limit, most));
        counter_bound(table_at(t, i), tables[i].bytes, tables[i].sieves);
    }
}

bool tally_is_rough(const struct tally *t)
{
    const struct counter *c;
    const char *what;

    for (unsigned i = 0; (c = tally_table(t, i, &what)) != NULL; i++)
        if (c->missed && !c->fixed)
            return true;
    return false;
}

void tally_again(struct tally *t)
{
    t->damage = (struct csv_damage){.quiet = true};
    t->any_day = false;
    t->connections = t->requests = t->emails = t->recipients = 0;
    t->recipient_rows = t->syns = 0;
    memset(t->modules, 0, sizeof t->modules);
    t->now.day_count = NULL;
    memset(t->now.countries, 0, sizeof t->now.countries);
    memset(t->now.ports, 0, sizeof t->now.ports);
    for (unsigned i = 0; i < TABLES; i++)
        counter_recount(table_at(t, i));
}

void tally_fini(struct tally *t)
{
    for (unsigned i = 0; i < TABLES; i++)
        counter_fini(table_at(t, i));
    buf_fini(&t->now.key);
    place_fini(&t->now.place);
}
