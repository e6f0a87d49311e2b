/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * potsherd replay: captures in, records and a summary out.  The parent opens the files, a
 * parser reads them, a writer has the records (workers.h).
 */
#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/privilege.h"
#include "base/sandbox.h"
#include "cli/options.h"
#include "potsherd/capture.h"
#include "potsherd/intake.h"
#include "potsherd/pipeline.h"
#include "potsherd/reload.h"
#include "potsherd/signals.h"
#include "potsherd/summary.h"
#include "potsherd/workers.h"

#define FRAMES_BETWEEN_LOOKS 4096 /* at the clock, the records and the signal */

#define BYTES_A_JOB (32 << 20) /* of captures, that are worth another process */

struct replay {
    const struct options *options;
    struct capture *capture; /* planned by the parent, read by each parser */
    unsigned files, jobs;
    uint64_t secret[2]; /* by which the jobs share connections */
    int folder;         /* of the records */
};

/* --- the parser --- */

static void show_progress(const struct capture *capture, gint64 started)
{
    static gint64 shown;
    struct capture_progress at;
    gint64 now = g_get_monotonic_time();
    double seconds = (double)(now - started) / 1e6, share, left;

    if (now - shown < G_USEC_PER_SEC / 5)
        return;
    shown = now;
    capture_read_progress(capture, &at);
    if (!at.bytes_total) {
        log_progress("%" PRIu64 " packets, %.1f MB, %.0f packets/s", at.frames,
                     (double)at.bytes_read / 1e6, (double)at.frames / seconds);
        return;
    }
    share = (double)at.bytes_read / (double)at.bytes_total;
    left = share > 0 ? seconds / share - seconds : 0;
    log_progress("[%-30.*s] %3.0f %%  %.0f packets/s  %.1f MB/s  %.0f s left", (int)(30 * share),
                 "##############################", 100 * share, (double)at.frames / seconds,
                 (double)at.bytes_read / 1e6 / seconds, left);
}

/* Until the end, an error of the records, or a signal. */
static void read_all(struct capture *capture, struct pipeline *p, bool marks, bool quiet)
{
    gint64 started = g_get_monotonic_time();
    struct frame frame;
    unsigned n = 0;

    while (capture_next(capture, &frame)) {
        pipeline_put(p, &frame);
        if (++n % FRAMES_BETWEEN_LOOKS)
            continue;
        if (marks)
            pipeline_mark(p);
        if (signals.stop || pipeline_failure(p))
            break;
        if (!quiet)
            show_progress(capture, started);
    }
    log_progress_clear();
}

static int open_capture(void *context, unsigned n)
{
    return worker_capture(context, n);
}

/* In the order of the command line. */
static void record_captures(const struct replay *r, struct pipeline *p)
{
    struct capture_facts facts;

    for (unsigned i = 0; i < r->files; i++)
        if (capture_read_facts(r->capture, i, &facts))
            record_capture(pipeline_recorder(p),
                           &(struct record_capture){.capture_n = facts.capture_n,
                                                    .file = facts.name,
                                                    .first = facts.first,
                                                    .last = facts.last,
                                                    .packets = facts.packets,
                                                    .bytes = facts.bytes,
                                                    .sha256 = facts.whole ? facts.sha256 : NULL});
}

static bool close_parser(const struct replay *r, const struct worker *self, struct pipeline *p)
{
    struct counters counters;
    struct failure why;
    bool good;

    if (!self->number)
        record_captures(r, p);
    pipeline_finish(p);
    if (signals.stop && !self->number)
        log_warn("interrupted: the records hold what was read until then");
    pipeline_read_counters(p, &counters);
    worker_publish(self, &counters);
    good = !capture_failures(r->capture) && !signals.stop && !counters.unwritten;
    capture_close(r->capture);
    if (pipeline_free(p, &why))
        return good;
    log_warn("%s", why.text);
    return false;
}

static void start_threads(void *context)
{
    const struct replay *r = context;

    capture_hash_beside(r->capture);
}

static bool parse(void *context, const struct worker *self)
{
    struct replay *r = context;
    struct worker mine = *self;
    struct capture_opener opener = {open_capture, &mine};
    struct pipeline *p;

    if (self->number)
        capture_read_along(r->capture);
    else
        mine.start_threads = start_threads;
    mine.context = r;
    mine.share = (struct job_share){self->number, r->jobs, {r->secret[0], r->secret[1]}};
    p = worker_open_pipeline(&mine, r->options, WORKER_REPLAYS, 0);
    if (!p)
        return false;
    capture_begin_files(r->capture, &opener);
    if (capture_failures(r->capture) == r->files)
        return worker_has_failed(self, NULL);
    worker_is_ready(self);
    read_all(r->capture, p, r->jobs > 1, r->options->quiet || self->number);
    return close_parser(r, self, p);
}

/* --- the writer --- */

static void take_all(const struct replay *r, struct intake *in, struct pipeline *p)
{
    bool (*take)(struct intake * in, struct recorder * records) =
        r->jobs > 1 ? intake_merge : intake_take;

    while (take(in, pipeline_recorder(p)) && !pipeline_failure(p))
        ;
}

static bool write_records(void *context, struct intake *in)
{
    const struct replay *r = context;
    struct pipeline_where where = {
        .records = RECORDS_FILES, .captures = true, .locked = true, .folder = r->folder};
    struct pipeline *p;
    struct counters counters;
    struct failure why;
    bool good, said;

    if (!intake_leave_files(&r->folder, 1, &why) || !(p = pipeline_new(r->options, &where, &why)))
        return intake_has_failed(in, &why);
    if (!intake_is_ready(in))
        return false;
    take_all(r, in, p);
    pipeline_finish(p);
    pipeline_read_counters(p, &counters);
    intake_add_counters(in, &counters);
    said = r->options->quiet || summary_print(&counters, r->files, r->options->output);
    good = pipeline_free(p, &why);
    if (!good)
        log_warn("%s", why.text);
    return good && said;
}

/* --- the parent --- */

/* Not before a file can be read. */
static bool make_folder(struct replay *r, struct failure *why)
{
    if (r->folder < 0)
        r->folder = record_make_directory(r->options->output, why);
    return r->folder >= 0;
}

static int open_for_parser(void *context, uint32_t request, uint32_t number)
{
    struct replay *r = context;
    struct failure why;

    if (request == WORKERS_CAPTURE && number < r->files)
        return capture_descriptor(r->options->arguments[number]);
    if (request == WORKERS_SPOOL && make_folder(r, &why))
        return record_make_spool(r->folder);
    errno = EINVAL;
    return -1;
}

/* Limits are divided among jobs, and by whose share of the connections it depends what is
 * evicted: who sets one gets one job, unless he asks for more. */
static bool has_own_limits(void)
{
    const struct command *command = command_find("replay");

    return option_was_given(command, "max-connections") || option_was_given(command, "max-memory");
}

/* Each job reads all files, so that they must be such as can be read more than once. */
static unsigned jobs_for(const struct options *options)
{
    uint64_t bytes = 0, jobs = options->jobs ? options->jobs : g_get_num_processors();
    struct stat st;

    for (int i = 0; i < options->argument_count; i++) {
        bool there = stat(options->arguments[i], &st) == 0;

        if (!strcmp(options->arguments[i], "-") || (there && !S_ISREG(st.st_mode))) {
            if (options->jobs > 1)
                log_info("%s can be read only once: one job reads all", options->arguments[i]);
            return 1;
        }
        bytes += there ? (uint64_t)st.st_size : 0;
    }
    if (!options->jobs && has_own_limits())
        return 1;
    if (!options->jobs && jobs > 1 + bytes / BYTES_A_JOB)
        jobs = 1 + bytes / BYTES_A_JOB;
    return (unsigned)(jobs < WORKERS_MAX ? jobs : WORKERS_MAX);
}

static bool run(struct replay *r)
{
    struct workers_functions functions = {.mail_jobs =
                                              strcmp(r->options->mail, "none") ? r->jobs : 0,
                                          .parse = parse,
                                          .write = write_records,
                                          .open = open_for_parser,
                                          .context = r};
    struct workers *w = workers_new(r->jobs, &functions);
    struct failure why;
    bool good;

    functions.mail = (struct mail_setup){reload_load_tags(r->options, &why), r->options->psl};
    good = !why.text[0] && workers_start_jobs(w, &why) && make_folder(r, &why) &&
           workers_start_writer(w, &r->folder, 1, &why);

    good = good && privilege_leave_all(true, &why); /* root may name files of others */
    if (good && sandbox_calls(&(struct sandbox_calls){.role = SANDBOX_PARENT}, &why))
        good = workers_run(w, false);
    else if (why.text[0])
        log_warn("%s", why.text);
    workers_free(w);
    mail_rules_free(functions.mail.rules);
    return good;
}

int command_replay(const struct options *options)
{
    struct replay r = {
        .options = options, .files = (unsigned)options->argument_count, .folder = -1};
    struct failure why;
    const char *mistake = NULL;
    bool good;

    r.jobs = jobs_for(options);
    if (getrandom(r.secret, sizeof r.secret, 0) != sizeof r.secret)
        log_panic("no random numbers for the share of each job");
    r.capture = capture_plan_files((const char *const *)options->arguments, r.files,
                                   options->filter, &mistake);
    if (!r.capture)
        return usage_error(command_find("replay"), "-f: %s", mistake);
    signals_catch_end();
    good = pipeline_load(options, &why);
    if (!good)
        log_warn("%s", why.text);
    good = good && run(&r);
    pipeline_unload();
    capture_close(r.capture);
    return good ? 0 : signals.stop ? 128 + signals.stop : 1; /* as who died of it */
}
