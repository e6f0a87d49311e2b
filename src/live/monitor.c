/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/monitor.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/notify.h"
#include "live/metrics.h"
#include "potsherd/signals.h"

#define METRICS_MAX 64

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

static void add(struct listing *l, const char *name, const char *help, const char *label,
                const char *value, uint64_t n)
{
    if (l->n == METRICS_MAX)
        log_panic("more metrics than %d", METRICS_MAX);
    l->all[l->n++] =
        (struct metric){.name = name,
                        .help = help,
                        .type = g_str_has_suffix(name, "_total") ? METRIC_COUNTER : METRIC_GAUGE,
                        .labels = {{label, value}},
                        .value = (double)n};
}

static void list_packets(struct listing *l, const struct totals *t)
{
    static const char *const dropped = "potsherd_packets_dropped_total";

    add(l, "potsherd_packets_received_total", "Packets that the kernel had for us", NULL, NULL,
        t->received);
    add(l, "potsherd_packets_captured_total", "Packets that were looked at", NULL, NULL,
        t->captured);
    add(l, "potsherd_packets_filtered_total", "Packets that only we could filter", NULL, NULL,
        t->filtered);
    add(l, dropped, "Packets lost before they were seen", "by", "kernel", t->dropped);
    add(l, dropped, "", "by", "interface", t->interface_dropped);
    for (int i = DECAP_OK + 1; i < DECAP_REASON_COUNT; i++)
        add(l, "potsherd_packets_not_understood_total", "Packets that gave no TCP segment",
            "reason", decap_reason_text(i), t->stream.not_understood[i]);
}

static void list_conversations(struct listing *l, const struct totals *t)
{
    for (int i = END_FIN; i <= END_EOF; i++)
        add(l, "potsherd_connections_ended_total", "Connections that have ended", "end",
            connection_end_name(i), t->stream.ended[i]);
    add(l, "potsherd_connections_total", "Connections that began", NULL, NULL,
        t->stream.connections);
    add(l, "potsherd_connections_open", "Connections followed now", NULL, NULL, totals_open(t));
    add(l, "potsherd_attempts_total", "Attempts to connect that led to nothing", NULL, NULL,
        t->stream.attempts);
    add(l, "potsherd_missing_bytes_total", "Stream bytes known to be missing", NULL, NULL,
        t->stream.missing_bytes);
    for (int i = 0; i <= CLASS_ERROR; i++)
        add(l, "potsherd_requests_total", "Proxy requests", "class", request_class_name(i),
            t->counts.requests[i]);
    add(l, "potsherd_emails_total", "Messages", NULL, NULL, t->counts.emails);
    add(l, "potsherd_recipients_total", "Their recipients", NULL, NULL, t->counts.recipients);
}

static void list_limits(struct listing *l, const struct totals *t)
{
    add(l, "potsherd_evicted_total", "Connections and handshakes pushed out by a limit", NULL, NULL,
        totals_evicted(t));
    add(l, "potsherd_limits_total", "Times that a cap of the parsers cut something", NULL, NULL,
        t->counts.limits);
    add(l, "potsherd_rows_unwritten_total", "Rows that could not be written", NULL, NULL,
        t->unwritten);
    add(l, "potsherd_packets_unsaved_total", "Packets that --save-pcap could not write", NULL, NULL,
        t->unsaved);
    add(l, "potsherd_files_removed_total", "Finished files removed for --keep and --max-disk", NULL,
        NULL, t->removed_files);
    add(l, "potsherd_bytes_removed_total", "What these held", NULL, NULL, t->removed_bytes);
    add(l, "potsherd_memory_bytes", "Held for connections", NULL, NULL, t->memory);
}

static bool write_metrics(struct vitals *v, const struct totals *t, struct failure *why)
{
    struct listing l = {.n = 0};

    if (!v->options->metrics)
        return true;
    list_packets(&l, t);
    list_conversations(&l, t);
    list_limits(&l, t);
    return metrics_write(v->options->metrics, l.all, l.n, why);
}

bool vitals_begin(struct vitals *v, struct failure *why)
{
    struct totals none = {.received = 0};
    struct failure reason;

    v->metrics_failed = v->metrics_missed = !write_metrics(v, &none, &reason);
    return !v->metrics_failed ||
           failure_set(why,
                       "--metrics %.900s; it is made anew each minute, which --user needs to be "
                       "allowed to do in that folder",
                       reason.text);
}

static void put_metrics(struct vitals *v, const struct totals *t)
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

static void put_row(struct vitals *v, struct recorder *records, const struct totals *t, time_us now)
{
    struct record_stats row = totals_between(&v->before, t, &v->reasons);

    row.ts = now;
    row.interval = now > v->at ? now - v->at : 0; /* the clock may be set back */
    v->tried = now;
    if (!record_stats(records, &row))
        return; /* the next one is of both intervals */
    v->before = *t;
    v->at = now;
}

static void put_status(const struct totals *t)
{
    notify_status("%" PRIu64 " packets, %" PRIu64 " lost; %" PRIu64 " connections, %" PRIu64
                  " open; %" PRIu64 " requests, %" PRIu64 " emails%s",
                  t->counts.frames, t->dropped + t->interface_dropped, t->stream.connections,
                  totals_open(t), totals_requests(t), t->counts.emails,
                  t->unwritten || t->unsaved ? "; not all could be written" : "");
}

static void put_all(struct vitals *v, struct recorder *records, const struct totals *t, time_us now)
{
    put_row(v, records, t, now);
    put_metrics(v, t);
    put_status(t);
}

static void show_line(const struct vitals *v, const struct totals *t)
{
    log_progress("%" PRIu64 " packets (%" PRIu64 "/s, %" PRIu64 " lost)  %" PRIu64 " open  %" PRIu64
                 " requests  %" PRIu64 " emails  %" PRIu64 " MB%s",
                 t->counts.frames, t->counts.frames - v->second.counts.frames,
                 t->dropped + t->interface_dropped, totals_open(t), totals_requests(t),
                 t->counts.emails, t->memory >> 20,
                 t->unwritten > v->before.unwritten ? "  DISK FULL" : "");
}

void vitals_tick(struct vitals *v, struct recorder *records, const struct totals *t, time_us now)
{
    if (now / VITALS_INTERVAL != v->tried / VITALS_INTERVAL)
        put_all(v, records, t, now);
    if (signals.tell) {
        signals.tell = 0;
        log_progress_clear();
        totals_print(t, 0, v->options->output);
        fflush(stdout);
    } else if (!v->options->quiet) {
        show_line(v, t);
    }
    v->second = *t;
}

bool vitals_end(struct vitals *v, struct recorder *records, const struct totals *t, time_us now)
{
    log_progress_clear();
    put_all(v, records, t, now);
    return !v->metrics_missed;
}
