/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reports of one mail each, with its evidence: the lines that say how it came (added.h), and the
 * mail, redacted.  Those without a payload come last, without evidence.
 */
#include <string.h>

#include "export/added.h"
#include "export/share.h"

struct gathering {
    struct buf *out;
    bool cut;
};

static void add_part(void *context, struct bytes part)
{
    struct gathering *g = context;
    size_t room = SHARE_EVIDENCE_MAX - g->out->len;

    if (part.n > room) {
        g->cut = true;
        part.n = room;
    }
    buf_append(g->out, part.at, part.n);
}

/* How it came is not said of the honeypot: reports reach those who look for them. */
static bool gather(struct share *s, const struct mail *from, const struct share_mail *mail)
{
    const struct added how = {.message = mail->name,
                              .ts = mail->ts,
                              .line_end = from->line_ends == LINE_ENDS_CRLF ? "\r\n" : "\n",
                              .hides_sensor = true};
    struct bytes missing = mail->shown.cells[ENVELOPE_MISSING];
    bool gaps = missing.n && (missing.n != 1 || missing.at[0] != '0');
    struct gathering g = {.out = &s->evidence};
    struct buf headers = {0};
    bool good;

    buf_clear(&s->evidence);
    added_headers(&how, &mail->shown, &headers);
    add_part(&g, buf_view(&headers));
    buf_fini(&headers);
    good = redact_each(s->redact, from->payload, gaps, add_part, &g);
    s->counts.cut += g.cut;
    return good || out_fail(&s->e.out, NULL, "read a payload again for its report");
}

static bool put_with_evidence(struct extraction *e, const struct mail *from)
{
    struct share *s = (struct share *)e;
    const struct key *key = keys_find(&e->envelopes.messages, from->uid, from->n);
    struct share_mail mail;

    return share_show(s, key, &mail) && gather(s, from, &mail) &&
           s->format->report(s, &mail, buf_view(&s->evidence));
}

static const struct mail_form form = {.name = "report", .put = put_with_evidence};

bool share_reports(struct share *s)
{
    struct share_mail mail;
    const struct key *key;
    bool good = true;
    size_t at = 0;

    s->e.form = &form;
    extract_payloads(&s->e);
    while (good && !out_failed(&s->e.out) &&
           (key = keys_next(&s->e.envelopes.messages, &at)) != NULL) {
        if (key->bits & EXTRACT_DONE)
            continue;
        s->counts.without++;
        good = share_show(s, key, &mail) && s->format->report(s, &mail, BYTES_NONE);
    }
    return good && !out_failed(&s->e.out);
}
