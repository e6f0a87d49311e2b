/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows and attempts that jobs send to the process that writes. */
#include <string.h>

#include "record/channel.h"
#include "record/job_rows.h"

#define ATTEMPT_BYTES 65536 /* of attempts that a job sends at a time */

void job_rows_send_attempts(struct recorder *r)
{
    struct channel_head head = {.kind = CHANNEL_ATTEMPTS, .bytes = r->attempts.len};

    if (r->attempts.len)
        (void)channel_put(r->place.pipe, &head, r->attempts.data); /* the rows' failure says it */
    buf_clear(&r->attempts);
}

void job_rows_attempt(struct recorder *r, const struct connection *attempt)
{
    buf_append(&r->attempts, attempt, sizeof *attempt);
    if (r->attempts.len >= ATTEMPT_BYTES)
        job_rows_send_attempts(r);
}

static struct row_file *file_of(struct recorder *r, uint32_t number)
{
    if (number >= RECORD_FILE_COUNT)
        log_panic("a job sends rows of file %u", number);
    return record_schema(number)->writer == WRITER_MESSAGES
               ? message_writer_file(r->messages, number)
               : &r->files[number];
}

static void take_attempts(struct recorder *r)
{
    struct connection attempt;

    for (size_t at = 0; at + sizeof attempt <= r->incoming.len; at += sizeof attempt) {
        memcpy(&attempt, r->incoming.data + at, sizeof attempt);
        scans_add(r->scans, &attempt);
    }
}

bool record_take(struct recorder *r, int pipe, void (*idle)(void *context), void *context)
{
    struct channel_idle meanwhile = {idle, context};
    struct channel_head head;
    struct row_file *open = NULL; /* of which a row has only begun */

    message_writer_wait(r->messages); /* idle: its files are ours */
    do {
        if (!channel_get(pipe, &meanwhile, &head, &r->incoming)) {
            if (open)
                row_file_abandon(open);
            return false;
        }
        if (head.kind == CHANNEL_ATTEMPTS) {
            take_attempts(r);
            continue;
        }
        open = file_of(r, head.file);
        rows_take(&open->rows, buf_view(&r->incoming), head.rows, head.kind == CHANNEL_PART);
    } while (head.kind == CHANNEL_PART);
    return true;
}
