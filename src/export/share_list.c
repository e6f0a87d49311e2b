/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of addresses.
 *
 *   list       list.csv for firewalls: address, first, last, count of mails, AS and its name
 *   abuseipdb  abuseipdb-1.csv, ...: the bulk report of AbuseIPDB, in parts of the size that it
 *              takes (10,000 lines with the heading, 2 MB): IP, Categories, ReportDate, Comment
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "export/share.h"
#include "potsherd/rows.h"

#define PART_LINES    10000 /* with the heading */
#define PART_BYTES    2000000
#define EMAIL_SPAM    "11" /* the category */
#define ABUSE_HEADING "IP,Categories,ReportDate,Comment\n"

/* --- for firewalls --- */

static bool begin_list(struct share *s)
{
    if (!share_open(s, NULL, NULL, NAMES_LIST))
        return false;
    buf_append_text(&s->out, "address,first,last,count,asn,as_name\n");
    return true;
}

static bool list_source(struct share *s, const struct share_network *network, enum share_kind kind,
                        const struct share_found *source)
{
    char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX], text[2 * TIME_TEXT_MAX + 32];

    (void)kind;
    time_format(source->first, first);
    time_format(source->last, last);
    buf_append(&s->out, source->value.at, source->value.n);
    snprintf(text, sizeof text, ",%s,%s,%" PRIu64 ",", first, last, source->count);
    buf_append_text(&s->out, text);
    if (network->as) {
        snprintf(text, sizeof text, "%" PRIu32, network->as);
        buf_append_text(&s->out, text);
    }
    buf_append_byte(&s->out, ',');
    rows_append_text(&s->out, buf_view(&network->name));
    buf_append_byte(&s->out, '\n');
    share_put(s);
    return !out_failed(&s->e.out);
}

static bool end_list(struct share *s)
{
    return s->file.fd >= 0 && share_close(s);
}

const struct share_format share_list = {
    .name = "list", .begin = begin_list, .found = list_source, .end = end_list};

/* --- AbuseIPDB --- */

struct parts {
    unsigned number, lines;
    size_t bytes;
};

static bool next_part(struct share *s, struct parts *parts, size_t more)
{
    char name[NAMES_TEXT];

    if (s->file.fd >= 0 && parts->lines < PART_LINES && parts->bytes + more <= PART_BYTES)
        return true;
    if (s->file.fd >= 0 && !share_close(s))
        return false;
    snprintf(name, sizeof name, NAMES_ABUSEIPDB "%u.csv", ++parts->number);
    parts->lines = 1;
    parts->bytes = sizeof ABUSE_HEADING - 1;
    if (!share_open(s, NULL, NULL, name))
        return false;
    out_file_put(&s->file, bytes_of(ABUSE_HEADING));
    return true;
}

static bool begin_abuseipdb(struct share *s)
{
    s->state = MEM_NEW(struct parts);
    return next_part(s, s->state, 0);
}

/* The comment has nothing of a stranger's, since anybody reads it there. */
static bool abuseipdb_source(struct share *s, const struct share_network *network,
                             enum share_kind kind, const struct share_found *source)
{
    char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX], text[320];
    struct parts *parts = s->state;
    int n;

    (void)network;
    (void)kind;
    time_format(source->first, first);
    time_format(source->last, last);
    n = snprintf(
        text, sizeof text,
        "%.*s," EMAIL_SPAM ",%s,\"Spam sent through a honeypot (open proxy or relay): %" PRIu64
        " mails, the first %s, the last %s\"\n",
        (int)source->value.n, (const char *)source->value.at, first, source->count, first, last);
    if (!next_part(s, parts, (size_t)n))
        return false;
    out_file_put(&s->file, (struct bytes){(const uint8_t *)text, (size_t)n});
    parts->lines++;
    parts->bytes += (size_t)n;
    return !out_failed(&s->e.out);
}

static bool end_abuseipdb(struct share *s)
{
    mem_free(s->state);
    return s->file.fd >= 0 && share_close(s);
}

const struct share_format share_abuseipdb = {
    .name = "abuseipdb", .begin = begin_abuseipdb, .found = abuseipdb_source, .end = end_abuseipdb};
