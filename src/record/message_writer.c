/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/message_writer.h"

#include <errno.h>
#include <glib.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "base/privilege.h"
#include "potsherd/mail.h"
#include "potsherd/mbox.h"
#include "record/channel.h"
#include "record/mail_rows.h"

#define MESSAGE_WRITER_BATCH       16        /* jobs a wake-up */
#define MESSAGE_WRITER_SPARE_BYTES 65536     /* a longer buffer is not kept */
#define AHEAD_BYTES                (4 << 20) /* of them, beside the first */
#define MAILS_AHEAD                32        /* asked about, at most MAIL_READER_MAX */
#define MESSAGE_WRITER_BACK_BYTES  (1 << 20) /* written payloads that still count as under way */

struct message_writer {
    GThread *thread;
    GMutex lock;
    GCond arrived, left;
    struct message_job *first, *last; /* handed over */
    size_t bytes;                     /* of these payloads */
    struct message_job *spare;        /* written; at most MESSAGE_WRITER_SPARE_MAX */
    unsigned spares;
    unsigned handed_over; /* since the thread was last woken */
    bool ending;
    bool idle;              /* the thread waits, and all is written */
    bool waited_for;        /* who hands over waits for `left` */
    struct failure failure; /* the first one */
    /* the thread's own */
    const struct output_place *place;
    enum payload_mode mode;
    struct row_file files[RECORD_FILE_COUNT]; /* those of WRITER_MESSAGES */
    struct mbox *mbox;                        /* NULL: not in this mode */
    bool leaves;                              /* its thread begins before privileges are given up */
    int pipe;                                 /* of a job, for the mbox */
    const struct moment *now;                 /* of who hands over; NULL: nobody asks */
    struct moment at;                         /* of the message that is written */
    struct outbox outbox;                     /* where rows go with their moment */
    struct row_place rows;                    /* with it */
    uint64_t lost; /* messages whose long payload could not be kept aside */
    struct digest *whole, *body;
    struct redact *redact;      /* NULL: nothing is */
    struct mail_reader *reader; /* NULL: mails are not read */
    bool parts;
    _Atomic bool renew; /* the reading process */
    _Atomic uint64_t mails_read, mails_lost;
};

void message_job_free(struct message_job *l)
{
    payload_fini(&l->payload);
    buf_fini(&l->email_before);
    buf_fini(&l->email_after);
    buf_fini(&l->key);
    buf_fini(&l->facts);
    buf_fini(&l->recipients);
    mem_free(l);
}

static void put_part(void *context, struct bytes part)
{
    rows_base64(context, PAYLOADS_data, part);
}

uint64_t message_writer_mails_read(const struct message_writer *s)
{
    return s->mails_read;
}

void message_writer_renew_mail(struct message_writer *s)
{
    s->renew = true;
}

uint64_t message_writer_mails_lost(const struct message_writer *s)
{
    return s->mails_lost;
}

/* Live, a message that cannot be written is counted, and the next one tries again. */
static void put_mbox_part(void *context, struct bytes part)
{
    mbox_text(context, part);
}

static bool write_to_mbox(struct message_writer *s, struct message_job *l)
{
    bool good;

    mbox_begin(s->mbox, l->name, l->ts);
    good = redact_each(s->redact, &l->payload, l->gaps, put_mbox_part, s->mbox);
    mbox_end(s->mbox);
    return good;
}

static bool write_payload(struct message_writer *s, struct message_job *l, const uint8_t *sha256)
{
    struct rows *w = &s->files[RECORD_PAYLOADS].rows;
    bool good;

    if (s->mode == PAYLOAD_MBOX)
        return write_to_mbox(s, l);
    if (s->mode == PAYLOAD_NONE)
        return true;
    rows_begin(w);
    rows_cells(w, PAYLOADS_ts, PAYLOADS_sensor, buf_view(&l->key));
    rows_uint(w, PAYLOADS_size, l->payload.size);
    rows_hex(w, PAYLOADS_sha256, sha256, SHA256_BYTES);
    good = redact_each(s->redact, &l->payload, l->gaps, put_part, w);
    rows_end(w);
    return good;
}

/* Its text could not be kept while it came: there is nothing to hash. */
static bool lose(struct message_writer *s, struct message_job *l)
{
    if (!s->place->live || !l->payload.lost)
        return false;
    if (!s->lost++)
        log_warn(
            "%s: cannot keep a long payload aside: %s; such messages are counted, not recorded",
            s->place->dir, g_strerror(l->payload.error));
    return true;
}

static void note(struct message_writer *s, const struct failure *failure)
{
    g_mutex_lock(&s->lock);
    if (!s->failure.text[0])
        s->failure = *failure;
    g_mutex_unlock(&s->lock);
}

static void note_files(struct message_writer *s)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        if (row_file_failure(&s->files[i]))
            note(s, row_file_failure(&s->files[i]));
    if (s->mbox && output_file_failed(mbox_file_of(s->mbox)))
        note(s, &mbox_file_of(s->mbox)->failure);
}

/* --- what mails say --- */

static size_t read_payload(void *payload, uint64_t at, uint8_t *to, size_t n)
{
    return payload_read(payload, at, to, n);
}

static void ask_about(struct message_writer *s, struct message_job *l)
{
    const struct mail_source source = {l->payload.size, read_payload, &l->payload};
    struct mail_facts facts = {.us = l->us, .dst_port = l->dst_port};
    struct bytes rest = buf_view(&l->facts);

    for (int i = 0; i < MAIL_FACTS; i++) {
        facts.texts[i] = (struct bytes){rest.at, l->fact_n[i]};
        rest = bytes_skip(rest, l->fact_n[i]);
    }
    mail_reader_put(s->reader, &source, s->parts ? MAIL_FULL : MAIL_HEADERS, &facts);
    l->asked = true;
}

/* About those that come next, so that the worker reads while others are hashed. */
static void ask_ahead(struct message_writer *s, struct message_job *l)
{
    uint64_t bytes = 0;

    for (unsigned i = 0; s->reader && l && i < MAILS_AHEAD; i++, l = l->next) {
        if (l->asked || l->payload.lost || l->mark)
            continue;
        bytes += s->parts ? l->payload.size : 0;
        if (i && bytes > AHEAD_BYTES)
            return;
        ask_about(s, l);
    }
}

static void put_mail(struct message_writer *s, const struct message_job *l, struct rows *w)
{
    const struct mail_row_files to = {w, &s->files[RECORD_URLS].rows,
                                      &s->files[RECORD_ATTACHMENTS].rows};
    struct mail_result mail;

    mail_reader_get(s->reader, &mail);
    if (mail.flags & MAIL_LOST)
        s->mails_lost++;
    else
        s->mails_read++;
    mail_rows_put(&to, buf_view(&l->key), &mail, s->parts);
}

/* --- messages --- */

static void write_job(struct message_writer *s, struct message_job *l)
{
    struct payload_digests digests;
    struct rows *w = &s->files[RECORD_EMAILS].rows;
    struct failure failure;
    bool good;

    s->at = l->moment;
    if (l->mark)
        (void)outbox_mark(&s->outbox);
    if (l->mark || lose(s, l))
        return;
    good = payload_hash(&l->payload, s->whole, s->body, &digests);
    redact_connection(s->redact, &l->them, &l->proxied);
    redact_recipients(s->redact, buf_view(&l->recipients));

    rows_begin(w);
    rows_cells(w, EMAILS_ts, EMAILS_size, buf_view(&l->email_before));
    rows_hex(w, EMAILS_sha256, digests.whole, SHA256_BYTES);
    if (digests.has_body)
        rows_hex(w, EMAILS_body_sha256, digests.body, SHA256_BYTES);
    rows_cells(w, EMAILS_complete, EMAILS_reply, buf_view(&l->email_after));
    if (l->asked)
        put_mail(s, l, w);
    rows_end(w);
    good = write_payload(s, l, digests.whole) && good;
    if (!good) {
        failure_set(&failure, "%s: cannot keep a long payload aside: %s", s->place->dir,
                    g_strerror(l->payload.error));
        note(s, &failure);
    }
    note_files(s);
}

/* With the lock held. Signals cost a system call, heard or not. */
static void signal_left(struct message_writer *s)
{
    if (s->waited_for)
        g_cond_signal(&s->left);
}

static void wait_until_left(struct message_writer *s)
{
    s->waited_for = true;
    g_cond_wait(&s->left, &s->lock);
    s->waited_for = false;
}

/* Jobs with small buffers are kept for the next messages. */
static void take_back(struct message_writer *s, struct message_job *written, size_t bytes)
{
    g_mutex_lock(&s->lock);
    s->bytes -= bytes;
    while (written && s->spares < MESSAGE_WRITER_SPARE_MAX) {
        struct message_job *l = written;

        written = l->next;
        l->next = s->spare;
        s->spare = l;
        s->spares++;
    }
    signal_left(s);
    g_mutex_unlock(&s->lock);
    while (written) {
        struct message_job *next = written->next;

        message_job_free(written);
        written = next;
    }
}

/* All that was handed over, or so much that its memory shall not wait for the rest. */
static struct message_job *write_some(struct message_writer *s, struct message_job *l)
{
    struct message_job *written = NULL;
    size_t bytes = 0;

    while (l && bytes < MESSAGE_WRITER_BACK_BYTES) {
        struct message_job *next = l->next;

        if (atomic_exchange(&s->renew, false) && s->reader)
            mail_reader_renew(s->reader);
        ask_ahead(s, l);
        write_job(s, l);
        bytes += l->payload.memory.cap;
        if (l->payload.spool < 0 && l->payload.memory.cap <= MESSAGE_WRITER_SPARE_BYTES) {
            l->next = written;
            written = l;
        } else {
            message_job_free(l);
        }
        l = next;
    }
    take_back(s, written, bytes);
    return l;
}

struct message_job *message_writer_new_job(struct message_writer *s)
{
    struct message_job *l;

    g_mutex_lock(&s->lock);
    l = s->spare;
    if (l) {
        s->spare = l->next;
        s->spares--;
    }
    g_mutex_unlock(&s->lock);
    if (!l) {
        l = MEM_NEW(struct message_job);
        payload_init(&l->payload);
        return l;
    }
    l->next = NULL;
    l->asked = l->mark = false;
    buf_clear(&l->email_before);
    buf_clear(&l->email_after);
    buf_clear(&l->key);
    buf_clear(&l->facts);
    buf_clear(&l->recipients);
    buf_clear(&l->payload.memory);
    l->payload.size = 0;
    return l;
}

static gpointer write_jobs(gpointer context)
{
    struct message_writer *s = context;

    if (s->leaves)
        privilege_leave_thread();
    g_mutex_lock(&s->lock);
    for (;;) {
        struct message_job *l;

        while (!s->first && !s->ending) {
            s->idle = true;
            signal_left(s);
            g_cond_wait(&s->arrived, &s->lock);
        }
        s->idle = false;
        l = s->first;
        if (!l)
            break;
        s->first = s->last = NULL; /* all at once: fewer turns at the lock */
        g_mutex_unlock(&s->lock);
        while (l)
            l = write_some(s, l);
        g_mutex_lock(&s->lock);
    }
    g_mutex_unlock(&s->lock);
    return NULL;
}

void message_writer_put(struct message_writer *s, struct message_job *l)
{
    if (s->now)
        l->moment = *s->now;
    g_mutex_lock(&s->lock);
    while (s->bytes > MESSAGE_WRITER_BYTES_MAX)
        wait_until_left(s);
    s->bytes += l->payload.memory.cap;
    if (s->last)
        s->last->next = l;
    else
        s->first = l;
    s->last = l;
    if (++s->handed_over >= MESSAGE_WRITER_BATCH || l->mark ||
        s->bytes > MESSAGE_WRITER_BYTES_MAX) {
        s->handed_over = 0;
        if (s->idle)
            g_cond_signal(&s->arrived);
    }
    g_mutex_unlock(&s->lock);
}

void message_writer_mark(struct message_writer *s)
{
    struct message_job *mark = message_writer_new_job(s);

    mark->mark = true;
    message_writer_put(s, mark);
}

void message_writer_wait(struct message_writer *s)
{
    g_mutex_lock(&s->lock);
    s->handed_over = 0;
    while (s->first || !s->idle) {
        g_cond_signal(&s->arrived);
        wait_until_left(s);
    }
    g_mutex_unlock(&s->lock);
}

void message_writer_flush(struct message_writer *s, bool sync)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        if (sync)
            row_file_sync(&s->files[i]);
        else
            (void)row_file_flush(&s->files[i]);
    if (s->now)
        (void)outbox_send(&s->outbox);
    if (!s->mbox)
        return;
    output_file_check(mbox_file_of(s->mbox));
    if (sync)
        output_file_sync(mbox_file_of(s->mbox));
}

void message_writer_end_segments(struct message_writer *s)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        row_file_finish(&s->files[i]);
    if (s->mbox)
        (void)output_file_finish(mbox_file_of(s->mbox));
}

struct row_file *message_writer_file(struct message_writer *s, enum record_file file)
{
    return &s->files[file];
}

struct mbox *message_writer_mbox(struct message_writer *s)
{
    return s->mbox;
}

uint64_t message_writer_largest(const struct message_writer *s)
{
    uint64_t most = s->mbox ? mbox_file_of(s->mbox)->written : 0;

    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        if (s->files[i].file.written > most)
            most = s->files[i].file.written;
    return most;
}

/* A message has a row, and a payload unless those are not wanted. */
uint64_t message_writer_unwritten(const struct message_writer *s)
{
    uint64_t n = s->lost * (s->mode == PAYLOAD_NONE ? 1 : 2);

    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        n += s->files[i].file.lost;
    return n + (s->mbox ? mbox_file_of(s->mbox)->lost : 0);
}

/* Like put_into_pipe of a row file. */
static bool send_messages(void *context, struct bytes bytes, uint64_t messages, bool part)
{
    struct message_writer *s = context;
    struct channel_head head = {part ? CHANNEL_MESSAGE_PART : CHANNEL_MESSAGES, RECORD_PAYLOADS,
                                messages, bytes.n};
    struct failure why;

    if (s->now ? outbox_put(&s->outbox, &head, bytes.at) : channel_put(s->pipe, &head, bytes.at))
        return true;
    failure_set(&why, "the process that writes the records is gone: %s", g_strerror(errno));
    note(s, &why);
    return false;
}

static bool is_written(const struct message_writer *s, enum record_file file)
{
    return record_schema(file)->writer == WRITER_MESSAGES &&
           (file != RECORD_PAYLOADS || s->mode == PAYLOAD_INLINE) &&
           ((file != RECORD_ATTACHMENTS && file != RECORD_URLS) || s->parts);
}

static bool open_files(struct message_writer *s, const struct row_place *place, struct failure *why)
{
    s->rows = *place;
    s->rows.outbox = s->now ? &s->outbox : NULL;
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        if (is_written(s, i) && !row_file_open(&s->files[i], &s->rows, i, redact_mask(s->redact))) {
            *why = *row_file_failure(&s->files[i]);
            return false;
        }
    if (s->mode != PAYLOAD_MBOX)
        return true;
    s->pipe = place->message_pipe;
    s->mbox = mbox_open(s->place, record_schema(RECORD_PAYLOADS)->name,
                        (struct mbox_sink){place->job ? send_messages : NULL, s});
    *why = mbox_file_of(s->mbox)->failure;
    return !output_file_failed(mbox_file_of(s->mbox));
}

struct message_writer *message_writer_open(const struct row_place *place, enum payload_mode mode,
                                           const struct message_reading *reading,
                                           const struct redact_policy *redact, struct failure *why)
{
    struct message_writer *s = MEM_NEW(struct message_writer);

    s->place = &place->files;
    s->now = place->outbox ? place->outbox->now : NULL;
    s->outbox = (struct outbox){.pipe = place->message_pipe, .now = &s->at};
    s->mode = mode;
    s->parts = reading->parts;
    s->leaves = place->files.live && !place->job;
    g_mutex_init(&s->lock);
    g_cond_init(&s->arrived);
    g_cond_init(&s->left);
    s->whole = digest_new();
    s->body = digest_new();
    s->redact = redact_new(redact);
    if (reading->fresh)
        s->reader = mail_reader_new(reading->fresh, reading->context, reading->place);
    if (!open_files(s, place, why)) {
        message_writer_finish(s);
        message_writer_free(s);
        return NULL;
    }
    s->thread = g_thread_new("messages", write_jobs, s);
    return s;
}

const struct failure *message_writer_failure(struct message_writer *s)
{
    bool failed;

    g_mutex_lock(&s->lock);
    failed = s->failure.text[0] != '\0';
    g_mutex_unlock(&s->lock);
    return failed ? &s->failure : NULL; /* it never changes any more */
}

void message_writer_finish(struct message_writer *s)
{
    if (s->thread) {
        g_mutex_lock(&s->lock);
        s->ending = true;
        g_cond_signal(&s->arrived);
        g_mutex_unlock(&s->lock);
        g_thread_join(s->thread);
        s->thread = NULL;
    }
    if (s->mbox)
        (void)output_file_finish(mbox_file_of(s->mbox));
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        row_file_close(&s->files[i]);
    note_files(s);
}

void message_writer_free(struct message_writer *s)
{
    if (!s)
        return;
    while (s->spare) {
        struct message_job *next = s->spare->next;

        message_job_free(s->spare);
        s->spare = next;
    }
    mbox_free(s->mbox);
    mail_reader_free(s->reader);
    outbox_fini(&s->outbox);
    digest_free(s->whole);
    digest_free(s->body);
    redact_free(s->redact);
    g_mutex_clear(&s->lock);
    g_cond_clear(&s->arrived);
    g_cond_clear(&s->left);
    mem_free(s);
}
