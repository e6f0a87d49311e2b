/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a job does in its own process (workers.h). */
#include <fcntl.h>

#include "base/sandbox.h"
#include "live/shared_counters.h"
#include "potsherd/workers.h"

static int ask_for_spool(void *self)
{
    const struct worker *worker = self;

    return process_ask(worker->process, WORKERS_SPOOL, 0);
}

static bool close_in(const struct worker *self, enum sandbox_role role, struct failure *why)
{
    struct sandbox_calls calls = {
        .role = role,
        .writes = {self->process->requests, self->pipe, self->message_pipe},
        .write_count = 3,
        .violation = &self->process->state->violation,
    };

    if (self->orders >= 0)
        calls.writes[calls.write_count++] = self->orders;
    if (self->mail >= 0 && role == SANDBOX_PARSER) {
        calls.writes[calls.write_count++] = self->mail;
        calls.writes[calls.write_count++] = self->mail_place;
    }
    return sandbox_calls(&calls, why);
}

bool worker_close_in(const struct worker *self, enum sandbox_role role, struct failure *why)
{
    return sandbox_files(NULL, 0, why) && close_in(self, role, why);
}

static int ask_for_mail_worker(void *self, int place)
{
    const struct worker *worker = self;

    return process_ask_at(worker->mail, place);
}

/* libnids, in the pipeline, opens a file when it begins; threads, in the records, are to be born
 * without files. */
struct pipeline *worker_open_pipeline(struct worker *self, const struct options *options,
                                      enum worker_task task, time_us now)
{
    struct pipeline_where where = {.records = RECORDS_JOB,
                                   .now = now,
                                   .pipe = self->pipe,
                                   .message_pipe = self->message_pipe,
                                   .first_bytes = task == WORKER_ANSWERS,
                                   .captures = task == WORKER_REPLAYS && !self->number,
                                   .share = self->share,
                                   .spool = ask_for_spool,
                                   .spool_context = (void *)(uintptr_t)self,
                                   .later = true};
    struct failure why;
    struct pipeline *p;

    if (self->mail >= 0) {
        self->mail_place = where.mail_place = fcntl(self->mail, F_DUPFD_CLOEXEC, 3);
        where.mail = ask_for_mail_worker;
    }
    p = pipeline_new(options, &where, &why);
    if (p && sandbox_files(NULL, 0, &why) && pipeline_open_records(p, &where, &why)) {
        if (self->start_threads)
            self->start_threads(self->context);
        if (close_in(self, SANDBOX_PARSER, &why))
            return p;
    }
    worker_has_failed(self, &why);
    return NULL;
}

void worker_is_ready(const struct worker *self)
{
    process_ready(self->process);
}

void worker_publish(const struct worker *self, const struct counters *counters)
{
    shared_counters_put(self->shared, counters);
}

bool worker_next_note(const struct worker *self, struct process_message *note, int *fd)
{
    return process_next_note(self->process, note, fd);
}

int worker_capture(const struct worker *self, uint32_t number)
{
    return process_ask(self->process, WORKERS_CAPTURE, number);
}

bool worker_has_failed(const struct worker *self, const struct failure *why)
{
    return process_failed(self->process, why);
}
