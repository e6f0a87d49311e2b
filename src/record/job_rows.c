/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What jobs, which read what strangers send, hand over to the process that writes: rows,
 * attempts, messages of an mbox, frames to be saved.
 */
#include "record/job_rows.h"

#include <string.h>

#include "potsherd/decap.h"
#include "record/channel.h"

#define ATTEMPT_BYTES 65536      /* of attempts that a job sends at a time */
#define CAPLEN_MAX    (1u << 20) /* as capture has it */

/* --- in a job --- */

static void send_attempts(struct recorder *r)
{
    struct channel_head head = {.kind = CHANNEL_ATTEMPTS, .bytes = r->attempts.len};

    if (r->place.outbox)
        (void)outbox_send(r->place.outbox);
    else if (head.bytes)
        (void)channel_put(r->place.pipe, &head, r->attempts.data);
    buf_clear(&r->attempts);
}

void job_rows_send(struct recorder *r)
{
    send_attempts(r);
    (void)evidence_flush(&r->evidence); /* if not, the rows' failure says it */
}

void job_rows_attempt(struct recorder *r, const struct connection *attempt)
{
    struct channel_attempt a = {.first = attempt->first,
                                .packets = attempt->packets[FROM_CLIENT],
                                .dst_port = attempt->dst_port,
                                .src_family = attempt->src.family,
                                .dst_family = attempt->dst.family};

    memcpy(a.src, attempt->src.bytes, sizeof a.src);
    memcpy(a.dst, attempt->dst.bytes, sizeof a.dst);
    if (r->place.outbox) {
        const struct channel_head head = {.kind = CHANNEL_ATTEMPTS, .bytes = sizeof a};

        (void)outbox_put(r->place.outbox, &head, &a);
        return;
    }
    buf_append(&r->attempts, &a, sizeof a);
    if (r->attempts.len >= ATTEMPT_BYTES)
        send_attempts(r);
}

void record_frame(struct recorder *r, const struct frame *frame)
{
    evidence_frame(&r->evidence, frame);
}

/* --- in the process that writes: true when it is what a job sends --- */

static bool is_family(uint8_t family)
{
    return family == 4 || family == 6;
}

/* As capture bounds it, so that sums of times stay in their range. */
static bool is_time(time_us t)
{
    const time_us most = 4000000000000 * TIME_SECOND;

    return t >= -most && t <= most;
}

static bool take_attempts(struct recorder *r, struct bytes bytes)
{
    for (struct channel_attempt a; bytes.n; bytes = bytes_skip(bytes, sizeof a)) {
        struct connection attempt = {.user = NULL};

        if (bytes.n < sizeof a)
            return false;
        memcpy(&a, bytes.at, sizeof a);
        if (!is_time(a.first) || !is_family(a.src_family) || !is_family(a.dst_family))
            return false;
        attempt.first = a.first;
        attempt.packets[FROM_CLIENT] = a.packets;
        attempt.dst_port = a.dst_port;
        attempt.src.family = a.src_family;
        attempt.dst.family = a.dst_family;
        memcpy(attempt.src.bytes, a.src, sizeof a.src);
        memcpy(attempt.dst.bytes, a.dst, sizeof a.dst);
        scans_add(r->scans, &attempt);
    }
    return true;
}

static bool take_frames(struct bytes bytes, const struct record_taker *taker)
{
    struct channel_frame head;

    while (bytes.n >= sizeof head) {
        struct frame frame;

        memcpy(&head, bytes.at, sizeof head);
        bytes = bytes_skip(bytes, sizeof head);
        if (!is_time(head.ts) || head.caplen > bytes.n || head.caplen > CAPLEN_MAX ||
            !decap_link_type_known(head.link_type) || !taker->frame)
            return false;
        frame = (struct frame){.ts = head.ts,
                               .link_type = head.link_type,
                               .bytes = bytes.at,
                               .caplen = head.caplen,
                               .wire_len = head.wire_len};
        taker->frame(taker->context, &frame);
        bytes = bytes_skip(bytes, head.caplen);
    }
    return !bytes.n;
}

static bool take_lines(struct bytes bytes, const struct record_taker *taker)
{
    const uint8_t *end;

    if (!taker->line)
        return false;
    while (bytes.n && (end = memchr(bytes.at, '\n', bytes.n))) {
        size_t n = (size_t)(end - bytes.at) + 1;

        taker->line(taker->context, (struct bytes){bytes.at, n});
        bytes = bytes_skip(bytes, n);
    }
    return !bytes.n;
}

/* Of those that a job has rows for; NULL: it has none for this. */
static struct row_file *file_of(struct recorder *r, uint32_t number)
{
    struct row_file *f;

    if (number >= RECORD_FILE_COUNT)
        return NULL;
    f = record_schema(number)->writer == WRITER_MESSAGES ? message_writer_file(r->messages, number)
                                                         : &r->files[number];
    return f->rows.schema && record_schema(number)->writer != WRITER_LIVE ? f : NULL;
}

bool job_rows_are_amid(const struct job_taking *t)
{
    return t->file || t->mbox;
}

void job_rows_abandon(struct job_taking *t)
{
    if (t->file)
        row_file_abandon(t->file);
    if (t->mbox)
        mbox_abandon(t->mbox);
    *t = (struct job_taking){NULL, NULL};
}

bool job_rows_take(struct recorder *r, const struct channel_head *head, struct bytes bytes,
                   struct job_taking *t)
{
    struct row_file *file = file_of(r, head->file);
    struct mbox *mbox = message_writer_mbox(r->messages);
    bool part = head->kind == CHANNEL_PART || head->kind == CHANNEL_MESSAGE_PART;

    if ((t->file && (t->file != file || head->kind > CHANNEL_PART)) ||
        (t->mbox && head->kind != CHANNEL_MESSAGES && head->kind != CHANNEL_MESSAGE_PART))
        return false; /* something else, amid a row */
    switch (head->kind) {
    case CHANNEL_ATTEMPTS:
        return take_attempts(r, bytes);
    case CHANNEL_MESSAGES:
    case CHANNEL_MESSAGE_PART:
        if (!mbox)
            return false;
        mbox_take(mbox, bytes, head->rows, part);
        t->mbox = part ? mbox : NULL;
        return true;
    case CHANNEL_ROWS:
    case CHANNEL_PART:
        if (!file)
            return false;
        rows_take(&file->rows, bytes, head->rows, part);
        t->file = part ? file : NULL;
        return true;
    default:
        return false;
    }
}

static bool take_one(struct recorder *r, const struct channel_head *head,
                     const struct record_taker *taker, struct job_taking *t)
{
    struct bytes bytes = buf_view(&r->incoming);

    if (head->kind != CHANNEL_FRAMES && head->kind != CHANNEL_LINES)
        return !taker->evidence_only && job_rows_take(r, head, bytes, t);
    if (job_rows_are_amid(t))
        return false;
    return head->kind == CHANNEL_FRAMES ? take_frames(bytes, taker) : take_lines(bytes, taker);
}

enum record_taken record_take(struct recorder *r, int pipe, const struct record_taker *taker)
{
    struct channel_idle meanwhile = {taker->idle, taker->context};
    struct channel_head head;
    struct job_taking taking = {NULL, NULL};
    enum channel_result result;

    message_writer_wait(r->messages); /* idle: its files are ours */
    do {
        result = channel_get(pipe, &meanwhile, &head, &r->incoming);
        if (result == CHANNEL_MESSAGE && !take_one(r, &head, taker, &taking))
            result = CHANNEL_FORGED;
    } while (result == CHANNEL_MESSAGE && job_rows_are_amid(&taking));
    job_rows_abandon(&taking);
    if (result == CHANNEL_MESSAGE)
        return RECORD_TAKEN;
    return result == CHANNEL_END ? RECORD_END : RECORD_FORGED;
}
