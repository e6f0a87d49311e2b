/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run has counted, of one process or added up over several.  Each part counts
 * into a struct of its own and leaves the fields of the others 0.
 */
#ifndef POTSHERD_COUNTERS_H
#define POTSHERD_COUNTERS_H

#include "base/buf.h"
#include "potsherd/answer_counts.h"
#include "potsherd/counter_list.h"
#include "potsherd/decap.h"
#include "potsherd/event.h"
#include "potsherd/schema.h"
#include "potsherd/stream.h"
#include "potsherd/unknown.h"

#define COUNTER_FIELD(V, name, column, unit, kind, metric, meaning, line) uint64_t name;
#define COUNTER_ARRAY(V, name, size, first, word, metric, label, meaning) uint64_t name[size];
#define COUNTER_NOTHING(V, ...)
struct counters {
    time_us first, last; /* packets; of no meaning without frames */
    PS_COUNTERS(, COUNTER_FIELD, COUNTER_ARRAY, COUNTER_NOTHING, COUNTER_NOTHING)
    struct unknown_packets unknown; /* for the summary */
};

#define COUNTER_SUM(V, name, column, unit, kind, metric, meaning, line)                            \
    uint64_t counters_##name(const struct counters *c);
PS_COUNTERS(, COUNTER_NOTHING, COUNTER_NOTHING, COUNTER_SUM, COUNTER_NOTHING)

enum counter_kind { COUNTER, GAUGE };
enum counter_line { LINE_NONE, LINE_REASON, LINE_NOTE, LINE_LOSS };

struct counter { /* an entry of the list */
    uint64_t (*value)(const struct counters *c, unsigned i);
    unsigned first, end;             /* of an array: the indexes that metrics show; else 0 and 1 */
    const char *(*word)(unsigned i); /* the label's value by index; NULL: label_value */
    enum counter_kind kind;
    int column;         /* of stats.csv; -1: none */
    const char *metric; /* NULL: none */
    const char *label, *label_value;
    const char *meaning;
    enum counter_line line;
    const char *line_label, *line_text;
};

const struct counter *counters_list(unsigned *n);

void counters_add(struct counters *to, const struct counters *more);
/* A row of stats.csv: what has come between two moments, by column; those of the list are
 * set. */
void counters_between(const struct counters *before, const struct counters *after,
                      uint64_t columns[STATS_COLUMN_COUNT]);
/* Its `reasons`: "3 not IP; 1 of no connection seen to begin".  Replaces what is in `out`. */
void counters_reasons(const struct counters *before, const struct counters *after, struct buf *out);

#endif
