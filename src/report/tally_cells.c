/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tally_cells.h"

#include <string.h>

#include "base/number.h"
#include "report/tally_columns.h"

#define FACT_MAX 256 /* bytes kept of a fact: a name, a sender, a subject */

/* ---- cells ---- */

bool cell_is(struct bytes cell, const char *text)
{
    return cell.n == strlen(text) && memcmp(cell.at, text, cell.n) == 0;
}

/* An empty cell is 0: not known. */
bool cell_number(struct csv_reader *csv, struct bytes cell, const char *column, uint64_t max,
                 uint64_t *out)
{
    *out = 0;
    if (!cell.n || (number_parse(cell, max, out)))
        return true;
    csv_reader_damaged(csv, "%s is not a number from 0 to %llu", column, (unsigned long long)max);
    return false;
}

bool cell_given(struct csv_reader *csv, struct bytes cell, const char *column)
{
    if (!cell.n)
        csv_reader_damaged(csv, "%s is empty", column);
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

struct bytes tally_key2(struct tally *t, struct bytes a, struct bytes b)
{
    key_begin(&t->now.key, a);
    key_add(&t->now.key, b);
    return buf_view(&t->now.key);
}

/* ---- what all rows have in common ---- */

/* True when the row is one to count: its time can be read and is asked for. */
bool row_wanted(struct tally *t, struct csv_reader *csv, const struct bytes *cells, int64_t *day)
{
    const struct tally_options *o = &t->options;
    time_us ts;

    if (!time_parse((const char *)cells[CELL_TS].at, cells[CELL_TS].n, &ts)) {
        csv_reader_damaged(csv, "ts is not a time like 2006-06-10T00:00:00.000000Z");
        return false;
    }
    t->now.ts = ts;
    *day = bin_day(ts);
    return (!o->sensor || cell_is(cells[CELL_SENSOR], o->sensor)) && period_holds(&o->period, ts);
}

void see_day(struct tally *t, int64_t day)
{
    if (!t->any_day || day < t->first_day)
        t->first_day = day;
    if (!t->any_day || day > t->last_day)
        t->last_day = day;
    t->any_day = true;
}

/* ---- who it came from ---- */

void proxied_keep(struct tally *t, const struct bytes *uid, const struct bytes *proxied_ip)
{
    struct count *count;

    if (!t->options.by_proxied || !uid->n || !proxied_ip->n)
        return;
    count = counter_get(&t->proxied, *uid);
    if (count->index != COUNTER_REST)
        keep_fact(&t->proxied, count, PROXIED_IP, *proxied_ip);
}

struct bytes proxied_source(const struct tally *t, const struct bytes *uid, struct bytes src_ip)
{
    const struct count *count = t->options.by_proxied ? counter_find(&t->proxied, *uid) : NULL;

    return count ? count->facts[PROXIED_IP] : src_ip;
}

/* The place of an address by the databases that are open, instead of the cells'. */
struct origin origin_remapped(struct tally *t, const struct origin *o)
{
    place_find(&t->now.place, o->src_ip);
    return (struct origin){o->sensor, o->src_ip, buf_view(&t->now.place.cc),
                           buf_view(&t->now.place.asn), buf_view(&t->now.place.as_name)};
}

bool origin_sound(struct csv_reader *csv, const struct origin *o)
{
    uint64_t asn;

    return cell_given(csv, o->src_ip, "src_ip") &&
           cell_number(csv, o->asn, "src_asn", UINT32_MAX, &asn);
}

void keep_fact(struct counter *c, struct count *count, unsigned fact, struct bytes value)
{
    counter_fact(c, count, fact, shortened(value));
}

void source_facts(struct counter *sources, struct count *source, const struct origin *o)
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

/* A source's country and AS seldom change: those of its last row are kept with it, which
 * saves two lookups a row; with remap, all but its first. */
static void country_and_as(struct tally *t, const struct origin *o, struct places *p)
{
    struct origin current;

    p->country = (struct count *)(uintptr_t)p->source->n[SOURCE_COUNTRY];
    p->as = (struct count *)(uintptr_t)p->source->n[SOURCE_AS];
    if (p->as && (t->options.remap || key_is_pair(p->as->key, o->asn, o->cc)))
        return;
    if (t->options.remap) {
        current = origin_remapped(t, o);
        o = &current;
    }
    source_facts(&t->sources, p->source, o);
    p->country = counter_get(&t->countries, o->cc);
    p->as = counter_get(&t->ases, tally_key2(t, o->asn, o->cc));
    keep_fact(&t->ases, p->as, AS_NAME, o->as_name);
    p->source->n[SOURCE_COUNTRY] = (uintptr_t)p->country;
    p->source->n[SOURCE_AS] = (uintptr_t)p->as;
}

struct places places_of(struct tally *t, const struct origin *o, uint64_t hash)
{
    struct places p;

    p.source = counter_get_hashed(&t->sources, o->src_ip, hash);
    p.sensor = counter_get(&t->sensors, o->sensor);
    country_and_as(t, o, &p);
    if (p.sensor->index < SENSOR_BITS)
        p.source->n[SOURCE_SENSORS] |= UINT64_C(1) << p.sensor->index;
    else if (p.sensor->index != COUNTER_REST)
        (void)counter_get(&t->sensor_sources, tally_key2(t, o->sensor, o->src_ip));
    return p;
}

struct count *port_of(struct tally *t, struct bytes port, struct bytes service)
{
    struct count *count = counter_get(&t->ports, port);

    keep_fact(&t->ports, count, PORT_SERVICE, service);
    return count;
}

/* Each word of a cell like "one-sided urgent". */
void count_words(struct counter *c, struct bytes cell)
{
    while (cell.n) {
        const uint8_t *blank = memchr(cell.at, ' ', cell.n);
        size_t n = blank ? (size_t)(blank - cell.at) : cell.n;

        if (n)
            counter_get(c, (struct bytes){cell.at, n})->n[0]++;
        cell = bytes_skip(cell, n + 1);
    }
}

void count_mail(struct counter *c, struct bytes key, uint64_t recipients)
{
    struct count *count = counter_get(c, key);

    count->n[MAILS_EMAILS]++;
    count->n[MAILS_RECIPIENTS] += recipients;
}
