/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd watch: span ports in, records out, for as long as it is let run. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/notify.h"
#include "base/privilege.h"
#include "cli/options.h"
#include "potsherd/capture.h"
#include "potsherd/clock.h"
#include "potsherd/listener.h"
#include "potsherd/monitor.h"
#include "potsherd/pcapfile.h"
#include "potsherd/signals.h"
#include "potsherd/summary.h"
#include "potsherd/workers.h"

/* `any` is all of them. */
static bool is_named_before(const struct option_list *interfaces, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++)
        if (!strcmp(interfaces->at[i], interfaces->at[n]) || !strcmp(interfaces->at[i], "any") ||
            !strcmp(interfaces->at[n], "any"))
            return true;
    return false;
}

static int check_usage(const struct options *o)
{
    const struct command *command = command_find("watch");
    struct failure why;

    if (!o->interfaces.count)
        return usage_error(command, "-i: say which interface to listen on");
    for (uint64_t i = 0; i < o->interfaces.count; i++)
        if (is_named_before(&o->interfaces, i))
            return usage_error(command, "-i %s: its packets would be counted twice",
                               o->interfaces.at[i]);
    if (o->filter && !capture_check_filter(o->filter, &why))
        return usage_error(command, "-f: %s", why.text);
    if (o->jobs > 1 && !strcmp(o->payload, "mbox"))
        return usage_error(command, "--payload mbox: one file cannot be written by several --jobs; "
                                    "use inline, or one job");
    return -1;
}

static void say_where(const struct options *o)
{
    GString *names = g_string_new(NULL);

    for (uint64_t i = 0; i < o->interfaces.count; i++)
        g_string_append_printf(names, "%s%s", i ? ", " : "", o->interfaces.at[i]);
    notify_status("listening on %s", names->str);
    notify_ready();
    if (!o->quiet)
        log_info("listening on %s, records go to %s; stop with ctrl-c", names->str, o->output);
    g_string_free(names, TRUE);
}

/* Rows that are lost are a failure, whatever else went well. */
static int end(const struct options *o, const struct counters *t, bool good)
{
    if (!o->quiet)
        summary_print(t, 0, o->output);
    return !good || t->unwritten || t->unsaved;
}

/* The folder may be another user's: what is in it is opened when privileges are gone. */
static struct pipeline_where where_of(int folder)
{
    return (struct pipeline_where){.records = RECORDS_LIVE,
                                   .now = clock_now(),
                                   .locked = true,
                                   .folder = folder,
                                   .later = true};
}

/* --- one process --- */

static int run_alone(const struct options *o)
{
    struct failure why = {""};
    struct listener_place place = {.where = where_of(record_lock(o->output, &why)), .jobs = 1};
    struct listener *l = place.where.folder >= 0 ? listener_open(o, &place, &why) : NULL;
    struct counters counters;
    struct vitals vitals;
    bool failed;

    vitals_init(&vitals, o, clock_now());
    if (!l || !vitals_begin(&vitals, &why)) {
        log_warn("%s", why.text);
        if (l)
            (void)listener_close(l);
        return 1;
    }
    say_where(o);
    while (!signals.stop && !listener_has_failed(l)) {
        notify_watchdog();
        if (listener_turn(l)) {
            listener_read_counters(l, &counters);
            vitals_tick(&vitals, listener_records(l), &counters, clock_now());
        }
        if (signals.reload) {
            signals.reload = 0;
            notify_reloading();
            listener_reload(l);
            notify_ready();
        }
    }
    notify_stopping();
    failed = listener_has_failed(l);
    listener_finish(l);
    listener_read_counters(l, &counters);
    failed = !vitals_end(&vitals, listener_records(l), &counters, clock_now()) || failed;
    vitals_fini(&vitals);
    return end(o, &counters, listener_close(l) && !failed);
}

/* --- several: the jobs listen, this process writes --- */

struct writer {
    const struct options *options;
    struct jobs *jobs;
    struct pipeline *pipeline; /* its records; no packet goes through it */
    struct vitals vitals;
    struct counters counters;
    time_us second;
    int folder; /* locked */
    bool stopping, failed;
};

static void stop_jobs(struct writer *w)
{
    w->stopping = true;
    notify_stopping();
    jobs_stop(w->jobs);
}

static void every_second(struct writer *w, time_us now)
{
    pipeline_flush(w->pipeline, now);
    pipeline_read_counters(w->pipeline, &w->counters);
    jobs_add_counters(w->jobs, &w->counters);
    vitals_tick(&w->vitals, pipeline_recorder(w->pipeline), &w->counters, now);
    if (w->stopping)
        return;
    if (jobs_one_is_gone(w->jobs)) {
        log_warn("a job has ended; the others are stopped, too");
        w->failed = true;
        stop_jobs(w);
    } else if (pipeline_failure(w->pipeline)) {
        w->failed = true;
        stop_jobs(w);
    }
}

static void write_rows(struct writer *w)
{
    while (jobs_take(w->jobs, pipeline_recorder(w->pipeline))) {
        time_us now = clock_now();

        if (jobs_are_well(w->jobs))
            notify_watchdog();
        if (signals.stop && !w->stopping)
            stop_jobs(w);
        if (signals.reload) {
            signals.reload = 0;
            notify_reloading();
            jobs_reload(w->jobs, pipeline_reload(w->options, true));
            notify_ready();
        }
        if (now / TIME_SECOND == w->second)
            continue;
        w->second = now / TIME_SECOND;
        every_second(w, now);
    }
}

static bool open_writer(struct writer *w, struct failure *why)
{
    struct pipeline_where where = where_of(w->folder);
    const char *folders[] = {w->options->output};

    w->pipeline = pipeline_new(w->options, &where, why);
    return w->pipeline && privilege_drop(w->options->user, folders, 1, why) &&
           pipeline_open_records(w->pipeline, &where, why) && vitals_begin(&w->vitals, why);
}

/* In a process that has dropped privileges: this one needs them yet, and the folder may be
 * another user's. */
static bool repair_saved(const struct options *o, struct failure *why)
{
    int ends[2], status;
    pid_t pid;
    ssize_t n;

    if (pipe2(ends, O_CLOEXEC) != 0 || (pid = fork()) < 0)
        return failure_set(why, "cannot start a process: %s", strerror(errno));
    if (!pid) {
        if (!privilege_drop(o->user, (const char *const[]){o->save_pcap}, 1, why) ||
            !pcapfile_repair(o->save_pcap, "watch", why))
            (void)!write(ends[1], why->text, strlen(why->text));
        _exit(*why->text != '\0');
    }
    close(ends[1]);
    n = read(ends[0], why->text, sizeof why->text - 1);
    why->text[n > 0 ? n : 0] = '\0';
    close(ends[0]);
    if (TEMP_FAILURE_RETRY(waitpid(pid, &status, 0)) == pid && WIFEXITED(status) &&
        !WEXITSTATUS(status))
        return true;
    return *why->text ? false : failure_set(why, "%s: its repair has ended early", o->save_pcap);
}

/* Before the jobs start, which save packets.  They keep the folder locked, too: as long
 * as one of them lives, nobody else saves the same packets. */
static bool lock_folder(struct writer *w, struct failure *why)
{
    const struct options *o = w->options;

    w->folder = record_lock(o->output, why);
    return w->folder >= 0 && (!o->save_pcap || repair_saved(o, why));
}

static int run_jobs(const struct options *o)
{
    struct writer w = {.options = o};
    struct failure why = {""};
    bool good;

    if (!lock_folder(&w, &why)) {
        log_warn("%s", why.text);
        return 1;
    }
    vitals_init(&w.vitals, o, clock_now());
    w.jobs = jobs_start(o, &why);
    if (!w.jobs || !open_writer(&w, &why)) {
        log_warn("%s", why.text);
        if (w.jobs)
            jobs_kill(w.jobs);
        return 1;
    }
    say_where(o);
    write_rows(&w);
    pipeline_finish(w.pipeline);
    pipeline_read_counters(w.pipeline, &w.counters);
    good = jobs_end(w.jobs, &w.counters) && !w.failed;
    good = vitals_end(&w.vitals, pipeline_recorder(w.pipeline), &w.counters, clock_now()) && good;
    vitals_fini(&w.vitals);
    if (!pipeline_free(w.pipeline, &why)) {
        log_warn("%s", why.text);
        good = false;
    }
    return end(o, &w.counters, good);
}

static bool prepare(const struct options *o, struct failure *why)
{
    return privilege_begin(why) && privilege_make_folder(o->output, o->user, why) &&
           (!o->save_pcap || privilege_make_folder(o->save_pcap, o->user, why));
}

int command_watch(const struct options *options)
{
    int result = check_usage(options);
    struct failure why;

    if (result >= 0)
        return result;
    signals_catch();
    if (!prepare(options, &why)) {
        log_warn("%s", why.text);
        return 1;
    }
    return options->jobs > 1 ? run_jobs(options) : run_alone(options);
}
