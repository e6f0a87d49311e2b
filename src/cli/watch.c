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
#include "potsherd/clock.h"
#include "potsherd/loop.h"
#include "potsherd/pcapfile.h"
#include "potsherd/signals.h"
#include "potsherd/summary.h"
#include "potsherd/workers.h"

#define FRAMES_A_TURN 1024 /* of one interface, before the next one */

/* In memory that all workers see.  They open the interfaces one after the other, since by
 * the order of opening the kernel deals connections out: on every interface worker 3 has to
 * be the third, or the two directions of a tap come to different workers. */
struct queue {
    _Atomic unsigned joined;                 /* workers that have opened all */
    int fanout[OPTION_LIST_MAX];             /* the group of each interface; by the first one */
    struct live_fanout_secret fanout_secret; /* chosen before there are workers */
};

struct watch { /* a process that listens */
    const struct options *options;
    const struct worker *worker; /* NULL: it is alone, and writes, too */
    struct queue *queue;         /* of workers */
    struct listener *listener;
    struct pipeline *pipeline;
    struct pcapfile *saved;
    struct loop loop;
};

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

static void announce(const struct options *o)
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

/* --- opening --- */

/* Abused ports, and what the user asked for; alternatives, as capture_live_set_filter
 * takes them. */
static char **make_filters(const struct options *o)
{
    GPtrArray *all = g_ptr_array_new();
    const char *user = o->filter && o->filter[strspn(o->filter, " \t\n")] ? o->filter : NULL;
    char *ports;

    if (!strcmp(o->ports, "rules"))
        for (unsigned i = 0; (ports = pipeline_filter(i)) != NULL; i++) {
            g_ptr_array_add(all,
                            user ? g_strdup_printf("(%s) and (%s)", user, ports) : g_strdup(ports));
            g_free(ports);
        }
    else if (user)
        g_ptr_array_add(all, g_strdup(user));
    g_ptr_array_add(all, NULL);
    return (char **)g_ptr_array_free(all, FALSE);
}

static bool open_interface(struct watch *w, unsigned i, struct failure *why)
{
    const struct options *o = w->options;
    struct queue *queue = w->queue;
    struct live_options how = {
        .interface = o->interfaces.at[i],
        .snap = (uint32_t)o->snap,
        .buffer_bytes = (uint32_t)o->ring,
        .outgoing = true,
        .not_promiscuous = o->not_promiscuous,
        .fanout = !queue          ? 0
                  : queue->joined ? queue->fanout[i]
                                  : LIVE_FANOUT_NEW,
        .fanout_secret = queue ? &queue->fanout_secret : NULL,
    };

    if (!listener_open(w->listener, &how, FRAMES_A_TURN, "--ring SIZE asks for less", why))
        return false;
    if (queue)
        queue->fanout[i] = listener_fanout(w->listener, i);
    return true;
}

/* A fan-out group for each interface: a socket is bound to one. */
static bool open_interfaces(struct watch *w, struct failure *why)
{
    for (unsigned i = 0; i < w->options->interfaces.count; i++)
        if (!open_interface(w, i, why))
            return false;
    return true;
}

static bool wait_for_others(const struct queue *queue, unsigned joined, struct failure *why)
{
    pid_t parent = getppid(); /* kills us if one of the others fails */

    /* One that is asked to end meanwhile does so once all have started: the others wait. */
    while (queue->joined < joined) {
        if (getppid() != parent)
            return failure_set(why, "ended before all jobs were there");
        g_usleep(1000);
    }
    return true;
}

static bool open_in_turn(struct watch *w, struct failure *why)
{
    if (!w->queue)
        return open_interfaces(w, why);
    if (!wait_for_others(w->queue, w->worker->number, why) || !open_interfaces(w, why))
        return false;
    w->queue->joined++;
    return wait_for_others(w->queue, w->worker->count, why);
}

/* What concerns all workers is logged by the first one. */
static bool is_first(const struct watch *w)
{
    return !w->worker || !w->worker->number;
}

/* At the first filter frames are let in. */
static bool set_filters(struct watch *w, struct failure *why)
{
    char **filters = make_filters(w->options);
    bool good = true;

    for (unsigned i = 0; i < listener_count(w->listener) && good; i++)
        good = listener_set_filter(w->listener, i, (const char *const *)filters, is_first(w), why);
    g_strfreev(filters);
    return good;
}

static bool open_saved(struct watch *w, struct failure *why)
{
    char name[32] = "watch";

    if (!w->options->save_pcap)
        return true;
    if (w->worker)
        snprintf(name, sizeof name, "watch.%u", w->worker->number);
    w->saved = pcapfile_new(w->options->save_pcap, name, why);
    return w->saved != NULL;
}

static bool drop(const struct options *o, struct failure *why)
{
    const char *folders[2] = {o->output, o->save_pcap};

    return privilege_drop(o->user, folders, o->save_pcap ? 2 : 1, why);
}

static bool open_all(struct watch *w, const struct pipeline_where *where, struct failure *why)
{
    const struct options *o = w->options;

    w->listener = listener_new();
    w->pipeline = pipeline_new(o, where, why);
    w->loop.listener = w->listener;
    w->loop.pipeline = w->pipeline;
    return w->pipeline && open_in_turn(w, why) && set_filters(w, why) && drop(o, why) &&
           (!where->later || pipeline_open_records(w->pipeline, where, why)) && open_saved(w, why);
}

static bool close_all(struct watch *w)
{
    struct failure why = {""};
    bool good = true;

    listener_free(w->listener);
    pcapfile_close(w->saved);
    if (w->pipeline && !pipeline_free(w->pipeline, &why)) {
        log_warn("%s", why.text);
        good = false;
    }
    return good;
}

/* --- what the loop does --- */

static void on_frame(void *context, const struct frame *frame)
{
    struct watch *w = context;

    if (w->saved)
        pcapfile_put(w->saved, frame);
    if (pipeline_put_live(w->pipeline, frame))
        w->loop.dry = 0; /* by the old clock */
}

static bool on_second(void *context, time_us now)
{
    struct watch *w = context;

    (void)now;
    /* What the ring may still hold is older than the moment when it was dry. */
    pipeline_tick(w->pipeline, w->loop.dry - LISTENER_RING_DELAY);
    if (w->saved)
        pcapfile_flush(w->saved);
    return true;
}

/* The writer logs the result of its own reload; a worker only where it differs. */
static void on_reload(void *context)
{
    struct watch *w = context;
    bool good = pipeline_reload(w->options, !w->worker);
    struct failure why;

    if (good && !set_filters(w, &why))
        log_warn("%s; the previous filter stays in use", why.text);
    if (!good && w->worker && !worker_reload_failed(w->worker))
        log_warn(
            "job %u could not read ports.rules, though the writer could: it keeps the previous "
            "rules; send SIGHUP again",
            w->worker->number);
}

static void on_count(void *context, struct counters *c)
{
    const struct watch *w = context;

    c->unsaved = pcapfile_lost(w->saved);
}

static const struct loop_functions watch_functions = {
    .frame = on_frame, .second = on_second, .reload = on_reload, .count = on_count};

static bool run(struct watch *w)
{
    bool good = loop_run(&w->loop);

    loop_drain(&w->loop);
    pcapfile_finish(w->saved);
    pipeline_finish(w->pipeline);
    pipeline_flush(w->pipeline, clock_now(), clock_up());
    return good && !pcapfile_failure(w->saved);
}

/* --- one process --- */

static int run_alone(const struct options *o)
{
    struct failure why = {""};
    struct pipeline_where where = where_of(record_lock(o->output, &why));
    struct monitor monitor;
    struct watch w = {.options = o,
                      .loop = {.functions = &watch_functions,
                               .context = &w,
                               .monitor = &monitor,
                               .manager = true,
                               .interfaces = true}};
    struct counters counters;
    bool good;

    monitor_init(&monitor, o, clock_now());
    if (where.folder < 0 || !open_all(&w, &where, &why) || !monitor_begin(&monitor, &why)) {
        log_warn("%s", why.text);
        (void)close_all(&w);
        return 1;
    }
    announce(o);
    good = run(&w);
    loop_read_counters(&w.loop, &counters);
    good = monitor_end(&monitor, pipeline_recorder(w.pipeline), &counters, clock_now()) && good;
    monitor_fini(&monitor);
    return end(o, &counters, close_all(&w) && good);
}

/* --- several: workers listen, this process writes --- */

struct writer {
    const struct options *options;
    struct queue *queue;
    struct workers *workers;
    struct pipeline *pipeline; /* its records; no packet goes through it */
    struct monitor monitor;
    struct loop loop;
    int folder; /* locked */
};

static bool run_worker(void *context, const struct worker *self)
{
    const struct writer *writer = context;
    struct pipeline_where where = {.records = RECORDS_JOB,
                                   .now = clock_now(),
                                   .pipe = self->pipe,
                                   .message_pipe = self->message_pipe};
    struct watch w = {.options = writer->options,
                      .worker = self,
                      .queue = writer->queue,
                      .loop = {.functions = &watch_functions,
                               .context = &w,
                               .shared = self->shared,
                               .interfaces = !self->number}};
    struct failure why = {""};
    bool good;

    if (!open_all(&w, &where, &why)) {
        (void)close_all(&w);
        return worker_has_failed(self, &why);
    }
    worker_is_ready(self);
    good = run(&w);
    loop_publish(&w.loop);
    return close_all(&w) && good;
}

static bool take_rows(void *context)
{
    struct writer *w = context;

    return workers_take(w->workers, pipeline_recorder(w->pipeline));
}

static bool writer_is_well(void *context)
{
    struct writer *w = context;

    return workers_are_well(w->workers);
}

static bool look_at_workers(void *context, time_us now)
{
    struct writer *w = context;

    (void)now;
    if (w->loop.stopping || !workers_one_is_gone(w->workers))
        return true;
    log_warn("a job has ended; the others are stopped, too");
    return false;
}

static void stop_workers(void *context)
{
    struct writer *w = context;

    workers_stop(w->workers);
}

static void reload_all(void *context)
{
    struct writer *w = context;

    workers_reload(w->workers, pipeline_reload(w->options, true));
}

static void count_workers(void *context, struct counters *c)
{
    struct writer *w = context;

    workers_add_counters(w->workers, c);
}

static const struct loop_functions writer_functions = {.take = take_rows,
                                                       .second = look_at_workers,
                                                       .reload = reload_all,
                                                       .is_well = writer_is_well,
                                                       .count = count_workers,
                                                       .stop = stop_workers};

static bool open_writer(struct writer *w, struct failure *why)
{
    struct pipeline_where where = where_of(w->folder);
    const char *folders[] = {w->options->output};

    w->pipeline = w->loop.pipeline = pipeline_new(w->options, &where, why);
    return w->pipeline && privilege_drop(w->options->user, folders, 1, why) &&
           pipeline_open_records(w->pipeline, &where, why) && monitor_begin(&w->monitor, why);
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

/* Before the workers start, which save packets.  They keep the folder locked, too: as long
 * as one of them lives, nobody else saves the same packets. */
static bool lock_folder(struct writer *w, struct failure *why)
{
    const struct options *o = w->options;

    w->folder = record_lock(o->output, why);
    return w->folder >= 0 && (!o->save_pcap || repair_saved(o, why));
}

static bool start_workers(struct writer *w, struct failure *why)
{
    w->queue = workers_share(sizeof *w->queue);
    if (!capture_live_choose_fanout(&w->queue->fanout_secret))
        return failure_set(why, "the system gives no random numbers: %s", g_strerror(errno));
    w->workers = workers_start((unsigned)w->options->jobs, run_worker, w, why);
    return w->workers != NULL;
}

static int run_jobs(const struct options *o)
{
    struct writer w = {
        .options = o,
        .loop = {
            .functions = &writer_functions, .context = &w, .monitor = &w.monitor, .manager = true}};
    struct counters counters;
    struct failure why = {""};
    bool good;

    if (!lock_folder(&w, &why)) {
        log_warn("%s", why.text);
        return 1;
    }
    monitor_init(&w.monitor, o, clock_now());
    if (!start_workers(&w, &why) || !open_writer(&w, &why)) {
        log_warn("%s", why.text);
        if (w.workers)
            workers_kill(w.workers);
        return 1;
    }
    announce(o);
    good = loop_run(&w.loop);
    pipeline_finish(w.pipeline);
    pipeline_read_counters(w.pipeline, &counters);
    good = workers_end(w.workers, &counters) && good;
    good = monitor_end(&w.monitor, pipeline_recorder(w.pipeline), &counters, clock_now()) && good;
    monitor_fini(&w.monitor);
    if (!pipeline_free(w.pipeline, &why)) {
        log_warn("%s", why.text);
        good = false;
    }
    return end(o, &counters, good);
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
