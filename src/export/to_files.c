/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file a mail: UID-N.eml, as it was sent; or in a Maildir, with LF. */
#include <glib.h>
#include <string.h>

#include "export/added.h"
#include "export/extract.h"

struct state {
    struct out_file file;
    struct buf headers, text;
    struct line_ends_map map;
    bool maps; /* the line ends of the mail at hand */
};

static bool begin(struct extraction *e)
{
    e->state = g_new0(struct state, 1);
    return true;
}

static bool end(struct extraction *e)
{
    struct state *s = e->state;

    buf_fini(&s->file.buf);
    buf_fini(&s->headers);
    buf_fini(&s->text);
    g_free(s);
    return true;
}

static void put_part(void *context, struct bytes part)
{
    struct state *s = context;

    if (!s->maps) {
        out_file_put(&s->file, part);
        return;
    }
    buf_clear(&s->text);
    line_ends_to_lf(&s->map, part, &s->text);
    out_file_put(&s->file, buf_view(&s->text));
}

static bool put_mail(struct extraction *e, const struct mail *mail, const struct added *how,
                     const char *part, const char *name)
{
    struct state *s = e->state;
    bool good;

    buf_clear(&s->headers);
    added_headers(how, mail->envelope, &s->headers);
    s->map = (struct line_ends_map){.cr = false};
    if (!out_file_open(&s->file, &e->out, part, name))
        return out_file_close(&s->file);
    out_file_put(&s->file, buf_view(&s->headers));
    good = payload_each(mail->payload, put_part, s);
    buf_clear(&s->text);
    line_ends_finish(&s->map, &s->text);
    out_file_put(&s->file, buf_view(&s->text));
    if (!good)
        (void)out_fail(&e->out, name, "read the payload again for it");
    return out_file_close(&s->file);
}

/* The added lines have the line ends of the mail. */
static bool put_eml(struct extraction *e, const struct mail *mail)
{
    const struct added how = {.message = mail->name,
                              .ts = mail->ts,
                              .line_end = mail->line_ends == LINE_ENDS_CRLF ? "\r\n" : "\n",
                              .sha256 = mail->sha256};
    char name[NAMES_TEXT];

    g_snprintf(name, sizeof name, "%s.eml", mail->name);
    return put_mail(e, mail, &how, NULL, name);
}

static bool begin_maildir(struct extraction *e)
{
    bool good = begin(e);

    for (unsigned i = 0; good && names_maildir[i]; i++)
        good = out_make_folder(&e->out, names_maildir[i]);
    return good;
}

static bool put_maildir(struct extraction *e, const struct mail *mail)
{
    const struct added how = {.message = mail->name,
                              .ts = mail->ts,
                              .line_end = "\n",
                              .lines = line_ends_word(mail->line_ends),
                              .sha256 = mail->sha256};
    char name[NAMES_TEXT], part[NAMES_TEXT + 4], whole[NAMES_TEXT + 4];

    names_in_maildir(mail->ts, mail->name, name);
    g_snprintf(part, sizeof part, "%s/%s", names_maildir[0], name);
    g_snprintf(whole, sizeof whole, "%s/%s", names_maildir[1], name);
    ((struct state *)e->state)->maps = mail->line_ends == LINE_ENDS_CRLF;
    return put_mail(e, mail, &how, part, whole);
}

const struct mail_form form_eml = {
    .name = "eml", .recipients = true, .begin = begin, .put = put_eml, .end = end};
const struct mail_form form_maildir = {
    .name = "maildir", .recipients = true, .begin = begin_maildir, .put = put_maildir, .end = end};
