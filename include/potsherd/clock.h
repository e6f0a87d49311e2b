/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clocks, for the live commands; nobody below live/ reads one. */
#ifndef POTSHERD_CLOCK_H
#define POTSHERD_CLOCK_H

#include "potsherd/time.h"

time_us clock_now(void); /* the wall clock, which may be set */
time_us clock_up(void);  /* since the machine's start, its sleep, too; nobody sets it */

#endif
