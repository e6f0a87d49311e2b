/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tally_mails.h"

#include <glib.h>
#include <string.h>

#include "report/tally_cells.h"
#include "report/tally_columns.h"

#define EXTENSION_MAX 16 /* bytes; what is longer, or no word, is none */

/* ---- once a message ---- */

/* Whether a message has not had this before: `what` says in which table, `key` is a hash. */
static bool is_first(struct tally *t, uint64_t message, uint64_t what, uint64_t key)
{
    const uint64_t of[] = {message, what, key};

    return recent_add(t->recent, counter_hash((struct bytes){(const uint8_t *)of, sizeof of}));
}

/* The messages that have any at all. */
static void count_with(struct tally *t, enum tally_with what, uint64_t message)
{
    if (!message || message == t->now.with[what])
        return;
    t->now.with[what] = message;
    t->with[what] += is_first(t, message, what, 0);
}

/* ---- one body, sent more than once ---- */

static uint64_t pair_of(uint64_t body, uint64_t source)
{
    const uint64_t of[] = {body, source};

    return counter_hash((struct bytes){(const uint8_t *)of, sizeof of});
}

void hash_body(struct tally *t, struct tally_hashes *hashes)
{
    hashes->pair = pair_of(hashes->third, hashes->source);
    seen_fetch(t->body_sources, hashes->pair);
}

/* Another source than the last one's of this body.  A body of one source has no pair, so what is
 * sent once takes no memory here: the first pair is put when there is a second one. */
static void count_source(struct tally *t, struct count *body, const struct tally_hashes *hashes)
{
    enum seen_answer first = SEEN_BEFORE, answer;

    if (body->n[BODY_SOURCES] == 1)
        first = seen_add(t->body_sources, pair_of(hashes->third, body->n[BODY_SOURCE]));
    answer = seen_add(t->body_sources, hashes->pair);
    body->n[BODY_SOURCE] = hashes->source;
    if (first == SEEN_FULL || answer == SEEN_FULL)
        body->n[BODY_SOURCES] = TALLY_UNKNOWN;
    else if (body->n[BODY_SOURCES] != TALLY_UNKNOWN)
        body->n[BODY_SOURCES] += answer == SEEN_FIRST;
}

static void begin_body(struct tally *t, struct count *body, const struct bytes *cells,
                       uint64_t source)
{
    body->n[BODY_SOURCES] = 1;
    body->n[BODY_SOURCE] = source;
    body->n[BODY_FIRST] = body->n[BODY_LAST] = (uint64_t)t->now.ts;
    keep_fact(&t->messages, body, MESSAGE_SIZE, cells[CELL_EMAILS_size]);
    keep_fact(&t->messages, body, MESSAGE_MAIL_FROM, cells[CELL_EMAILS_mail_from]);
    keep_fact(&t->messages, body, MESSAGE_SUBJECT, cells[CELL_EMAILS_subject]);
}

static void count_body(struct tally *t, const struct bytes *cells,
                       const struct tally_hashes *hashes, uint64_t recipients)
{
    struct bytes key = cells[CELL_EMAILS_body_sha256];
    struct count *body;

    if (!key.n)
        return;
    body = counter_get_hashed(&t->messages, key, hashes->third);
    body->n[BODY_RECIPIENTS] += recipients;
    if (!body->n[BODY_EMAILS]++)
        begin_body(t, body, cells, hashes->source);
    if (body->index == COUNTER_REST)
        return;
    if (hashes->source != body->n[BODY_SOURCE])
        count_source(t, body, hashes);
    if (t->now.ts < (int64_t)body->n[BODY_FIRST])
        body->n[BODY_FIRST] = (uint64_t)t->now.ts;
    if (t->now.ts > (int64_t)body->n[BODY_LAST])
        body->n[BODY_LAST] = (uint64_t)t->now.ts;
}

/* ---- words about a mail ---- */

/* Names of media types and charsets are the same in capital letters. */
static void fold(struct buf *key)
{
    for (size_t i = 0; i < key->len; i++)
        key->data[i] = (uint8_t)g_ascii_tolower((gchar)key->data[i]);
}

static struct bytes charset_key(struct tally *t, struct bytes charset)
{
    key_begin(&t->now.key, charset);
    fold(&t->now.key);
    return buf_view(&t->now.key);
}

/* "dotted:subject": how, and where. */
static struct bytes probe_key(struct tally *t, struct bytes word)
{
    const uint8_t *colon = memchr(word.at, ':', word.n);
    size_t n = colon ? (size_t)(colon - word.at) : word.n;

    return tally_key2(t, (struct bytes){word.at, n}, bytes_skip(word, n + 1));
}

/* Each different word of a cell counts once. */
static void count_mail_words(struct tally *t, enum tally_with what, struct counter *c,
                             struct bytes (*key_of)(struct tally *t, struct bytes word),
                             struct bytes cell, uint64_t recipients)
{
    struct bytes rest = bytes_trim(cell), word;

    t->with[what] += rest.n > 0;
    while (rest.n) {
        word = bytes_take_word(&rest);
        if (word.n == cell.n || is_first(t, t->now.row, what, counter_hash(word)))
            count_mail(c, key_of ? key_of(t, word) : word, recipients);
    }
}

void mails_count(struct tally *t, const struct bytes *cells, const struct tally_hashes *hashes,
                 uint64_t recipients)
{
    count_body(t, cells, hashes, recipients);
    count_mail(&t->languages, cells[CELL_EMAILS_language], recipients);
    count_mail(&t->charsets, charset_key(t, cells[CELL_EMAILS_charset]), recipients);
    count_mail(&t->mailers, cells[CELL_EMAILS_mailer], recipients);
    count_mail_words(t, WITH_TAGS, &t->tags, NULL, cells[CELL_EMAILS_tags], recipients);
    count_mail_words(t, WITH_PROBES, &t->probes, probe_key, cells[CELL_EMAILS_probe], recipients);
}

/* ---- links and attachments: rows of their own, several a message ---- */

/* 0: not known. */
static uint64_t message_of(struct tally *t, struct bytes uid, struct bytes email_n)
{
    return uid.n && email_n.n ? counter_hash(tally_key2(t, uid, email_n)) | 1 : 0;
}

static void count_part(struct tally *t, struct counter *c, struct bytes key, uint64_t hash,
                       uint64_t message)
{
    struct count *count = counter_get_hashed(c, key, hash);

    count->n[PART_ROWS]++;
    if (message && is_first(t, message, (uintptr_t)c, hash))
        count->n[PART_EMAILS]++;
}

static struct bytes link_domain(const struct bytes *cells)
{
    return cells[CELL_URLS_domain].n ? cells[CELL_URLS_domain] : cells[CELL_URLS_host];
}

void count_url(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
               const struct tally_hashes *hashes)
{
    struct bytes domain = link_domain(cells), shown = cells[CELL_URLS_shown_host], pair;
    uint64_t message;
    int64_t day;

    if (!row_wanted(t, csv, cells, &day) || !domain.n)
        return;
    message = message_of(t, cells[CELL_URLS_uid], cells[CELL_URLS_email_n]);
    t->links++;
    count_part(t, &t->link_domains, domain, hashes->third, message);
    count_with(t, WITH_LINKS, message);
    if (!shown.n)
        return;
    pair = tally_key2(t, shown, cells[CELL_URLS_host]);
    count_part(t, &t->shown_links, pair, counter_hash(pair), message);
    count_with(t, WITH_SHOWN, message);
}

void hash_url(struct tally *t, const struct bytes *cells, struct tally_hashes *hashes)
{
    (void)t;
    hashes->third = counter_hash(link_domain(cells));
}

/* By its first bytes, where they are known ones; else as the sender calls it. */
static struct bytes type_key(struct tally *t, const struct bytes *cells)
{
    struct bytes found = cells[CELL_ATTACHMENTS_found_type];
    struct bytes sent = cells[CELL_ATTACHMENTS_content_type];

    key_begin(&t->now.key, found.n ? found : sent);
    fold(&t->now.key);
    key_add(&t->now.key, bytes_of(found.n ? "first bytes" : sent.n ? "sender" : ""));
    return buf_view(&t->now.key);
}

/* "Invoice.PDF.exe" -> "exe"; empty: it has none. */
static struct bytes extension_key(struct tally *t, struct bytes filename)
{
    const uint8_t *dot = filename.n ? memrchr(filename.at, '.', filename.n) : NULL;
    struct bytes found = dot ? bytes_skip(filename, (size_t)(dot - filename.at) + 1) : BYTES_NONE;

    for (size_t i = 0; i < found.n; i++)
        if (found.n > EXTENSION_MAX || !g_ascii_isalnum((gchar)found.at[i]))
            return BYTES_NONE;
    key_begin(&t->now.key, found);
    fold(&t->now.key);
    return buf_view(&t->now.key);
}

void count_attachment(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                      const struct tally_hashes *hashes)
{
    uint64_t message;
    struct bytes key;
    int64_t day;

    (void)hashes;
    if (!row_wanted(t, csv, cells, &day))
        return;
    message = message_of(t, cells[CELL_ATTACHMENTS_uid], cells[CELL_ATTACHMENTS_email_n]);
    key = type_key(t, cells);
    count_part(t, &t->attached_types, key, counter_hash(key), message);
    key = extension_key(t, cells[CELL_ATTACHMENTS_filename]);
    count_part(t, &t->attached_names, key, counter_hash(key), message);
    count_with(t, WITH_ATTACHMENTS, message);
}

/* Their few types and extensions stay in the cache. */
void hash_attachment(struct tally *t, const struct bytes *cells, struct tally_hashes *hashes)
{
    (void)t;
    (void)cells;
    (void)hashes;
}
