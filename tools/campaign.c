/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan of the campaign; see campaign.h for what is kept and what is decided. */
#include "campaign.h"

#include "frames.h"

#include <stdlib.h>
#include <string.h>

/* Streams of random numbers of one seed, apart from those of mkpcap and mails. */
#define STREAM_CAMPAIGN  ((1ull << 62) + (1ull << 61))
#define FIRST_MADE_UP_AS 4200000001u /* of RFC 6996 */

enum {
    NETWORKS_BASE = 0x0a000000, /* 10.0.0.0/8 */
    NETWORK_MIN = 256,
    DAY_S = 86400,
    DAY_FIRST_S = 300,   /* of a day, and */
    DAY_LAST_S = 84900,  /* where its last conversation begins: none crosses midnight */
    HEAVY_TAIL = 5,      /* weight of number i of a ranking: 1 / (i + 5) */
    WEIGHT_ONE = 1 << 24 /* of the first, times HEAVY_TAIL + 1 */
};

struct campaign_network { /* an AS */
    char name[80];
    const char *cc;
    uint32_t number;
    uint32_t base, size; /* addresses */
    uint64_t emails, visits, sources;
    uint64_t begun; /* visits that have an address */
};

static void *new_array(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);

    if (!p) {
        fputs("mkpcap: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

static void impossible(const char *what)
{
    fprintf(stderr, "mkpcap: --spampots: %s cannot be met at this scale; give a smaller one\n",
            what);
    exit(1);
}

/* ---- whole numbers ---- */

static uint64_t sum(const uint64_t *parts, size_t n)
{
    uint64_t all = 0;

    for (size_t i = 0; i < n; i++)
        all += parts[i];
    return all;
}

struct remainder {
    uint64_t rest;
    size_t at;
};

static int compare_remainders(const void *pa, const void *pb)
{
    const struct remainder *a = pa, *b = pb;

    if (a->rest != b->rest)
        return a->rest > b->rest ? -1 : 1;
    return a->at < b->at ? -1 : 1;
}

/* `total` in parts as `weights` say, by the largest remainder; of equal ones the first. */
static void apportion(uint64_t total, const uint64_t *weights, size_t n, uint64_t *parts)
{
    uint64_t all = sum(weights, n), left = total;
    struct remainder *rests = new_array(n, sizeof *rests);

    for (size_t i = 0; i < n; i++) {
        parts[i] = all ? total * weights[i] / all : 0;
        rests[i] = (struct remainder){all ? total * weights[i] % all : 0, i};
        left -= parts[i];
    }
    qsort(rests, n, sizeof *rests, compare_remainders);
    for (size_t i = 0; i < left && i < n; i++)
        parts[rests[i].at]++;
    free(rests);
}

/* One each where that is possible, and the rest by a ranking with a long tail. */
static void apportion_tail(uint64_t total, size_t n, uint64_t *parts)
{
    uint64_t *weights = new_array(n, sizeof *weights), least = total >= n;

    for (size_t i = 0; i < n; i++)
        weights[i] = WEIGHT_ONE / (i + 1 + HEAVY_TAIL);
    apportion(total - least * n, weights, n, parts);
    for (size_t i = 0; i < n; i++)
        parts[i] += least;
    free(weights);
}

static void shuffle(struct rng *rng, void *array, size_t n, size_t size)
{
    char *items = array, held[64];

    for (size_t i = n; i > 1; i--) {
        size_t k = rng_below(rng, (uint32_t)i);

        memcpy(held, items + k * size, size);
        memcpy(items + k * size, items + (i - 1) * size, size);
        memcpy(items + (i - 1) * size, held, size);
    }
}

/* ---- making ---- */

struct making {
    struct campaign *plan;
    uint64_t scale;
    struct rng rng;
    uint64_t visits[CAMPAIGN_PORTS]; /* connections */
    uint64_t emails[CAMPAIGN_PORTS];
    size_t mail_visits; /* these come first in plan->visits until they are put in order */
};

static uint64_t scaled(const struct making *m, uint64_t n)
{
    return (n + m->scale / 2) / m->scale;
}

/* ---- countries and ASes ---- */

static void country_emails(const struct making *m, uint64_t emails[CAMPAIGN_COUNTRIES])
{
    uint64_t weights[CAMPAIGN_TOP + 1], parts[CAMPAIGN_TOP + 1];

    memcpy(weights, campaign_country_emails, sizeof campaign_country_emails);
    weights[CAMPAIGN_TOP] = campaign_emails - sum(campaign_country_emails, CAMPAIGN_TOP);
    apportion(m->plan->emails, weights, CAMPAIGN_TOP + 1, parts);
    memcpy(emails, parts, CAMPAIGN_TOP * sizeof *parts);
    apportion_tail(parts[CAMPAIGN_TOP], CAMPAIGN_COUNTRIES - CAMPAIGN_TOP, emails + CAMPAIGN_TOP);
}

/* The published ASes; what is left of each country is for its made-up ones. */
static void published_ases(struct making *m, uint64_t left[CAMPAIGN_COUNTRIES])
{
    uint64_t weights[CAMPAIGN_TOP + 1], parts[CAMPAIGN_TOP + 1];

    weights[CAMPAIGN_TOP] = campaign_emails;
    for (size_t i = 0; i < CAMPAIGN_TOP; i++) {
        weights[i] = campaign_ases[i].emails;
        weights[CAMPAIGN_TOP] -= weights[i];
    }
    apportion(m->plan->emails, weights, CAMPAIGN_TOP + 1, parts);
    for (size_t i = 0; i < CAMPAIGN_TOP; i++) {
        struct campaign_network *as = &m->plan->networks[i];
        size_t country = 0;

        while (strcmp(campaign_countries[country], campaign_ases[i].cc) != 0)
            country++;
        snprintf(as->name, sizeof as->name, "%s", campaign_ases[i].name);
        as->cc = campaign_countries[country];
        as->number = campaign_ases[i].number;
        as->emails = parts[i];
        if (left[country] < parts[i])
            impossible("the ASes of a country");
        left[country] -= parts[i];
    }
}

static size_t made_up_ases(struct making *m, size_t first, size_t country, uint64_t emails,
                           uint64_t count)
{
    uint64_t *parts = new_array(count, sizeof *parts);

    apportion_tail(emails, count, parts);
    for (size_t i = 0; i < count; i++) {
        struct campaign_network *as = &m->plan->networks[first + i];

        as->cc = campaign_countries[country];
        as->number = FIRST_MADE_UP_AS + (uint32_t)(first - CAMPAIGN_TOP + i);
        snprintf(as->name, sizeof as->name, "MADE-UP-%.2s-%zu Network %zu of %.2s", as->cc, i + 1,
                 i + 1, as->cc);
        as->emails = parts[i];
    }
    free(parts);
    return first + count;
}

/* How many ASes a country has goes by its emails that are not of the published ones. */
static void plan_ases(struct making *m)
{
    enum { MADE_UP = CAMPAIGN_ASES - CAMPAIGN_TOP - CAMPAIGN_COUNTRIES };
    uint64_t left[CAMPAIGN_COUNTRIES], weights[CAMPAIGN_COUNTRIES], counts[CAMPAIGN_COUNTRIES];
    size_t next = CAMPAIGN_TOP;

    country_emails(m, left);
    published_ases(m, left);
    for (size_t i = 0; i < CAMPAIGN_COUNTRIES; i++)
        weights[i] = left[i] ? left[i] - 1 : 0;
    apportion(MADE_UP, weights, CAMPAIGN_COUNTRIES, counts);
    for (size_t i = 0; i < CAMPAIGN_COUNTRIES; i++)
        next = made_up_ases(m, next, i, left[i], counts[i] + 1);
}

/* ---- ports ---- */

static uint64_t of_protocol(const uint64_t parts[CAMPAIGN_PORTS], enum campaign_protocol protocol)
{
    uint64_t all = 0;

    for (size_t i = 0; i < CAMPAIGN_PORTS; i++)
        if (campaign_ports[i].protocol == protocol)
            all += parts[i];
    return all;
}

static void plan_requests(const struct making *m, const struct campaign_module *published,
                          uint64_t requests[4])
{
    const uint64_t weights[4] = {published->smtp, published->others, published->gets,
                                 published->errors};

    apportion(scaled(m, sum(weights, 4)), weights, 4, requests);
}

/* As few connections as give each request one of its own. */
static void plan_ports(struct making *m, uint64_t http, uint64_t socks)
{
    uint64_t shares[CAMPAIGN_PORTS], all = http + socks;

    for (size_t i = 0; i < CAMPAIGN_PORTS; i++)
        shares[i] = campaign_ports[i].share;
    do
        apportion(all++, shares, CAMPAIGN_PORTS, m->visits);
    while (of_protocol(m->visits, HTTP) < http || of_protocol(m->visits, SOCKS) < socks);
    apportion(m->plan->emails, shares, CAMPAIGN_PORTS, m->emails);
}

/* ---- connections ---- */

/* One kind after the other over the shuffled ports of a protocol. */
static struct campaign_visit *plan_protocol(struct making *m, enum campaign_protocol protocol,
                                            const uint64_t requests[4],
                                            struct campaign_visit *visit)
{
    static const uint8_t kinds[] = {KIND_MAIL, KIND_OTHER, KIND_GET, KIND_ERROR, KIND_SILENT};
    struct campaign_visit *first = visit;
    size_t kind = 0;
    uint64_t given = 0;

    for (size_t i = 0; i < CAMPAIGN_PORTS; i++)
        for (uint64_t k = 0; campaign_ports[i].protocol == protocol && k < m->visits[i]; k++)
            *visit++ = (struct campaign_visit){.port = campaign_ports[i].port,
                                               .protocol = (uint8_t)protocol};
    shuffle(&m->rng, first, (size_t)(visit - first), sizeof *visit);
    for (struct campaign_visit *v = first; v < visit; v++) {
        while (kind < 4 && given == requests[kind]) {
            kind++;
            given = 0;
        }
        given++;
        v->kind = kinds[kind];
    }
    return visit;
}

static int compare_kinds(const void *pa, const void *pb)
{
    const struct campaign_visit *a = *(const struct campaign_visit *const *)pa;
    const struct campaign_visit *b = *(const struct campaign_visit *const *)pb;
    bool mail_a = a->kind == KIND_MAIL, mail_b = b->kind == KIND_MAIL;

    if (mail_a != mail_b)
        return mail_a ? -1 : 1;
    return a < b ? -1 : 1;
}

/* Those with mails to the front. */
static void mails_first(struct making *m)
{
    struct campaign *plan = m->plan;
    struct campaign_visit **order = new_array(plan->count, sizeof *order);
    struct campaign_visit *sorted = new_array(plan->count, sizeof *sorted);

    for (size_t i = 0; i < plan->count; i++) {
        order[i] = &plan->visits[i];
        m->mail_visits += plan->visits[i].kind == KIND_MAIL;
    }
    qsort(order, plan->count, sizeof(struct campaign_visit *), compare_kinds);
    for (size_t i = 0; i < plan->count; i++)
        sorted[i] = *order[i];
    free(plan->visits);
    free(order);
    plan->visits = sorted;
}

static void plan_visits(struct making *m)
{
    uint64_t http[4], socks[4], smtp[4];
    struct campaign_visit *next;

    plan_requests(m, &campaign_http, http);
    plan_requests(m, &campaign_socks, socks);
    plan_ports(m, sum(http, 4), sum(socks, 4));
    memset(smtp, 0, sizeof smtp);
    smtp[0] = of_protocol(m->visits, SMTP);
    m->plan->count = sum(m->visits, CAMPAIGN_PORTS);
    m->plan->visits = new_array(m->plan->count, sizeof *m->plan->visits);
    next = plan_protocol(m, HTTP, http, m->plan->visits);
    next = plan_protocol(m, SOCKS, socks, next);
    plan_protocol(m, SMTP, smtp, next);
    mails_first(m);
}

/* ---- who, and how many mails ---- */

/* Each AS that has mails has a connection for them; those without go to anyone. */
static void plan_origins(struct making *m)
{
    struct campaign *plan = m->plan;
    uint64_t weights[CAMPAIGN_ASES], parts[CAMPAIGN_ASES], with_mails = 0;
    uint32_t *origins = new_array(m->mail_visits, sizeof *origins), *next = origins;

    for (size_t i = 0; i < CAMPAIGN_ASES; i++) {
        uint64_t emails = plan->networks[i].emails;

        weights[i] = emails ? emails - 1 : 0;
        with_mails += emails > 0;
    }
    if (with_mails > m->mail_visits)
        impossible("an AS of every connection");
    apportion(m->mail_visits - with_mails, weights, CAMPAIGN_ASES, parts);
    for (uint32_t i = 0; i < CAMPAIGN_ASES; i++) {
        plan->networks[i].visits = parts[i] + (plan->networks[i].emails > 0);
        for (uint64_t k = 0; k < plan->networks[i].visits; k++)
            *next++ = i;
    }
    shuffle(&m->rng, origins, m->mail_visits, sizeof *origins);
    for (size_t i = 0; i < plan->count; i++)
        plan->visits[i].as =
            i < m->mail_visits ? origins[i] : origins[rng_below(&m->rng, (uint32_t)m->mail_visits)];
    free(origins);
}

static size_t port_index(uint16_t port)
{
    size_t i = 0;

    while (campaign_ports[i].port != port)
        i++;
    return i;
}

/* The visits with mails, one AS after the other; from[i] is where those of AS i begin. */
static struct campaign_visit **by_as(const struct making *m, size_t from[CAMPAIGN_ASES + 1])
{
    struct campaign_visit **list = new_array(m->mail_visits, sizeof *list);
    size_t *next = new_array(CAMPAIGN_ASES, sizeof *next);

    from[0] = 0;
    for (size_t i = 0; i < CAMPAIGN_ASES; i++) {
        next[i] = from[i];
        from[i + 1] = from[i] + m->plan->networks[i].visits;
    }
    for (size_t i = 0; i < m->mail_visits; i++)
        list[next[m->plan->visits[i].as]++] = &m->plan->visits[i];
    free(next);
    return list;
}

/* More mails where the port's share of them asks for more. */
static void plan_mails_of_as(struct making *m, struct campaign_visit **visits, size_t n,
                             uint64_t emails, const uint64_t busy[CAMPAIGN_PORTS])
{
    uint64_t *weights = new_array(n, sizeof *weights), *parts = new_array(n, sizeof *parts);

    for (size_t i = 0; i < n; i++)
        weights[i] = busy[port_index(visits[i]->port)] * (256 + rng_below(&m->rng, 513));
    apportion(emails - n, weights, n, parts);
    for (size_t i = 0; i < n; i++)
        visits[i]->mails = (uint16_t)(parts[i] + 1);
    free(weights);
    free(parts);
}

/* Moves single mails between connections of one AS until the ports have their numbers. */
static bool level_ports(struct campaign_visit **visits, size_t n, int64_t excess[CAMPAIGN_PORTS])
{
    size_t taker = 0;
    bool moved = false;

    for (size_t giver = 0; giver < n; giver++) {
        int64_t *more = &excess[port_index(visits[giver]->port)];

        if (*more <= 0 || visits[giver]->mails < 2)
            continue;
        while (taker < n && excess[port_index(visits[taker]->port)] >= 0)
            taker++;
        if (taker == n)
            break;
        visits[giver]->mails--;
        visits[taker]->mails++;
        --*more;
        excess[port_index(visits[taker++]->port)]++;
        moved = true;
    }
    return moved;
}

static void plan_mails(struct making *m)
{
    static size_t from[CAMPAIGN_ASES + 1];
    struct campaign_visit **list = by_as(m, from);
    uint64_t visits[CAMPAIGN_PORTS] = {0}, busy[CAMPAIGN_PORTS];
    int64_t excess[CAMPAIGN_PORTS], wrong;
    bool moved = true;

    for (size_t i = 0; i < m->mail_visits; i++)
        visits[port_index(list[i]->port)]++;
    for (size_t i = 0; i < CAMPAIGN_PORTS; i++) {
        if (m->emails[i] < visits[i] || !visits[i])
            impossible("a mail in every connection of a port");
        busy[i] = (m->emails[i] - visits[i]) * 4096 / visits[i];
        excess[i] = -(int64_t)m->emails[i];
    }
    for (size_t i = 0; i < CAMPAIGN_ASES; i++)
        if (from[i + 1] > from[i])
            plan_mails_of_as(m, list + from[i], from[i + 1] - from[i], m->plan->networks[i].emails,
                             busy);
    for (size_t i = 0; i < m->mail_visits; i++)
        excess[port_index(list[i]->port)] += list[i]->mails;
    while (moved) {
        moved = false;
        for (size_t i = 0; i < CAMPAIGN_ASES; i++)
            moved |= level_ports(list + from[i], from[i + 1] - from[i], excess);
    }
    wrong = 0;
    for (size_t i = 0; i < CAMPAIGN_PORTS; i++)
        wrong |= excess[i];
    if (wrong)
        impossible("the emails of a port");
    free(list);
}

/* ---- when, where and from which address ---- */

static void plan_networks(struct making *m)
{
    uint64_t weights[CAMPAIGN_ASES], parts[CAMPAIGN_ASES];
    uint64_t all = scaled(m, campaign_sources);
    uint32_t base = NETWORKS_BASE;

    for (size_t i = 0; i < CAMPAIGN_ASES; i++)
        weights[i] = m->plan->networks[i].emails;
    apportion(all, weights, CAMPAIGN_ASES, parts);
    for (size_t i = 0; i < CAMPAIGN_ASES; i++) {
        struct campaign_network *as = &m->plan->networks[i];

        as->sources = parts[i] ? parts[i] : 1;
        as->size = NETWORK_MIN;
        while (as->size <= as->sources + 1)
            as->size *= 2;
        base = (base + as->size - 1) & ~(as->size - 1);
        as->base = base;
        base += as->size;
    }
}

/* Busier and calmer days, and no sudden ones: a wave, a weekend, some noise. */
static void plan_days(struct making *m, uint64_t visits[CAMPAIGN_DAYS])
{
    uint64_t weights[CAMPAIGN_DAYS];

    for (uint32_t day = 0; day < CAMPAIGN_DAYS; day++) {
        uint32_t wave = day % 120 < 60 ? day % 120 : 120 - day % 120; /* 0 .. 60 */

        weights[day] = 100 + wave + rng_below(&m->rng, 40);
        if (day % 7 < 2) /* the first day was a Saturday */
            weights[day] -= 40;
    }
    apportion(m->plan->count, weights, CAMPAIGN_DAYS, visits);
}

/* Source ports do not come again within 64,512 connections of an address. */
static void choose_source(struct campaign_network *as, struct campaign_visit *visit)
{
    uint64_t round = as->begun / as->sources;

    visit->source = as->base + 1 + (uint32_t)(as->begun % as->sources);
    visit->source_port = (uint16_t)(1024 + (visit->source * 131u + round * 7919) % 64512);
    as->begun++;
}

static void plan_times(struct making *m)
{
    struct campaign_visit *visit = m->plan->visits;
    uint64_t visits[CAMPAIGN_DAYS], mail = 0;

    shuffle(&m->rng, visit, m->plan->count, sizeof *visit);
    plan_days(m, visits);
    for (uint64_t day = 0; day < CAMPAIGN_DAYS; day++)
        for (uint64_t k = 0; k < visits[day]; k++, visit++) {
            uint64_t slot_us = (uint64_t)(DAY_LAST_S - DAY_FIRST_S) * 1000000 / visits[day];

            visit->start_us = (campaign_start + day * DAY_S + DAY_FIRST_S) * 1000000 + k * slot_us +
                              rng_next(&m->rng) % slot_us;
            visit->first_mail = mail;
            visit->sensor = (uint8_t)rng_below(&m->rng, CAMPAIGN_SENSORS);
            choose_source(&m->plan->networks[visit->as], visit);
            mail += visit->mails;
        }
}

/* ---- all of it ---- */

void campaign_make(struct campaign *c, uint64_t scale, uint64_t seed)
{
    struct making m = {.plan = c, .scale = scale};

    memset(c, 0, sizeof *c);
    c->networks = new_array(CAMPAIGN_ASES, sizeof *c->networks);
    c->emails = scaled(&m, campaign_emails);
    c->recipients = scaled(&m, campaign_recipients);
    rng_init(&m.rng, seed, STREAM_CAMPAIGN);
    plan_ases(&m);
    plan_visits(&m);
    plan_origins(&m);
    plan_mails(&m);
    plan_networks(&m);
    plan_times(&m);
}

void campaign_free(struct campaign *c)
{
    free(c->visits);
    free(c->networks);
    memset(c, 0, sizeof *c);
}

static void write_network(FILE *out, const char *network, unsigned bits, const char *cc,
                          uint32_t number, const char *name)
{
    const char *quote = strchr(name, ',') ? "\"" : "";

    fprintf(out, "%s/%u,%s,%u,%s%s%s\n", network, bits, cc, number, quote, name, quote);
}

void campaign_write_networks(const struct campaign *c, FILE *out)
{
    fputs("network,cc,asn,as_name\n", out);
    for (size_t i = 0; i < CAMPAIGN_ASES; i++) {
        const struct campaign_network *as = &c->networks[i];
        char text[ADDRESS_TEXT];
        struct endpoint at;
        unsigned bits = 32;

        for (uint32_t size = as->size; size > 1; size /= 2)
            bits--;
        endpoint_set_ipv4(&at, as->base, 0);
        endpoint_text(&at, text);
        write_network(out, text, bits, as->cc, as->number, as->name);
    }
    /* the mail servers that are asked for (RFC 5737, RFC 5398) */
    write_network(out, "192.0.2.0", 24, "US", 64496, "TEST-NET-1 Mail servers");
    write_network(out, "198.51.100.0", 24, "TW", 64497, "TEST-NET-2 Mail servers");
}

uint32_t campaign_recipients_of(const struct campaign *c, uint64_t mail)
{
    return (uint32_t)((mail + 1) * c->recipients / c->emails - mail * c->recipients / c->emails);
}
