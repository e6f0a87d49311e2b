/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A minute of a live run. */
#include "record/recorder.h"
#include "record/trace_cells.h"

bool record_stats(struct recorder *r, const struct record_stats *n)
{
    struct rows *w = &r->files[RECORD_STATS].rows;

    rows_begin(w);
    rows_time(w, STATS_ts, n->ts);
    trace_put_sensor(w, STATS_sensor, r);
    rows_seconds(w, STATS_interval, n->interval);
    for (unsigned i = STATS_interval + 1; i < STATS_COLUMN_COUNT; i++)
        if (i == STATS_reasons)
            rows_word(w, i, n->reasons);
        else
            rows_uint(w, i, n->counts[i]);
    rows_end(w);
    if (row_file_flush(&r->files[RECORD_STATS]))
        return true;
    r->files[RECORD_STATS].file.lost--; /* the next row has these counts too */
    return false;
}
