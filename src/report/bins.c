/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_US      (INT64_C(3600) * TIME_SECOND)
#define DAY_US       (24 * HOUR_US)
#define WEEK_DAYS    7
#define FIRST_MONDAY (-3) /* 1969-12-29: 1970-01-01 was a Thursday */
#define YEAR_MONTHS  12

static const struct {
    const char *name, *title;
    size_t length; /* of the text */
} kinds[BIN_KINDS] = {
    [BIN_HOUR] = {"hour", "Hour (UTC)", 20},
    [BIN_DAY] = {"day", "Day (UTC)", 10},
    [BIN_WEEK] = {"week", "Week from (UTC)", 10},
    [BIN_MONTH] = {"month", "Month (UTC)", 7},
};

enum bin bin_for(uint64_t days)
{
    if (days <= BINS_HOUR_DAYS)
        return BIN_HOUR;
    if (days <= BINS_DAY_DAYS)
        return BIN_DAY;
    return days <= BINS_WEEK_DAYS ? BIN_WEEK : BIN_MONTH;
}

const char *bin_name(enum bin bin)
{
    return kinds[bin].name;
}

const char *bin_title(enum bin bin)
{
    return kinds[bin].title;
}

static int64_t floor_divide(int64_t n, int64_t by)
{
    return n / by - (n % by < 0);
}

int64_t bin_day(time_us ts)
{
    return floor_divide(ts, DAY_US);
}

unsigned bin_weekday(int64_t day)
{
    int64_t week = floor_divide(day - FIRST_MONDAY, WEEK_DAYS);

    return (unsigned)(day - FIRST_MONDAY - week * WEEK_DAYS);
}

unsigned bin_hour_of_day(time_us ts)
{
    return (unsigned)((ts - bin_day(ts) * DAY_US) / HOUR_US);
}

/* Years and months are read off the text, which time.c makes: there is one calendar. */
static int64_t month_of(time_us ts)
{
    char text[TIME_TEXT_MAX];

    time_format(ts, text);
    return strtol(text, NULL, 10) * YEAR_MONTHS + strtol(text + strlen("2006-"), NULL, 10) - 1;
}

int64_t bin_at(enum bin bin, time_us ts)
{
    switch (bin) {
    case BIN_HOUR:
        return floor_divide(ts, HOUR_US);
    case BIN_WEEK:
        return floor_divide(bin_day(ts) - FIRST_MONDAY, WEEK_DAYS);
    case BIN_MONTH:
        return month_of(ts);
    case BIN_DAY:
    case BIN_KINDS:
        break;
    }
    return bin_day(ts);
}

static time_us month_start(int64_t n)
{
    char text[64];
    time_us ts = 0;

    snprintf(text, sizeof text, "%04d-%02d-01", (int)(n / YEAR_MONTHS), (int)(n % YEAR_MONTHS) + 1);
    (void)time_parse(text, strlen(text), &ts);
    return ts;
}

time_us bin_start(enum bin bin, int64_t n)
{
    switch (bin) {
    case BIN_HOUR:
        return n * HOUR_US;
    case BIN_WEEK:
        return (n * WEEK_DAYS + FIRST_MONDAY) * DAY_US;
    case BIN_MONTH:
        return month_start(n);
    case BIN_DAY:
    case BIN_KINDS:
        break;
    }
    return n * DAY_US;
}

struct bytes bin_text(enum bin bin, int64_t n, char text[BIN_TEXT_MAX])
{
    time_format(bin_start(bin, n), text);
    if (bin == BIN_HOUR)
        text[kinds[bin].length - 1] = 'Z';
    text[kinds[bin].length] = '\0';
    return (struct bytes){(uint8_t *)text, kinds[bin].length};
}

bool bin_parse(enum bin bin, struct bytes text, int64_t *n)
{
    char whole[BIN_TEXT_MAX];
    time_us ts;

    if (text.n != kinds[bin].length)
        return false;
    snprintf(whole, sizeof whole, "%.*s%s", (int)text.n, (const char *)text.at,
             bin == BIN_MONTH ? "-01" : "");
    if (!time_parse(whole, strlen(whole), &ts))
        return false;
    *n = bin_at(bin, ts);
    return true;
}
