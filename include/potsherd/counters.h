/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run has counted, of one process or added up over several: for the summary,
 * stats.csv and the metrics.  Everything only grows, but for `memory`.
 */
#ifndef POTSHERD_COUNTERS_H
#define POTSHERD_COUNTERS_H

#include "potsherd/event.h"
#include "potsherd/record.h"
#include "potsherd/stream.h"

struct pipeline_counts { /* for the summary */
    uint64_t frames;
    time_us first, last;
    uint64_t requests[CLASS_ERROR + 1];
    uint64_t emails, emails_complete, recipients;
    uint64_t limits; /* caps of the parsers that cut something */
};

struct totals {
    struct pipeline_counts counts;
    struct stream_counts stream;
    /* live */
    uint64_t received, dropped, filtered, interface_dropped; /* live.h */
    uint64_t captured;                                       /* packets that were read from there */
    uint64_t unsaved;                      /* packets that --save-pcap could not write */
    uint64_t unwritten;                    /* rows, likewise */
    uint64_t removed_files, removed_bytes; /* for --keep and --max-disk */
    uint64_t memory;                       /* bytes held now */
};

void totals_add(struct totals *to, const struct totals *more);
void totals_add_stream(struct stream_counts *to, const struct stream_counts *more);
uint64_t totals_requests(const struct totals *t);
uint64_t totals_open(const struct totals *t); /* connections followed now */
uint64_t totals_not_understood(const struct totals *t);
uint64_t totals_evicted(const struct totals *t);
/* A line of stats.csv: what has come between two moments.  `reasons` is the caller's
 * room for the text. */
struct record_stats totals_between(const struct totals *before, const struct totals *after,
                                   struct buf *reasons);
/* The summary; `files` that were read, 0: live. */
void totals_print(const struct totals *t, unsigned files, const char *directory);

#endif
