/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tally_campaigns.h"

#include <glib.h>
#include <string.h>

#include "report/anonymise.h"
#include "report/tally_cells.h"
#include "report/tally_columns.h"

#define ID_DIGITS 16

#define COLUMN(file, name, required) {#name, required},
const struct csv_column campaigns_columns[] = {WANT_CAMPAIGNS(COLUMN)};
const struct csv_column campaign_sources_columns[] = {WANT_CAMPAIGN_SOURCES(COLUMN)};
const struct csv_column campaign_ports_columns[] = {WANT_CAMPAIGN_PORTS(COLUMN)};
const struct csv_column campaign_days_columns[] = {WANT_CAMPAIGN_DAYS(COLUMN)};

/* A column that columns.h does not know does not compile. */
#define KNOWN(file, name, ...) KNOWN_##file##_##name,
enum known {
    PS_COLUMNS_CAMPAIGNS(KNOWN) PS_COLUMNS_CAMPAIGN_SOURCES(KNOWN) PS_COLUMNS_CAMPAIGN_PORTS(KNOWN)
        PS_COLUMNS_CAMPAIGN_DAYS(KNOWN) KNOWN_COLUMNS
};
#define CHECK(file, name, ...)                                                                     \
    _Static_assert((int)KNOWN_##file##_##name < (int)KNOWN_COLUMNS, "not in columns.h");
WANT_CAMPAIGNS(CHECK)
WANT_CAMPAIGN_SOURCES(CHECK)
WANT_CAMPAIGN_PORTS(CHECK)
WANT_CAMPAIGN_DAYS(CHECK)

void campaigns_begin(struct tally *t, size_t pairs_max)
{
    t->campaigns.of_networks = seen_new(pairs_max);
    t->campaigns.pairs = campaign_pairs_new(pairs_max);
}

void campaigns_again(struct tally *t)
{
    struct tally_campaigns *c = &t->campaigns;

    c->rows = c->again = c->emails = 0;
    c->any_day = c->drawn_known = false;
    c->drawn_count = 0;
    seen_clear(c->of_networks);
    campaign_pairs_clear(c->pairs);
}

void campaigns_end(struct tally *t)
{
    seen_free(t->campaigns.of_networks);
    campaign_pairs_free(t->campaigns.pairs);
}

/* ---- cells ---- */

static bool parse_id(struct bytes cell, uint64_t *id)
{
    *id = 0;
    for (size_t i = 0; i < cell.n; i++) {
        int digit = g_ascii_xdigit_value((gchar)cell.at[i]);

        if (digit < 0 || g_ascii_isupper((gchar)cell.at[i]))
            return false;
        *id = *id << 4 | (unsigned)digit;
    }
    return cell.n == ID_DIGITS;
}

static bool cell_id(struct csv_reader *csv, struct bytes cell, uint64_t *id)
{
    if (parse_id(cell, id))
        return true;
    csv_reader_damaged(csv, "campaign is not %d hexadecimal digits", ID_DIGITS);
    return false;
}

static bool cell_time(struct csv_reader *csv, struct bytes cell, const char *column, time_us *at)
{
    if (time_parse((const char *)cell.at, cell.n, at))
        return true;
    csv_reader_damaged(csv, "%s is not a time like 2006-06-10T00:00:00.000000Z", column);
    return false;
}

/* From the first to the last; the numbers are a time_us each. */
static void widen(uint64_t *first, uint64_t *last, time_us from, time_us to, bool is_new)
{
    if (is_new || from < (time_us)*first)
        *first = (uint64_t)from;
    if (is_new || to > (time_us)*last)
        *last = (uint64_t)to;
}

/* ---- campaigns.csv ---- */

/* What can be said of it in a few words: the first of these that all its messages share. */
static void keep_shared(struct tally *t, struct count *count, const struct bytes *cells)
{
    static const struct {
        unsigned cell;
        const char *what;
    } shared[] = {
        {CELL_CAMPAIGNS_subject, "subject"},       {CELL_CAMPAIGNS_link_domain, "link domain"},
        {CELL_CAMPAIGNS_link_host, "link host"},   {CELL_CAMPAIGNS_link_path, "link path"},
        {CELL_CAMPAIGNS_attachment, "attachment"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(shared); i++)
        if (cells[shared[i].cell].n) {
            keep_fact(&t->campaigns.all, count, CAMPAIGN_BY, bytes_of(shared[i].what));
            keep_fact(&t->campaigns.all, count, CAMPAIGN_SHARED, cells[shared[i].cell]);
            return;
        }
}

static void keep_facts(struct tally *t, struct count *count, const struct bytes *cells)
{
    keep_fact(&t->campaigns.all, count, CAMPAIGN_KIND, cells[CELL_CAMPAIGNS_kind]);
    keep_fact(&t->campaigns.all, count, CAMPAIGN_LANGUAGES, cells[CELL_CAMPAIGNS_languages]);
    keep_fact(&t->campaigns.all, count, CAMPAIGN_TAGS, cells[CELL_CAMPAIGNS_tags]);
    keep_shared(t, count, cells);
}

enum { CAMPAIGN_SUMS = CAMPAIGN_DAYS + 1 };

static bool read_numbers(struct csv_reader *csv, const struct bytes *cells,
                         uint64_t n[CAMPAIGN_SUMS])
{
    static const unsigned from[CAMPAIGN_SUMS] = {
        [CAMPAIGN_EMAILS] = CELL_CAMPAIGNS_emails,
        [CAMPAIGN_RECIPIENTS] = CELL_CAMPAIGNS_recipients,
        [CAMPAIGN_SOURCES] = CELL_CAMPAIGNS_sources,
        [CAMPAIGN_ASES] = CELL_CAMPAIGNS_ases,
        [CAMPAIGN_COUNTRIES] = CELL_CAMPAIGNS_countries,
        [CAMPAIGN_DAYS] = CELL_CAMPAIGNS_days,
    };

    for (unsigned i = 0; i < CAMPAIGN_SUMS; i++)
        if (!cell_number(csv, cells[from[i]], campaigns_columns[from[i]].name, INT64_MAX, &n[i]))
            return false;
    return true;
}

/* Of another run the same campaign's messages add up; how many of its sources are the same ones is
 * not known. */
static void add_numbers(struct count *count, const uint64_t n[CAMPAIGN_SUMS], bool is_new)
{
    for (unsigned i = 0; i < CAMPAIGN_SUMS; i++)
        if (is_new || i < CAMPAIGN_RANKED)
            count->n[i] += n[i];
        else
            count->n[i] = TALLY_UNKNOWN;
    /* a message comes from somewhere: none is written where it is not known */
    for (unsigned i = CAMPAIGN_SOURCES; i <= CAMPAIGN_COUNTRIES; i++)
        if (!count->n[i])
            count->n[i] = TALLY_UNKNOWN;
}

void count_campaign(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                    const struct tally_hashes *hashes)
{
    uint64_t id, n[CAMPAIGN_SUMS];
    struct count *count;
    time_us first, last;
    bool is_new;

    (void)hashes;
    if (!cell_id(csv, cells[CELL_CAMPAIGNS_campaign], &id) || !read_numbers(csv, cells, n) ||
        !cell_time(csv, cells[CELL_CAMPAIGNS_first], "first", &first) ||
        !cell_time(csv, cells[CELL_CAMPAIGNS_last], "last", &last))
        return;
    t->campaigns.rows++;
    t->campaigns.emails += n[CAMPAIGN_EMAILS];
    count = counter_get(&t->campaigns.all, cells[CELL_CAMPAIGNS_campaign]);
    count->seen += n[CAMPAIGN_EMAILS]; /* the large ones stay */
    is_new = !count->n[CAMPAIGN_EMAILS];
    t->campaigns.again += !is_new && count->index != COUNTER_REST;
    add_numbers(count, n, is_new);
    widen(&count->n[CAMPAIGN_FIRST], &count->n[CAMPAIGN_LAST], first, last, is_new);
    keep_facts(t, count, cells);
}

/* ---- campaign_sources.csv ---- */

static void count_network(struct tally *t, const struct bytes *cells, uint64_t campaign,
                          uint64_t emails, const time_us when[2])
{
    struct tally_campaigns *c = &t->campaigns;
    struct count *network;
    uint64_t pair[2] = {campaign, 0};

    (void)anonymise_key(cells[CELL_CAMPAIGN_SOURCES_src_ip], &t->now.key);
    pair[1] = counter_hash(buf_view(&t->now.key));
    network = counter_get(&c->networks, buf_view(&t->now.key));
    network->n[SENDER_CAMPAIGNS] +=
        seen_add(c->of_networks,
                 counter_hash((struct bytes){(const uint8_t *)pair, sizeof pair})) == SEEN_FIRST;
    widen(&network->n[SENDER_FIRST], &network->n[SENDER_LAST], when[0], when[1],
          !network->n[SENDER_EMAILS]);
    network->n[SENDER_EMAILS] += emails;
}

void count_campaign_source(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                           const struct tally_hashes *hashes)
{
    struct bytes source = cells[CELL_CAMPAIGN_SOURCES_src_ip];
    struct count *sender;
    uint64_t id, emails;
    time_us when[2];

    (void)hashes;
    if (!cell_id(csv, cells[CELL_CAMPAIGN_SOURCES_campaign], &id) ||
        !cell_given(csv, source, "src_ip") ||
        !cell_number(csv, cells[CELL_CAMPAIGN_SOURCES_emails], "emails", INT64_MAX, &emails) ||
        !cell_time(csv, cells[CELL_CAMPAIGN_SOURCES_first], "first", &when[0]) ||
        !cell_time(csv, cells[CELL_CAMPAIGN_SOURCES_last], "last", &when[1]))
        return;
    campaign_pairs_put(t->campaigns.pairs, id, counter_hash(source));
    sender = counter_get(&t->campaigns.senders, source);
    widen(&sender->n[SENDER_FIRST], &sender->n[SENDER_LAST], when[0], when[1],
          !sender->n[SENDER_CAMPAIGNS]);
    sender->n[SENDER_CAMPAIGNS]++;
    sender->n[SENDER_EMAILS] += emails;
    if (t->options.anonymise)
        count_network(t, cells, id, emails, when);
}

/* ---- campaign_ports.csv ---- */

void count_campaign_port(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                         const struct tally_hashes *hashes)
{
    struct bytes port = cells[CELL_CAMPAIGN_PORTS_dst_port];
    uint64_t id, emails, ignored;
    struct count *count;

    (void)hashes;
    if (!cell_id(csv, cells[CELL_CAMPAIGN_PORTS_campaign], &id) ||
        !cell_number(csv, port, "dst_port", PORT_MAX, &ignored) ||
        !cell_number(csv, cells[CELL_CAMPAIGN_PORTS_emails], "emails", INT64_MAX, &emails))
        return;
    count =
        counter_get(&t->campaigns.ports, tally_key2(t, cells[CELL_CAMPAIGN_PORTS_module], port));
    count->n[USE_CAMPAIGNS]++;
    count->n[USE_EMAILS] += emails;
}

/* ---- campaign_days.csv ---- */

static void choose_drawn(struct tally_campaigns *c)
{
    const struct count **ranked = counter_ranked(&c->all, CAMPAIGN_RANKED, CAMPAIGNS_DRAWN);

    for (size_t i = 0; ranked[i]; i++)
        if (parse_id(ranked[i]->key, &c->drawn[c->drawn_count]))
            c->drawn_count++;
    c->drawn_known = true;
    g_free(ranked);
}

static bool is_drawn(struct tally_campaigns *c, uint64_t id)
{
    if (!c->drawn_known)
        choose_drawn(c);
    for (unsigned i = 0; i < c->drawn_count; i++)
        if (c->drawn[i] == id)
            return true;
    return false;
}

static void see_campaign_day(struct tally_campaigns *c, int64_t day)
{
    if (!c->any_day || day < c->first_day)
        c->first_day = day;
    if (!c->any_day || day > c->last_day)
        c->last_day = day;
    c->any_day = true;
}

void count_campaign_day(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                        const struct tally_hashes *hashes)
{
    struct bytes campaign = cells[CELL_CAMPAIGN_DAYS_campaign], bin;
    struct tally_campaigns *c = &t->campaigns;
    char text[BIN_TEXT_MAX];
    uint64_t id, emails;
    time_us day;

    (void)hashes;
    if (!cell_id(csv, campaign, &id) ||
        !cell_time(csv, cells[CELL_CAMPAIGN_DAYS_day], "day", &day) ||
        !cell_number(csv, cells[CELL_CAMPAIGN_DAYS_emails], "emails", INT64_MAX, &emails))
        return;
    see_campaign_day(c, bin_day(day));
    bin = bin_text(BIN_DAY, bin_day(day), text);
    counter_get(&c->days, bin)->n[0] += emails;
    if (is_drawn(c, id))
        counter_get(&c->days_by, tally_key2(t, bin, campaign))->n[0] += emails;
    if (counter_find(&c->all, campaign)) {
        struct count *of = counter_get(&c->all, campaign);

        of->n[CAMPAIGN_BUSIEST] = MAX(of->n[CAMPAIGN_BUSIEST], emails);
    }
}
