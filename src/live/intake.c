/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live/intake.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/privilege.h"
#include "base/sandbox.h"

#define LOOK_MS     100
#define SILENT_MOST (30000 / LOOK_MS) /* longer than the slowest mail that is read */

/* --- starting --- */

bool intake_leave_files(const int *folders, unsigned n, struct failure *why)
{
    struct stat st;
    bool foreign = fstat(folders[0], &st) == 0 && st.st_uid != geteuid();

    return privilege_leave_all(foreign, why) && sandbox_files(folders, n, why);
}

bool intake_is_ready(struct intake *in)
{
    const struct sandbox_calls calls = {.role = SANDBOX_WRITER,
                                        .violation = &in->process->state->violation};
    struct failure why;

    if (!sandbox_calls(&calls, &why))
        return intake_has_failed(in, &why);
    process_ready(in->process);
    return true;
}

bool intake_has_failed(const struct intake *in, const struct failure *why)
{
    return process_failed(in->process, why);
}

bool intake_next_note(const struct intake *in, struct process_message *note, int *fd)
{
    return process_next_note(in->process, note, fd);
}

void intake_set_evidence(struct intake *in, const struct intake_evidence *evidence)
{
    in->evidence = *evidence;
}

/* --- rows --- */

struct taking { /* from a job */
    struct intake *intake;
    unsigned job;
};

/* It shows the parent that this process does not hang. */
static void beat(struct intake *in)
{
    atomic_fetch_add(&in->shared->beat, 1);
}

static void on_idle(void *context)
{
    const struct taking *t = context;

    beat(t->intake);
}

static void on_frame(void *context, const struct frame *frame)
{
    const struct taking *t = context;

    t->intake->evidence.frame(t->intake->evidence.context, t->job, frame);
}

static void on_line(void *context, struct bytes line)
{
    const struct taking *t = context;

    t->intake->evidence.line(t->intake->evidence.context, t->job, line);
}

static void close_pipe(int *fd)
{
    close(*fd);
    *fd = -1;
}

/* Nothing that job `i` sends is read any more. */
static void forge(struct intake *in, unsigned i)
{
    atomic_store(&in->shared->forged, i + 1);
    in->forged++;
    for (int p = 0; p < INTAKE_PIPES; p++)
        if (in->pipes[i][p] >= 0)
            close_pipe(&in->pipes[i][p]);
}

static void take_from(struct intake *in, unsigned i, int pipe, struct recorder *records)
{
    struct taking t = {in, i};
    bool parser = !in->evidence.line || i < in->evidence.parsers;
    struct record_taker taker = {.idle = on_idle,
                                 .frame = in->evidence.frame ? on_frame : NULL,
                                 .line = parser ? NULL : on_line,
                                 .evidence_only = !parser,
                                 .context = &t};

    switch (record_take(records, in->pipes[i][pipe], &taker)) {
    case RECORD_TAKEN:
        return;
    case RECORD_FORGED:
        forge(in, i);
        break;
    default:
        close_pipe(&in->pipes[i][pipe]);
        break;
    }
}

bool intake_take(struct intake *in, struct recorder *records)
{
    struct pollfd fds[INTAKE_PIPES * WORKERS_MAX];
    unsigned n = INTAKE_PIPES * in->n;
    bool open = false;

    for (unsigned i = 0; i < n; i++) {
        fds[i] =
            (struct pollfd){.fd = in->pipes[i / INTAKE_PIPES][i % INTAKE_PIPES], .events = POLLIN};
        open = open || fds[i].fd >= 0;
    }
    beat(in);
    if (poll(fds, open ? n : 0, open ? LOOK_MS : 1) > 0)
        for (unsigned i = 0; i < n; i++)
            if (fds[i].revents && in->pipes[i / INTAKE_PIPES][i % INTAKE_PIPES] >= 0)
                take_from(in, i / INTAKE_PIPES, (int)(i % INTAKE_PIPES), records);
    return open || !atomic_load(&in->shared->ended);
}

/* Which pipes there is room for what they bring; how many of them have not ended. */
static unsigned choose_pipes(const struct intake *in, struct pollfd *fds, bool *all)
{
    unsigned open = 0;

    *all = true;
    for (unsigned i = 0; i < INTAKE_PIPES * in->n; i++) {
        int fd = in->pipes[i / INTAKE_PIPES][i % INTAKE_PIPES];
        bool wanted = fd >= 0 && record_merge_wants(in->merge, i);

        open += fd >= 0;
        *all = *all && wanted == (fd >= 0);
        fds[i] = (struct pollfd){.fd = wanted ? fd : -1, .events = POLLIN};
    }
    return open;
}

static void read_merged(struct intake *in, unsigned i)
{
    int *pipe = &in->pipes[i / INTAKE_PIPES][i % INTAKE_PIPES];

    if (!record_merge_read(in->merge, i, *pipe))
        close_pipe(pipe);
}

bool intake_merge(struct intake *in, struct recorder *records)
{
    struct pollfd fds[INTAKE_PIPES * WORKERS_MAX];
    unsigned open, n = INTAKE_PIPES * in->n;
    int forged;
    bool all;

    if (!in->merge)
        in->merge = record_merge_new(records, in->n);
    open = choose_pipes(in, fds, &all);
    beat(in);
    if (poll(fds, open ? n : 0, open ? LOOK_MS : 1) > 0) {
        in->silent = 0;
        for (unsigned i = 0; i < n; i++)
            if (fds[i].revents)
                read_merged(in, i);
    } else if (!all && ++in->silent >= SILENT_MOST) { /* jobs wait for each other, it seems */
        in->silent = 0;
        record_merge_widen(in->merge);
    }
    while ((forged = record_merge_write(in->merge)) >= 0)
        forge(in, (unsigned)forged / INTAKE_PIPES);
    if (open || !atomic_load(&in->shared->ended))
        return true;
    record_merge_free(in->merge);
    in->merge = NULL;
    return false;
}

/* --- counters --- */

/* What the ring of a job that was killed held is lost like what did not fit. */
static void count_unread(struct counters *t)
{
    if (t->received > t->captured + t->dropped + t->filtered)
        t->dropped = t->received - t->captured - t->filtered;
}

void intake_add_counters(struct intake *in, struct counters *out)
{
    struct counters parent = {.received = 0};
    bool killed = atomic_load(&in->shared->ended) && atomic_load(&in->shared->killed);

    for (unsigned i = 0; i < in->n; i++) {
        (void)shared_counters_get(in->jobs[i], &in->counters[i]);
        if (killed) /* of those that were not it is 0 */
            count_unread(&in->counters[i]);
        counters_add(out, &in->counters[i]);
    }
    (void)shared_counters_get(&in->shared->parent, &parent);
    counters_add(out, &parent);
    out->taken_over += in->forged;
}

void intake_publish(struct intake *in, const struct counters *all)
{
    shared_counters_put(&in->shared->writer, all);
}
