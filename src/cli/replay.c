/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd replay: captures in, records and a summary out. */
#include <glib.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "cli/options.h"
#include "potsherd/capture.h"
#include "potsherd/pipeline.h"
#include "potsherd/summary.h"

#define FRAMES_BETWEEN_LOOKS 4096 /* at the clock, the records and the signal */

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

/* Without SA_RESTART, so that waiting for a pipe ends, too. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

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
static void read_all(struct capture *capture, struct pipeline *p, bool quiet)
{
    gint64 started = g_get_monotonic_time();
    struct frame frame;
    unsigned n = 0;

    while (capture_next(capture, &frame)) {
        pipeline_put(p, &frame);
        if (++n % FRAMES_BETWEEN_LOOKS)
            continue;
        if (interrupted || pipeline_failure(p))
            break;
        if (!quiet)
            show_progress(capture, started);
    }
    log_progress_clear();
}

int command_replay(const struct options *options)
{
    const struct command *command = command_find("replay");
    unsigned files = (unsigned)options->argument_count, failed;
    struct capture *capture;
    struct pipeline_where where = {.records = RECORDS_FILES};
    struct pipeline *p;
    struct counters counters;
    struct failure why;
    const char *mistake = NULL;

    capture = capture_open_files((const char *const *)options->arguments, files, options->filter,
                                 &mistake);
    if (!capture)
        return usage_error(command, "-f: %s", mistake);
    if (capture_failures(capture) == files) {
        capture_close(capture);
        return 1;
    }
    p = pipeline_new(options, &where, &why);
    if (!p) {
        capture_close(capture);
        log_warn("%s", why.text);
        return 1;
    }
    catch_signals();
    read_all(capture, p, options->quiet);
    pipeline_finish(p);
    failed = capture_failures(capture);
    capture_close(capture);
    if (interrupted)
        log_warn("interrupted: the records hold what was read until then");
    pipeline_read_counters(p, &counters);
    if (!options->quiet)
        summary_print(&counters, files, options->output);
    if (!pipeline_free(p, &why)) {
        log_warn("%s", why.text);
        failed++;
    }
    return failed || interrupted;
}
