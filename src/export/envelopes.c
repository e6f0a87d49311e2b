/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file: records of `n` bytes behind a head.  A message has one of its cells, each behind its
 * length, and a chain of recipients, the last one first.
 */
#include "export/envelopes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "export/filters.h"
#include "potsherd/payload.h"

#define BUFFER_BYTES (1 << 20)
#define FIRST_READ   1024 /* bytes of a record that are read at once */

struct head {
    uint64_t before; /* the recipient before: its place behind; 0: there is none */
    uint32_t n;
    uint32_t unused;
};

static const unsigned columns[ENVELOPE_CELLS_MOST] = {
    [ENVELOPE_TS] = EMAILS_ts,
    [ENVELOPE_SENSOR] = EMAILS_sensor,
    [ENVELOPE_SRC_IP] = EMAILS_src_ip,
    [ENVELOPE_DST_IP] = EMAILS_dst_ip,
    [ENVELOPE_DST_PORT] = EMAILS_dst_port,
    [ENVELOPE_MODULE] = EMAILS_module,
    [ENVELOPE_TARGET_HOST] = EMAILS_target_host,
    [ENVELOPE_TARGET_IP] = EMAILS_target_ip,
    [ENVELOPE_TARGET_PORT] = EMAILS_target_port,
    [ENVELOPE_HELO] = EMAILS_helo,
    [ENVELOPE_MAIL_FROM] = EMAILS_mail_from,
    [ENVELOPE_SIZE] = EMAILS_size,
    [ENVELOPE_SHA256] = EMAILS_sha256,
    [ENVELOPE_COMPLETE] = EMAILS_complete,
    [ENVELOPE_MISSING] = EMAILS_missing_bytes,
    [ENVELOPE_SRC_PORT] = EMAILS_src_port,
    [ENVELOPE_CC] = EMAILS_src_cc,
    [ENVELOPE_AS] = EMAILS_src_asn,
    [ENVELOPE_AS_NAME] = EMAILS_src_as_name,
    [ENVELOPE_RCPT_COUNT] = EMAILS_rcpt_count,
    [ENVELOPE_SUBJECT] = EMAILS_subject,
    [ENVELOPE_HEADER_FROM] = EMAILS_header_from,
    [ENVELOPE_MESSAGE_ID] = EMAILS_message_id,
    [ENVELOPE_MAILER] = EMAILS_mailer,
    [ENVELOPE_CONTENT_TYPE] = EMAILS_content_type,
    [ENVELOPE_LANGUAGE] = EMAILS_language,
    [ENVELOPE_TAGS] = EMAILS_tags,
};

bool envelopes_open(struct envelopes *f, unsigned cells, int dir_fd)
{
    *f = (struct envelopes){.cells = cells, .fd = payload_make_spool(dir_fd)};
    buf_append(&f->out, "", 1); /* so that no record is at place 0 */
    return f->fd >= 0;
}

void envelopes_close(struct envelopes *f)
{
    if (f->fd > 0)
        close(f->fd);
    buf_fini(&f->out);
    keys_fini(&f->messages);
}

/* --- writing --- */

static void flush(struct envelopes *f)
{
    struct bytes rest = buf_view(&f->out);

    while (rest.n && !f->error) {
        ssize_t n = pwrite(f->fd, rest.at, rest.n, (off_t)f->written);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            f->error = n ? errno : EIO;
            break;
        }
        f->written += (uint64_t)n;
        rest = bytes_skip(rest, (size_t)n);
    }
    buf_clear(&f->out);
}

/* Its place. */
static uint64_t put(struct envelopes *f, uint64_t before, struct bytes record)
{
    struct head head = {.before = before, .n = (uint32_t)record.n};
    uint64_t at = f->written + f->out.len;

    buf_append(&f->out, &head, sizeof head);
    buf_append(&f->out, record.at, record.n);
    if (f->out.len >= BUFFER_BYTES)
        flush(f);
    return at;
}

bool envelopes_add(struct envelopes *f, uint64_t uid, uint32_t n, const struct bytes *row)
{
    struct key *key = keys_add(&f->messages, uid, n);
    struct buf record = {0}, scratch = {0};

    if (key->at)
        return false;
    for (unsigned i = 0; i < f->cells; i++) {
        struct bytes cell = filters_text(row[columns[i]], &scratch);
        uint32_t length = (uint32_t)cell.n;

        buf_append(&record, &length, sizeof length);
        buf_append(&record, cell.at, cell.n);
    }
    key->at = put(f, 0, buf_view(&record));
    buf_fini(&record);
    buf_fini(&scratch);
    return true;
}

void envelopes_add_recipient(struct envelopes *f, struct key *message, struct bytes path)
{
    message->last = put(f, message->last, path);
}

/* --- reading --- */

static bool read_all(struct envelopes *f, uint64_t at, struct buf *out, size_t n)
{
    buf_reserve(out, n);
    while (n) {
        ssize_t got = pread(f->fd, out->data + out->len, n, (off_t)at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            f->error = errno = got ? errno : EIO;
            return false;
        }
        out->len += (size_t)got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return true;
}

/* Appends a record to `out`. */
static bool get(struct envelopes *f, uint64_t at, struct head *head, struct buf *out)
{
    struct buf whole = {0};
    size_t n = f->written - at < FIRST_READ ? f->written - at : FIRST_READ;
    bool good = read_all(f, at, &whole, n);

    if (good) {
        memcpy(head, whole.data, sizeof *head);
        if (sizeof *head + head->n > n)
            good = read_all(f, at + n, &whole, sizeof *head + head->n - n);
    }
    if (good)
        buf_append(out, whole.data + sizeof *head, head->n);
    buf_fini(&whole);
    return good;
}

/* A recipient is written after all those before it, so their number comes first: last one first,
 * and then turned. */
static void turn(struct bytes *list, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct bytes other = list[i];

        list[i] = list[n - 1 - i];
        list[n - 1 - i] = other;
    }
}

static void note_recipient(struct envelope *m, size_t n)
{
    if (m->recipient_count == m->recipient_room) {
        m->recipient_room = m->recipient_room ? 2 * m->recipient_room : 16;
        m->recipients = mem_resize(m->recipients, m->recipient_room * sizeof *m->recipients);
    }
    m->recipients[m->recipient_count++].n = n;
}

static bool read_recipients(struct envelopes *f, const struct key *message, struct envelope *m)
{
    uint64_t at = message->last;
    const uint8_t *from;
    struct head head;

    buf_clear(&m->parts);
    m->recipient_count = 0;
    while (at) {
        if (!get(f, at, &head, &m->parts))
            return false;
        note_recipient(m, head.n);
        at = head.before;
    }
    from = m->parts.data;
    for (size_t i = 0; i < m->recipient_count; i++) {
        m->recipients[i].at = from;
        from += m->recipients[i].n;
    }
    turn(m->recipients, m->recipient_count);
    return true;
}

bool envelopes_read(struct envelopes *f, const struct key *message, struct envelope *out)
{
    struct bytes rest;
    struct head head;

    flush(f);
    errno = f->error;
    buf_clear(&out->memory);
    if (f->error || !get(f, message->at, &head, &out->memory))
        return false;
    rest = buf_view(&out->memory);
    for (unsigned i = 0; i < f->cells; i++) {
        uint32_t length;

        memcpy(&length, rest.at, sizeof length);
        out->cells[i] = (struct bytes){rest.at + sizeof length, length};
        rest = bytes_skip(rest, sizeof length + length);
    }
    return read_recipients(f, message, out);
}

void envelope_fini(struct envelope *m)
{
    buf_fini(&m->memory);
    buf_fini(&m->parts);
    mem_free(m->recipients);
}
