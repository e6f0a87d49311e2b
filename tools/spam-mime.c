/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spam-mime.h"

#include "spam-encode.h"

#include <string.h>

struct making {
    const struct spam_plan *plan;
    struct spam_content *content;
    struct text *out;  /* the mail */
    struct text *body; /* of a part, before its encoding */
    struct text *utf8; /* ... and before its charset */
    unsigned boundary;
};

/* ---- bodies, as UTF-8 ---- */

static void link_as_plain(struct text *out, const struct spam_content *c,
                          const struct spam_link *link)
{
    text_print(out, "%s http://%s%s\r\n", c->template->language->click, link->host, link->path);
}

static void body_as_plain(struct text *out, const struct spam_content *c)
{
    for (unsigned i = 0; i < c->block_count; i++) {
        const struct spam_text_block *block = &c->blocks[i];

        if (i)
            text_add_string(out, "\r\n");
        for (unsigned k = 0; k < block->lines; k++) {
            text_add_string(out, c->lines[block->first + k]);
            text_add_string(out, "\r\n");
        }
        if (!block->lines)
            link_as_plain(out, c, &c->links[block->link]);
    }
}

static void add_url(struct text *out, const struct spam_link *link)
{
    text_print(out, "http://%s", link->host);
    for (const char *p = link->path; *p; p++)
        if (*p == '&')
            text_add_string(out, "&amp;");
        else
            text_add(out, p, 1);
}

static const char *text_of(const struct spam_content *c, const struct spam_link *link)
{
    return link->shown[0] ? link->shown : c->template->language->click;
}

static void block_as_html(struct text *out, const struct spam_content *c,
                          const struct spam_text_block *block)
{
    const char *element = spam_elements[block->element];
    bool table = strcmp(element, "table") == 0, list = strcmp(element, "ul") == 0;

    text_print(out, "<%s>%s", element, table ? "<tr><td>" : list ? "<li>" : "");
    for (unsigned k = 0; k < block->lines; k++) {
        text_add_string(out, k ? "<br>\r\n" : "");
        text_add_string(out, c->lines[block->first + k]);
    }
    if (!block->lines) {
        text_add_string(out, "<a href=\"");
        add_url(out, &c->links[block->link]);
        text_print(out, "\">%s</a>", text_of(c, &c->links[block->link]));
    }
    text_print(out, "%s</%s>\r\n", table ? "</td></tr>" : list ? "</li>" : "", element);
}

static void head_as_html(struct text *out, const struct spam_content *c)
{
    const char *head = spam_heads[c->template->layout.head];

    text_add_string(out, "<html>");
    if (!*head)
        return;
    text_add_string(out, "<head>");
    if (strstr(head, "meta"))
        text_print(out, "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=%s\">\r\n",
                   c->template->charset->name);
    if (strstr(head, "title"))
        text_print(out, "<title>%s</title>\r\n", c->template->brand);
    if (strstr(head, "style"))
        text_add_string(out, "<style type=\"text/css\">p { color: #202020 }</style>\r\n");
    text_add_string(out, "</head>\r\n");
}

static void body_as_html(struct text *out, const struct spam_content *c)
{
    const struct spam_layout *layout = &c->template->layout;
    unsigned end = c->block_count - layout->buster;

    head_as_html(out, c);
    text_add_string(out, "<body>\r\n");
    for (unsigned i = 0; i < end; i++)
        block_as_html(out, c, &c->blocks[i]);
    if (layout->image) {
        text_add_string(out, "<img src=\"");
        add_url(out, &c->links[c->link_count - 1]);
        text_add_string(out, "\" width=1 height=1>\r\n");
    }
    if (layout->buster)
        block_as_html(out, c, &c->blocks[end]);
    text_add_string(out, "</body></html>\r\n");
}

/* ---- parts ---- */

static void add_type(struct making *m, bool html)
{
    static const char *const encodings[] = {"7bit", "quoted-printable", "base64"};
    const struct spam_template *t = m->content->template;
    bool eight_bit = t->encoding == ENCODING_PLAIN && t->charset->eight_bit;

    text_print(m->out, "Content-Type: text/%s;\r\n\tcharset=\"%s\"\r\n", html ? "html" : "plain",
               t->charset->name);
    text_print(m->out, "Content-Transfer-Encoding: %s\r\n\r\n",
               eight_bit ? "8bit" : encodings[t->encoding]);
}

static void add_text(struct making *m, bool html)
{
    const struct spam_template *t = m->content->template;

    m->utf8->len = m->body->len = 0;
    if (html)
        body_as_html(m->utf8, m->content);
    else
        body_as_plain(m->utf8, m->content);
    add_type(m, html);
    text_add_converted(m->body, t->charset, m->utf8->at, m->utf8->len);
    text_add_encoded(m->out, t->encoding, m->body);
}

static void add_boundary(struct making *m, const char *end)
{
    text_print(m->out, "--=_Part_%08x%s\r\n", m->boundary, end);
}

static void add_file(struct making *m)
{
    static uint8_t bytes[SPAM_FILE_BYTES];
    const struct spam_content *c = m->content;

    spam_content_file(m->plan, c, bytes);
    text_print(m->out, "Content-Type: %s; name=\"%s\"\r\n", c->file_type, c->file_name);
    text_print(m->out, "Content-Transfer-Encoding: base64\r\n");
    text_print(m->out, "Content-Disposition: %s; filename=\"%s\"\r\n\r\n",
               c->template->layout.shape == SHAPE_RELATED ? "inline" : "attachment", c->file_name);
    text_add_base64(m->out, bytes, c->file_size, 76);
}

static void add_multipart(struct making *m)
{
    const struct spam_content *c = m->content;
    bool plain = spam_content_has_plain(c), html = spam_content_has_html(c);

    m->boundary = (unsigned)rng_next(&m->content->rng);
    text_print(m->out, "Content-Type: %s;\r\n\tboundary=\"=_Part_%08x\"\r\n\r\n",
               spam_content_type(c), m->boundary);
    for (int i = 0; i < 2; i++)
        if (i ? html : plain) {
            add_boundary(m, "");
            add_text(m, i);
        }
    if (c->file_name[0]) {
        add_boundary(m, "");
        add_file(m);
    }
    add_boundary(m, "--");
}

/* ---- the mail ---- */

/* The same campaign sends its subject as it is and in either encoding. */
static void add_subject(struct making *m)
{
    struct spam_content *c = m->content;
    bool encode = rng_below(&c->rng, 4) == 0, quoted = rng_below(&c->rng, 2);

    text_add_string(m->out, "Subject: ");
    text_add_words(m->out, c->template->charset, c->subject, encode, quoted);
    text_add_string(m->out, "\r\n");
}

void spam_mime_write(const struct spam_plan *plan, struct spam_content *c, struct mail *mail)
{
    static struct text out, body, utf8; /* used again */
    struct making m = {plan, c, &out, &body, &utf8, 0};
    enum spam_shape shape = c->template->layout.shape;

    out.len = 0;
    text_print(&out, "Message-ID: %s\r\nFrom: <%s>\r\nTo: <%s>\r\n", c->message_id, c->from, c->to);
    add_subject(&m);
    text_print(&out, "Date: %s\r\nX-Mailer: %s\r\nMIME-Version: 1.0\r\n", c->date, c->mailer);
    if (shape == SHAPE_HTML || shape == SHAPE_PLAIN)
        add_text(&m, shape == SHAPE_HTML);
    else
        add_multipart(&m);
    snprintf(mail->from, sizeof mail->from, "%s", c->from);
    mail_set(mail, out.at, out.len);
}

/* ---- what is seen ---- */

/* Links stand where they are seen, so that readers which leave them out can be asked, too. */
const char *spam_mime_visible(const struct spam_content *c)
{
    static struct text seen; /* used again */

    seen.len = 0;
    for (int html = 0; html < 2; html++) {
        if (!(html ? spam_content_has_html(c) : spam_content_has_plain(c)))
            continue;
        for (unsigned i = 0; i < c->block_count; i++) {
            const struct spam_text_block *block = &c->blocks[i];

            for (unsigned k = 0; k < block->lines; k++)
                text_print(&seen, "%s\n", c->lines[block->first + k]);
            if (block->lines)
                continue;
            if (html)
                text_print(&seen, "%s\n", text_of(c, &c->links[block->link]));
            else
                link_as_plain(&seen, c, &c->links[block->link]);
        }
    }
    text_add(&seen, "", 1);
    return seen.at;
}
