/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mkrecords: the records of a capture that mkpcap makes with the same options, without packets:
 * emails.csv, urls.csv and attachments.csv of many millions of mails.
 *
 * What campaigns are found by is what `potsherd replay` of the capture gives: content_type,
 * charset, language, layout, subject and text_signature, links, names and types of files.  All of
 * it comes from what the mail was made of; only language and text_signature are computed as
 * potsherd does, from the text that a reader sees.  Of the others there are Message-ID, source and
 * envelope sender, and times that are a little off; what belongs to packets and bytes is empty.
 * tests/tools/campaigns.t compares.
 */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "args.h"
#include "mail/language.h"
#include "mail/signature.h"
#include "mail/visible.h"
#include "potsherd/rows.h"
#include "spam-mime.h"
#include "spam-pcap.h"

#define SOURCES_BASE 0xc6120000u /* as mkpcap: 198.18.0.0/15 */
#define VISIBLE_MAX  (1 << 20)

static const struct arg options[SPAM_OPTIONS] = {SPAM_OPTION_ROWS};

struct file {
    struct rows rows;
    FILE *out;
    char path[4096];
};

struct making {
    struct spam_plan plan;
    struct file emails, urls, attachments;
    FILE *truth;
    struct buf prose, signature;
};

struct place { /* of a mail: how its rows in all files begin */
    time_us ts;
    uint8_t uid[8];
    uint32_t email_n;
};

static void die(const char *what)
{
    fprintf(stderr, "mkrecords: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* ---- files ---- */

static bool put_rows(void *context, struct bytes bytes, uint64_t rows, bool part)
{
    struct file *file = context;

    (void)rows, (void)part;
    if (fwrite(bytes.at, 1, bytes.n, file->out) != bytes.n)
        die(file->path);
    return true;
}

static void file_open(struct file *file, const char *folder, enum record_file kind)
{
    struct buf header = {0};

    snprintf(file->path, sizeof file->path, "%s/%s.csv", folder, record_schema(kind)->name);
    file->out = fopen(file->path, "w");
    if (!file->out)
        die(file->path);
    rows_init(&file->rows, kind, NULL, (struct row_sink){put_rows, file});
    rows_header(record_schema(kind), &header);
    (void)put_rows(file, buf_view(&header), 0, false);
    buf_fini(&header);
}

static void file_close(struct file *file)
{
    (void)rows_flush(&file->rows);
    rows_fini(&file->rows);
    if (fclose(file->out))
        die(file->path);
}

/* ---- rows ---- */

/* The first columns of the three files are the same ones. */
static void begin_row(struct rows *w, const struct place *place)
{
    rows_begin(w);
    rows_time(w, EMAILS_ts, place->ts);
    rows_hex(w, EMAILS_uid, place->uid, sizeof place->uid);
    rows_uint(w, EMAILS_email_n, place->email_n);
}

static const char *language_of_prose(struct making *m, struct bytes visible)
{
    buf_clear(&m->prose);
    visible_prose(visible, &m->prose, VISIBLE_MAX);
    signature_of(buf_view(&m->prose), &m->signature);
    buf_clear(&m->prose);
    visible_prose(visible, &m->prose, LANGUAGE_BYTES_MAX);
    return language_of((const char *)m->prose.data, m->prose.len);
}

static unsigned url_count(const struct spam_content *c)
{
    bool both = spam_content_has_html(c) && spam_content_has_plain(c);

    return c->link_count << both;
}

static void write_email(struct making *m, const struct place *place, const struct spam_visit *visit,
                        const struct spam_content *c)
{
    uint32_t ip = SOURCES_BASE + visit->source;
    struct address source = address_v4(
        (uint8_t[]){(uint8_t)(ip >> 24), (uint8_t)(ip >> 16), (uint8_t)(ip >> 8), (uint8_t)ip});
    const char *language = language_of_prose(m, bytes_of(spam_mime_visible(c)));
    struct rows *w = &m->emails.rows;
    char layout[SPAM_LAYOUT_BYTES];

    spam_content_layout(c, layout);
    begin_row(w, place);
    rows_ip(w, EMAILS_src_ip, &source);
    rows_uint(w, EMAILS_src_port, visit->source_port);
    rows_word(w, EMAILS_mail_from, c->from);
    rows_bool(w, EMAILS_complete, true);
    rows_word(w, EMAILS_subject, c->subject);
    rows_word(w, EMAILS_message_id, c->message_id);
    rows_word(w, EMAILS_header_date, c->date);
    rows_word(w, EMAILS_mailer, c->mailer);
    rows_word(w, EMAILS_content_type, spam_content_type(c));
    rows_word(w, EMAILS_charset, c->template->charset->name);
    rows_word(w, EMAILS_language, language ? language : "");
    rows_uint(w, EMAILS_urls, url_count(c));
    rows_uint(w, EMAILS_attachments, c->file_name[0] != '\0');
    rows_word(w, EMAILS_layout, layout);
    rows_text(w, EMAILS_text_signature, buf_view(&m->signature));
    rows_end(w);
}

static void write_url(struct making *m, const struct place *place, const struct spam_link *link,
                      unsigned part, bool html)
{
    char url[sizeof link->host + sizeof link->path + 8];
    struct rows *w = &m->urls.rows;

    snprintf(url, sizeof url, "http://%s%s", link->host, link->path);
    begin_row(w, place);
    rows_word(w, URLS_url, url);
    rows_word(w, URLS_scheme, "http");
    rows_word(w, URLS_host, link->host);
    rows_word(w, URLS_domain, link->domain);
    rows_uint(w, URLS_part, part);
    rows_word(w, URLS_path, link->path);
    if (html)
        rows_word(w, URLS_shown_host, link->shown);
    rows_end(w);
}

static void write_urls(struct making *m, const struct place *place, const struct spam_content *c)
{
    unsigned part = 1;

    for (int html = 0; html < 2; html++) {
        if (!(html ? spam_content_has_html(c) : spam_content_has_plain(c)))
            continue;
        for (unsigned i = 0; i < c->link_count; i++)
            write_url(m, place, &c->links[i], part, html);
        part++;
    }
}

static void write_attachment(struct making *m, const struct place *place,
                             const struct spam_content *c)
{
    struct rows *w = &m->attachments.rows;

    if (!c->file_name[0])
        return;
    begin_row(w, place);
    rows_word(w, ATTACHMENTS_filename, c->file_name);
    rows_word(w, ATTACHMENTS_content_type, c->file_type);
    rows_uint(w, ATTACHMENTS_size, c->file_size);
    rows_end(w);
}

/* ---- mails ---- */

static void write_mail(struct making *m, const struct spam_visit *visit, uint32_t nth)
{
    static struct spam_content content; /* large */
    struct spam_template template;
    uint64_t number = visit->first_mail + nth, campaign = visit->campaign[nth];
    struct place place = {.ts = (time_us)(visit->start_us + (nth + 1) * 500000u),
                          .email_n = nth + 1};

    for (unsigned i = 0; i < sizeof place.uid; i++)
        place.uid[i] = (uint8_t)((visit->number + 1) * 0x9e3779b97f4a7c15u >> 8 * i);
    spam_template_make(&m->plan, campaign, number, &template);
    spam_content_make(&m->plan, &template, number, &content);
    write_email(m, &place, visit, &content);
    write_urls(m, &place, &content);
    write_attachment(m, &place, &content);
    if (m->truth)
        spam_truth_row(m->truth, content.message_id, campaign, template.weak);
}

static void write_all(struct making *m)
{
    struct spam_visit visit;

    for (uint64_t i = 0; i < m->plan.visits; i++) {
        spam_plan_visit(&m->plan, i, &visit);
        for (uint32_t k = 0; k < visit.mails; k++)
            write_mail(m, &visit, k);
    }
}

/* ---- the command ---- */

static void open_all(struct making *m, const char *folder, const char *truth)
{
    if (mkdir(folder, 0750) && errno != EEXIST)
        die(folder);
    file_open(&m->emails, folder, RECORD_EMAILS);
    file_open(&m->urls, folder, RECORD_URLS);
    file_open(&m->attachments, folder, RECORD_ATTACHMENTS);
    if (!truth)
        return;
    m->truth = fopen(truth, "w");
    if (!m->truth)
        die(truth);
    spam_truth_header(m->truth);
}

static void close_all(struct making *m, const char *truth)
{
    file_close(&m->emails);
    file_close(&m->urls);
    file_close(&m->attachments);
    if (m->truth && (ferror(m->truth) | fclose(m->truth)))
        die(truth);
    buf_fini(&m->prose);
    buf_fini(&m->signature);
    spam_plan_free(&m->plan);
}

int main(int argc, char **argv)
{
    static struct making m;
    struct arg_value values[SPAM_OPTIONS] = {{0}};
    int operands;

    spam_plan_defaults(values);
    operands = args_parse(argc, argv, options, SPAM_OPTIONS, values);
    if (operands < 0) {
        puts(
            "usage: mkrecords [options] FOLDER\n"
            "Writes emails.csv, urls.csv and attachments.csv of the mails that mkpcap --campaigns\n"
            "makes with the same options.\n");
        args_print(options, SPAM_OPTIONS);
        return 0;
    }
    if (operands != 1)
        args_wrong(argv[0], "needs one folder to write into");
    /* CLD2 takes and frees a large piece for each text: two thirds of the time where the system
     * has it back each time */
    (void)mallopt(M_TRIM_THRESHOLD, 64 << 20);
    (void)mallopt(M_MMAP_THRESHOLD, 64 << 20);
    spam_plan_make(&m.plan, values);
    open_all(&m, argv[1], values[SPAM_TRUTH].text);
    write_all(&m);
    close_all(&m, values[SPAM_TRUTH].text);
    return 0;
}
