/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mails: what emails.csv and recipients.csv say of those that are selected (envelopes.h), then
 * their payloads, wherever they are, each of which is written as soon as it is read.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/base64.h"
#include "base/number.h"
#include "export/extract.h"
#include "potsherd/mbox_reader.h"

#define DIFFERING_LOGGED 10

/* --- envelopes --- */

static bool note_mail(void *context, struct source *source, const struct bytes *cells)
{
    struct extraction *e = context;
    uint64_t uid;
    uint32_t n;
    time_us ts;

    if (!selection_has(&e->selection, RECORD_EMAILS, cells))
        return true;
    if (!filters_key(RECORD_EMAILS, cells, &uid, &n) ||
        !time_parse((const char *)cells[EMAILS_ts].at, cells[EMAILS_ts].n, &ts))
        source_damaged(source, "no uid, number and time of a message");
    else
        (void)envelopes_add(&e->envelopes, uid, n, cells); /* once, in however many folders it is */
    return !e->envelopes.error;
}

static void begin_emails(void *context, const char *path, const struct source *source)
{
    struct extraction *e = context;

    selection_look_at_file(&e->selection, &e->set, RECORD_EMAILS, path, source);
}

static bool note_recipient(void *context, struct source *source, const struct bytes *cells)
{
    struct extraction *e = context;
    struct bytes accepted = cells[RECIPIENTS_accepted];
    struct buf scratch = {0};
    struct key *key;
    uint64_t uid;
    uint32_t n;

    (void)source;
    if (!filters_key(RECORD_RECIPIENTS, cells, &uid, &n) ||
        !(key = keys_find(&e->envelopes.messages, uid, n)) ||
        (accepted.n == 1 && accepted.at[0] == '0'))
        return true;
    envelopes_add_recipient(&e->envelopes, key, filters_text(cells[RECIPIENTS_rcpt], &scratch));
    buf_fini(&scratch);
    return !e->envelopes.error;
}

bool extract_envelopes_failed(struct extraction *e)
{
    errno = e->envelopes.error;
    return e->envelopes.error && !out_fail(&e->out, NULL, "keep what is said of the mails aside");
}

void extract_note_recipients(struct extraction *e)
{
    const struct record_reader reader = {NULL, note_recipient, e};

    if (e->envelopes.messages.count && !e->envelopes.error)
        record_set_read(&e->set, RECORD_RECIPIENTS, &reader);
}

static bool note_envelopes(struct extraction *e)
{
    const struct record_reader emails = {begin_emails, note_mail, e};

    if (!envelopes_open(&e->envelopes, ENVELOPE_CELLS, e->out.fd))
        return out_fail(&e->out, NULL, "make a file without a name");
    record_set_read(&e->set, RECORD_EMAILS, &emails);
    if (e->form->recipients)
        extract_note_recipients(e);
    return !extract_envelopes_failed(e);
}

/* --- a payload --- */

struct taking { /* of one mail after the other */
    struct extraction *e;
    struct key *key;
    struct envelope envelope;
    struct payload payload;
    struct digest *digest;
    struct line_ends_found ends;
    uint64_t most;   /* bytes of the payload */
    uint64_t beyond; /* of these there were so many */
    struct buf text, decoded;
};

/* Whether its payload is wanted; then all that is known of it is at hand. */
static bool begin_mail(struct taking *t, uint64_t uid, uint32_t n)
{
    t->key = keys_find(&t->e->envelopes.messages, uid, n);
    if (!t->key || t->key->bits & EXTRACT_DONE)
        return false;
    if (!envelopes_read(&t->e->envelopes, t->key, &t->envelope)) {
        (void)extract_envelopes_failed(t->e);
        return false;
    }
    payload_fini(&t->payload);
    payload_init(&t->payload);
    if (!number_parse(t->envelope.cells[ENVELOPE_SIZE], UINT64_MAX, &t->most))
        t->most = UINT64_MAX;
    t->beyond = 0;
    return true;
}

static void add(struct taking *t, struct bytes part)
{
    const struct spool_source spools = {.dir_fd = t->e->out.fd};
    uint64_t room = t->most - t->payload.size;

    if (part.n > room) {
        t->beyond += part.n - room;
        part.n = (size_t)room;
    }
    payload_add(&t->payload, part, &spools);
}

static void look_at_part(void *context, struct bytes part)
{
    struct taking *t = context;

    digest_add(t->digest, part);
    line_ends_look(&t->ends, part);
}

static bool differs(struct taking *t, const struct mail *mail)
{
    struct bytes known = t->envelope.cells[ENVELOPE_SHA256];

    if (!known.n || bytes_equal_nocase(known, mail->sha256))
        return false;
    if (t->e->differed++ < DIFFERING_LOGGED)
        log_warn("%s: its payload is not the one that emails.csv has the SHA-256 of; not written",
                 mail->name);
    return true;
}

static bool payload_failed(struct taking *t)
{
    errno = t->payload.error ? t->payload.error : EIO;
    return out_fail(&t->e->out, NULL, "keep a long payload aside");
}

/* The payload is there.  False: no more can be written. */
static bool end_mail(struct taking *t)
{
    struct mail mail = {
        .uid = t->key->uid, .n = t->key->n, .envelope = &t->envelope, .payload = &t->payload};
    struct bytes ts = t->envelope.cells[ENVELOPE_TS];
    uint8_t sha256[SHA256_BYTES];

    t->ends = (struct line_ends_found){.any = false};
    digest_begin(t->digest, DIGEST_SHA256);
    if (!payload_each(&t->payload, look_at_part, t))
        return payload_failed(t);
    digest_end(t->digest, sha256);
    names_hash(sha256, mail.sha256);
    names_message(mail.uid, mail.n, mail.name);
    mail.line_ends = line_ends_of(&t->ends);
    mail.open_end = t->ends.any && t->ends.last != '\n';
    if (differs(t, &mail))
        return true;
    (void)time_parse((const char *)ts.at, ts.n, &mail.ts); /* checked when it was noted */
    if (!t->e->form->put(t->e, &mail))
        return false;
    t->key->bits |= EXTRACT_DONE;
    t->e->written++;
    return true;
}

/* --- payloads.csv --- */

/* Whole groups of four digits of what is there; `last`: all of it. */
static bool decode(struct taking *t, bool last)
{
    size_t n = last ? t->text.len : t->text.len - t->text.len % 4;
    bool good;

    buf_clear(&t->decoded);
    good = base64_decode((struct bytes){t->text.data, n}, &t->decoded);
    add(t, buf_view(&t->decoded));
    buf_drop_front(&t->text, n);
    return good;
}

static bool take_row(void *context, struct source *source, const struct bytes *cells)
{
    struct taking *t = context;
    struct bytes part;
    bool good = true;
    uint64_t uid;
    uint32_t n;

    if (!filters_key(RECORD_PAYLOADS, cells, &uid, &n)) {
        source_damaged(source, "no uid and number of a message");
        return true;
    }
    if (!begin_mail(t, uid, n))
        return !out_failed(&t->e->out);
    buf_clear(&t->text);
    while (good && (part = source_data(source)).n) {
        buf_append(&t->text, part.at, part.n);
        good = decode(t, false);
    }
    if (!good || !decode(t, true)) {
        source_damaged(source, "the payload is no base64");
        return true;
    }
    return !source_rest(source).n || end_mail(t);
}

/* --- mbox --- */

/* UID-N@potsherd */
static bool parse_name(struct bytes name, uint64_t *uid, uint32_t *n)
{
    const uint8_t *dash = name.n ? memchr(name.at, '-', name.n) : NULL,
                  *at = name.n ? memchr(name.at, '@', name.n) : NULL;
    uint64_t number;

    if (!dash || !at || at < dash)
        return false;
    *uid = 0;
    for (const uint8_t *p = name.at; p < dash; p++) {
        int digit = number_hex_digit(*p);

        if (digit < 0)
            return false;
        *uid = *uid << 4 | (unsigned)digit;
    }
    if (!number_parse((struct bytes){dash + 1, (size_t)(at - dash) - 1}, UINT32_MAX, &number))
        return false;
    *n = (uint32_t)number;
    return true;
}

/* What is too much is the line end that the format has added to a last line without one. */
static bool take_message(struct taking *t, struct mbox_reader *m, struct bytes name)
{
    struct bytes part;
    uint64_t uid;
    uint32_t n;

    if (!parse_name(name, &uid, &n) || !begin_mail(t, uid, n))
        return !out_failed(&t->e->out);
    while ((part = mbox_reader_text(m)).n)
        add(t, part);
    return end_mail(t);
}

static bool take_mbox(struct taking *t, const struct listed_file *file)
{
    struct failure failure = {""};
    struct mbox_reader *m = file->size ? mbox_reader_open(file->path, &failure) : NULL;
    struct bytes name;
    bool good = true;

    while (m && good && mbox_reader_next(m, &name))
        good = take_message(t, m, name);
    if (failure.text[0] || (m && mbox_reader_failed(m, &failure)))
        record_set_fail(&t->e->set, &failure);
    mbox_reader_close(m);
    return good;
}

/* --- all of them --- */

void extract_payloads(struct extraction *e)
{
    struct taking t = {.e = e, .digest = digest_new()};
    const struct record_reader rows = {NULL, take_row, &t};
    const GPtrArray *files = e->set.listing.files;
    bool good;

    payload_init(&t.payload);
    good = record_set_read(&e->set, RECORD_PAYLOADS, &rows);
    for (guint i = 0; good && i < files->len; i++) {
        const struct listed_file *file = g_ptr_array_index(files, i);

        if (file->kind == RECORD_SET_MBOX)
            good = take_mbox(&t, file);
    }
    payload_fini(&t.payload);
    envelope_fini(&t.envelope);
    digest_free(t.digest);
    buf_fini(&t.text);
    buf_fini(&t.decoded);
}

void extract_say_differing(const struct extraction *e)
{
    if (e->differed > DIFFERING_LOGGED)
        log_warn("%" PRIu64 " payloads in all are not those of emails.csv; only the first %d are "
                 "listed above",
                 e->differed, DIFFERING_LOGGED);
}

/* Without a payload: --payload none, a segment that is gone, or one that is still written. */
static bool say_counts(const struct extraction *e)
{
    uint64_t selected = e->envelopes.messages.count, without = selected - e->written - e->differed;

    if (!selected)
        log_info("no mail of these folders is of what was asked for");
    if (e->written && !e->form->says)
        log_info("%s: %" PRIu64 " mails", e->out.path, e->written);
    extract_say_differing(e);
    if (without && !out_failed(&e->out))
        log_warn("%" PRIu64 " of %" PRIu64 " mails have no payload in these folders (--payload "
                 "none, or its file is gone or still being written): not written",
                 without, selected);
    return !e->differed && (!selected || e->written);
}

bool extract_mails(struct extraction *e)
{
    bool good;

    selection_make(&e->selection, &e->set, 1u << RECORD_EMAILS);
    good = note_envelopes(e) && (!e->envelopes.messages.count || e->form->begin(e));
    if (good && e->envelopes.messages.count) {
        extract_payloads(e);
        good = e->form->end(e) && !out_failed(&e->out);
    }
    good = say_counts(e) && good;
    envelopes_close(&e->envelopes);
    return good;
}
