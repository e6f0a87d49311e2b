/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/clock.h"

#include <time.h>

time_us clock_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * TIME_SECOND + t.tv_nsec / 1000;
}
