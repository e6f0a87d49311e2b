/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time: microseconds since 1970-01-01 00:00:00 UTC, without leap seconds.  It
 * comes from the packets and is passed in as `now`; nobody below live/ reads a
 * clock, so replays are exact and tests need not wait.
 */
#ifndef POTSHERD_TIME_H
#define POTSHERD_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t time_us;

#define TIME_SECOND   INT64_C(1000000)
#define TIME_TEXT_MAX 28 /* "2006-06-10T00:00:00.000000Z" and its NUL */

/* RFC 3339 in UTC with microseconds; years outside 0000..9999 are clamped. */
size_t time_format(time_us t, char text[TIME_TEXT_MAX]);

/*
 * Reads what time_format wrote, and shorter forms: a date alone, no fraction, a blank for the
 * T, no Z; always UTC.  False for a day that its month does not have and for hour 24 (RFC 3339
 * has none).  Second 60 is one of 23:59:60 only, a leap second, and stands for the first second
 * of the next day.
 */
bool time_parse(const char *text, size_t n, time_us *out);

struct period { /* [since, until); all zero: for ever */
    time_us since, until;
    bool has_since, has_until;
};

bool period_holds(const struct period *p, time_us t);

#endif
