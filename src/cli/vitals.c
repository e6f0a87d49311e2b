/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/vitals.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/signals.h"

void vitals_init(struct vitals *v, const struct options *options, time_us now)
{
    *v = (struct vitals){.options = options, .begun = now, .at = now, .tried = now};
}

void vitals_fini(struct vitals *v)
{
    buf_fini(&v->reasons);
}

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
        put_row(v, records, t, now);
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

void vitals_end(struct vitals *v, struct recorder *records, const struct totals *t, time_us now)
{
    log_progress_clear();
    put_row(v, records, t, now);
}
