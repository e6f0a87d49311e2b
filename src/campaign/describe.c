/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/describe.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WORDS_MAX 20 /* of a cell with the most frequent values */
#define DAY_US    (INT64_C(86400) * TIME_SECOND)

static bool keep_row(void *context, struct bytes bytes, uint64_t rows, bool part)
{
    struct description *d = context;

    (void)rows;
    (void)part;
    buf_append(&d->row, bytes.at, bytes.n);
    return true;
}

void describe_init(struct description *d, struct campaign_files *out, struct sorter *rows)
{
    *d = (struct description){.out = out, .rows = rows, .digest = digest_new()};
    rows_init(&d->cells, RECORD_CAMPAIGNS, NULL, (struct row_sink){keep_row, d});
}

void describe_fini(struct description *d)
{
    for (int i = 0; i < DESCRIBE_VALUES; i++)
        values_fini(&d->values[i]);
    digest_free(d->digest);
    rows_fini(&d->cells);
    buf_fini(&d->row);
    buf_fini(&d->text);
    buf_fini(&d->sample_uid);
    buf_fini(&d->sample_email_n);
}

uint64_t describe_id(struct description *d, struct bytes shared)
{
    uint8_t sum[SHA256_BYTES];
    uint64_t id;

    digest_begin(d->digest, DIGEST_SHA256);
    digest_add(d->digest, shared);
    digest_end(d->digest, sum);
    memcpy(&id, sum, sizeof id);
    return GUINT64_FROM_BE(id);
}

void describe_begin(struct description *d, const char *kind, uint64_t id)
{
    d->kind = kind;
    g_snprintf(d->id, sizeof d->id, "%016" PRIx64, id);
    d->emails = d->recipients = 0;
    for (int i = 0; i < DESCRIBE_VALUES; i++)
        values_clear(&d->values[i]);
}

/* --- a message --- */

static void count_text(struct description *d, unsigned which, struct bytes text, time_us ts)
{
    if (text.n)
        (void)values_add(&d->values[which], feature_hash(FEATURE_KINDS, text), text, ts);
}

static void count_tags(struct description *d, struct bytes tags, time_us ts)
{
    struct bytes rest = bytes_trim(tags);

    while (rest.n)
        count_text(d, OF_TAGS, bytes_take_word(&rest), ts);
}

static void count_day(struct description *d, time_us ts)
{
    char day[TIME_TEXT_MAX];
    size_t n = time_format(ts - ts % DAY_US, day);

    count_text(d, OF_DAYS, (struct bytes){(const uint8_t *)day, n}, ts);
}

static void count_module_port(struct description *d, const struct message *m)
{
    buf_set(&d->text, m->facts[ABOUT_MODULE].at, m->facts[ABOUT_MODULE].n);
    buf_append_byte(&d->text, ' ');
    buf_append(&d->text, m->facts[ABOUT_DST_PORT].at, m->facts[ABOUT_DST_PORT].n);
    count_text(d, OF_MODULE_PORTS, buf_view(&d->text), m->ts);
}

static void put_email(struct description *d, const struct message *m)
{
    struct rows *rows = &d->out->rows[OUT_EMAILS];

    rows_begin(rows);
    rows_cell(rows, CAMPAIGN_EMAILS_uid, m->facts[ABOUT_UID]);
    rows_cell(rows, CAMPAIGN_EMAILS_email_n, m->facts[ABOUT_EMAIL_N]);
    rows_cell(rows, CAMPAIGN_EMAILS_campaign, bytes_of(d->id));
    rows_end(rows);
}

void describe_message(struct description *d, const struct message *m)
{
    static const struct {
        enum describe_values to;
        enum message_fact fact;
    } texts[] = {{OF_SOURCES, ABOUT_SRC_IP},          {OF_ASES, ABOUT_SRC_ASN},
                 {OF_COUNTRIES, ABOUT_SRC_CC},        {OF_SENSORS, ABOUT_SENSOR},
                 {OF_MODULES, ABOUT_MODULE},          {OF_PORTS, ABOUT_DST_PORT},
                 {OF_FROM_DOMAINS, ABOUT_FROM_DOMAIN}};

    if (!d->emails++) {
        d->first = d->last = m->ts;
        buf_set(&d->sample_uid, m->facts[ABOUT_UID].at, m->facts[ABOUT_UID].n);
        buf_set(&d->sample_email_n, m->facts[ABOUT_EMAIL_N].at, m->facts[ABOUT_EMAIL_N].n);
    }
    d->recipients += m->recipients;
    d->first = m->ts < d->first ? m->ts : d->first;
    d->last = m->ts > d->last ? m->ts : d->last;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        count_text(d, texts[i].to, m->facts[texts[i].fact], m->ts);
    count_tags(d, m->facts[ABOUT_TAGS], m->ts);
    count_day(d, m->ts);
    count_module_port(d, m);
    for (unsigned i = 0; i < m->feature_count; i++)
        (void)values_add(&d->values[OF_FEATURES + m->features[i].kind], m->features[i].hash,
                         m->features[i].text, m->ts);
    put_email(d, m);
}

/* --- its rows --- */

static void put_words(struct description *d, unsigned column, struct values *v)
{
    const struct value *sorted = values_sort(v);
    char more[32];

    buf_clear(&d->text);
    for (size_t i = 0; i < v->count && i < WORDS_MAX; i++) {
        if (i)
            buf_append_byte(&d->text, ' ');
        buf_append(&d->text, values_text(v, &sorted[i]).at, values_text(v, &sorted[i]).n);
    }
    if (v->count > WORDS_MAX) {
        g_snprintf(more, sizeof more, " +%zu", v->count - WORDS_MAX);
        buf_append_text(&d->text, more);
    }
    rows_cell(&d->cells, column, buf_view(&d->text));
}

/* The values that all messages have. */
static size_t put_shared(struct description *d, unsigned column, struct values *v)
{
    const struct value *sorted = values_sort(v);
    size_t shared = 0;

    buf_clear(&d->text);
    for (; shared < v->count && sorted[shared].count == d->emails; shared++) {
        if (shared)
            buf_append_byte(&d->text, '|');
        buf_append(&d->text, values_text(v, &sorted[shared]).at, values_text(v, &sorted[shared]).n);
    }
    rows_cell(&d->cells, column, buf_view(&d->text));
    return shared;
}

static void put_varies(struct description *d, const size_t shared[FEATURE_KINDS])
{
    static const char *const names[] = {
#define NAME(NAME, name) #name,
        FEATURE_LIST(NAME)
#undef NAME
    };
    char text[64];

    buf_clear(&d->text);
    for (int i = 0; i < FEATURE_KINDS; i++) {
        const struct values *v = &d->values[OF_FEATURES + i];

        if (v->count <= shared[i])
            continue;
        g_snprintf(text, sizeof text, "%s%s:%zu%s", d->text.len ? " " : "", names[i],
                   v->count - shared[i], v->is_cut ? "+" : "");
        buf_append_text(&d->text, text);
    }
    rows_cell(&d->cells, CAMPAIGNS_varies, buf_view(&d->text));
}

static void put_features(struct description *d)
{
    size_t shared[FEATURE_KINDS];

    for (int i = 0; i < FEATURE_KINDS; i++)
        shared[i] =
            put_shared(d, CAMPAIGNS_content_type + (unsigned)i, &d->values[OF_FEATURES + i]);
    put_varies(d, shared);
}
_Static_assert(CAMPAIGNS_link_path - CAMPAIGNS_content_type == FEATURE_KINDS - 1,
               "a column for each kind of feature");

static void put_campaign(struct description *d)
{
    static const struct {
        unsigned column;
        enum describe_values of;
    } counts[] = {{CAMPAIGNS_days, OF_DAYS},
                  {CAMPAIGNS_sources, OF_SOURCES},
                  {CAMPAIGNS_ases, OF_ASES},
                  {CAMPAIGNS_countries, OF_COUNTRIES},
                  {CAMPAIGNS_sensors, OF_SENSORS}};
    uint64_t falling = GUINT64_TO_BE(UINT64_MAX - d->emails);

    rows_begin(&d->cells);
    rows_word(&d->cells, CAMPAIGNS_campaign, d->id);
    rows_word(&d->cells, CAMPAIGNS_kind, d->kind);
    rows_uint(&d->cells, CAMPAIGNS_emails, d->emails);
    rows_uint(&d->cells, CAMPAIGNS_recipients, d->recipients);
    rows_time(&d->cells, CAMPAIGNS_first, d->first);
    rows_time(&d->cells, CAMPAIGNS_last, d->last);
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        rows_uint(&d->cells, counts[i].column, d->values[counts[i].of].count);
    put_words(d, CAMPAIGNS_modules, &d->values[OF_MODULES]);
    put_words(d, CAMPAIGNS_ports, &d->values[OF_PORTS]);
    put_words(d, CAMPAIGNS_languages, &d->values[OF_FEATURES + FEATURE_LANGUAGE]);
    rows_uint(&d->cells, CAMPAIGNS_link_domains,
              d->values[OF_FEATURES + FEATURE_LINK_DOMAIN].count);
    rows_uint(&d->cells, CAMPAIGNS_mail_from_domains, d->values[OF_FROM_DOMAINS].count);
    put_words(d, CAMPAIGNS_tags, &d->values[OF_TAGS]);
    put_features(d);
    rows_cell(&d->cells, CAMPAIGNS_sample_uid, buf_view(&d->sample_uid));
    rows_cell(&d->cells, CAMPAIGNS_sample_email_n, buf_view(&d->sample_email_n));
    rows_end(&d->cells);
    buf_clear(&d->row);
    buf_append(&d->row, &falling, sizeof falling);
    (void)rows_flush(&d->cells);
    sorter_put(d->rows, buf_view(&d->row));
}

static void put_sources(struct description *d)
{
    struct values *v = &d->values[OF_SOURCES];
    const struct value *sorted = values_sort(v);
    struct rows *rows = &d->out->rows[OUT_SOURCES];

    for (size_t i = 0; i < v->count; i++) {
        rows_begin(rows);
        rows_word(rows, CAMPAIGN_SOURCES_campaign, d->id);
        rows_cell(rows, CAMPAIGN_SOURCES_src_ip, values_text(v, &sorted[i]));
        rows_uint(rows, CAMPAIGN_SOURCES_emails, sorted[i].count);
        rows_time(rows, CAMPAIGN_SOURCES_first, sorted[i].first);
        rows_time(rows, CAMPAIGN_SOURCES_last, sorted[i].last);
        rows_end(rows);
    }
}

static void put_ports(struct description *d)
{
    struct values *v = &d->values[OF_MODULE_PORTS];
    const struct value *sorted = values_sort(v);
    struct rows *rows = &d->out->rows[OUT_PORTS];

    for (size_t i = 0; i < v->count; i++) {
        struct bytes port = values_text(v, &sorted[i]), module = bytes_take_word(&port);

        rows_begin(rows);
        rows_word(rows, CAMPAIGN_PORTS_campaign, d->id);
        rows_cell(rows, CAMPAIGN_PORTS_module, module);
        rows_cell(rows, CAMPAIGN_PORTS_dst_port, port);
        rows_uint(rows, CAMPAIGN_PORTS_emails, sorted[i].count);
        rows_end(rows);
    }
}

static int by_first(const void *a, const void *b)
{
    const struct value *x = a, *y = b;

    return (x->first > y->first) - (x->first < y->first);
}

static void put_days(struct description *d)
{
    struct values *v = &d->values[OF_DAYS];
    struct rows *rows = &d->out->rows[OUT_DAYS];

    (void)values_sort(v);
    if (v->count)
        qsort(v->places, v->count, sizeof *v->places, by_first);
    for (size_t i = 0; i < v->count; i++) {
        rows_begin(rows);
        rows_word(rows, CAMPAIGN_DAYS_campaign, d->id);
        rows_cell(rows, CAMPAIGN_DAYS_day, values_text(v, &v->places[i]));
        rows_uint(rows, CAMPAIGN_DAYS_emails, v->places[i].count);
        rows_end(rows);
    }
}

void describe_end(struct description *d)
{
    bool cut = false;

    for (int i = 0; i < DESCRIBE_VALUES; i++)
        cut |= d->values[i].is_cut;
    d->cut += cut;
    d->campaigns++;
    d->in_campaigns += d->emails;
    put_campaign(d);
    put_sources(d);
    put_ports(d);
    put_days(d);
}

void describe_write(struct description *d)
{
    struct bytes row;

    while (sorter_next(d->rows, &row))
        rows_take(&d->out->rows[OUT_CAMPAIGNS], bytes_skip(row, sizeof(uint64_t)), 1, false);
}
