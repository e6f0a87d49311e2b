/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * iocs.csv: kind, value, first, last, count.  By the selected rows:
 *
 *   domain    a link's registered domain, or its host where that has none       urls.csv
 *   email     an envelope sender                                                emails.csv
 *   ip        who connected                                                     connections.csv
 *   link-ip   a link's host that is an address                                  urls.csv
 *   sha256    an attachment                                                     attachments.csv
 *   subject   a subject, decoded                                                emails.csv
 *   url       a link, as written                                                urls.csv
 *
 * Values as they stand in records.  `count` is rows, first and last are their times.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "export/extract.h"
#include "export/ioc_table.h"
#include "potsherd/address.h"
#include "potsherd/rows.h"

enum ioc_kind { DOMAIN, EMAIL, IP, LINK_IP, HASH, SUBJECT, URL };

/* In the order of these words. */
static const char *const words[] = {"domain", "email", "ip", "link-ip", "sha256", "subject", "url"};

struct collecting {
    struct extraction *e;
    enum record_file kind;
    struct ioc_table table;
    struct buf value;
};

static void add(struct collecting *c, enum ioc_kind kind, struct bytes cell, time_us ts)
{
    csv_cell_undouble(cell, &c->value);
    ioc_table_add(&c->table, kind, buf_view(&c->value), ts);
}

static bool is_address(struct bytes host)
{
    struct address address;

    return address_parse((const char *)host.at, host.n, &address);
}

static void add_link(struct collecting *c, const struct bytes *cells, time_us ts)
{
    struct bytes host = cells[URLS_host], domain = cells[URLS_domain];

    add(c, URL, cells[URLS_url], ts);
    if (!domain.n && is_address(host))
        add(c, LINK_IP, host, ts);
    else
        add(c, DOMAIN, domain.n ? domain : host, ts);
}

static void add_mail(struct collecting *c, const struct bytes *cells, time_us ts)
{
    struct bytes from = cells[EMAILS_mail_from];

    if (from.n != 2 || memcmp(from.at, "<>", 2) != 0)
        add(c, EMAIL, from, ts);
    add(c, SUBJECT, cells[EMAILS_subject], ts);
}

/* All kinds that are read have their time first. */
_Static_assert(CONNECTIONS_ts == 0 && EMAILS_ts == 0 && URLS_ts == 0 && ATTACHMENTS_ts == 0,
               "the column ts");

static bool take_row(void *context, struct source *source, const struct bytes *cells)
{
    struct collecting *c = context;
    time_us ts;

    if (!selection_has(&c->e->selection, c->kind, cells))
        return true;
    if (!time_parse((const char *)cells[0].at, cells[0].n, &ts)) {
        source_damaged(source, "no time");
        return true;
    }
    if (c->kind == RECORD_CONNECTIONS)
        add(c, IP, cells[CONNECTIONS_src_ip], ts);
    else if (c->kind == RECORD_EMAILS)
        add_mail(c, cells, ts);
    else if (c->kind == RECORD_URLS)
        add_link(c, cells, ts);
    else
        add(c, HASH, cells[ATTACHMENTS_sha256], ts);
    return true;
}

static void begin_file(void *context, const char *path, const struct source *source)
{
    struct collecting *c = context;

    selection_look_at_file(&c->e->selection, &c->e->set, c->kind, path, source);
}

static void collect(struct collecting *c)
{
    static const enum record_file kinds[] = {RECORD_CONNECTIONS, RECORD_EMAILS, RECORD_URLS,
                                             RECORD_ATTACHMENTS};
    const struct record_reader reader = {begin_file, take_row, c};
    unsigned all = 0;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        all |= 1u << kinds[i];
    selection_make(&c->e->selection, &c->e->set, all);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        c->kind = kinds[i];
        record_set_read(&c->e->set, c->kind, &reader);
    }
}

static void put_row(struct collecting *c, const struct ioc *ioc, struct out_file *file)
{
    char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX], rest[2 * TIME_TEXT_MAX + 32];
    int n;

    time_format(ioc->first, first);
    time_format(ioc->last, last);
    n = snprintf(rest, sizeof rest, ",%s,%s,%" PRIu64 "\n", first, last, ioc->count);
    buf_clear(&c->value);
    buf_append_text(&c->value, words[ioc->kind]);
    buf_append_byte(&c->value, ',');
    rows_append_cell(&c->value, ioc_value(&c->table, ioc));
    buf_append(&c->value, rest, (size_t)n);
    out_file_put(file, buf_view(&c->value));
}

static bool write_table(struct collecting *c)
{
    size_t n = ioc_table_sort(&c->table);
    struct out_file file = {.fd = -1};
    bool good = out_file_open(&file, &c->e->out, NULL, NAMES_IOCS);

    if (good)
        out_file_put(&file, bytes_of("kind,value,first,last,count\n"));
    for (size_t i = 0; good && i < n; i++)
        put_row(c, ioc_table_nth(&c->table, i), &file);
    good = out_file_close(&file);
    buf_fini(&file.buf);
    if (good)
        log_info("%s/" NAMES_IOCS ": %zu indicators", c->e->out.path, n);
    return good;
}

bool extract_iocs(struct extraction *e)
{
    struct collecting c = {.e = e};
    bool good;

    collect(&c);
    good = write_table(&c);
    if (c.table.left_out)
        log_warn("iocs: more than %" PRIu32 " different values: %" PRIu64 " sightings of others "
                 "are left out; select fewer rows",
                 IOCS_MAX, c.table.left_out);
    good = good && !c.table.left_out;
    ioc_table_fini(&c.table);
    buf_fini(&c.value);
    return good;
}
