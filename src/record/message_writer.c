/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/message_writer.h"

#include <glib.h>

#include "base/mem.h"
#include "base/privilege.h"
#include "potsherd/mbox.h"
#include "record/rows.h"

#define MESSAGE_WRITER_BATCH       16        /* jobs a wake-up */
#define MESSAGE_WRITER_SPARE_BYTES 65536     /* a longer buffer is not kept */
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
    const struct rows_place *place;
    enum payload_mode mode;
    struct rows emails, payloads;
    struct mbox *mbox; /* live: NULL until there is a message */
    bool mbox_paused;
    uint64_t unwritten; /* messages that could not be, besides the rows' own count */
    uint64_t lost;      /* of these, those whose long payload could not be kept aside */
    struct digest *whole, *body;
};

void message_job_free(struct message_job *l)
{
    payload_fini(&l->payload);
    buf_fini(&l->email_before);
    buf_fini(&l->email_after);
    buf_fini(&l->key);
    mem_free(l);
}

static void put_part(void *context, struct bytes part)
{
    rows_base64(context, PAYLOADS_data, part);
}

/* Live, a message that cannot be written is counted, and the next one tries again. */
static void put_mbox_part(void *context, struct bytes part)
{
    mbox_text(context, part);
}

static bool write_message(struct mbox *m, struct message_job *l)
{
    bool good;

    mbox_begin(m, l->name, l->ts);
    good = payload_each(&l->payload, put_mbox_part, m);
    mbox_end(m);
    return good;
}

static bool write_to_mbox(struct message_writer *s, struct message_job *l)
{
    struct failure why = {""};
    bool good =
        (s->mbox || (s->mbox = mbox_open(&s->place->files, &why))) && write_message(s->mbox, l);

    if (s->mbox && mbox_failure(s->mbox))
        why = *mbox_failure(s->mbox);
    if (!s->place->files.live || !why.text[0]) {
        if (s->mbox_paused)
            log_info("%s: recording goes on; %" G_GUINT64_FORMAT " messages were not written",
                     s->place->files.dir, s->unwritten);
        s->mbox_paused = false;
        return good;
    }
    if (!s->mbox_paused)
        log_warn("%s; recording pauses and goes on when there is room", why.text);
    s->mbox_paused = true;
    s->unwritten++;
    return true;
}

static bool write_payload(struct message_writer *s, struct message_job *l, const uint8_t *sha256)
{
    struct rows *w = &s->payloads;
    bool good;

    if (s->mode == PAYLOAD_MBOX)
        return write_to_mbox(s, l);
    if (s->mode == PAYLOAD_NONE)
        return true;
    rows_begin(w);
    rows_cells(w, PAYLOADS_ts, PAYLOADS_sensor, buf_view(&l->key));
    rows_uint(w, PAYLOADS_size, l->payload.size);
    rows_hex(w, PAYLOADS_sha256, sha256, SHA256_BYTES);
    good = payload_each(&l->payload, put_part, w);
    rows_end(w);
    return good;
}

/* Its text could not be kept while it came: there is nothing to hash. */
static bool lose(struct message_writer *s, struct message_job *l)
{
    if (!(s->place->files.live || s->place->job) || !l->payload.lost)
        return false;
    if (!s->lost++)
        log_warn(
            "%s: cannot keep a long payload aside: %s; such messages are counted, not recorded",
            s->place->files.dir, g_strerror(l->payload.error));
    s->unwritten += 1 + (s->mode != PAYLOAD_NONE);
    return true;
}

static void note(struct message_writer *s, const struct failure *failure)
{
    g_mutex_lock(&s->lock);
    if (!s->failure.text[0])
        s->failure = *failure;
    g_mutex_unlock(&s->lock);
}

static void write_job(struct message_writer *s, struct message_job *l)
{
    struct payload_digests digests;
    struct rows *w = &s->emails;
    struct failure failure;
    bool good;

    if (lose(s, l))
        return;
    good = payload_hash(&l->payload, s->whole, s->body, &digests);

    rows_begin(w);
    rows_cells(w, EMAILS_ts, EMAILS_size, buf_view(&l->email_before));
    rows_hex(w, EMAILS_sha256, digests.whole, SHA256_BYTES);
    if (digests.has_body)
        rows_hex(w, EMAILS_body_sha256, digests.body, SHA256_BYTES);
    rows_cells(w, EMAILS_complete, EMAILS_reply, buf_view(&l->email_after));
    rows_end(w);
    good = write_payload(s, l, digests.whole) && good;
    if (!good) {
        failure_set(&failure, "%s: cannot keep a long payload aside: %s", s->place->files.dir,
                    g_strerror(l->payload.error));
        note(s, &failure);
    }
    if (s->emails.failed)
        note(s, &s->emails.failure);
    if (s->payloads.failed)
        note(s, &s->payloads.failure);
    if (!s->place->files.live && s->mbox && mbox_failure(s->mbox))
        note(s, mbox_failure(s->mbox));
}

/* With the lock held. Signals cost a system call, heard or not. */
static void tell(struct message_writer *s)
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
    tell(s);
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

struct message_job *message_writer_job(struct message_writer *s)
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
    buf_clear(&l->email_before);
    buf_clear(&l->email_after);
    buf_clear(&l->key);
    buf_clear(&l->payload.memory);
    l->payload.size = 0;
    return l;
}

static gpointer write_jobs(gpointer context)
{
    struct message_writer *s = context;

    if (s->place->files.live || s->place->job)
        privilege_leave_thread();
    g_mutex_lock(&s->lock);
    for (;;) {
        struct message_job *l;

        while (!s->first && !s->ending) {
            s->idle = true;
            tell(s);
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
    g_mutex_lock(&s->lock);
    while (s->bytes > MESSAGE_WRITER_BYTES_MAX)
        wait_until_left(s);
    s->bytes += l->payload.memory.cap;
    if (s->last)
        s->last->next = l;
    else
        s->first = l;
    s->last = l;
    if (++s->handed_over >= MESSAGE_WRITER_BATCH || s->bytes > MESSAGE_WRITER_BYTES_MAX) {
        s->handed_over = 0;
        if (s->idle)
            g_cond_signal(&s->arrived);
    }
    g_mutex_unlock(&s->lock);
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
    rows_flush(&s->emails);
    if (s->mode == PAYLOAD_INLINE)
        rows_flush(&s->payloads);
    if (s->mbox)
        mbox_flush(s->mbox);
    if (!sync)
        return;
    rows_sync(&s->emails);
    if (s->mode == PAYLOAD_INLINE)
        rows_sync(&s->payloads);
    if (s->mbox)
        mbox_sync(s->mbox);
}

void message_writer_end_segments(struct message_writer *s)
{
    rows_finish(&s->emails);
    if (s->mode == PAYLOAD_INLINE)
        rows_finish(&s->payloads);
    if (!s->mbox)
        return;
    mbox_finish(s->mbox);
    if (mbox_failure(s->mbox) && !s->mbox_paused)
        log_warn("%s", mbox_failure(s->mbox)->text);
    mbox_free(s->mbox);
    s->mbox = NULL;
}

struct rows *message_writer_rows(struct message_writer *s, enum record_file file)
{
    return file == RECORD_EMAILS ? &s->emails : &s->payloads;
}

uint64_t message_writer_largest(const struct message_writer *s)
{
    uint64_t most = s->mbox ? mbox_bytes(s->mbox) : 0;

    if (s->emails.written > most)
        most = s->emails.written;
    return s->payloads.written > most ? s->payloads.written : most;
}

uint64_t message_writer_unwritten(const struct message_writer *s)
{
    return s->emails.unwritten + s->payloads.unwritten + s->unwritten;
}

static bool open_files(struct message_writer *s, struct failure *why)
{
    if (!rows_open(&s->emails, s->place, RECORD_EMAILS)) {
        *why = s->emails.failure;
        return false;
    }
    if (s->mode == PAYLOAD_INLINE && !rows_open(&s->payloads, s->place, RECORD_PAYLOADS)) {
        *why = s->payloads.failure;
        return false;
    }
    if (s->mode == PAYLOAD_MBOX && !s->place->files.live)
        return (s->mbox = mbox_open(&s->place->files, why)) != NULL;
    return true;
}

struct message_writer *message_writer_open(const struct rows_place *place, enum payload_mode mode,
                                           struct failure *why)
{
    struct message_writer *s = MEM_NEW(struct message_writer);

    s->place = place;
    s->mode = mode;
    g_mutex_init(&s->lock);
    g_cond_init(&s->arrived);
    g_cond_init(&s->left);
    s->whole = digest_new();
    s->body = digest_new();
    if (!open_files(s, why)) {
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

static void finish_file(struct message_writer *s, struct rows *w)
{
    if (!rows_close(w))
        note(s, &w->failure);
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
    finish_file(s, &s->emails);
    finish_file(s, &s->payloads);
    if (s->mbox) {
        mbox_finish(s->mbox);
        if (mbox_failure(s->mbox))
            note(s, mbox_failure(s->mbox));
    }
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
    digest_free(s->whole);
    digest_free(s->body);
    g_mutex_clear(&s->lock);
    g_cond_clear(&s->arrived);
    g_cond_clear(&s->left);
    mem_free(s);
}
