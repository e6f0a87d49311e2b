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

void monitor_init(struct monitor *m, const struct options *options, time_us now)
{
    *m = (struct monitor){.options = options, .begun = now, .at = now, .tried = now};
}

void monitor_fini(struct monitor *m)
{
    buf_fini(&m->reasons);
}

/* --- metrics --- */

struct listing { /* under construction */
    struct metric all[METRICS_MAX];
    size_t n;
    const char *sensor; /* NULL: none */
};

/* The sensor is a label of each, so that several runs of a host can be told apart. */
static void add_metric(struct listing *l, struct metric metric)
{
    unsigned n = metric.labels[0].name ? 1 : 0;

    if (l->n == METRICS_MAX)
        log_panic("more metrics than %d", METRICS_MAX);
    if (l->sensor)
        metric.labels[n] = (struct metric_label){"sensor", l->sensor};
    l->all[l->n++] = metric;
}

static void list_counter(struct listing *l, const struct counter *c, const struct counters *t)
{
    for (unsigned i = c->first; i < c->end; i++)
        add_metric(l, (struct metric){
                          .name = c->metric,
                          .help = c->meaning,
                          .type = c->kind == GAUGE ? METRIC_GAUGE : METRIC_COUNTER,
                          .labels = {{c->label, c->word ? c->word(i) : c->label_value}},
                          .value = (double)c->value(t, i),
                      });
}

static void list_start(struct listing *l, const struct monitor *m)
{
    add_metric(l, (struct metric){.name = "potsherd_start_time_seconds",
                                  .help = "when the run began, since 1970",
                                  .type = METRIC_GAUGE,
                                  .value = (double)(m->begun / TIME_SECOND)});
}

static bool write_metrics(struct monitor *m, const struct counters *t, struct failure *why)
{
    struct listing l = {.sensor = m->options->sensor};
    unsigned n;
    const struct counter *list = counters_list(&n);

    if (!m->options->metrics)
        return true;
    for (unsigned i = 0; i < n; i++)
        if (list[i].metric)
            list_counter(&l, &list[i], t);
    list_start(&l, m);
    return metrics_write(m->options->metrics, l.all, l.n, why);
}

bool monitor_begin(struct monitor *m, struct failure *why)
{
    struct counters none = {.received = 0};
    struct failure reason;

    m->metrics_failed = m->metrics_missed = !write_metrics(m, &none, &reason);
    return !m->metrics_failed ||
           failure_set(
               why,
               "--metrics %.900s; the file is created again each minute, which --user needs to be "
               "allowed to do in that folder",
               reason.text);
}

static void put_metrics(struct monitor *m, const struct counters *t)
{
    struct failure why;
    bool good = write_metrics(m, t, &why);

    if (!good && !m->metrics_failed)
        log_warn("%s; the previous file stays, and writing is tried again", why.text);
    else if (good && m->metrics_failed)
        log_info("%s: written again", m->options->metrics);
    m->metrics_failed = !good;
    m->metrics_missed = m->metrics_missed || !good;
}

/* --- rows and lines --- */

static void put_row(struct monitor *m, struct recorder *records, const struct counters *t,
                    time_us now)
{
    struct record_stats row = {
        .ts = now, .interval = now > m->at ? now - m->at : 0, /* the clock may be set back */
    };

    counters_between(&m->before, t, row.counts);
    counters_reasons(&m->before, t, &m->reasons);
    row.reasons = buf_string(&m->reasons);
    m->tried = now;
    if (!record_stats(records, &row))
        return; /* the next one is of both intervals */
    m->before = *t;
    m->at = now;
}

void monitor_tell_status(const struct counters *t)
{
    notify_status("%" PRIu64 " packets, %" PRIu64 " lost; %" PRIu64 " connections, %" PRIu64
                  " open; %" PRIu64 " requests, %" PRIu64 " emails%s",
                  t->frames, t->dropped + t->interface_dropped, t->connections, counters_open(t),
                  counters_requests(t), t->emails,
                  t->unwritten || t->unsaved ? "; not all could be written" : "");
}

static void put_all(struct monitor *m, struct recorder *records, const struct counters *t,
                    time_us now)
{
    put_row(m, records, t, now);
    put_metrics(m, t);
    if (m->manager)
        monitor_tell_status(t);
}

static void show_line(const struct monitor *m, const struct counters *t)
{
    log_progress("%" PRIu64 " packets (%" PRIu64 "/s, %" PRIu64 " lost)  %" PRIu64 " open  %" PRIu64
                 " requests  %" PRIu64 " emails  %" PRIu64 " MB%s",
                 t->frames, t->frames - m->second.frames, t->dropped + t->interface_dropped,
                 counters_open(t), counters_requests(t), t->emails, t->memory >> 20,
                 t->unwritten > m->before.unwritten ? "  DISK FULL" : "");
}

void monitor_tick(struct monitor *m, struct recorder *records, const struct counters *t,
                  time_us now)
{
    if (now / MONITOR_INTERVAL != m->tried / MONITOR_INTERVAL)
        put_all(m, records, t, now);
    if (signals.print) {
        signals.print = 0;
        log_progress_clear();
        (void)summary_print(t, 0, m->options->output);
    } else if (!m->options->quiet) {
        show_line(m, t);
    }
    m->second = *t;
}

bool monitor_end(struct monitor *m, struct recorder *records, const struct counters *t, time_us now)
{
    log_progress_clear();
    put_all(m, records, t, now);
    return !m->metrics_missed;
}
