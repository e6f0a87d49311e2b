/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/live_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>

#include "potsherd/clock.h"
#include "potsherd/lines.h"
#include "potsherd/loop.h"
#include "potsherd/pcapfile.h"
#include "potsherd/reload.h"
#include "potsherd/segment.h"
#include "potsherd/summary.h"

struct writing {
    const struct live_writer *setup;
    struct intake *intake;
    struct pipeline *pipeline; /* its records; no packet goes through it */
    struct pcapfile *saved[WORKERS_MAX];
    struct lines *audit;
    struct monitor monitor;
    struct loop loop;
};

/* --- in the parent --- */

static bool open_folder(struct live_writer *w, const char *path, struct failure *why)
{
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC); /* it need not be listed */

    if (fd < 0)
        return failure_set(why, "%s: cannot be opened: %s", path, g_strerror(errno));
    w->folders[w->folder_count++] = fd;
    return true;
}

bool live_writer_open(struct live_writer *w, const struct options *o, struct failure *why)
{
    char *metrics = o->metrics ? g_path_get_dirname(o->metrics) : NULL; /* replaced each time */
    bool good;

    w->options = o;
    w->folders[0] = record_lock(o->output, why);
    w->folder_count = 1;
    good = w->folders[0] >= 0 && (!o->save_pcap || open_folder(w, o->save_pcap, why)) &&
           (!metrics || !g_file_test(metrics, G_FILE_TEST_IS_DIR) || open_folder(w, metrics, why));
    g_free(metrics);
    return good;
}

unsigned live_writer_keep(const struct live_writer *w, int fds[WORKERS_KEEP_MAX])
{
    unsigned n = 0;

    for (unsigned i = 0; i < w->folder_count; i++)
        fds[n++] = w->folders[i];
    if (w->unsent)
        fds[n++] = pcapfile_descriptor(w->unsent);
    return n;
}

/* --- what comes --- */

static void take_frame(void *context, unsigned job, const struct frame *frame)
{
    struct writing *w = context;
    struct pcapfile *to = job < w->setup->parsers ? w->saved[job] : w->setup->unsent;

    if (to)
        pcapfile_put(to, frame);
}

static void take_line(void *context, unsigned job, struct bytes line)
{
    struct writing *w = context;

    (void)job;
    lines_put(w->audit, line.at, line.n, clock_now());
}

static bool take_rows(void *context)
{
    struct writing *w = context;

    return intake_take(w->intake, pipeline_recorder(w->pipeline));
}

static bool on_second(void *context, time_us now)
{
    struct writing *w = context;

    (void)now;
    for (unsigned i = 0; i < w->setup->parsers; i++)
        if (w->saved[i])
            pcapfile_flush(w->saved[i]);
    if (w->setup->unsent)
        pcapfile_flush(w->setup->unsent);
    if (w->audit)
        lines_flush(w->audit);
    return true;
}

static void on_reload(void *context)
{
    struct writing *w = context;
    struct process_message note;
    int fd;

    while (intake_next_note(w->intake, &note, &fd))
        (void)reload_take(&note, fd);
}

static void count_all(void *context, struct counters *c)
{
    struct writing *w = context;

    intake_add_counters(w->intake, c);
    for (unsigned i = 0; i < w->setup->parsers; i++)
        c->unsaved += pcapfile_lost(w->saved[i]);
    c->answer[ANSWER_COUNT_unaudited] += lines_lost(w->audit);
    c->unwritten += lines_lost(w->audit);
    intake_publish(w->intake, c);
}

static const struct loop_functions functions = {
    .take = take_rows, .second = on_second, .reload = on_reload, .count = count_all};

/* --- from beginning to end --- */

static bool open_saved(struct writing *w, struct failure *why)
{
    const struct live_writer *s = w->setup;
    const char *folder = s->options->save_pcap;
    char name[32];

    if (!folder)
        return true;
    if (!pcapfile_repair(folder, s->saved_name, why)) /* of more jobs than there are now */
        return false;
    for (unsigned i = 0; i < s->parsers; i++) {
        snprintf(name, sizeof name, s->parsers > 1 ? "%s.%u" : "%s", s->saved_name, i);
        w->saved[i] = pcapfile_new(folder, name, why);
        if (!w->saved[i])
            return false;
    }
    return true;
}

static bool open_audit(struct writing *w, struct failure *why)
{
    const struct live_writer *s = w->setup;

    if (s->audit)
        w->audit = lines_open(s->folders[0], s->options->output, SEGMENT_AUDIT, why);
    return !s->audit || w->audit;
}

static bool open_all(struct writing *w, struct failure *why)
{
    const struct live_writer *s = w->setup;
    struct pipeline_where where = {.records = RECORDS_LIVE,
                                   .now = clock_now(),
                                   .locked = true,
                                   .folder = s->folders[0],
                                   .first_bytes = s->first_bytes};

    if (!intake_leave_files(s->folders, s->folder_count, why))
        return false;
    if (!open_audit(w, why)) /* the records take the folder's descriptor over */
        return false;
    w->pipeline = w->loop.pipeline = pipeline_new(s->options, &where, why);
    return w->pipeline && open_saved(w, why) && monitor_begin(&w->monitor, why);
}

static bool finish_saved(struct writing *w)
{
    bool good = true;

    for (unsigned i = 0; i < w->setup->parsers; i++) {
        pcapfile_finish(w->saved[i]);
        good = good && !pcapfile_failure(w->saved[i]);
    }
    if (w->setup->unsent) {
        pcapfile_flush(w->setup->unsent);
        good = good && !pcapfile_failure(w->setup->unsent);
    }
    return good;
}

/* Rows that are lost are a failure, whatever else went well. */
static bool close_all(struct writing *w, bool good)
{
    struct counters counters;
    struct failure why;

    good = finish_saved(w) && good;
    if (w->audit)
        lines_flush(w->audit);
    pipeline_finish(w->pipeline);
    loop_read_counters(&w->loop, &counters);
    good = monitor_end(&w->monitor, pipeline_recorder(w->pipeline), &counters, clock_now()) && good;
    monitor_fini(&w->monitor);
    if (!pipeline_free(w->pipeline, &why)) {
        log_warn("%s", why.text);
        good = false;
    }
    if (!w->setup->options->quiet)
        (void)summary_print(&counters, 0, w->setup->options->output);
    for (unsigned i = 0; i < w->setup->parsers; i++)
        pcapfile_close(w->saved[i]);
    lines_close(w->audit);
    return good && !counters.unwritten && !counters.unsaved;
}

bool live_writer_run(const struct live_writer *setup, struct intake *in)
{
    struct writing w = {.setup = setup,
                        .intake = in,
                        .loop = {.functions = &functions, .context = &w, .monitor = &w.monitor}};
    struct failure why;

    monitor_init(&w.monitor, setup->options, clock_now());
    intake_set_evidence(in, &(struct intake_evidence){.frame = take_frame,
                                                      .line = setup->audit ? take_line : NULL,
                                                      .parsers = setup->parsers,
                                                      .context = &w});
    if (!open_all(&w, &why))
        return intake_has_failed(in, &why);
    if (!intake_is_ready(in))
        return false;
    return close_all(&w, loop_run(&w.loop));
}
