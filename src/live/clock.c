/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/clock.h"

#include <time.h>

static time_us read_clock(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return t.tv_sec * TIME_SECOND + t.tv_nsec / 1000;
}

time_us clock_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

time_us clock_up(void)
{
    return read_clock(CLOCK_BOOTTIME);
}
