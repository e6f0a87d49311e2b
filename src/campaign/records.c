/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/records.h"

#include <glib.h>
#include <string.h>

#include "base/number.h"
#include "campaign/shape.h"
#include "potsherd/csv_reader.h"

enum file_kind { KIND_EMAILS, KIND_URLS, KIND_ATTACHMENTS, KINDS };

static const struct listing_kind kinds[KINDS] = {
    {"emails", ".csv"}, {"urls", ".csv"}, {"attachments", ".csv"}};

/* The first four are those of every kind. */
#define COMMON                                                                                     \
    {"uid", true}, {"email_n", true}, {"ts", true},                                                \
    {                                                                                              \
        "sensor", false                                                                            \
    }
enum { CELL_UID, CELL_EMAIL_N, CELL_TS, CELL_SENSOR, COMMON_CELLS };

enum {
    EMAIL_SRC_IP = COMMON_CELLS,
    EMAIL_SRC_CC,
    EMAIL_SRC_ASN,
    EMAIL_MODULE,
    EMAIL_DST_PORT,
    EMAIL_TAGS,
    EMAIL_MAIL_FROM,
    EMAIL_RCPT_COUNT,
    EMAIL_SIGNATURE,
    EMAIL_CONTENT_TYPE,
    EMAIL_CHARSET,
    EMAIL_LANGUAGE,
    EMAIL_LAYOUT,
    EMAIL_SUBJECT,
    EMAIL_CELLS
};
static const struct csv_column email_columns[] = {
    COMMON,
    {"src_ip", false},
    {"src_cc", false},
    {"src_asn", false},
    {"module", false},
    {"dst_port", false},
    {"tags", false},
    {"mail_from", false},
    {"rcpt_count", false},
    {"text_signature", false},
    {"content_type", false},
    {"charset", false},
    {"language", false},
    {"layout", false},
    {"subject", false},
};

enum { URL_HOST = COMMON_CELLS, URL_DOMAIN, URL_PATH, URL_CELLS };
static const struct csv_column url_columns[] = {
    COMMON, {"host", false}, {"domain", false}, {"path", false}};

enum { ATTACHMENT_FILENAME = COMMON_CELLS, ATTACHMENT_CELLS };
static const struct csv_column attachment_columns[] = {COMMON, {"filename", false}};

static const struct {
    const struct csv_column *columns;
    unsigned n;
} files_have[KINDS] = {
    {email_columns, EMAIL_CELLS}, {url_columns, URL_CELLS}, {attachment_columns, ATTACHMENT_CELLS}};

struct shared {
    const struct listing *files;
    const struct campaign_options *options;
    size_t memory; /* of a thread */
    gint next;     /* file */
};

struct reader { /* of one thread */
    struct shared *shared;
    GThread *thread;
    struct sorter *sorter;
    struct csv_damage damage;
    unsigned failed;
    struct message message;
    struct buf record, text, signature;
};

bool records_list(struct listing *files, const struct campaign_options *o, struct failure *failure)
{
    listing_init(files, kinds, KINDS);
    for (int i = 0; i < o->dir_count; i++)
        if (!listing_add(files, o->dirs[i], failure))
            return false;
    listing_sort(files);
    for (guint i = 0; i < files->unread->len; i++)
        log_info("%s", (const char *)g_ptr_array_index(files->unread, i));
    return true;
}

/* --- rows --- */

static bool is_wanted(const struct campaign_options *o, const struct bytes *cells, time_us ts)
{
    struct bytes sensor = cells[CELL_SENSOR];

    return period_holds(&o->period, ts) &&
           (!o->sensor || (sensor.n == strlen(o->sensor) &&
                           (!sensor.n || memcmp(sensor.at, o->sensor, sensor.n) == 0)));
}

static void begin_record(struct reader *r, const struct bytes *cells, uint8_t what)
{
    uint8_t key[MESSAGE_KEY_BYTES];

    message_key(cells[CELL_UID], cells[CELL_EMAIL_N], key);
    buf_clear(&r->record);
    buf_append(&r->record, key, sizeof key);
    buf_append_byte(&r->record, what);
}

/* In small letters, as names of domains are the same. */
static struct bytes domain_of(struct bytes address, struct buf *memory)
{
    const uint8_t *at = address.n ? memrchr(address.at, '@', address.n) : NULL;

    buf_clear(memory);
    if (!at)
        return BYTES_NONE;
    address = bytes_skip(address, (size_t)(at - address.at) + 1);
    for (size_t i = 0; i < address.n; i++)
        buf_append_byte(memory, (uint8_t)g_ascii_tolower((gchar)address.at[i]));
    return buf_view(memory);
}

static struct bytes signature_bytes(struct bytes hex, struct buf *memory)
{
    buf_clear(memory);
    if (hex.n % 2 || hex.n > 2 * (size_t)MESSAGE_SIGNATURE_MAX)
        return BYTES_NONE;
    for (size_t i = 0; i < hex.n; i += 2) {
        int high = number_hex_digit(hex.at[i]), low = number_hex_digit(hex.at[i + 1]);

        if (high < 0 || low < 0)
            return BYTES_NONE;
        buf_append_byte(memory, (uint8_t)(high << 4 | low));
    }
    return buf_view(memory);
}

static void take_email(struct reader *r, const struct bytes *cells, time_us ts)
{
    static const struct {
        enum message_fact fact;
        unsigned cell;
    } facts[] = {{ABOUT_UID, CELL_UID},          {ABOUT_EMAIL_N, CELL_EMAIL_N},
                 {ABOUT_SRC_IP, EMAIL_SRC_IP},   {ABOUT_SRC_CC, EMAIL_SRC_CC},
                 {ABOUT_SRC_ASN, EMAIL_SRC_ASN}, {ABOUT_SENSOR, CELL_SENSOR},
                 {ABOUT_MODULE, EMAIL_MODULE},   {ABOUT_DST_PORT, EMAIL_DST_PORT},
                 {ABOUT_TAGS, EMAIL_TAGS}};
    static const struct {
        enum feature_kind kind;
        unsigned cell;
    } features[] = {{FEATURE_CONTENT_TYPE, EMAIL_CONTENT_TYPE},
                    {FEATURE_CHARSET, EMAIL_CHARSET},
                    {FEATURE_LANGUAGE, EMAIL_LANGUAGE},
                    {FEATURE_LAYOUT, EMAIL_LAYOUT},
                    {FEATURE_SUBJECT, EMAIL_SUBJECT}};
    struct message *m = &r->message;

    message_clear(m);
    m->ts = ts;
    for (size_t i = 0; i < G_N_ELEMENTS(facts); i++)
        m->facts[facts[i].fact] = cells[facts[i].cell];
    m->facts[ABOUT_FROM_DOMAIN] = domain_of(cells[EMAIL_MAIL_FROM], &r->text);
    (void)number_parse(cells[EMAIL_RCPT_COUNT], UINT64_MAX, &m->recipients);
    m->signature = signature_bytes(cells[EMAIL_SIGNATURE], &r->signature);
    for (size_t i = 0; i < G_N_ELEMENTS(features); i++)
        message_add_feature(m, features[i].kind, cells[features[i].cell]);
    begin_record(r, cells, RECORD_OF_MESSAGE);
    message_pack(m, &r->record);
    sorter_put(r->sorter, buf_view(&r->record));
}

static void put_feature(struct reader *r, const struct bytes *cells, enum feature_kind kind,
                        struct bytes text)
{
    uint64_t hash = feature_hash(kind, text);

    if (!text.n)
        return;
    begin_record(r, cells, RECORD_OF_FEATURE);
    buf_append_byte(&r->record, (uint8_t)kind);
    buf_append(&r->record, &hash, sizeof hash);
    text = feature_text(text);
    buf_append(&r->record, text.at, text.n);
    sorter_put(r->sorter, buf_view(&r->record));
}

static void take_row(struct reader *r, enum file_kind kind, const struct bytes *cells, time_us ts)
{
    switch (kind) {
    case KIND_EMAILS:
        take_email(r, cells, ts);
        return;
    case KIND_URLS:
        put_feature(r, cells, FEATURE_LINK_DOMAIN, cells[URL_DOMAIN]);
        put_feature(r, cells, FEATURE_LINK_HOST, cells[URL_HOST]);
        shape_of_path(cells[URL_PATH], &r->text);
        put_feature(r, cells, FEATURE_LINK_PATH, buf_view(&r->text));
        return;
    case KIND_ATTACHMENTS:
        put_feature(r, cells, FEATURE_ATTACHMENT, cells[ATTACHMENT_FILENAME]);
        return;
    case KINDS:
        return;
    }
}

/* --- files --- */

static void read_file(struct reader *r, const struct listed_file *file)
{
    struct failure failure = {""};
    struct csv_reader *csv = csv_reader_open(file->path, files_have[file->kind].columns,
                                             files_have[file->kind].n, &r->damage, &failure);
    const struct bytes *cells;
    time_us ts;

    while (csv && (cells = csv_reader_next(csv)) != NULL)
        if (!cells[CELL_UID].n || !cells[CELL_EMAIL_N].n)
            csv_reader_damaged(csv, "no uid or email_n");
        else if (!time_parse((const char *)cells[CELL_TS].at, cells[CELL_TS].n, &ts))
            csv_reader_damaged(csv, "no time");
        else if (is_wanted(r->shared->options, cells, ts))
            take_row(r, (enum file_kind)file->kind, cells, ts);
    if (!csv || csv_reader_failed(csv, &failure)) {
        log_warn("%s", failure.text);
        r->failed++;
    }
    csv_reader_close(csv);
}

static gpointer read_files(gpointer reader)
{
    struct reader *r = reader;
    struct shared *s = r->shared;
    guint next;

    while ((next = (guint)g_atomic_int_add(&s->next, 1)) < s->files->files->len)
        read_file(r, g_ptr_array_index(s->files->files, next));
    buf_fini(&r->record);
    buf_fini(&r->text);
    buf_fini(&r->signature);
    return NULL;
}

struct sorter *records_read(const struct listing *files, const struct campaign_options *o,
                            struct records_read *result)
{
    struct shared shared = {.files = files, .options = o, .memory = o->memory / 2 / o->jobs};
    struct reader *readers = g_new0(struct reader, o->jobs);
    struct sorter *all;

    for (uint64_t i = 0; i < o->jobs; i++) {
        struct reader *r = &readers[i];

        r->shared = &shared;
        r->sorter = sorter_new(o->output, shared.memory, false);
        if (i + 1 < o->jobs)
            r->thread = g_thread_new("read", read_files, r);
        else
            read_files(r);
    }
    *result = (struct records_read){.files = files->files->len};
    all = readers[o->jobs - 1].sorter;
    for (uint64_t i = 0; i < o->jobs; i++) {
        if (readers[i].thread) {
            g_thread_join(readers[i].thread);
            sorter_join(all, readers[i].sorter);
        }
        result->damaged_rows += readers[i].damage.rows;
        result->failed += readers[i].failed;
    }
    g_free(readers);
    return all;
}
