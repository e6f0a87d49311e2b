/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a live run reports of itself: one updating line on a terminal, a
 * row of stats.csv, the metrics file and a line for the service manager every minute,
 * and the summary when it is asked for (SIGUSR1) and at the end.
 */
#ifndef POTSHERD_MONITOR_H
#define POTSHERD_MONITOR_H

#include "potsherd/counters.h"
#include "potsherd/options.h"
#include "potsherd/record.h"

#define MONITOR_INTERVAL (60 * TIME_SECOND) /* from the full minute */

struct monitor {
    const struct options *options;
    struct counters before; /* as in the last row of stats.csv */
    time_us begun, at;      /* of the run; of that row */
    time_us tried;          /* to write one */
    struct counters second; /* a second ago, for the rate */
    struct buf reasons;
    bool manager;        /* tells the service manager; else somebody else does */
    bool metrics_failed; /* as was said */
    bool metrics_missed; /* they could not be written at least once */
};

void monitor_init(struct monitor *m, const struct options *options, time_us now);
void monitor_fini(struct monitor *m);
/* A line for the service manager. */
void monitor_tell_status(const struct counters *t);
/* When everything is open: the first metrics, so that it is known at once when they
 * cannot be written. */
bool monitor_begin(struct monitor *m, struct failure *why);
/* About once a second. */
void monitor_tick(struct monitor *m, struct recorder *records, const struct counters *t,
                  time_us now);
/* The last row, of a shorter interval, and the metrics.  False when metrics could not be
 * written, now or before. */
bool monitor_end(struct monitor *m, struct recorder *records, const struct counters *t,
                 time_us now);

#endif
