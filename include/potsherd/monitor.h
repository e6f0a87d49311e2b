/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a live run tells of itself while it runs: one updating line on a terminal, a
 * row of stats.csv, the metrics file and a line for the service manager every minute,
 * and the summary when it is asked for (SIGUSR1) and at the end.
 */
#ifndef POTSHERD_MONITOR_H
#define POTSHERD_MONITOR_H

#include "potsherd/counters.h"
#include "potsherd/options.h"
#include "potsherd/record.h"

#define VITALS_INTERVAL (60 * TIME_SECOND) /* from the full minute */

struct vitals {
    const struct options *options;
    struct counters before; /* as in the last row of stats.csv */
    time_us begun, at;      /* of the run; of that row */
    time_us tried;          /* to write one */
    struct counters second; /* a second ago, for the rate */
    struct buf reasons;
    bool metrics_failed; /* as was said */
    bool metrics_missed; /* they could not be written at least once */
};

void vitals_init(struct vitals *v, const struct options *options, time_us now);
void vitals_fini(struct vitals *v);
/* When everything is open: the first metrics, so that it is known at once when they
 * cannot be written. */
bool vitals_begin(struct vitals *v, struct failure *why);
/* About once a second. */
void vitals_tick(struct vitals *v, struct recorder *records, const struct counters *t, time_us now);
/* The last row, of a shorter interval, and the metrics.  False when metrics could not be
 * written, now or before. */
bool vitals_end(struct vitals *v, struct recorder *records, const struct counters *t, time_us now);

#endif
