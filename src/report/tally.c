/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tally.h"

#include <glib.h>
#include <string.h>

#include "report/tally_campaigns.h"
#include "report/tally_rows.h"

/* Named caps: keys of a table, and the bytes they may take.  Sources had to complete a
 * handshake; most of the rest is chosen by attackers. */
#define SOURCES_MAX   (UINT32_C(1) << 23)
#define SOURCES_BYTES ((size_t)2 << 30)
#define KEYS_MAX      (UINT32_C(1) << 20)
#define KEYS_BYTES    ((size_t)384 << 20)
#define PAIRS_MAX     (UINT32_C(1) << 24) /* of 16 bytes */
#define WORDS_MAX     4096                /* of what has few words: countries, protocols, flags */
#define SENSORS_MAX   16384 /* each of which has a line of its own, whatever --top says */
#define PROGRESS_ROWS 65536

const char *tally_kind_name(unsigned kind)
{
    return tally_rows[kind].name;
}

/* ---- columns that files of earlier versions lack ---- */

static unsigned cells_of(const struct tally *t, const struct tally_rows *k)
{
    return k->cells - (t->options.by_proxied ? 0 : k->only_proxied);
}

static void note_lacking(struct tally *t, unsigned kind, const char *path,
                         const struct csv_reader *csv)
{
    const struct tally_rows *k = &tally_rows[kind];
    GString *lacking = g_string_new(NULL);

    t->files[kind]++;
    for (unsigned i = 0; i < cells_of(t, k); i++)
        if (!csv_reader_has(csv, i)) {
            t->lacking[kind][i]++;
            if (!(k->unmissed >> i & 1))
                g_string_append_printf(lacking, "%s%s", lacking->len ? ", " : "",
                                       k->columns[i].name);
        }
    if (lacking->len && t->lacking_files++ < TALLY_LACKING_LOGGED && !t->damage.quiet)
        log_info("%s: has no %s: such cells count as empty (not known)", path, lacking->str);
    g_string_free(lacking, TRUE);
}

unsigned tally_lacking(const struct tally *t, unsigned kind, unsigned column, const char **name)
{
    *name = column < tally_rows[kind].cells ? tally_rows[kind].columns[column].name : NULL;
    return *name && !(tally_rows[kind].unmissed >> column & 1) ? t->lacking[kind][column] : 0;
}

bool tally_knows(const struct tally *t, const char *file, const char *column)
{
    for (unsigned kind = 0; kind < TALLY_KINDS; kind++)
        for (unsigned i = 0; i < tally_rows[kind].cells; i++)
            if (strcmp(tally_rows[kind].name, file) == 0 &&
                strcmp(tally_rows[kind].columns[i].name, column) == 0)
                return !t->files[kind] || t->lacking[kind][i] < t->files[kind];
    log_panic("report: %s.csv is not read for %s", file, column);
}

/* ---- files ---- */

/* How far ahead: long enough for memory to come, twice. */
enum { AHEAD_COUNT = 6, AHEAD_SLOT = 12 };
_Static_assert(AHEAD_SLOT < TALLY_HASHED_ROWS, "hashes of rows that are still to come");

static void fetch(const struct tally *t, const struct tally_rows *k, const struct tally_hashes *h,
                  void (*what)(const struct counter *c, uint64_t hash))
{
    const uint64_t hash[] = {h->source, h->server, h->third};

    for (unsigned i = 0; i < sizeof hash / sizeof *hash; i++)
        if (k->big[i])
            what((const struct counter *)(const void *)((const char *)t + k->big[i]), hash[i]);
}

/* The hashes of a row, which are worked out when it is first asked for. */
static const struct tally_hashes *hashes_of(struct tally *t, const struct tally_rows *k,
                                            uint64_t row, const struct bytes *cells)
{
    struct tally_hashes *h = &t->now.hashes[row % TALLY_HASHED_ROWS];

    if (h->row != row) {
        h->row = row;
        k->hash(t, cells, h);
    }
    return h;
}

static void look_ahead(struct tally *t, const struct tally_rows *k, const struct csv_reader *csv)
{
    const struct bytes *soon = csv_reader_ahead(csv, AHEAD_COUNT),
                       *later = csv_reader_ahead(csv, AHEAD_SLOT);

    if (later)
        fetch(t, k, hashes_of(t, k, t->now.row + AHEAD_SLOT, later), counter_fetch_slot);
    if (soon)
        fetch(t, k, hashes_of(t, k, t->now.row + AHEAD_COUNT, soon), counter_fetch_count);
}

bool tally_read(struct tally *t, unsigned kind, const char *path,
                void (*progress)(void *user, uint64_t bytes), void *user, struct failure *failure)
{
    const struct tally_rows *k = &tally_rows[kind];
    struct csv_reader *csv = csv_reader_open(path, k->columns, cells_of(t, k), &t->damage, failure);
    const struct bytes *cells;
    bool failed;

    if (!csv)
        return false;
    note_lacking(t, kind, path, csv);
    doubles_begin(t->doubles, path);
    if (k->have)
        *(bool *)((char *)t + k->have) = true;
    while ((cells = csv_reader_next(csv)) != NULL) {
        t->now.row++;
        look_ahead(t, k, csv);
        k->count(t, csv, cells, hashes_of(t, k, t->now.row, cells));
        if (progress && t->now.row % PROGRESS_ROWS == 0)
            progress(user, csv_reader_bytes(csv));
    }
    failed = csv_reader_failed(csv, failure);
    csv_reader_close(csv);
    return !failed;
}
/* ---- the list of the tables, with their sizes; init and fini ---- */

/* The tables that an attacker can fill with one row a key sieve, and their counts are looked
 * up with each row.  The counts of the others keep their addresses: those of countries, ASes,
 * sensors and days are kept from row to row. */
#define IN(member) offsetof(struct tally, member)

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
    {IN(days.all), 1, 0, KEYS_MAX, KEYS_BYTES, false, "days"},
    {IN(days.countries), 1, 0, KEYS_MAX, KEYS_BYTES, false, "pairs of day and country"},
    {IN(days.ports), 1, 0, KEYS_MAX, KEYS_BYTES, false, "pairs of day and port"},
    {IN(hours.all), 1, 0, KEYS_MAX, KEYS_BYTES, false, "hours"},
    {IN(hours.countries), 1, 0, KEYS_MAX, KEYS_BYTES, false, "pairs of hour and country"},
    {IN(hours.ports), 1, 0, KEYS_MAX, KEYS_BYTES, false, "pairs of hour and port"},
    {IN(servers), SERVER_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "target mail servers"},
    {IN(recipient_domains), DOMAIN_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "recipient domains"},
    {IN(asked), 1, 0, KEYS_MAX, KEYS_BYTES, true, "pairs of source and target"},
    {IN(messages), BODY_NUMBERS, MESSAGE_FACTS, KEYS_MAX, KEYS_BYTES, true, "message bodies"},
    {IN(languages), MAILS_NUMBERS, 0, WORDS_MAX, KEYS_BYTES, false, "languages"},
    {IN(charsets), MAILS_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "charsets"},
    {IN(mailers), MAILS_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "mailers"},
    {IN(tags), MAILS_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "tags"},
    {IN(probes), MAILS_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "forms and places of probes"},
    {IN(link_domains), PART_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "domains of links"},
    {IN(shown_links), PART_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "pairs of shown and real host"},
    {IN(attached_types), PART_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "types of attachments"},
    {IN(attached_names), PART_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "extensions of attachments"},
    {IN(ends), 1, 0, WORDS_MAX, KEYS_BYTES, false, "ends of connections"},
    {IN(flags), 1, 0, WORDS_MAX, KEYS_BYTES, false, "flags of connections"},
    {IN(scanners), SCAN_NUMBERS, SOURCE_FACTS, SOURCES_MAX, SOURCES_BYTES, true, "scanners"},
    {IN(scanner_ports), SCAN_NUMBERS, 0, SOURCES_MAX, SOURCES_BYTES, true,
     "pairs of scanner and port"},
    {IN(scanned_ports), SCAN_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, false, "scanned ports"},
    {IN(logins), LOGIN_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, true, "users and passwords"},
    {IN(refused), REFUSAL_NUMBERS, SOURCE_FACTS, SOURCES_MAX, SOURCES_BYTES, true,
     "sources of refused transactions"},
    {IN(sensors), SENSOR_NUMBERS, 0, SENSORS_MAX, KEYS_BYTES, false, "sensors"},
    {IN(sensor_sources), 0, 0, SOURCES_MAX, SOURCES_BYTES, true, "pairs of sensor and source"},
    {IN(plans), 0, PLAN_FACTS, SENSORS_MAX, KEYS_BYTES, false, "sensors in sensors.csv"},
    {IN(proxied), 0, PROXIED_FACTS, KEYS_MAX, KEYS_BYTES, false,
     "connections that name a proxied client"},
    {IN(campaigns.all), CAMPAIGN_NUMBERS, CAMPAIGN_FACTS, KEYS_MAX, KEYS_BYTES, true, "campaigns"},
    {IN(campaigns.ports), USE_NUMBERS, 0, KEYS_MAX, KEYS_BYTES, false,
     "pairs of module and port of campaigns"},
    {IN(campaigns.senders), SENDER_NUMBERS, 0, SOURCES_MAX, SOURCES_BYTES, true,
     "sources of campaigns"},
    {IN(campaigns.networks), SENDER_NUMBERS, 0, SOURCES_MAX, SOURCES_BYTES, true,
     "networks of sources of campaigns"},
    {IN(campaigns.days), 1, 0, KEYS_MAX, KEYS_BYTES, false, "days of campaigns"},
    {IN(campaigns.days_by), 1, 0, KEYS_MAX, KEYS_BYTES, false, "pairs of day and large campaign"},
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
    t->days.kind = BIN_DAY;
    t->hours.kind = BIN_HOUR;
    t->doubles = doubles_new();
    t->recent = recent_new();
    t->body_sources = seen_new(options->keys_max ? options->keys_max : PAIRS_MAX);
    campaigns_begin(t, options->keys_max ? options->keys_max : PAIRS_MAX);
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
    memset(t->files, 0, sizeof t->files);
    memset(t->lacking, 0, sizeof t->lacking);
    t->lacking_files = 0;
    doubles_free(t->doubles);
    t->doubles = doubles_new();
    t->any_day = false;
    t->connections = t->requests = t->emails = t->recipients = 0;
    t->recipient_rows = t->links = t->syns = 0;
    memset(t->with, 0, sizeof t->with);
    memset(t->now.with, 0, sizeof t->now.with);
    recent_clear(t->recent);
    seen_clear(t->body_sources);
    campaigns_again(t);
    memset(t->modules, 0, sizeof t->modules);
    memset(t->week, 0, sizeof t->week);
    memset(t->lost, 0, sizeof t->lost);
    memset(&t->days.now, 0, sizeof t->days.now);
    memset(&t->hours.now, 0, sizeof t->hours.now);
    for (unsigned i = 0; i < TABLES; i++)
        counter_recount(table_at(t, i));
}

void tally_fini(struct tally *t)
{
    for (unsigned i = 0; i < TABLES; i++)
        counter_fini(table_at(t, i));
    doubles_free(t->doubles);
    recent_free(t->recent);
    seen_free(t->body_sources);
    campaigns_end(t);
    buf_fini(&t->now.key);
    place_fini(&t->now.place);
}
