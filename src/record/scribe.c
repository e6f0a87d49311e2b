/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/scribe.h"

#include <glib.h>

#include "base/mem.h"
#include "base/privilege.h"
#include "record/mbox.h"
#include "record/rows.h"

#define SCRIBE_BATCH       16        /* letters a wake-up */
#define SCRIBE_SPARE_BYTES 65536     /* a longer buffer is not kept */
#define SCRIBE_BACK_BYTES  (1 << 20) /* written payloads that still count as under way */

struct scribe {
    GThread *thread;
    GMutex lock;
    GCond arrived, left;
    struct letter *first, *last; /* handed over */
    size_t bytes;                /* of these payloads */
    struct letter *spare;        /* written; at most SCRIBE_SPARE_MAX */
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

void letter_free(struct letter *l)
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
static bool write_to_mbox(struct scribe *s, struct letter *l)
{
    struct failure why = {""};
    bool good = (s->mbox || (s->mbox = mbox_open(s->place, &why))) &&
                mbox_write(s->mbox, l->name, l->ts, &l->payload);

    if (s->mbox && mbox_failure(s->mbox))
        why = *mbox_failure(s->mbox);
    if (!s->place->live || !why.text[0]) {
        if (s->mbox_paused)
            log_info("%s: recording goes on; %" G_GUINT64_FORMAT " messages were not written",
                     s->place->dir, s->unwritten);
        s->mbox_paused = false;
        return good;
    }
    if (!s->mbox_paused)
        log_warn("%s; recording pauses and goes on when there is room", why.text);
    s->mbox_paused = true;
    s->unwritten++;
    return true;
}

static bool write_payload(struct scribe *s, struct letter *l, const uint8_t *sha256)
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
static bool lose(struct scribe *s, struct letter *l)
{
    if (!(s->place->live || s->place->job) || !l->payload.lost)
        return false;
    if (!s->lost++)
        log_warn(
            "%s: cannot keep a long payload aside: %s; such messages are counted, not recorded",
            s->place->dir, g_strerror(l->payload.error));
    s->unwritten += 1 + (s->mode != PAYLOAD_NONE);
    return true;
}

static void note(struct scribe *s, const struct failure *failure)
{
    g_mutex_lock(&s->lock);
    if (!s->failure.text[0])
        s->failure = *failure;
    g_mutex_unlock(&s->lock);
}

static void write_letter(struct scribe *s, struct letter *l)
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
        failure_set(&failure, "%s: cannot keep a long payload aside: %s", s->place->dir,
                    g_strerror(l->payload.error));
        note(s, &failure);
    }
    if (s->emails.failed)
        note(s, &s->emails.failure);
    if (s->payloads.failed)
        note(s, &s->payloads.failure);
    if (!s->place->live && s->mbox && mbox_failure(s->mbox))
        note(s, mbox_failure(s->mbox));
}

/* With the lock held. Signals cost a system call, heard or not. */
static void tell(struct scribe *s)
{
    if (s->waited_for)
        g_cond_signal(&s->left);
}

static void wait_until_left(struct scribe *s)
{
    s->waited_for = true;
    g_cond_wait(&s->left, &s->lock);
    s->waited_for = false;
}

/* Letters with small buffers are kept for the next messages. */
static void take_back(struct scribe *s, struct letter *written, size_t bytes)
{
    g_mutex_lock(&s->lock);
    s->bytes -= bytes;
    while (written && s->spares < SCRIBE_SPARE_MAX) {
        struct letter *l = written;

        written = l->next;
        l->next = s->spare;
        s->spare = l;
        s->spares++;
    }
    tell(s);
    g_mutex_unlock(&s->lock);
    while (written) {
        struct letter *next = written->next;

        letter_free(written);
        written = next;
    }
}

/* All that was handed over, or so much that its memory shall not wait for the rest. */
static struct letter *write_some(struct scribe *s, struct letter *l)
{
    struct letter *written = NULL;
    size_t bytes = 0;

    while (l && bytes < SCRIBE_BACK_BYTES) {
        struct letter *next = l->next;

        write_letter(s, l);
        bytes += l->payload.memory.cap;
        if (l->payload.spool < 0 && l->payload.memory.cap <= SCRIBE_SPARE_BYTES) {
            l->next = written;
            written = l;
        } else {
            letter_free(l);
        }
        l = next;
    }
    take_back(s, written, bytes);
    return l;
}

struct letter *scribe_letter(struct scribe *s)
{
    struct letter *l;

    g_mutex_lock(&s->lock);
    l = s->spare;
    if (l) {
        s->spare = l->next;
        s->spares--;
    }
    g_mutex_unlock(&s->lock);
    if (!l) {
        l = MEM_NEW(struct letter);
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

static gpointer write_letters(gpointer context)
{
    struct scribe *s = context;

    if (s->place->live || s->place->job)
        privilege_leave_thread();
    g_mutex_lock(&s->lock);
    for (;;) {
        struct letter *l;

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

void scribe_put(struct scribe *s, struct letter *l)
{
    g_mutex_lock(&s->lock);
    while (s->bytes > SCRIBE_BYTES_MAX)
        wait_until_left(s);
    s->bytes += l->payload.memory.cap;
    if (s->last)
        s->last->next = l;
    else
        s->first = l;
    s->last = l;
    if (++s->handed_over >= SCRIBE_BATCH || s->bytes > SCRIBE_BYTES_MAX) {
        s->handed_over = 0;
        if (s->idle)
            g_cond_signal(&s->arrived);
    }
    g_mutex_unlock(&s->lock);
}

void scribe_wait(struct scribe *s)
{
    g_mutex_lock(&s->lock);
    s->handed_over = 0;
    while (s->first || !s->idle) {
        g_cond_signal(&s->arrived);
        wait_until_left(s);
    }
    g_mutex_unlock(&s->lock);
}

void scribe_flush(struct scribe *s, bool sync)
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

void scribe_end_segments(struct scribe *s)
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

struct rows *scribe_rows(struct scribe *s, enum record_file file)
{
    return file == RECORD_EMAILS ? &s->emails : &s->payloads;
}

uint64_t scribe_largest(const struct scribe *s)
{
    uint64_t most = s->mbox ? mbox_bytes(s->mbox) : 0;

    if (s->emails.written > most)
        most = s->emails.written;
    return s->payloads.written > most ? s->payloads.written : most;
}

uint64_t scribe_unwritten(const struct scribe *s)
{
    return s->emails.unwritten + s->payloads.unwritten + s->unwritten;
}

static bool open_files(struct scribe *s, struct failure *why)
{
    if (!rows_open(&s->emails, s->place, RECORD_EMAILS)) {
        *why = s->emails.failure;
        return false;
    }
    if (s->mode == PAYLOAD_INLINE && !rows_open(&s->payloads, s->place, RECORD_PAYLOADS)) {
        *why = s->payloads.failure;
        return false;
    }
    if (s->mode == PAYLOAD_MBOX && !s->place->live)
        return (s->mbox = mbox_open(s->place, why)) != NULL;
    return true;
}

struct scribe *scribe_open(const struct rows_place *place, enum payload_mode mode,
                           struct failure *why)
{
    struct scribe *s = MEM_NEW(struct scribe);

    s->place = place;
    s->mode = mode;
    g_mutex_init(&s->lock);
    g_cond_init(&s->arrived);
    g_cond_init(&s->left);
    s->whole = digest_new();
    s->body = digest_new();
    if (!open_files(s, why)) {
        scribe_finish(s);
        scribe_free(s);
        return NULL;
    }
    s->thread = g_thread_new("scribe", write_letters, s);
    return s;
}

const struct failure *scribe_failure(struct scribe *s)
{
    bool failed;

    g_mutex_lock(&s->lock);
    failed = s->failure.text[0] != '\0';
    g_mutex_unlock(&s->lock);
    return failed ? &s->failure : NULL; /* it never changes any more */
}

static void finish_file(struct scribe *s, struct rows *w)
{
    if (!rows_close(w))
        note(s, &w->failure);
}

void scribe_finish(struct scribe *s)
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

void scribe_free(struct scribe *s)
{
    if (!s)
        return;
    while (s->spare) {
        struct letter *next = s->spare->next;

        letter_free(s->spare);
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
