/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run of workers that have started: signals, requests, whether they are well, the end. */
#include "live/workers_state.h"

#include <glib.h>
#include <poll.h>
#include <signal.h>

#include "base/notify.h"
#include "potsherd/clock.h"
#include "potsherd/loop.h"
#include "potsherd/monitor.h"
#include "potsherd/signals.h"

#define LOOK_MS    100               /* between two looks at them */
#define LOOK_MOST  (TIME_SECOND / 5) /* that counts of the time between */
#define QUIET_MOST (5 * TIME_SECOND) /* they count once a second */
#define END_MOST   (LOOP_FINISH_MOST + 4 * TIME_SECOND)

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
        log_warn_as(LOG_PROCESS_HANGS,
                    "%s hangs: it has done nothing for %d s, and its packets get lost",
                    job->process.name, (int)(QUIET_MOST / TIME_SECOND));
        job->hung = true;
    } else if (job->quiet >= END_MOST && !job->process.killed && w->stopping) {
        log_warn_as(LOG_PROCESS_ENDED,
                    "%s has not ended after %d s and is killed; what it held is lost",
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

/* One that the run needs has gone: the others are asked to end, and who started the run
 * begins it again. */
static void lost(struct workers *w, const struct process *p)
{
    if (!w->live && !w->stopping && w->n > 1 && p->killed)
        log_warn_as(
            LOG_PROCESS_ENDED,
            "%s had one in %u of the connections: what it had not sent is not in the records",
            p->name, w->n);
    if (!w->live || w->stopping)
        return;
    log_warn_as(LOG_PROCESS_ENDED, "%s has ended; the others are stopped, too", p->name);
    w->bad = true;
    stop(w);
}

static void look_at_template(struct workers *w, struct process *template)
{
    bool ran = template->pid;

    if (!ran || !process_has_ended(template))
        return;
    w->bad = w->bad || template->bad;
    lost(w, template);
}

/* How many of the jobs still run. */
static unsigned look_at_jobs(struct workers *w)
{
    time_us time = passed(w);
    unsigned running = 0;

    for (unsigned i = 0; i < w->n; i++) {
        struct process *p = &w->jobs[i].process;
        bool ran = p->pid;

        if (w->live)
            look_at(w, &w->jobs[i], time);
        if (!process_has_ended(p)) {
            running++;
            if (i < w->functions->mail_jobs) /* it ends when its job has */
                look_at_template(w, &w->jobs[i].template);
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
        if (ran)
            lost(w, p);
    }
    return running;
}

static void look_at_writer(struct workers *w)
{
    unsigned forged = atomic_exchange(&w->shared->forged, 0);

    if (forged && forged <= w->n) {
        log_warn_as(LOG_PROCESS_ENDED, "%s sent what is no row, and is ended",
                    w->jobs[forged - 1].process.name);
        process_kill(&w->jobs[forged - 1].process);
        w->bad = true;
    }
    if (!process_has_ended(&w->writer))
        return;
    lost(w, &w->writer);
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
    workers_serve(w);
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
