/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/analysis.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "mail/found_type.h"
#include "mail/inline_files.h"
#include "mail/language.h"
#include "mail/layout.h"
#include "mail/links.h"
#include "mail/mime.h"
#include "mail/parameters.h"
#include "mail/signature.h"
#include "mail/visible.h"
#include "mail/words.h"
#include "mail/worker_link.h"

#define PART_TEXT_MAX (8 << 20) /* bytes of a part that are looked at as text */
#define VISIBLE_MAX   (1 << 20) /* bytes of a mail's visible text */

void analysis_fini(struct analysis *a)
{
    headers_fini(&a->headers);
    for (int i = 0; i < MAIL_CELLS; i++)
        buf_fini(&a->cells[i]);
    buf_fini(&a->charset);
    for (unsigned i = 0; a->attachments && i < MAIL_ATTACHMENTS_MAX; i++) {
        buf_fini(&a->attachments[i].filename);
        buf_fini(&a->attachments[i].content_type);
    }
    mem_free(a->attachments);
    buf_fini(&a->contents);
    probe_fini(&a->probe);
    scan_fini(&a->scan);
    parameter_fini(&a->parameter);
    buf_fini(&a->filename);
    buf_fini(&a->inlined);
    buf_fini(&a->urls);
    buf_fini(&a->text);
    buf_fini(&a->visible);
    buf_fini(&a->prose);
    buf_fini(&a->host);
    buf_fini(&a->domain);
    digest_free(a->digest);
}

/* --- text --- */

struct decoding {
    const struct charsets *charsets;
    struct bytes declared; /* charset */
    struct buf *out;
};

static void put_text(void *context, struct bytes charset, struct bytes text)
{
    const struct decoding *d = context;

    if (!charset.n)
        charset_guess(d->charsets, d->declared, text, d->out);
    else if (!charset_convert(d->charsets, charset, text, d->out))
        charset_guess(d->charsets, BYTES_NONE, text, d->out);
}

static void decode(const struct analysis *a, const struct charsets *charsets,
                   enum header_name header, struct buf *out)
{
    struct decoding d = {charsets, buf_view(&a->charset), out};
    struct words_sink sink = {&d, put_text};

    words_decode(buf_view(&a->headers.values[header]), &sink);
}

/* --- parts --- */

static void set_text(struct buf *to, const char *text)
{
    buf_clear(to);
    if (text)
        buf_append(to, text, strnlen(text, MAIL_NAME_MAX));
}

static void keep_content(struct analysis *a, struct attachment *of, struct bytes content)
{
    of->has_content = a->wants_contents && content.n <= MAIL_CONTENTS_MAX - a->contents.len;
    if (of->has_content)
        buf_append(&a->contents, content.at, content.n);
}

/* `name` may be longer than what is kept of it. */
static void add_attachment(struct analysis *a, struct bytes name, const char *content_type,
                           struct bytes content)
{
    struct attachment *to;

    if (a->attachment_count == MAIL_ATTACHMENTS_MAX) {
        a->flags |= MAIL_MANY_PARTS;
        return;
    }
    if (!a->attachments)
        a->attachments = mem_new(MAIL_ATTACHMENTS_MAX * sizeof *a->attachments);
    to = &a->attachments[a->attachment_count++];
    buf_set(&to->filename, name.at, name.n < MAIL_NAME_MAX ? name.n : MAIL_NAME_MAX);
    set_text(&to->content_type, content_type);
    to->found_type = found_type(content);
    to->size = content.n;
    digest_begin(a->digest, DIGEST_SHA256);
    digest_add(a->digest, content);
    digest_end(a->digest, to->sha256);
    keep_content(a, to, content);
    scan_attachment(&a->scan, content, &to->filename, &to->content_type, to->found_type);
}

static bool read_parameter(struct analysis *a, const struct charsets *charsets, const char *header,
                           const char *name)
{
    struct decoding d = {charsets, buf_view(&a->charset), &a->filename};
    struct words_sink sink = {&d, put_text};
    struct bytes value = {(const uint8_t *)header, header ? strnlen(header, HEADER_VALUE_MAX) : 0};

    buf_clear(&a->filename);
    if (!parameter_read(value, name, &a->parameter))
        return false;
    if (a->parameter.encoded)
        put_text(&d, buf_view(&a->parameter.charset), buf_view(&a->parameter.value));
    else
        words_decode(buf_view(&a->parameter.value), &sink);
    return true;
}

/* RFC 2183 section 2.3; RFC 2046 had it in the type.  In a->filename. */
static bool read_name(struct analysis *a, const struct charsets *charsets,
                      const struct mime_part *part)
{
    return (read_parameter(a, charsets, part->disposition_header, "filename") && a->filename.len) ||
           (read_parameter(a, charsets, part->type_header, "name") && a->filename.len);
}

static bool begins(const char *type, const char *with)
{
    return type && bytes_begin_nocase(bytes_of(type), with);
}

struct parts {
    struct analysis *analysis;
    const struct mail_tools *tools;
    unsigned number;   /* of the part that is read */
    struct buf layout; /* of the text part that was read last */
};

static void put_url(void *context, const struct link_found *link)
{
    struct parts *p = context;
    struct analysis *a = p->analysis;
    char part[16];
    struct bytes texts[MAIL_URL_TEXTS] = {
        link->url,  bytes_of(link->scheme), BYTES_NONE, BYTES_NONE, BYTES_NONE, link->path,
        link->shown};
    struct mail_answer_url head;

    if (a->url_count == MAIL_URLS_MAX) {
        a->flags |= MAIL_MANY_LINKS;
        return;
    }
    a->url_count++;
    a->mismatched += link->shown.n > 0;
    scan_link(&a->scan, link->host, link->shown);
    snprintf(part, sizeof part, "%u", p->number);
    texts[4] = bytes_of(part);
    buf_set(&a->host, link->host.at, link->host.n);
    domain_to_ascii(&a->host);
    texts[2] = buf_view(&a->host);
    buf_clear(&a->domain);
    if (!link->is_address)
        domain_registered(p->tools->domains, &a->host, &a->domain);
    texts[3] = buf_view(&a->domain);
    for (int i = 0; i < MAIL_URL_TEXTS; i++)
        head.n[i] = (uint32_t)texts[i].n;
    buf_append(&a->urls, &head, sizeof head);
    for (int i = 0; i < MAIL_URL_TEXTS; i++)
        buf_append(&a->urls, texts[i].at, texts[i].n);
}

/* As UTF-8, in a->text. */
static void decode_part(struct analysis *a, const struct charsets *charsets,
                        const struct mime_part *part)
{
    struct bytes text = part->content;
    struct bytes charset = part->charset ? bytes_of(part->charset) : BYTES_NONE;

    if (text.n > PART_TEXT_MAX) {
        a->flags |= MAIL_LONG_PARTS;
        text.n = PART_TEXT_MAX;
    }
    buf_clear(&a->text);
    if (!charset.n || !charset_convert(charsets, charset, text, &a->text))
        charset_guess(charsets, BYTES_NONE, text, &a->text);
}

static void read_text(struct parts *p, const struct mime_part *part)
{
    struct analysis *a = p->analysis;
    struct link_sink sink = {put_url, p};
    bool html = begins(part->content_type, "text/html");
    bool seen = !part->attached && (html || begins(part->content_type, "text/plain"));
    bool whole = true;
    struct bytes text;

    decode_part(a, p->tools->charsets, part);
    text = buf_view(&a->text);
    p->number = part->number;
    if (html)
        links_in_html(text, &sink);
    else
        links_in_text(text, &sink);
    if (seen)
        whole = html ? visible_html(text, &a->visible, VISIBLE_MAX)
                     : visible_text(text, &a->visible, VISIBLE_MAX);
    if (!whole)
        a->flags |= MAIL_LONG_TEXT;
    if (html)
        scan_html(&a->scan, text);
    if (html)
        layout_of_html(text, &p->layout);
    else
        layout_of_text(text, &p->layout);
}

static void put_inline_file(void *context, const struct inline_file *file)
{
    struct parts *p = context;
    struct analysis *a = p->analysis;

    buf_clear(&a->filename);
    charset_guess(p->tools->charsets, BYTES_NONE, file->name, &a->filename);
    add_attachment(a, buf_view(&a->filename), file->type, file->content);
}

/* An attachment has a name, or is marked as one, or is no text. */
static void take_part(void *context, const struct mime_part *part)
{
    struct parts *p = context;
    struct analysis *a = p->analysis;
    bool text = begins(part->content_type, "text/");

    if (text) {
        probe_look(&a->probe, PROBE_TEXT, part->content);
        read_text(p, part);
    }
    if (text && !a->has_text) {
        a->has_text = true;
        set_text(&a->cells[MAIL_CHARSET], part->charset);
    }
    if (read_name(a, p->tools->charsets, part) || part->attached ||
        (!text && !begins(part->content_type, "message/")))
        add_attachment(a, buf_view(&a->filename), part->content_type, part->content);
    if (text)
        inline_files(part->content, &a->inlined, &(struct inline_sink){put_inline_file, p});
}

/* What the text is, and whose other texts it is like. */
static void look_at_text(struct analysis *a)
{
    const char *language;

    buf_clear(&a->prose);
    visible_prose(buf_view(&a->visible), &a->prose, VISIBLE_MAX);
    signature_of(buf_view(&a->prose), &a->cells[MAIL_TEXT_SIGNATURE]);
    buf_clear(&a->prose);
    visible_prose(buf_view(&a->visible), &a->prose, LANGUAGE_BYTES_MAX);
    language = language_of((const char *)a->prose.data, a->prose.len);
    buf_append_text(&a->cells[MAIL_LANGUAGE], language ? language : "");
}

static void read_parts(struct analysis *a, const struct mail_tools *tools, struct bytes text)
{
    struct parts p = {.analysis = a, .tools = tools};
    struct buf *layout = &a->cells[MAIL_LAYOUT];
    struct mime_result result;
    struct layout tree;

    if (!a->digest)
        a->digest = digest_new();
    a->has_text = false;
    layout_begin(&tree, layout, LAYOUT_LEVELS_MAX);
    result = mime_read(text, &tree, take_part, &p);
    layout_end(&tree);
    if (!result.is_tree && a->has_text)
        buf_set(layout, p.layout.data, p.layout.len);
    buf_fini(&p.layout);
    a->flags |= result.too_many ? MAIL_MANY_PARTS : 0u;
    a->flags |= result.too_long ? MAIL_LONG_PARTS : 0u;
    look_at_text(a);
}

/* --- the whole --- */

static bool is_text(const struct buf *media_type)
{
    return bytes_begin_nocase(buf_view(media_type), "text/");
}

/* RFC 2045 section 5.2: without a type it is text/plain; its charset stays open. */
static void read_type(struct analysis *a)
{
    struct bytes value = buf_view(&a->headers.values[HEADER_CONTENT_TYPE]);

    parameters_type(value, &a->cells[MAIL_CONTENT_TYPE]);
    (void)parameter_read(value, "charset", &a->parameter);
    value = buf_view(&a->parameter.value);
    value = bytes_take_word(&value);
    buf_set(&a->charset, value.at, value.n);
    if (is_text(&a->cells[MAIL_CONTENT_TYPE]))
        buf_append(&a->cells[MAIL_CHARSET], a->charset.data, a->charset.len);
}

static uint32_t flags_of(const struct headers *h)
{
    return (h->too_long ? MAIL_LONG_HEADERS : 0u) | (h->too_many ? MAIL_MANY_HEADERS : 0u) |
           (h->cut ? MAIL_CUT_HEADER : 0u);
}

/* Subjects are looked at as they were sent, too: what base64 hides is a form of its own. */
static void look_for_probe(struct analysis *a, struct bytes block, const struct mail_facts *facts)
{
    probe_begin(&a->probe, &facts->us);
    probe_look(&a->probe, PROBE_SUBJECT, buf_view(&a->headers.values[HEADER_SUBJECT]));
    probe_look(&a->probe, PROBE_SUBJECT, buf_view(&a->cells[MAIL_SUBJECT]));
    probe_look(&a->probe, PROBE_HEADERS, block);
    probe_look(&a->probe, PROBE_HELO, facts->texts[FACT_HELO]);
    probe_look(&a->probe, PROBE_RECIPIENT, facts->texts[FACT_RECIPIENTS]);
}

/* Each header on a line, decoded. */
static void put_headers(struct analysis *a, const struct charsets *charsets, struct bytes block)
{
    struct decoding d = {charsets, buf_view(&a->charset), &a->scan.headers};
    struct words_sink sink = {&d, put_text};

    for (unsigned n = 0; n < HEADERS_MAX && headers_next(&block, &a->text); n++) {
        words_decode(buf_view(&a->text), &sink);
        buf_append_byte(&a->scan.headers, '\n');
    }
}

static void find_tags(struct analysis *a, const struct charsets *charsets, struct bytes block)
{
    const struct scan_facts facts = {.language = &a->cells[MAIL_LANGUAGE],
                                     .probe = &a->cells[MAIL_PROBE],
                                     .links = a->url_count,
                                     .mismatched_links = a->mismatched,
                                     .attachments = a->attachment_count};

    if (!a->scan.scanner)
        return;
    put_headers(a, charsets, block);
    if (!scan_mail(&a->scan, buf_view(&a->visible), &facts, &a->cells[MAIL_TAGS]))
        a->flags |= MAIL_CUT_TAGS;
}

void analysis_run(struct analysis *a, const struct mail_tools *tools, struct bytes text, bool parts,
                  const struct mail_facts *facts)
{
    static const struct {
        enum mail_cell cell;
        enum header_name header;
    } decoded[] = {{MAIL_SUBJECT, HEADER_SUBJECT}, {MAIL_FROM, HEADER_FROM},
                   {MAIL_TO, HEADER_TO},           {MAIL_MESSAGE_ID, HEADER_MESSAGE_ID},
                   {MAIL_DATE, HEADER_DATE},       {MAIL_MAILER, HEADER_X_MAILER}};

    struct bytes block = {text.at, headers_length(text)};

    for (int i = 0; i < MAIL_CELLS; i++)
        buf_clear(&a->cells[i]);
    a->attachment_count = a->url_count = a->mismatched = 0;
    buf_clear(&a->urls);
    buf_clear(&a->contents);
    buf_clear(&a->visible);
    headers_read(&a->headers, block);
    a->flags = flags_of(&a->headers);
    read_type(a);
    for (size_t i = 0; i < sizeof decoded / sizeof *decoded; i++)
        decode(a, tools->charsets, decoded[i].header, &a->cells[decoded[i].cell]);
    if (!a->headers.has[HEADER_X_MAILER])
        decode(a, tools->charsets, HEADER_USER_AGENT, &a->cells[MAIL_MAILER]);
    look_for_probe(a, block, facts);
    scan_begin(&a->scan, tools->rules, facts, buf_view(&a->cells[MAIL_SUBJECT]));
    if (parts)
        read_parts(a, tools, text);
    buf_append(&a->cells[MAIL_PROBE], a->probe.found.data, a->probe.found.len);
    find_tags(a, tools->charsets, block);
}
