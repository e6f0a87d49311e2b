/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tally_rows.h"

#include <string.h>

#include "report/tally_campaigns.h"
#include "report/tally_cells.h"
#include "report/tally_columns.h"
#include "report/tally_mails.h"
#include "report/tally_time.h"

#define COLUMN(file, name, required) {#name, required},
static const struct csv_column connections_columns[] = {WANT_CONNECTIONS(COLUMN)};
static const struct csv_column requests_columns[] = {WANT_REQUESTS(COLUMN)};
static const struct csv_column emails_columns[] = {WANT_EMAILS(COLUMN)};
static const struct csv_column recipients_columns[] = {WANT_RECIPIENTS(COLUMN)};
static const struct csv_column urls_columns[] = {WANT_URLS(COLUMN)};
static const struct csv_column attachments_columns[] = {WANT_ATTACHMENTS(COLUMN)};
static const struct csv_column scans_columns[] = {WANT_SCANS(COLUMN)};
static const struct csv_column logins_columns[] = {WANT_LOGINS(COLUMN)};
static const struct csv_column refusals_columns[] = {WANT_REFUSALS(COLUMN)};
static const struct csv_column stats_columns[] = {WANT_STATS(COLUMN)};
static const struct csv_column sensors_columns[] = {WANT_SENSORS(COLUMN)};

/* A column that columns.h does not know does not compile. */
#define KNOWN(file, name, ...) KNOWN_##file##_##name,
enum known {
    PS_COLUMNS_CONNECTIONS(KNOWN) PS_COLUMNS_REQUESTS(KNOWN) PS_COLUMNS_EMAILS(KNOWN)
        PS_COLUMNS_RECIPIENTS(KNOWN) PS_COLUMNS_URLS(KNOWN) PS_COLUMNS_ATTACHMENTS(KNOWN)
            PS_COLUMNS_SCANS(KNOWN) PS_COLUMNS_LOGINS(KNOWN) PS_COLUMNS_REFUSALS(KNOWN)
                PS_COLUMNS_STATS(KNOWN) KNOWN_COLUMNS
};
#define CHECK(file, name, ...)                                                                     \
    _Static_assert((int)KNOWN_##file##_##name < (int)KNOWN_COLUMNS, "not in columns.h");
WANT_CONNECTIONS(CHECK)
WANT_REQUESTS(CHECK)
WANT_EMAILS(CHECK)
WANT_RECIPIENTS(CHECK)
WANT_URLS(CHECK)
WANT_ATTACHMENTS(CHECK)
WANT_SCANS(CHECK)
WANT_LOGINS(CHECK)
WANT_REFUSALS(CHECK)
WANT_STATS(CHECK)

#define ORIGIN(file, cells)                                                                        \
    ((struct origin){cells[CELL_##file##_sensor], cells[CELL_##file##_src_ip],                     \
                     cells[CELL_##file##_src_cc], cells[CELL_##file##_src_asn],                    \
                     cells[CELL_##file##_src_as_name]})

#define SOURCE(t, file, cells)                                                                     \
    proxied_source(t, &cells[CELL_##file##_uid], cells[CELL_##file##_src_ip])

/* The same, of the client that a PROXY header names where that is asked for; the recorded
 * places are then not its own. */
#define ORIGIN_OF_CONNECTION(t, file, cells)                                                       \
    origin_by(t, ORIGIN(file, cells), SOURCE(t, file, cells))

static struct origin origin_by(struct tally *t, struct origin o, struct bytes source)
{
    if (source.at == o.src_ip.at)
        return o;
    o.src_ip = source;
    return origin_remapped(t, &o);
}

/* ---- one function a kind of row: check everything, then count ---- */

static const char *family_of(struct bytes protocol)
{
    if (cell_is(protocol, "socks4") || cell_is(protocol, "socks4a") || cell_is(protocol, "socks5"))
        return "SOCKS";
    if (cell_is(protocol, "http"))
        return "HTTP";
    return cell_is(protocol, "smtp") ? "SMTP" : NULL;
}

static void count_connection(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                             const struct tally_hashes *hashes)
{
    struct bytes port = cells[CELL_CONNECTIONS_dst_port];
    struct bytes protocol = cells[CELL_CONNECTIONS_protocol];
    struct origin origin = ORIGIN_OF_CONNECTION(t, CONNECTIONS, cells);
    const char *family = family_of(protocol);
    struct places at;
    uint64_t ignored, missing;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || !origin_sound(csv, &origin) ||
        !cell_number(csv, port, "dst_port", PORT_MAX, &ignored) ||
        !cell_number(csv, cells[CELL_CONNECTIONS_missing_bytes], "missing_bytes", INT64_MAX,
                     &missing))
        return;
    see_day(t, day);
    t->lost[LOST_CONNECTIONS] += missing > 0;
    t->lost[LOST_BYTES] += missing;
    if (cells[CELL_CONNECTIONS_uid].n)
        doubles_put(t->doubles, counter_hash(cells[CELL_CONNECTIONS_uid]));
    at = places_of(t, &origin, hashes->source);
    t->connections++;
    at.source->n[SOURCE_CONNECTIONS]++;
    at.sensor->n[SENSOR_CONNECTIONS]++;
    port_of(t, port, cells[CELL_CONNECTIONS_service])->n[PORT_CONNECTIONS]++;
    if (family)
        counter_get(&t->port_protocols, tally_key2(t, port, bytes_of(family)))->n[0]++;
    counter_get(&t->protocols, protocol)->n[0]++;
    counter_get(&t->ends, cells[CELL_CONNECTIONS_end])->n[0]++;
    count_words(&t->flags, cells[CELL_CONNECTIONS_flags]);
}

static bool module_of(struct csv_reader *csv, struct bytes cell, enum tally_module *module)
{
    const char *family = family_of(cell);

    *module = family && family[0] == 'H' ? TALLY_HTTP : TALLY_SOCKS;
    if (family && (family[0] == 'H' || family[1] == 'O'))
        return true;
    csv_reader_damaged(csv, "module is none of http, socks4, socks4a, socks5");
    return false;
}

static bool class_of(struct csv_reader *csv, struct bytes cell, enum tally_class *class)
{
    static const char *const names[TALLY_CLASSES] = {"connect-smtp", "connect-other", "get",
                                                     "error"};

    for (unsigned i = 0; i < TALLY_CLASSES; i++)
        if (cell_is(cell, names[i])) {
            *class = (enum tally_class)i;
            return true;
        }
    csv_reader_damaged(csv, "class is none of connect-smtp, connect-other, get, error, web");
    return false;
}

/* A request to the server itself; earlier versions gave it class get. */
static bool is_web(const struct bytes *cells)
{
    struct bytes target = cells[CELL_REQUESTS_target];

    return cell_is(cells[CELL_REQUESTS_class], "web") ||
           (cell_is(cells[CELL_REQUESTS_class], "get") && target.n &&
            (target.at[0] == '/' || target.at[0] == '*'));
}

/* Empty: sent to us directly, or to nobody that can be named. */
static struct bytes server_key(struct tally *t, struct bytes host, struct bytes ip,
                               struct bytes port)
{
    return host.n || ip.n ? tally_key2(t, host.n ? host : ip, port) : BYTES_NONE;
}

#define SERVER_KEY(t, file, cells)                                                                 \
    server_key(t, cells[CELL_##file##_target_host], cells[CELL_##file##_target_ip],                \
               cells[CELL_##file##_target_port])

/* The host that was asked for, of whatever URI; what cannot be read as it was sent. */
static void add_target(struct buf *key, const struct bytes *cells)
{
    struct bytes host = cells[CELL_REQUESTS_target_host], ip = cells[CELL_REQUESTS_target_ip];
    bool v6 = !host.n && ip.n && memchr(ip.at, ':', ip.n);

    if (!cell_is(cells[CELL_REQUESTS_class], "get") || (!host.n && !ip.n)) {
        key_add(key, cells[CELL_REQUESTS_target]);
        return;
    }
    key_add(key, v6 ? bytes_of("[") : host);
    buf_append(key, ip.at, host.n ? 0 : ip.n);
    buf_append_text(key, v6 ? "]:" : ":");
    buf_append(key, cells[CELL_REQUESTS_target_port].at, cells[CELL_REQUESTS_target_port].n);
}

static struct bytes asked_key(struct tally *t, const struct bytes *cells)
{
    key_begin(&t->now.key, SOURCE(t, REQUESTS, cells));
    key_add(&t->now.key, cells[CELL_REQUESTS_dst_port]);
    key_add(&t->now.key, cells[CELL_REQUESTS_module]);
    add_target(&t->now.key, cells);
    key_add(&t->now.key, cells[CELL_REQUESTS_accepted]);
    return buf_view(&t->now.key);
}

static void count_request(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                          const struct tally_hashes *hashes)
{
    struct bytes port = cells[CELL_REQUESTS_dst_port];
    struct bytes target_port = cells[CELL_REQUESTS_target_port];
    struct origin origin = ORIGIN_OF_CONNECTION(t, REQUESTS, cells);
    enum tally_module module;
    enum tally_class class;
    struct bytes server;
    struct places at;
    uint64_t ignored, accepted, depth;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || is_web(cells) || !origin_sound(csv, &origin) ||
        !cell_number(csv, port, "dst_port", PORT_MAX, &ignored) ||
        !cell_number(csv, cells[CELL_REQUESTS_depth], "depth", UINT32_MAX, &depth) ||
        !cell_number(csv, target_port, "target_port", PORT_MAX, &ignored) ||
        !cell_number(csv, cells[CELL_REQUESTS_accepted], "accepted", 1, &accepted) ||
        !module_of(csv, cells[CELL_REQUESTS_module], &module) ||
        !class_of(csv, cells[CELL_REQUESTS_class], &class))
        return;
    see_day(t, day);
    at = places_of(t, &origin, hashes->source);
    t->requests++;
    t->modules[depth > 1 ? TALLY_INNER : TALLY_OUTER][module][class]++;
    at.source->n[SOURCE_REQUESTS]++;
    at.sensor->n[SENSOR_REQUESTS]++;
    port_of(t, port, cells[CELL_REQUESTS_service])->n[PORT_REQUESTS]++;
    counter_get_hashed(&t->asked, asked_key(t, cells), hashes->third)->n[0]++;
    server = class == TALLY_CONNECT_SMTP ? SERVER_KEY(t, REQUESTS, cells) : BYTES_NONE;
    if (server.n) {
        struct count *count = counter_get_hashed(&t->servers, server, hashes->server);

        count->n[SERVER_REQUESTS]++;
        count->n[SERVER_ACCEPTED] += accepted;
    }
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

static void count_email(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                        const struct tally_hashes *hashes)
{
    struct bytes port = cells[CELL_EMAILS_dst_port];
    struct bytes target_port = cells[CELL_EMAILS_target_port];
    struct origin origin = ORIGIN_OF_CONNECTION(t, EMAILS, cells);
    struct count *in_port;
    struct places at;
    uint64_t ignored, recipients;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || !origin_sound(csv, &origin) ||
        !cell_number(csv, port, "dst_port", PORT_MAX, &ignored) ||
        !cell_number(csv, target_port, "target_port", PORT_MAX, &ignored) ||
        !cell_number(csv, cells[CELL_EMAILS_rcpt_count], "rcpt_count", INT64_MAX, &recipients) ||
        !cell_number(csv, cells[CELL_EMAILS_size], "size", INT64_MAX, &ignored))
        return;
    see_day(t, day);
    at = places_of(t, &origin, hashes->source);
    count_email_places(t, &at, recipients);
    in_port = port_of(t, port, cells[CELL_EMAILS_service]);
    in_port->n[PORT_EMAILS]++;
    time_count_email(t, at.country, in_port, cells[CELL_EMAILS_dst_port]);
    count_mail(&t->email_modules, cells[CELL_EMAILS_module], recipients);
    count_server_email(t, cells, hashes->server, recipients);
    mails_count(t, cells, hashes, recipients);
}

static void count_recipient(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                            const struct tally_hashes *hashes)
{
    struct bytes accepted = cells[CELL_RECIPIENTS_accepted];
    struct count *domain;
    uint64_t taken;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || !cell_number(csv, accepted, "accepted", 1, &taken))
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

static void count_scan(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                       const struct tally_hashes *hashes)
{
    struct bytes port = cells[CELL_SCANS_dst_port];
    struct origin origin = ORIGIN(SCANS, cells);
    struct count *scanner;
    uint64_t ignored, syns;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || !origin_sound(csv, &origin) ||
        !cell_number(csv, port, "dst_port", PORT_MAX, &ignored) ||
        !cell_number(csv, cells[CELL_SCANS_syns], "syns", INT64_MAX, &syns))
        return;
    t->syns += syns;
    scanner = counter_get_hashed(&t->scanners, origin.src_ip, hashes->source);
    if (t->options.remap)
        origin = origin_remapped(t, &origin);
    source_facts(&t->scanners, scanner, &origin);
    scanner->n[SCAN_SYNS] += syns;
    scanner->seen += syns; /* what they are ranked by */
    counter_get(&t->scanner_ports, tally_key2(t, origin.src_ip, port))->n[SCAN_SYNS] += syns;
    counter_get(&t->scanned_ports, port)->n[SCAN_SYNS] += syns;
}

static struct bytes login_key(struct tally *t, const struct bytes *cells)
{
    key_begin(&t->now.key, cells[CELL_LOGINS_module]);
    key_add(&t->now.key, cells[CELL_LOGINS_user]);
    key_add(&t->now.key, cells[CELL_LOGINS_password]);
    return buf_view(&t->now.key);
}

static void count_login(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                        const struct tally_hashes *hashes)
{
    struct count *login;
    uint64_t accepted;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) ||
        !cell_number(csv, cells[CELL_LOGINS_accepted], "accepted", 1, &accepted))
        return;
    login = counter_get_hashed(&t->logins, login_key(t, cells), hashes->third);
    login->n[LOGIN_TRIES]++;
    login->n[LOGIN_ACCEPTED] += accepted;
}

static void count_refusal(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                          const struct tally_hashes *hashes)
{
    struct origin origin = ORIGIN_OF_CONNECTION(t, REFUSALS, cells);
    struct count *source;
    uint64_t recipients, rejected;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || !origin_sound(csv, &origin) ||
        !cell_number(csv, cells[CELL_REFUSALS_rcpt_count], "rcpt_count", INT64_MAX, &recipients) ||
        !cell_number(csv, cells[CELL_REFUSALS_rcpt_rejected], "rcpt_rejected", INT64_MAX,
                     &rejected))
        return;
    source = counter_get_hashed(&t->refused, origin.src_ip, hashes->source);
    if (t->options.remap)
        origin = origin_remapped(t, &origin);
    source_facts(&t->refused, source, &origin);
    source->n[REFUSAL_TRANSACTIONS]++;
    source->n[REFUSAL_RECIPIENTS] += recipients;
    source->n[REFUSAL_REJECTED] += rejected;
}

/* A minute of a live run: what was lost. */
static void count_stats(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                        const struct tally_hashes *hashes)
{
    static const struct {
        unsigned cell;
        enum tally_loss loss;
    } sums[] = {
        {CELL_STATS_captured, LOST_CAPTURED},
        {CELL_STATS_dropped, LOST_DROPPED},
        {CELL_STATS_interface_dropped, LOST_BY_INTERFACE},
        {CELL_STATS_evicted, LOST_EVICTED},
        {CELL_STATS_unwritten, LOST_UNWRITTEN},
        {CELL_STATS_mails_lost, LOST_MAILS},
    };
    uint64_t n[sizeof sums / sizeof *sums];
    int64_t day;

    (void)hashes;
    if (!row_wanted(t, csv, cells, &day))
        return;
    for (unsigned i = 0; i < sizeof sums / sizeof *sums; i++)
        if (!cell_number(csv, cells[sums[i].cell], stats_columns[sums[i].cell].name, INT64_MAX,
                         &n[i]))
            return;
    t->have_stats = true;
    for (unsigned i = 0; i < sizeof sums / sizeof *sums; i++)
        t->lost[sums[i].loss] += n[i];
}

/* sensors.csv is written by the operator; what each sensor stands on. */
static void count_plan(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                       const struct tally_hashes *hashes)
{
    struct count *plan;

    if (!cell_given(csv, cells[CELL_SENSORS_name], "name"))
        return;
    plan = counter_get_hashed(&t->plans, cells[CELL_SENSORS_name], hashes->third);
    keep_fact(&t->plans, plan, PLAN_PROVIDER, cells[CELL_SENSORS_provider]);
    keep_fact(&t->plans, plan, PLAN_ACCESS, cells[CELL_SENSORS_access]);
    keep_fact(&t->plans, plan, PLAN_PLAN, cells[CELL_SENSORS_plan]);
}

/* ---- hashes, worked out ahead, for the tables that outgrow the cache ---- */

static uint64_t hash_server(struct bytes key)
{
    return key.n ? counter_hash(key) : 0;
}

static void hash_connection(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    proxied_keep(t, &cells[CELL_CONNECTIONS_uid], &cells[CELL_CONNECTIONS_proxied_ip]);
    h->source = counter_hash(SOURCE(t, CONNECTIONS, cells));
}

static void hash_request(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    h->source = counter_hash(SOURCE(t, REQUESTS, cells));
    h->server = hash_server(SERVER_KEY(t, REQUESTS, cells));
    h->third = counter_hash(asked_key(t, cells));
}

static void hash_email(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    h->source = counter_hash(SOURCE(t, EMAILS, cells));
    h->server = hash_server(SERVER_KEY(t, EMAILS, cells));
    h->third = counter_hash(cells[CELL_EMAILS_body_sha256]);
    hash_body(t, h);
}

static void hash_recipient(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    (void)t;
    h->third = counter_hash(cells[CELL_RECIPIENTS_domain]);
}

static void hash_scan(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    (void)t;
    h->source = counter_hash(cells[CELL_SCANS_src_ip]);
}

static void hash_login(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    h->third = counter_hash(login_key(t, cells));
}

static void hash_refusal(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    h->source = counter_hash(SOURCE(t, REFUSALS, cells));
}

static void hash_nothing(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    (void)t;
    (void)cells;
    (void)h;
}

static void hash_plan(struct tally *t, const struct bytes *cells, struct tally_hashes *h)
{
    (void)t;
    h->third = counter_hash(cells[CELL_SENSORS_name]);
}

/* ---- files, in the order in which they are read ---- */

#define IN(member) offsetof(struct tally, member)

#define ALL_CELLS UINT32_MAX

const struct tally_rows tally_rows[TALLY_KINDS] = {
    {"sensors", sensors_columns, SENSORS_CELLS, 0, 0, 0, {0, 0, 0}, hash_plan, count_plan},
    {"connections",
     connections_columns,
     CONNECTIONS_CELLS,
     1,
     UINT32_C(1) << CELL_CONNECTIONS_missing_bytes,
     IN(have_connections),
     {IN(sources), 0, 0},
     hash_connection,
     count_connection},
    {"requests",
     requests_columns,
     REQUESTS_CELLS,
     1,
     0,
     IN(have_requests),
     {IN(sources), IN(servers), IN(asked)},
     hash_request,
     count_request},
    {"emails",
     emails_columns,
     EMAILS_CELLS,
     1,
     0,
     IN(have_emails),
     {IN(sources), IN(servers), IN(messages)},
     hash_email,
     count_email},
    {"recipients",
     recipients_columns,
     RECIPIENTS_CELLS,
     0,
     0,
     IN(have_recipients),
     {0, 0, IN(recipient_domains)},
     hash_recipient,
     count_recipient},
    {"urls", urls_columns, URLS_CELLS, 0, 0, 0, {0, 0, IN(link_domains)}, hash_url, count_url},
    {"attachments",
     attachments_columns,
     ATTACHMENTS_CELLS,
     0,
     0,
     0,
     {0, 0, 0},
     hash_attachment,
     count_attachment},
    {"scans",
     scans_columns,
     SCANS_CELLS,
     0,
     0,
     IN(have_scans),
     {IN(scanners), 0, 0},
     hash_scan,
     count_scan},
    {"logins", logins_columns, LOGINS_CELLS, 0, 0, 0, {0, 0, IN(logins)}, hash_login, count_login},
    {"refusals",
     refusals_columns,
     REFUSALS_CELLS,
     1,
     0,
     0,
     {IN(refused), 0, 0},
     hash_refusal,
     count_refusal},
    {"stats", stats_columns, STATS_CELLS, 0, ALL_CELLS, 0, {0, 0, 0}, hash_nothing, count_stats},
    {"campaigns",
     campaigns_columns,
     CAMPAIGNS_CELLS,
     0,
     0,
     IN(have_campaigns),
     {0, 0, 0},
     hash_nothing,
     count_campaign},
    {"campaign_sources",
     campaign_sources_columns,
     CAMPAIGN_SOURCES_CELLS,
     0,
     0,
     0,
     {0, 0, 0},
     hash_nothing,
     count_campaign_source},
    {"campaign_ports",
     campaign_ports_columns,
     CAMPAIGN_PORTS_CELLS,
     0,
     0,
     0,
     {0, 0, 0},
     hash_nothing,
     count_campaign_port},
    {"campaign_days",
     campaign_days_columns,
     CAMPAIGN_DAYS_CELLS,
     0,
     0,
     IN(have_campaign_days),
     {0, 0, 0},
     hash_nothing,
     count_campaign_day},
};
#define FITS(file) _Static_assert((int)file##_CELLS <= (int)TALLY_COLUMNS_MAX, "columns of a kind");
FITS(CONNECTIONS)
FITS(REQUESTS)
FITS(EMAILS)
FITS(RECIPIENTS)
FITS(URLS)
FITS(ATTACHMENTS)
FITS(SCANS)
FITS(LOGINS)
FITS(REFUSALS)
FITS(SENSORS)
FITS(STATS)
FITS(CAMPAIGNS)
FITS(CAMPAIGN_SOURCES)
FITS(CAMPAIGN_PORTS)
FITS(CAMPAIGN_DAYS)
