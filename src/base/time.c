/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/time.h"

#include <string.h>

#include "base/number.h"

#define DAY_SECONDS INT64_C(86400)

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar, counting
 * years from March so that the leap day comes last. */
static int64_t days_from_date(int64_t year, unsigned month, unsigned day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

static void date_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;

    *day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
    *month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
    *year = yoe + era * 400 + (*month <= 2);
}

static void put_digits(char *to, int64_t value, int digits)
{
    while (digits--) {
        to[digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

size_t time_format(time_us t, char text[TIME_TEXT_MAX])
{
    static const time_us first = INT64_C(-62167219200) * TIME_SECOND;
    static const time_us last = INT64_C(253402300800) * TIME_SECOND - 1;
    int64_t days, rest, seconds, year;
    unsigned month, day;

    t = t < first ? first : t > last ? last : t;
    days = t / (DAY_SECONDS * TIME_SECOND);
    rest = t % (DAY_SECONDS * TIME_SECOND);
    if (rest < 0) {
        days--;
        rest += DAY_SECONDS * TIME_SECOND;
    }
    date_from_days(days, &year, &month, &day);
    seconds = rest / TIME_SECOND;
    memcpy(text, "0000-00-00T00:00:00.000000Z", TIME_TEXT_MAX);
    put_digits(text, year, 4);
    put_digits(text + 5, month, 2);
    put_digits(text + 8, day, 2);
    put_digits(text + 11, seconds / 3600, 2);
    put_digits(text + 14, seconds / 60 % 60, 2);
    put_digits(text + 17, seconds % 60, 2);
    put_digits(text + 20, rest % TIME_SECOND, 6);
    return TIME_TEXT_MAX - 1;
}

static bool read_digits(const char *from, size_t digits, uint64_t max, int64_t *out)
{
    uint64_t value;
    bool good = number_parse((struct bytes){(const uint8_t *)from, digits}, max, &value);

    *out = (int64_t)value;
    return good;
}

/* Second 60 is a leap second, which ends a day (RFC 3339 section 5.7). */
static bool is_time_of_day(int64_t hour, int64_t minute, int64_t second)
{
    return second < 60 || (hour == 23 && minute == 59);
}

/* hh:mm:ss[.ffffff] into microseconds of the day. */
static bool parse_clock(const char *text, size_t n, time_us *out)
{
    int64_t h, m, s, fraction = 0, unit = TIME_SECOND;

    if (n < 8 || !read_digits(text, 2, 23, &h) || text[2] != ':' ||
        !read_digits(text + 3, 2, 59, &m) || text[5] != ':' || !read_digits(text + 6, 2, 60, &s) ||
        !is_time_of_day(h, m, s))
        return false;
    if (n > 8) {
        if (text[8] != '.' || n > 15 || !read_digits(text + 9, n - 9, TIME_SECOND, &fraction))
            return false;
        for (size_t i = 9; i < n; i++)
            unit /= 10;
    }
    *out = (h * 3600 + m * 60 + s) * TIME_SECOND + fraction * unit;
    return true;
}

static int64_t days_of_month(int64_t year, int64_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

static bool parse_date(const char *text, int64_t *days)
{
    int64_t year, month, day;

    if (!read_digits(text, 4, 9999, &year) || text[4] != '-' ||
        !read_digits(text + 5, 2, 12, &month) || text[7] != '-' ||
        !read_digits(text + 8, 2, 31, &day) || !month || !day || day > days_of_month(year, month))
        return false;
    *days = days_from_date(year, (unsigned)month, (unsigned)day);
    return true;
}

bool time_parse(const char *text, size_t n, time_us *out)
{
    time_us clock = 0;
    int64_t days;

    if (n && text[n - 1] == 'Z')
        n--;
    if (n < 10 || !parse_date(text, &days))
        return false;
    if (n > 10 && ((text[10] != 'T' && text[10] != ' ') || !parse_clock(text + 11, n - 11, &clock)))
        return false;
    *out = days * DAY_SECONDS * TIME_SECOND + clock;
    return true;
}

bool period_holds(const struct period *p, time_us t)
{
    return (!p->has_since || t >= p->since) && (!p->has_until || t < p->until);
}
