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
#define PUT_COUNT(name) rows_uint(w, STATS_##name, n->name)
    PUT_COUNT(received);
    PUT_COUNT(captured);
    PUT_COUNT(dropped);
    PUT_COUNT(filtered);
    PUT_COUNT(interface_dropped);
    PUT_COUNT(not_understood);
    rows_word(w, STATS_reasons, n->reasons);
    PUT_COUNT(connections);
    PUT_COUNT(attempts);
    PUT_COUNT(requests);
    PUT_COUNT(emails);
    PUT_COUNT(recipients);
    PUT_COUNT(missing_bytes);
    PUT_COUNT(evicted);
    PUT_COUNT(limits);
    PUT_COUNT(unwritten);
    PUT_COUNT(open);
    PUT_COUNT(memory);
#undef PUT_COUNT
    rows_end(w);
    if (row_file_flush(&r->files[RECORD_STATS]))
        return true;
    r->files[RECORD_STATS].file.lost--; /* the next row has these counts too */
    return false;
}
