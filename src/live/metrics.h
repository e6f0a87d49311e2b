/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers of a live run for Prometheus: a file in its text exposition format, where
 * node_exporter's textfile collector reads it.  A reader sees the old file or the
 * new one, whole.
 */
#ifndef POTSHERD_LIVE_METRICS_H
#define POTSHERD_LIVE_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE };

#define METRIC_LABELS_MAX 3

struct metric {
    const char *name; /* potsherd_frames_received_total; counters end in _total */
    const char *help; /* a line; that of the first of a name counts */
    enum metric_type type;
    struct metric_label { /* NULL name: no more; values may be any text */
        const char *name, *value;
    } labels[METRIC_LABELS_MAX];
    double value; /* in base units: bytes, seconds; counts are exact up to 2^53 */
};

/* A program's few metrics: the time grows by their square.  Replaces the file at `path`, mode 0644;
 * on an error the old one stays. */
bool metrics_write(const char *path, const struct metric *metrics, size_t n, struct failure *why);

#endif
