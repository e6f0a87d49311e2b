/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * potsherd watch: span ports in, records out, for as long as it is let run.  The parent opens
 * the interfaces and gives up its privileges; jobs read them, a writer has the records
 * (workers.h).
 */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "base/notify.h"
#include "base/privilege.h"
#include "base/sandbox.h"
#include "cli/options.h"
#include "potsherd/clock.h"
#include "potsherd/live_writer.h"
#include "potsherd/loop.h"
#include "potsherd/reload.h"
#include "potsherd/segment.h"
#include "potsherd/signals.h"
#include "potsherd/workers.h"

#define FRAMES_A_TURN 1024 /* of one interface, before the next one */

struct watch { /* as the parent has it, and each of the others by its copy */
    const struct options *options;
    struct listener *listeners[WORKERS_MAX]; /* of each job */
    struct live_fanout_secret fanout_secret;
    struct workers *workers;
    struct live_writer writer;
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
        return usage_error_interface(command, "listen on");
    for (uint64_t i = 0; i < o->interfaces.count; i++)
        if (is_named_before(&o->interfaces, i))
            return usage_error(command, "-i %s: its packets would be counted twice",
                               o->interfaces.at[i]);
    if (o->filter && !capture_check_filter(o->filter, &why))
        return usage_error(command, "-f: %s", why.text);
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

/* --- a job --- */

struct job {
    const struct watch *watch;
    struct worker mine;
    struct pipeline *pipeline;
    struct loop loop;
};

static void on_frame(void *context, const struct frame *frame)
{
    struct job *j = context;

    if (j->watch->options->save_pcap)
        record_frame(pipeline_recorder(j->pipeline), frame);
    if (pipeline_put_live(j->pipeline, frame))
        j->loop.dry = 0; /* by the old clock */
}

static bool on_second(void *context, time_us now)
{
    struct job *j = context;

    (void)now;
    /* What the ring may still hold is older than the moment when it was dry. */
    pipeline_tick(j->pipeline, j->loop.dry - LISTENER_RING_DELAY);
    return true;
}

static void on_job_reload(void *context)
{
    struct job *j = context;
    struct process_message note;
    int fd;

    while (worker_next_note(&j->mine, &note, &fd))
        if (!reload_take(&note, fd))
            continue;
        else if (note.kind == RELOAD_TAGS)
            record_renew_mail(pipeline_recorder(j->pipeline));
        else if (note.kind != RELOAD_FILTER)
            continue;
        else if (!listener_adopt_filter(j->loop.listener, note.number, fd))
            (void)reload_failed();
}

static const struct loop_functions job_functions = {
    .frame = on_frame, .second = on_second, .reload = on_job_reload};

static bool run_job(struct job *j)
{
    struct failure why;
    bool good = loop_run(&j->loop);

    loop_drain(&j->loop);
    pipeline_finish(j->pipeline);
    pipeline_flush(j->pipeline, clock_now(), clock_up());
    loop_publish(&j->loop);
    if (pipeline_free(j->pipeline, &why))
        return good;
    log_warn("%s", why.text);
    return false;
}

static bool parse(void *context, const struct worker *self)
{
    const struct watch *w = context;
    struct job j = {.watch = w,
                    .mine = *self,
                    .loop = {.functions = &job_functions,
                             .context = &j,
                             .listener = w->listeners[self->number],
                             .shared = self->shared}};

    j.pipeline = j.loop.pipeline =
        worker_open_pipeline(&j.mine, w->options, WORKER_WATCHES, clock_now());
    if (!j.pipeline)
        return false;
    listener_leave_binding(j.loop.listener);
    worker_is_ready(self);
    return run_job(&j);
}

/* --- the writer --- */

static bool write_records(void *context, struct intake *in)
{
    const struct watch *w = context;

    return live_writer_run(&w->writer, in);
}

static unsigned job_count(const struct watch *w)
{
    return (unsigned)w->options->jobs;
}

/* --- the parent: interfaces --- */

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

/* By the order of opening the kernel deals connections out: on every interface job 3 has to be
 * the third, or the two directions of a tap come to different jobs. */
static bool open_interface(struct watch *w, unsigned job, unsigned i, struct failure *why)
{
    const struct options *o = w->options;
    struct live_options how = {
        .interface = o->interfaces.at[i],
        .snap = (uint32_t)o->snap,
        .buffer_bytes = (uint32_t)o->ring,
        .outgoing = true,
        .not_promiscuous = o->not_promiscuous,
        .fanout = o->jobs == 1 ? 0
                  : job        ? listener_fanout(w->listeners[0], i)
                               : LIVE_FANOUT_NEW,
        .fanout_secret = o->jobs == 1 ? NULL : &w->fanout_secret,
    };

    return listener_open(w->listeners[job], &how, FRAMES_A_TURN, "--ring SIZE asks for less", why);
}

static bool open_interfaces(struct watch *w, struct failure *why)
{
    if (w->options->jobs > 1 && !capture_live_choose_fanout(&w->fanout_secret))
        return failure_set(why, "the system gives no random numbers: %s", g_strerror(errno));
    for (unsigned job = 0; job < job_count(w); job++) {
        w->listeners[job] = listener_new();
        for (unsigned i = 0; i < w->options->interfaces.count; i++)
            if (!open_interface(w, job, i, why))
                return false;
    }
    return true;
}

/* At the first filter frames are let in.  What concerns all jobs is logged for the first one. */
static bool set_filters(struct watch *w, struct failure *why)
{
    char **filters = make_filters(w->options);
    bool good = true;

    for (unsigned job = 0; job < job_count(w) && good; job++)
        for (unsigned i = 0; i < listener_count(w->listeners[job]) && good; i++)
            good =
                listener_set_filter(w->listeners[job], i, (const char *const *)filters, !job, why);
    g_strfreev(filters);
    return good;
}

static unsigned keep_for_job(void *context, unsigned job, int fds[WORKERS_KEEP_MAX])
{
    const struct watch *w = context;

    return listener_descriptors(w->listeners[job], fds);
}

/* --- the parent: the run --- */

static int open_for_job(void *context, uint32_t request, uint32_t number)
{
    const struct watch *w = context;

    (void)number;
    if (request == WORKERS_SPOOL)
        return record_make_spool(w->writer.folders[0]);
    errno = EINVAL;
    return -1;
}

static void look_at_interfaces(void *context)
{
    struct watch *w = context;
    struct counters sum = {.received = 0};

    for (unsigned job = 0; job < job_count(w); job++)
        listener_bind_again(w->listeners[job]);
    listener_add_interface_dropped(w->listeners[0], &sum);
    workers_publish(w->workers, &sum);
}

/* Where the kernel takes no filter, the job applies it. */
static bool tell_filters(struct watch *w)
{
    struct process_message note = {.kind = RELOAD_FILTER};
    bool good = true;

    for (unsigned job = 0; job < job_count(w); job++)
        for (unsigned i = 0; i < listener_count(w->listeners[job]) && good; i++) {
            int fd = listener_export_filter(w->listeners[job], i);

            note.number = i;
            good = workers_note_job(w->workers, job, &note, fd);
            if (fd >= 0)
                close(fd);
        }
    return good;
}

static void on_reload(void *context)
{
    struct watch *w = context;
    bool rules, good = true;
    struct failure why;

    reload_tags(w->workers, w->options); /* takes longest */
    rules = pipeline_reload(w->options, true);
    if (rules && !set_filters(w, &why))
        log_warn_as(LOG_NOT_RELOADED, "%s; the previous filter stays in use", why.text);
    if (rules)
        good = reload_tell_rules(w->workers, w->options) && tell_filters(w);
    if (!reload_tell_databases(w->workers) || !good)
        (void)reload_failed();
    workers_wake(w->workers);
}

/* --- the parent: opening --- */

static bool drop(const struct options *o, struct failure *why)
{
    const char *folders[2] = {o->output, o->save_pcap};

    return privilege_drop(o->user, folders, o->save_pcap ? 2 : 1, why);
}

static bool open_all(struct watch *w, struct failure *why)
{
    const struct options *o = w->options;

    if (!privilege_begin(why) || !privilege_make_folder(o->output, o->user, why) ||
        (o->save_pcap && !privilege_make_folder(o->save_pcap, o->user, why)) ||
        !pipeline_load(o, why) || !open_interfaces(w, why) || !set_filters(w, why) || !drop(o, why))
        return false;
    return live_writer_open(&w->writer, o, why);
}

static bool start(struct watch *w, const struct workers_functions *functions, struct failure *why)
{
    const struct sandbox_calls calls = {.role = SANDBOX_PARENT};
    int keep[WORKERS_KEEP_MAX];
    unsigned n = live_writer_keep(&w->writer, keep);

    w->workers = workers_new(job_count(w), functions);
    return workers_start_jobs(w->workers, why) && workers_start_writer(w->workers, keep, n, why) &&
           sandbox_calls(&calls, why);
}

static void close_all(struct watch *w)
{
    workers_free(w->workers);
    for (unsigned job = 0; job < job_count(w); job++)
        listener_free(w->listeners[job]);
    pipeline_unload();
}

int command_watch(const struct options *options)
{
    struct watch w = {
        .options = options,
        .writer = {.parsers = (unsigned)options->jobs, .saved_name = SEGMENT_WATCHED}};
    struct workers_functions functions = {
        .mail_jobs = strcmp(options->mail, "none") ? (unsigned)options->jobs : 0,
        .parse = parse,
        .write = write_records,
        .open = open_for_job,
        .keep = keep_for_job,
        .second = look_at_interfaces,
        .reload = on_reload,
        .context = &w};
    int result = check_usage(options);
    struct failure why;
    bool good;

    if (result >= 0)
        return result;
    signals_catch();
    functions.mail = (struct mail_setup){reload_load_tags(options, &why), options->psl};
    good = !why.text[0] && open_all(&w, &why) && start(&w, &functions, &why);
    if (good) {
        announce(options);
        good = workers_run(w.workers, true);
    } else {
        log_warn("%s", why.text);
    }
    close_all(&w);
    mail_rules_free(functions.mail.rules);
    return !good;
}
