/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/monitor.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/notify.h"
#include "live/metrics.h"
#include "potsherd/signals.h"
#include "potsherd/summary.h"

#define METRICS_MAX 128

void vitals_init(struct vitals *v, const struct options *options, time_us now)
{
    *v = (struct vitals){.options = options, .begun = now, .at = now, .tried = now};
}

void vitals_fini(struct vitals *v)
{
    buf_fini(&v->reasons);
}

/* --- metrics --- */

struct listing { /* under construction */
    struct metric all[METRICS_MAX];
    size_t n;
};

static void list_counter(struct listing *l, const struct counter *c, const struct counters *t)
{
    for (unsigned i = c->first; i < c->end; i++) {
        if (l->n == METRICS_MAX)
            log_panic("more metrics than %d", METRICS_MAX);
        l->all[l->n++] = (struct metric){
            .name = c->metric,
            .help = c->meaning,
            .type = c->kind == GAUGE ? METRIC_GAUGE : METRIC_COUNTER,
            .labels = {{c->label, c->word ? c->word(i) : c->label_value}},
            .value = (double)c->value(t, i),
        };
    }
}

static bool write_metrics(struct vitals *v, const struct counters *t, struct failure *why)
{
    struct listing l = {.n = 0};
    unsigned n;
    const struct counter *list = counters_list(&n);

    if (!v->options->metrics)
        return true;
    for (unsigned i = 0; i < n; i++)
        if (list[i].metric)
            list_counter(&l, &list[i], t);
    return metrics_write(v->options->metrics, l.all, l.n, why);
}

bool vitals_begin(struct vitals *v, struct failure *why)
{
    struct counters none = {.received = 0};
    struct failure reason;

    v->metrics_failed = v->metrics_missed = !write_metrics(v, &none, &reason);
    return !v->metrics_failed ||
           failure_set(why,
                       "--metrics %.900s; it is made anew each minute, which --user needs to be "
                       "allowed to do in that folder",
                       reason.text);
}

static void put_metrics(struct vitals *v, const struct counters *t)
{
    struct failure why;
    bool good = write_metrics(v, t, &why);

    if (!good && !v->metrics_failed)
        log_warn("%s; the metrics from before stay there, and it is tried again", why.text);
    else if (good && v->metrics_failed)
        log_info("%s: written again", v->options->metrics);
    v->metrics_failed = !good;
    v->metrics_missed = v->metrics_missed || !good;
}

/* --- rows and lines --- */

static void put_row(struct vitals *v, struct recorder *records, const struct counters *t,
                    time_us now)
{
    struct record_stats row = {
        .ts = now, .interval = now > v->at ? now - v->at : 0, /* the clock may be set back */
    };

    counters_between(&v->before, t, row.counts);
    counters_reasons(&v->before, t, &v->reasons);
    row.reasons = buf_string(&v->reasons);
    v->tried = now;
    if (!record_stats(records, &row))
        return; /* the next one is of both intervals */
    v->before = *t;
    v->at = now;
}

static void put_status(const struct counters *t)
{
    notify_status("%" PRIu64 " packets, %" PRIu64 " lost; %" PRIu64 " connections, %" PRIu64
                  " open; %" PRIu64 " requests, %" PRIu64 " emails%s",
                  t->frames, t->dropped + t->interface_dropped, t->connections, counters_open(t),
                  counters_requests(t), t->emails,
                  t->unwritten || t->unsaved ? "; not all could be written" : "");
}

static void put_all(struct vitals *v, struct recorder *records, const struct counters *t,
                    time_us now)
{
    put_row(v, records, t, now);
    put_metrics(v, t);
    put_status(t);
}

static void show_line(const struct vitals *v, const struct counters *t)
{
    log_progress("%" PRIu64 " packets (%" PRIu64 "/s, %" PRIu64 " lost)  %" PRIu64 " open  %" PRIu64
                 " requests  %" PRIu64 " emails  %" PRIu64 " MB%s",
                 t->frames, t->frames - v->second.frames, t->dropped + t->interface_dropped,
                 counters_open(t), counters_requests(t), t->emails, t->memory >> 20,
                 t->unwritten > v->before.unwritten ? "  DISK FULL" : "");
}

void vitals_tick(struct vitals *v, struct recorder *records, const struct counters *t, time_us now)
{
    if (now / VITALS_INTERVAL != v->tried / VITALS_INTERVAL)
        put_all(v, records, t, now);
    if (signals.tell) {
        signals.tell = 0;
        log_progress_clear();
        summary_print(t, 0, v->options->output);
        fflush(stdout);
    } else if (!v->options->quiet) {
        show_line(v, t);
    }
    v->second = *t;
}

bool vitals_end(struct vitals *v, struct recorder *records, const struct counters *t, time_us now)
{
    log_progress_clear();
    put_all(v, records, t, now);
    return !v->metrics_missed;
}
