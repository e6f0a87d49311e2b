/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is shown of a mail: its recipients redacted, and what a stranger wrote looked through for
 * them (potsherd/redact.h).  Who sent it is what a report is about, and stays, unless a recipient
 * is in it: From or Message-ID that name him, or a return path that is made of his address.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "export/share.h"

/* 3a6bf442-0705-5501-873d-7eca6622ed0e: of the name urn:potsherd:share in the space of URLs. */
static const uint8_t uuid_space[UUID_BYTES] = {0x3a, 0x6b, 0xf4, 0x42, 0x07, 0x05, 0x55, 0x01,
                                               0x87, 0x3d, 0x7e, 0xca, 0x66, 0x22, 0xed, 0x0e};

/* --- redacting --- */

struct span { /* in s->texts, whose memory moves while it grows */
    size_t at, n;
};

static struct span keep(struct share *s, struct bytes text)
{
    struct span span = {s->texts.len, text.n};

    buf_append(&s->texts, text.at, text.n);
    return span;
}

static struct span masked(struct share *s, enum column_holds holds, struct bytes text)
{
    const struct row_mask *mask = redact_mask(s->redact);

    return keep(s, mask ? mask->text(mask->context, holds, text) : text);
}

/* Without its @ a text holds no address, so that what is replaced is what is known of this mail's
 * recipients. */
static bool names_recipient(struct share *s, struct bytes text)
{
    const struct row_mask *mask = redact_mask(s->redact);
    struct buf plain = {0};
    struct bytes left;
    bool same;

    if (!mask || !text.n)
        return false;
    buf_append(&plain, text.at, text.n);
    for (size_t i = 0; i < plain.len; i++)
        if (plain.data[i] == '@')
            plain.data[i] = ' ';
    left = mask->text(mask->context, HOLDS_CONTENT, buf_view(&plain));
    same = left.n == plain.len && !memcmp(left.at, plain.data, left.n);
    buf_fini(&plain);
    return !same;
}

static struct span sender(struct share *s, enum column_holds holds, struct bytes text)
{
    return names_recipient(s, text) ? masked(s, holds, text) : keep(s, text);
}

static int compare_bytes(const void *pa, const void *pb)
{
    const struct bytes *a = pa, *b = pb;
    size_t n = a->n < b->n ? a->n : b->n;
    int order = n ? memcmp(a->at, b->at, n) : 0;

    return order ? order : (a->n > b->n) - (a->n < b->n);
}

/* Each once, whatever order, and however many folders, they came from. */
static void sort_recipients(struct envelope *m)
{
    size_t kept = 0;

    if (!m->recipient_count)
        return;
    qsort(m->recipients, m->recipient_count, sizeof *m->recipients, compare_bytes);
    for (size_t i = 0; i < m->recipient_count; i++)
        if (!kept || compare_bytes(&m->recipients[kept - 1], &m->recipients[i]) != 0)
            m->recipients[kept++] = m->recipients[i];
    m->recipient_count = kept;
}

/* What is looked for in all that this mail brings. */
static void know_recipients(struct share *s, const struct envelope *m)
{
    static const struct address none = {.family = 0};
    struct buf lines = {0};

    if (!s->redact)
        return;
    for (size_t i = 0; i < m->recipient_count; i++) {
        buf_append(&lines, m->recipients[i].at, m->recipients[i].n);
        buf_append_byte(&lines, '\n');
    }
    redact_connection(s->redact, &none, &none);
    redact_recipients(s->redact, buf_view(&lines));
    buf_fini(&lines);
}

/* --- what is shown --- */

static const struct {
    enum envelope_cell cell;
    enum column_holds holds;
    bool sender;
} looked_through[] = {
    {ENVELOPE_MAIL_FROM, HOLDS_MAILBOX, true},  {ENVELOPE_HEADER_FROM, HOLDS_CONTENT, true},
    {ENVELOPE_MESSAGE_ID, HOLDS_CONTENT, true}, {ENVELOPE_SUBJECT, HOLDS_CONTENT, false},
    {ENVELOPE_HELO, HOLDS_FREE, false},         {ENVELOPE_MAILER, HOLDS_FREE, false},
    {ENVELOPE_TARGET_HOST, HOLDS_FREE, false},
};
#define LOOKED_THROUGH (sizeof looked_through / sizeof *looked_through)

static void keep_recipients(struct share *s, const struct envelope *m)
{
    if (m->recipient_count > s->recipient_room) {
        s->recipient_room = m->recipient_count;
        s->recipients = mem_resize(s->recipients, s->recipient_room * sizeof *s->recipients);
    }
    for (size_t i = 0; i < m->recipient_count; i++)
        s->recipients[i].n = masked(s, HOLDS_MAILBOX, m->recipients[i]).n;
}

/* Hashes have an order of their own: that of the addresses would tell something of them. */
static void place_recipients(struct share *s, struct envelope *shown)
{
    const uint8_t *from = s->texts.data;

    for (size_t i = 0; i < shown->recipient_count; from += s->recipients[i++].n)
        s->recipients[i].at = from;
    shown->recipients = s->recipients;
    if (shown->recipient_count)
        qsort(s->recipients, shown->recipient_count, sizeof *s->recipients, compare_bytes);
}

static void redact_envelope(struct share *s, struct envelope *shown)
{
    struct span spans[LOOKED_THROUGH];

    buf_clear(&s->texts);
    keep_recipients(s, shown);
    for (size_t i = 0; i < LOOKED_THROUGH; i++) {
        struct bytes text = shown->cells[looked_through[i].cell];

        spans[i] = looked_through[i].sender ? sender(s, looked_through[i].holds, text)
                                            : masked(s, looked_through[i].holds, text);
    }
    place_recipients(s, shown);
    for (size_t i = 0; i < LOOKED_THROUGH; i++)
        shown->cells[looked_through[i].cell] =
            (struct bytes){s->texts.data + spans[i].at, spans[i].n};
}

static void show(struct share *s, const struct key *message, struct share_mail *out)
{
    struct bytes ts = s->envelope.cells[ENVELOPE_TS];
    uint64_t as;

    *out = (struct share_mail){.uid = message->uid, .n = message->n, .shown = s->envelope};
    names_message(out->uid, out->n, out->name);
    (void)time_parse((const char *)ts.at, ts.n, &out->ts); /* checked when it was noted */
    if (!number_parse(s->envelope.cells[ENVELOPE_AS], UINT32_MAX, &as))
        as = 0;
    out->network = share_networks_of(&s->networks, (uint32_t)as);
    redact_envelope(s, &out->shown);
}

bool share_show(struct share *s, const struct key *message, struct share_mail *out)
{
    if (!envelopes_read(&s->e.envelopes, message, &s->envelope)) {
        (void)extract_envelopes_failed(&s->e);
        return false;
    }
    sort_recipients(&s->envelope);
    know_recipients(s, &s->envelope);
    show(s, message, out);
    return true;
}

/* --- files --- */

void share_uuid(struct share *s, const char *kind, struct bytes name, char out[UUID_TEXT_MAX])
{
    struct buf text = {0};

    buf_append_text(&text, kind);
    buf_append_byte(&text, ' ');
    buf_append(&text, name.at, name.n);
    uuid_of_name(s->digest, uuid_space, buf_view(&text), out);
    buf_fini(&text);
}

bool share_open(struct share *s, const struct share_network *network, const char *mail,
                const char *suffix)
{
    char word[NETWORK_NAME] = "", name[NAMES_TEXT];

    if (network)
        share_network_word(network, word);
    g_snprintf(name, sizeof name, "%s%s%s%s", word, mail ? "-" : "", mail ? mail : "", suffix);
    buf_clear(&s->out);
    if (!out_file_open(&s->file, &s->e.out, NULL, name)) {
        out_file_drop(&s->file);
        return false;
    }
    return true;
}

void share_put(struct share *s)
{
    out_file_put(&s->file, buf_view(&s->out));
    buf_clear(&s->out);
}

bool share_close(struct share *s)
{
    share_put(s);
    if (!out_file_close(&s->file))
        return false;
    s->counts.files++;
    return true;
}
