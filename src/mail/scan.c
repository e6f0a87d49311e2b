/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/scan.h"

void scan_fini(struct scan *s)
{
    tag_scanner_free(s->scanner);
    buf_fini(&s->headers);
    buf_fini(&s->links);
    buf_fini(&s->html);
}

static void set_facts(struct scan *s, const struct mail_facts *facts)
{
    static const struct {
        enum tag_text text;
        enum mail_fact fact;
    } list[] = {{TAG_TEXT_src_ip, FACT_SRC_IP}, {TAG_TEXT_src_cc, FACT_SRC_CC},
                {TAG_TEXT_module, FACT_MODULE}, {TAG_TEXT_target_host, FACT_TARGET_HOST},
                {TAG_TEXT_helo, FACT_HELO},     {TAG_TEXT_mail_from, FACT_MAIL_FROM}};

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        tag_set_text(s->scanner, list[i].text, facts->texts[list[i].fact]);
    tag_set_number(s->scanner, TAG_NUMBER_dst_port, facts->dst_port);
}

/* What only a whole mail has. */
static void set_mail_facts(struct scan *s, const struct scan_facts *facts)
{
    tag_set_text(s->scanner, TAG_TEXT_language, buf_view(facts->language));
    tag_set_text(s->scanner, TAG_TEXT_probe, buf_view(facts->probe));
    tag_set_number(s->scanner, TAG_NUMBER_links, facts->links);
    tag_set_number(s->scanner, TAG_NUMBER_mismatched_links, facts->mismatched_links);
    tag_set_number(s->scanner, TAG_NUMBER_attachments, facts->attachments);
}

static void set_attachment_facts(struct scan *s, struct bytes filename, struct bytes content_type,
                                 struct bytes found_type)
{
    tag_set_text(s->scanner, TAG_TEXT_filename, filename);
    tag_set_text(s->scanner, TAG_TEXT_content_type, content_type);
    tag_set_text(s->scanner, TAG_TEXT_found_type, found_type);
}

void scan_begin(struct scan *s, const struct mail_rules *rules, const struct mail_facts *facts,
                struct bytes subject)
{
    static const struct buf nothing;

    if (rules != s->rules) {
        tag_scanner_free(s->scanner);
        s->scanner = rules ? tag_scanner_new(rules) : NULL;
        s->rules = rules;
    }
    buf_clear(&s->headers);
    buf_clear(&s->links);
    buf_clear(&s->html);
    s->scanned = 0;
    s->cut = rules && !s->scanner;
    if (!s->scanner)
        return;
    tag_begin(s->scanner);
    set_facts(s, facts);
    tag_set_text(s->scanner, TAG_TEXT_subject, subject);
    tag_set_text(s->scanner, TAG_TEXT_part, bytes_of("attachment"));
    set_mail_facts(s, &(struct scan_facts){.language = &nothing, .probe = &nothing});
}

void scan_attachment(struct scan *s, struct bytes content, const struct buf *filename,
                     const struct buf *content_type, const char *found_type)
{
    if (!s->scanner)
        return;
    if (content.n > SCAN_ATTACHMENT_MAX) {
        content.n = SCAN_ATTACHMENT_MAX;
        s->cut = true;
    }
    s->scanned += content.n;
    if (s->scanned > SCAN_MAX) {
        s->cut = true;
        return;
    }
    set_attachment_facts(s, buf_view(filename), buf_view(content_type),
                         found_type ? bytes_of(found_type) : BYTES_NONE);
    s->cut |= !tag_scan(s->scanner, content);
}

void scan_link(struct scan *s, struct bytes host, struct bytes shown)
{
    if (!s->scanner)
        return;
    buf_append_text(&s->links, "link ");
    buf_append(&s->links, host.at, host.n);
    buf_append_byte(&s->links, '\n');
    if (!shown.n)
        return;
    buf_append_text(&s->links, "shown ");
    buf_append(&s->links, shown.at, shown.n);
    buf_append_text(&s->links, " at ");
    buf_append(&s->links, host.at, host.n);
    buf_append_byte(&s->links, '\n');
}

void scan_html(struct scan *s, struct bytes text)
{
    if (!s->scanner)
        return;
    if (s->html.len + text.n > SCAN_HTML_MAX) {
        text.n = SCAN_HTML_MAX - s->html.len;
        s->cut = true;
    }
    buf_append(&s->html, text.at, text.n);
}

bool scan_mail(struct scan *s, struct bytes visible, const struct scan_facts *facts,
               struct buf *tags)
{
    struct buf *whole = &s->headers;

    buf_append_byte(whole, '\n');
    buf_append(whole, visible.at, visible.n);
    buf_append_byte(whole, '\n');
    buf_append(whole, s->links.data, s->links.len);
    buf_append(whole, s->html.data, s->html.len);
    tag_set_text(s->scanner, TAG_TEXT_part, bytes_of("mail"));
    set_attachment_facts(s, BYTES_NONE, BYTES_NONE, BYTES_NONE);
    set_mail_facts(s, facts);
    s->cut |= !tag_scan(s->scanner, buf_view(whole));
    tag_put_names(s->scanner, tags);
    return !s->cut;
}
