/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of mails, each once, named by its SHA-256; and index.csv, with a row for each time one was
 * sent.  Mails are read by a worker that can do nothing else (potsherd/mail.h), and what it answers
 * is not believed either: names are made here, of hashes that are made here.
 */
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "export/extract.h"
#include "potsherd/mail.h"
#include "potsherd/rows.h"

#define UNREAD_LOGGED 10

struct state {
    struct mail_reader *reader;
    struct digest *digest;
    struct out_file index;
    struct buf row;
    uint64_t rows, files;
    uint64_t lost;     /* mails that the worker did not survive */
    uint64_t capped;   /* mails of which not all was read, for a cap */
    uint64_t too_much; /* attachments that had no room in the answer */
};

static bool begin(struct extraction *e)
{
    struct state *s = g_new0(struct state, 1);

    e->state = s;
    s->reader = mail_reader_new(e->options->mail, e->options->mail_context, e->options->mail_place);
    s->digest = digest_new();
    if (!out_file_open(&s->index, &e->out, NULL, NAMES_INDEX))
        return false;
    out_file_put(&s->index, bytes_of("sha256,size,content_type,found_type,filename,uid,email_n\n"));
    return true;
}

/* --- a file --- */

static bool write_file(struct extraction *e, const char *name, struct bytes content)
{
    struct state *s = e->state;
    struct out_file file = {.fd = -1};

    if (out_has(&e->out, name))
        return true; /* it was sent before */
    if (out_file_open(&file, &e->out, NULL, name))
        out_file_put(&file, content);
    s->files++;
    (void)out_file_close(&file);
    buf_fini(&file.buf);
    return !out_failed(&e->out);
}

static void put_row(struct state *s, const struct mail *mail, const char *hash,
                    const struct mail_attachment *a)
{
    char number[32];

    buf_clear(&s->row);
    buf_append_text(&s->row, hash);
    snprintf(number, sizeof number, ",%" PRIu64 ",", a->size);
    buf_append_text(&s->row, number);
    rows_append_text(&s->row, a->content_type);
    buf_append_byte(&s->row, ',');
    rows_append_text(&s->row, a->found_type);
    buf_append_byte(&s->row, ',');
    rows_append_text(&s->row, a->filename);
    snprintf(number, sizeof number, ",%016" PRIx64, mail->uid);
    buf_append_text(&s->row, number);
    snprintf(number, sizeof number, ",%" PRIu32 "\n", mail->n);
    buf_append_text(&s->row, number);
    out_file_put(&s->index, buf_view(&s->row));
    s->rows++;
}

/* One without its content keeps its row: what is known of it is in the records, too. */
static bool put_attachment(struct extraction *e, const struct mail *mail,
                           const struct mail_attachment *a)
{
    struct state *s = e->state;
    uint8_t sha256[SHA256_BYTES];
    char name[NAMES_DIGITS + 1];

    memcpy(sha256, a->sha256, sizeof sha256);
    if (a->content.n == a->size) {
        digest_begin(s->digest, DIGEST_SHA256);
        digest_add(s->digest, a->content);
        digest_end(s->digest, sha256);
    }
    names_hash(sha256, name);
    if (a->content.n != a->size)
        s->too_much++;
    else if (!write_file(e, name, a->content))
        return false;
    put_row(s, mail, name, a);
    return !out_failed(&e->out);
}

/* --- a mail --- */

static size_t read_payload(void *payload, uint64_t at, uint8_t *to, size_t n)
{
    return payload_read(payload, at, to, n);
}

static bool put(struct extraction *e, const struct mail *mail)
{
    const uint32_t caps = MAIL_LONG | MAIL_MANY_PARTS | MAIL_LONG_PARTS;
    const struct mail_source source = {mail->payload->size, read_payload, mail->payload};
    const struct mail_facts facts = {.us = {.family = 0}};
    struct state *s = e->state;
    struct mail_result result;

    mail_reader_put(s->reader, &source, MAIL_CONTENTS, &facts);
    mail_reader_get(s->reader, &result);
    if (result.flags & MAIL_LOST && s->lost++ < UNREAD_LOGGED)
        log_warn("%s: could not be read", mail->name);
    s->capped += (result.flags & caps) != 0;
    for (unsigned i = 0; i < result.attachment_count; i++)
        if (!put_attachment(e, mail, &result.attachments[i]))
            return false;
    return true;
}

/* --- the end --- */

static void say_counts(const struct extraction *e)
{
    const struct state *s = e->state;

    log_info("%s: %" PRIu64 " attachments of %" PRIu64 " mails, %" PRIu64 " different files",
             e->out.path, s->rows, e->written, s->files);
    if (s->capped)
        log_warn("%" PRIu64 " mails are longer, or have more parts, than is read of one: not all "
                 "of their attachments are here",
                 s->capped);
    if (s->too_much)
        log_warn("%" PRIu64 " attachments are in index.csv alone: with those before them in their "
                 "mails they are too large",
                 s->too_much);
    if (s->lost)
        log_warn("%" PRIu64 " mails could not be read: their attachments are not here", s->lost);
}

static bool end(struct extraction *e)
{
    struct state *s = e->state;
    bool good = out_file_close(&s->index) && !s->lost && !s->too_much;

    if (!out_failed(&e->out) && e->written)
        say_counts(e);
    mail_reader_free(s->reader);
    digest_free(s->digest);
    buf_fini(&s->index.buf);
    buf_fini(&s->row);
    g_free(s);
    return good;
}

const struct mail_form form_attachments = {
    .name = "attachments", .begin = begin, .put = put, .end = end, .says = true};
