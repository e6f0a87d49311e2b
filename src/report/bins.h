/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bins of a time series: hours, days, weeks from Monday on, months; all in UTC.  A bin is a
 * number that grows by one; its text is what programs are shown and can sort by.
 */
#ifndef POTSHERD_REPORT_BINS_H
#define POTSHERD_REPORT_BINS_H

#include <stdbool.h>

#include "base/buf.h"
#include "potsherd/time.h"

enum bin { BIN_HOUR, BIN_DAY, BIN_WEEK, BIN_MONTH, BIN_KINDS };

/* What a period of so many days is shown by: lines of some hundred points at most. */
#define BINS_HOUR_DAYS 3
#define BINS_DAY_DAYS  120
#define BINS_WEEK_DAYS (3 * 366)

enum bin bin_for(uint64_t days);
const char *bin_name(enum bin bin);  /* "hour" */
const char *bin_title(enum bin bin); /* "Hour (UTC)" */

int64_t bin_at(enum bin bin, time_us ts);
time_us bin_start(enum bin bin, int64_t n);

/* "2006-06-10T05:00:00Z", "2006-06-10", the week's Monday, "2006-06". */
#define BIN_TEXT_MAX TIME_TEXT_MAX
struct bytes bin_text(enum bin bin, int64_t n, char text[BIN_TEXT_MAX]);
bool bin_parse(enum bin bin, struct bytes text, int64_t *n);

int64_t bin_day(time_us ts);       /* days since 1970-01-01 */
unsigned bin_weekday(int64_t day); /* Monday is 0 */
unsigned bin_hour_of_day(time_us ts);

#endif
