/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/mail_rows.h"

#include <glib.h>

static void put_flags(struct rows *w, uint32_t flags)
{
    static const struct {
        uint32_t flag;
        const char *word;
    } words[] = {
#define WORD(name, bit, word) {name, word},
        MAIL_FLAGS(WORD)
#undef WORD
    };
    char text[128] = "";

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (flags & words[i].flag) {
            g_strlcat(text, *text ? " " : "", sizeof text);
            g_strlcat(text, words[i].word, sizeof text);
        }
    rows_text(w, EMAILS_mail_flags, bytes_of(text));
}

static void put_url(struct rows *w, struct bytes key, const struct mail_url *u)
{
    rows_begin(w);
    rows_cells(w, URLS_ts, URLS_sensor, key);
    rows_text(w, URLS_url, u->url);
    rows_text(w, URLS_scheme, u->scheme);
    rows_text(w, URLS_host, u->host);
    rows_text(w, URLS_domain, u->domain);
    rows_text(w, URLS_part, u->part);
    rows_text(w, URLS_path, u->path);
    rows_text(w, URLS_shown_host, u->shown_host);
    rows_end(w);
}

static void put_attachment(struct rows *w, struct bytes key, const struct mail_attachment *a)
{
    rows_begin(w);
    rows_cells(w, ATTACHMENTS_ts, ATTACHMENTS_sensor, key);
    rows_text(w, ATTACHMENTS_filename, a->filename);
    rows_text(w, ATTACHMENTS_content_type, a->content_type);
    rows_uint(w, ATTACHMENTS_size, a->size);
    rows_hex(w, ATTACHMENTS_sha256, a->sha256, MAIL_SHA256_BYTES);
    rows_text(w, ATTACHMENTS_found_type, a->found_type);
    rows_end(w);
}

void mail_rows_put(const struct mail_row_files *to, struct bytes key,
                   const struct mail_result *mail, bool parts)
{
    static const struct {
        enum mail_cell cell;
        unsigned column;
    } later[] = {{MAIL_LAYOUT, EMAILS_layout}, {MAIL_TEXT_SIGNATURE, EMAILS_text_signature}};
    struct rows *w = to->email;

    for (int i = 0; i <= MAIL_LANGUAGE; i++)
        if (mail->cells[i].n)
            rows_text(w, EMAILS_subject + i, mail->cells[i]);
    if (parts && !(mail->flags & (MAIL_LOST | MAIL_LONG))) {
        rows_uint(w, EMAILS_urls, mail->url_count);
        rows_uint(w, EMAILS_attachments, mail->attachment_count);
    }
    for (int i = MAIL_PROBE; i <= MAIL_TAGS; i++)
        if (mail->cells[i].n)
            rows_text(w, EMAILS_probe + i - MAIL_PROBE, mail->cells[i]);
    if (mail->flags)
        put_flags(w, mail->flags);
    for (size_t i = 0; i < G_N_ELEMENTS(later); i++)
        if (mail->cells[later[i].cell].n)
            rows_text(w, later[i].column, mail->cells[later[i].cell]);
    for (unsigned i = 0; i < mail->url_count; i++)
        put_url(to->urls, key, &mail->urls[i]);
    for (unsigned i = 0; i < mail->attachment_count; i++)
        put_attachment(to->attachments, key, &mail->attachments[i]);
}
