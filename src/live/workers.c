/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live/workers_state.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/privilege.h"
#include "base/sandbox.h"
#include "live/mail_template.h"
#include "potsherd/geo.h"
#include "potsherd/signals.h"

#define PIPE_BYTES       (1 << 20) /* what an unprivileged user may ask for */
#define START_MOST       (20 * TIME_SECOND)
#define TEMPLATE_MOST_MS 5000

struct one { /* of the jobs, as its process gets it */
    struct workers *workers;
    unsigned number;
};

/* --- in a child --- */

/* Signals that came before are the parent's; and ctrl-c, which all of them hear, is for it: it says
 * when to end. */
static void begin_child(void)
{
    geo_forget_descriptors();
    signals.stop = signals.reload = signals.print = 0;
    signal(SIGINT, SIG_IGN);
}

/* All but what job `but` fills; n: all. */
static void unmap_all(struct workers *w, unsigned but)
{
    munmap(w->shared, sizeof *w->shared);
    for (unsigned i = 0; i < w->n; i++)
        if (i != but)
            munmap(w->intake.jobs[i], sizeof *w->intake.jobs[i]);
}

/* What runs here later may be a stranger's: it shall not write for others. */
static void leave_others(struct workers *w, unsigned self)
{
    unmap_all(w, self);
    for (unsigned i = 0; i < self; i++)
        process_unshare(&w->jobs[i].process);
    for (unsigned i = 0; i <= self; i++)
        process_unshare(&w->jobs[i].template);
}

static bool be_job(void *context, const struct process_self *process)
{
    const struct one *one = context;
    struct workers *w = one->workers;
    struct worker self = {.number = one->number,
                          .pipe = w->jobs[one->number].ends[0],
                          .message_pipe = w->jobs[one->number].ends[1],
                          .shared = w->intake.jobs[one->number],
                          .mail = w->jobs[one->number].mail[1],
                          .mail_place = -1,
                          .orders = -1,
                          .process = process};
    struct failure why;

    begin_child();
    leave_others(w, one->number);
    if (!privilege_leave_all(false, &why) || !sandbox_limits(&why))
        return worker_has_failed(&self, &why);
    return w->functions->parse(w->functions->context, &self);
}

static bool be_template(void *context, const struct process_self *process)
{
    const struct one *one = context;
    struct workers *w = one->workers;

    begin_child();
    unmap_all(w, w->n);
    for (unsigned i = 0; i < one->number; i++) {
        process_unshare(&w->jobs[i].process);
        process_unshare(&w->jobs[i].template);
    }
    return mail_template_run(process, w->jobs[one->number].mail[0], &w->functions->mail);
}

static bool be_writer(void *context, const struct process_self *process)
{
    struct workers *w = context;
    struct failure why;

    begin_child();
    signal(SIGTERM, SIG_IGN);
    w->intake.process = process;
    if (!sandbox_limits(&why))
        return intake_has_failed(&w->intake, &why);
    return w->functions->write(w->functions->context, &w->intake);
}

/* --- starting --- */

static bool make_pipes(struct workers *w, unsigned i, struct failure *why)
{
    int both[2];

    for (int p = 0; p < INTAKE_PIPES; p++) {
        if (pipe2(both, O_CLOEXEC) != 0)
            return failure_set(why, "cannot make a pipe: %s", g_strerror(errno));
        (void)fcntl(both[1], F_SETPIPE_SZ, PIPE_BYTES);
        w->intake.pipes[i][p] = both[0];
        w->jobs[i].ends[p] = both[1];
    }
    return true;
}

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void *share(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        log_panic("no memory to share with the jobs");
    return memory;
}

struct workers *workers_new(unsigned n, const struct workers_functions *functions)
{
    struct workers *w = MEM_NEW(struct workers);

    w->functions = functions;
    w->n = w->intake.n = n;
    w->jobs = mem_new(n * sizeof *w->jobs);
    w->shared = w->intake.shared = share(sizeof *w->shared);
    for (unsigned i = 0; i < n; i++)
        w->intake.jobs[i] = share(sizeof *w->intake.jobs[i]);
    for (unsigned i = 0; i < n; i++)
        for (int p = 0; p < INTAKE_PIPES; p++)
            w->intake.pipes[i][p] = w->jobs[i].ends[p] = w->jobs[i].mail[p] = -1;
    return w;
}

static bool start_template(struct workers *w, unsigned i, struct failure *why)
{
    struct one one = {w, i};
    struct job *job = &w->jobs[i];

    if (!process_pair(job->mail))
        return failure_set(why, "cannot make a socket pair: %s", g_strerror(errno));
    return process_start(&job->template, "the mail template", be_template, &one, job->mail, 1, why);
}

static bool start_job(struct workers *w, unsigned i, struct failure *why)
{
    struct one one = {w, i};
    struct job *job = &w->jobs[i];
    int keep[WORKERS_KEEP_MAX + INTAKE_PIPES + 1];
    unsigned n = w->functions->keep ? w->functions->keep(w->functions->context, i, keep) : 0;
    char name[PROCESS_NAME_MAX];
    bool good;

    if (!make_pipes(w, i, why))
        return false;
    for (int p = 0; p < INTAKE_PIPES; p++)
        keep[n++] = job->ends[p];
    if (job->mail[1] >= 0)
        keep[n++] = job->mail[1];
    if (w->functions->names)
        g_strlcpy(name, w->functions->names[i], sizeof name);
    else
        snprintf(name, sizeof name, w->n > 1 ? "job %u" : "the parser", i);
    good = process_start(&job->process, name, be_job, &one, keep, n, why);
    for (int p = 0; p < INTAKE_PIPES; p++) {
        close_one(&job->ends[p]);
        close_one(&job->mail[p]);
    }
    return good;
}

void workers_serve(struct workers *w)
{
    struct process_message request;

    for (unsigned i = 0; i < w->n; i++)
        while (process_next_request(&w->jobs[i].process, &request)) {
            int fd = w->functions->open(w->functions->context, request.kind, request.number);

            process_answer(&w->jobs[i].process, &request, fd);
            if (fd >= 0)
                close(fd);
        }
}

/* Those who are asked to end while they start do so once they have started. */
static bool is_starting(struct workers *w, struct process *p, struct failure *why)
{
    bool gone = process_has_ended(p);
    bool late = g_get_monotonic_time() > w->looked + START_MOST;

    if (atomic_load(&p->state->ready))
        return false;
    w->failed = gone || late;
    if (gone && atomic_load(&p->state->failed))
        process_read_failure(p, why);
    else if (gone && !atomic_load(&p->state->violation)) /* which is logged */
        failure_set(why, "%s ended while it started", p->name);
    else if (late)
        failure_set(why, "%s is not ready after %d s", p->name, (int)(START_MOST / TIME_SECOND));
    return true;
}

bool workers_start_jobs(struct workers *w, struct failure *why)
{
    unsigned starting;

    why->text[0] = '\0';
    w->looked = g_get_monotonic_time();
    for (unsigned i = 0; i < w->n; i++)
        if ((i < w->functions->mail_jobs && !start_template(w, i, why)) || !start_job(w, i, why))
            return false;
    do {
        starting = 0;
        workers_serve(w);
        for (unsigned i = 0; i < w->n && !w->failed; i++)
            starting += is_starting(w, &w->jobs[i].process, why) ||
                        (i < w->functions->mail_jobs && is_starting(w, &w->jobs[i].template, why));
        if (starting)
            g_usleep(2000);
    } while (starting && !w->failed);
    return !w->failed;
}

bool workers_start_writer(struct workers *w, const int *keep, unsigned n, struct failure *why)
{
    int all[WORKERS_KEEP_MAX + INTAKE_PIPES * WORKERS_MAX];
    unsigned count = 0;

    why->text[0] = '\0';
    w->looked = g_get_monotonic_time();
    while (count < n) {
        all[count] = keep[count];
        count++;
    }
    for (unsigned i = 0; i < w->n; i++)
        for (int p = 0; p < INTAKE_PIPES; p++)
            all[count++] = w->intake.pipes[i][p];
    if (!process_start(&w->writer, "the writer", be_writer, w, all, count, why))
        return false;
    for (unsigned i = 0; i < w->n; i++)
        for (int p = 0; p < INTAKE_PIPES; p++)
            close_one(&w->intake.pipes[i][p]);
    while (is_starting(w, &w->writer, why) && !w->failed) {
        workers_serve(w);
        g_usleep(2000);
    }
    return !w->failed;
}

/* --- the end --- */

static void end(struct process *p)
{
    if (p->pid)
        process_kill(p);
    while (!process_has_ended(p))
        g_usleep(1000);
    if (p->state)
        process_free(p);
}

/* It ends when its job has, and may have something to say of the last mails. */
static void end_template(struct process *p)
{
    for (int waited = 0; !process_has_ended(p) && waited < TEMPLATE_MOST_MS; waited++)
        g_usleep(1000);
    end(p);
}

void workers_free(struct workers *w)
{
    if (!w)
        return;
    for (unsigned i = 0; i < w->n; i++) {
        end(&w->jobs[i].process);
        for (int p = 0; p < INTAKE_PIPES; p++) {
            close_one(&w->jobs[i].ends[p]);
            close_one(&w->jobs[i].mail[p]);
            close_one(&w->intake.pipes[i][p]);
        }
        end_template(&w->jobs[i].template);
    }
    end(&w->writer);
    unmap_all(w, w->n);
    mem_free(w->jobs);
    mem_free(w);
}
