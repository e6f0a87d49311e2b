/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All mails in one mboxrd file, with LF. */
#include <glib.h>

#include "export/added.h"
#include "export/extract.h"
#include "potsherd/mbox.h"

struct state {
    struct output_place place;
    struct mbox *mbox;
    struct buf headers, text;
    struct line_ends_map map;
    bool maps; /* the line ends of the mail at hand */
};

static bool is_well(struct extraction *e)
{
    const struct state *s = e->state;
    const struct output_file *file = mbox_file_of(s->mbox);

    if (output_file_failed(file) && !out_failed(&e->out))
        e->out.failure = file->failure;
    return !out_failed(&e->out);
}

static bool begin(struct extraction *e)
{
    struct state *s = g_new0(struct state, 1);

    e->state = s;
    s->place = (struct output_place){.dir_fd = e->out.fd, .dir = e->out.path};
    s->mbox = mbox_open(&s->place, NAMES_MBOX, (struct mbox_sink){NULL, NULL});
    return is_well(e);
}

static void put_part(void *context, struct bytes part)
{
    struct state *s = context;

    if (!s->maps) {
        mbox_text(s->mbox, part);
        return;
    }
    buf_clear(&s->text);
    line_ends_to_lf(&s->map, part, &s->text);
    mbox_text(s->mbox, buf_view(&s->text));
}

/* The format ends each mail with a line end: that one is not the mail's is said. */
static bool put(struct extraction *e, const struct mail *mail)
{
    struct state *s = e->state;
    char *lines =
        g_strconcat(line_ends_word(mail->line_ends), mail->open_end ? " no-end" : "", NULL);
    const struct added how = {.message = mail->name,
                              .ts = mail->ts,
                              .line_end = "\n",
                              .lines = lines,
                              .sha256 = mail->sha256};

    buf_clear(&s->headers);
    added_headers(&how, mail->envelope, &s->headers);
    s->map = (struct line_ends_map){.cr = false};
    s->maps = mail->line_ends == LINE_ENDS_CRLF;
    mbox_begin(s->mbox, mail->name, mail->ts);
    mbox_text(s->mbox, buf_view(&s->headers));
    g_free(lines);
    if (!payload_each(mail->payload, put_part, s)) {
        mbox_abandon(s->mbox);
        return out_fail(&e->out, NAMES_MBOX ".mbox", "read a payload again for it");
    }
    buf_clear(&s->text);
    line_ends_finish(&s->map, &s->text);
    mbox_text(s->mbox, buf_view(&s->text));
    mbox_end(s->mbox);
    return is_well(e);
}

static bool end(struct extraction *e)
{
    struct state *s = e->state;

    (void)output_file_finish(mbox_file_of(s->mbox));
    (void)is_well(e);
    mbox_free(s->mbox);
    buf_fini(&s->headers);
    buf_fini(&s->text);
    g_free(s);
    return !out_failed(&e->out);
}

const struct mail_form form_mbox = {
    .name = "mbox", .recipients = true, .begin = begin, .put = put, .end = end};
