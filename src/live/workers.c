/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/notify.h"
#include "base/privilege.h"
#include "base/sandbox.h"
#include "live/intake.h"
#include "live/mail_template.h"
#include "live/shared_counters.h"
#include "potsherd/clock.h"
#include "potsherd/geo.h"
#include "potsherd/loop.h"
#include "potsherd/monitor.h"
#include "potsherd/signals.h"

#define PIPE_BYTES       (1 << 20) /* what an unprivileged user may ask for */
#define START_MOST       (20 * TIME_SECOND)
#define LOOK_MS          100               /* between two looks at them */
#define LOOK_MOST        (TIME_SECOND / 5) /* that counts of the time between */
#define QUIET_MOST       (5 * TIME_SECOND) /* they count once a second */
#define TEMPLATE_MOST_MS 5000
#define END_MOST         (LOOP_FINISH_MOST + 4 * TIME_SECOND)

struct job {
    struct process process;
    struct process template; /* of its mail workers */
    int mail[2];             /* template's end, job's end; -1: none */
    int ends[INTAKE_PIPES];  /* of its pipes, to write to; -1: it has them alone */
    uint64_t version;        /* of its counters, when last looked at */
    time_us quiet;           /* so long it has counted nothing while the writer listened */
    bool violated;           /* and is counted for it */
    bool hung;               /* as was logged */
};

struct workers {
    const struct workers_functions *functions;
    unsigned n;
    struct job *jobs;
    struct process writer;
    struct intake intake; /* as the writer will have it */
    struct shared_run *shared;
    time_us looked, second;  /* monotonic */
    struct counters counted; /* by the command, in the parent */
    uint64_t violations;     /* of the jobs; the writer counts what they forged */
    uint64_t beat;           /* of the writer, when last looked at */
    bool live;
    bool stopping; /* they were asked to */
    bool failed;   /* one did not start */
    bool bad;      /* one did not end well */
};

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

static void serve(struct workers *w)
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
        serve(w);
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
        serve(w);
        g_usleep(2000);
    }
    return !w->failed;
}

/* --- signals --- */

static void signal_jobs(const struct workers *w, int number)
{
    for (unsigned i = 0; i < w->n; i++)
        process_signal(&w->jobs[i].process, number);
}

void workers_wake(struct workers *w)
{
    signal_jobs(w, SIGHUP);
    process_signal(&w->writer, SIGHUP);
}

bool workers_note_job(struct workers *w, unsigned i, const struct process_message *note, int fd)
{
    return process_note(&w->jobs[i].process, note, fd);
}

bool workers_note(struct workers *w, const struct process_message *note, int fd)
{
    bool good = process_note(&w->writer, note, fd);

    for (unsigned i = 0; i < w->n; i++)
        good = process_note(&w->jobs[i].process, note, fd) && good;
    return good;
}

bool workers_note_mail_rules(struct workers *w, int fd)
{
    const struct process_message note = {.n = 0};
    bool good = true;

    for (unsigned i = 0; i < w->functions->mail_jobs; i++)
        good = process_note(&w->jobs[i].template, &note, fd) && good;
    return good;
}

static void publish(struct workers *w)
{
    w->counted.taken_over = w->violations;
    shared_counters_put(&w->shared->parent, &w->counted);
}

void workers_publish(struct workers *w, const struct counters *counters)
{
    w->counted = *counters;
    publish(w);
}

static void stop(struct workers *w)
{
    if (!w->stopping)
        signal_jobs(w, SIGTERM);
    w->stopping = true;
}

/* --- whether they are well --- */

/* Since the last look, as far as the writer was listening: that a disk holds it up is not the
 * jobs' fault. */
static time_us passed(struct workers *w)
{
    time_us now = g_get_monotonic_time(), time = now - w->looked;
    uint64_t beat = atomic_load(&w->shared->beat);
    bool listens = beat != w->beat;

    w->looked = now;
    w->beat = beat;
    if (!listens)
        return 0;
    return time < LOOK_MOST ? time : LOOK_MOST;
}

static void look_at(struct workers *w, struct job *job, time_us time)
{
    uint64_t version = atomic_load(&w->intake.jobs[job - w->jobs]->version);

    if (!job->process.pid)
        return;
    job->quiet = version == job->version ? job->quiet + time : 0;
    job->version = version;
    if (job->hung && !job->quiet) {
        log_info("%s goes on", job->process.name);
        job->hung = false;
    } else if (job->quiet >= QUIET_MOST && !job->hung && !w->stopping) {
        log_warn("%s hangs: it has done nothing for %d s, and its packets get lost",
                 job->process.name, (int)(QUIET_MOST / TIME_SECOND));
        job->hung = true;
    } else if (job->quiet >= END_MOST && !job->process.killed && w->stopping) {
        log_warn("%s has not ended after %d s and is killed; what it held is lost",
                 job->process.name, (int)(END_MOST / TIME_SECOND));
        process_kill(&job->process);
    }
}

static bool are_well(const struct workers *w)
{
    for (unsigned i = 0; i < w->n; i++)
        if (w->jobs[i].process.pid && w->jobs[i].hung)
            return false;
    return true;
}

/* How many of the jobs still run.  When one ends early, the others are asked to. */
static unsigned look_at_jobs(struct workers *w)
{
    time_us time = passed(w);
    unsigned running = 0;

    for (unsigned i = 0; i < w->n; i++) {
        struct process *p = &w->jobs[i].process;
        bool ran = p->pid;

        if (i < w->functions->mail_jobs && process_has_ended(&w->jobs[i].template) && p->pid)
            w->bad = w->bad || w->jobs[i].template.bad;
        if (w->live)
            look_at(w, &w->jobs[i], time);
        if (!process_has_ended(p)) {
            running++;
            continue;
        }
        if (p->killed)
            atomic_store(&w->shared->killed, true);
        w->bad = w->bad || p->bad;
        /* Also of one that had ended before this was asked for the first time. */
        if (!w->jobs[i].violated && p->state && atomic_load(&p->state->violation)) {
            w->jobs[i].violated = true;
            w->violations++;
        }
        if (ran && w->live && !w->stopping) {
            log_warn("%s has ended; the others are stopped, too", p->name);
            w->bad = true;
            stop(w);
        }
    }
    return running;
}

static void look_at_writer(struct workers *w)
{
    unsigned forged = atomic_exchange(&w->shared->forged, 0);

    if (forged && forged <= w->n) {
        log_warn("%s sent what is no row, and is ended", w->jobs[forged - 1].process.name);
        process_kill(&w->jobs[forged - 1].process);
        w->bad = true;
    }
    if (!process_has_ended(&w->writer))
        return;
    if (w->live && !w->stopping && !w->writer.killed)
        log_warn("the writer has ended; the others are stopped, too");
    w->bad = w->bad || w->writer.bad;
    stop(w);
    for (unsigned i = 0; i < w->n; i++)
        if (w->jobs[i].process.pid)
            process_kill(&w->jobs[i].process); /* nobody takes what they have */
}

/* --- the run --- */

static void wait_for_requests(const struct workers *w)
{
    struct pollfd fds[WORKERS_MAX];

    for (unsigned i = 0; i < w->n; i++)
        fds[i] = (struct pollfd){.fd = w->jobs[i].process.pid ? w->jobs[i].process.requests : -1,
                                 .events = POLLIN};
    poll(fds, w->n, LOOK_MS);
}

static void reload(struct workers *w)
{
    signals.reload = 0;
    if (!w->functions->reload)
        return;
    if (w->live)
        notify_reloading();
    w->functions->reload(w->functions->context);
    if (w->live)
        notify_ready();
}

static void take_signals(struct workers *w)
{
    if (signals.stop && !w->stopping) {
        if (w->live)
            notify_stopping();
        stop(w);
    }
    if (signals.reload)
        reload(w);
    if (signals.print) {
        signals.print = 0;
        process_signal(&w->writer, SIGUSR1);
    }
}

static void every_second(struct workers *w)
{
    time_us now = g_get_monotonic_time();

    if (now - w->second < TIME_SECOND)
        return;
    w->second = now;
    if (w->functions->second)
        w->functions->second(w->functions->context);
}

static void tell_status(const struct workers *w)
{
    struct counters all;

    if (shared_counters_get(&w->shared->writer, &all))
        monitor_tell_status(&all);
}

static void look_after(struct workers *w)
{
    uint64_t beat = w->beat;

    take_signals(w);
    serve(w);
    look_at_writer(w);
    every_second(w);
    if (w->live && are_well(w) && atomic_load(&w->shared->beat) != beat)
        notify_watchdog();
}

bool workers_run(struct workers *w, bool live)
{
    time_us minute = clock_now() / MONITOR_INTERVAL;

    w->live = live;
    do {
        wait_for_requests(w);
        look_after(w);
        if (live && clock_now() / MONITOR_INTERVAL != minute) {
            minute = clock_now() / MONITOR_INTERVAL;
            tell_status(w);
        }
    } while (look_at_jobs(w));
    if (w->functions->second) /* the last counters */
        w->functions->second(w->functions->context);
    publish(w);
    atomic_store(&w->shared->ended, true);
    while (!process_has_ended(&w->writer)) {
        look_after(w);
        g_usleep(2000);
    }
    return !(w->bad || w->writer.bad);
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
