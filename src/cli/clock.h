/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall clock, for the live commands; nobody below cli/ reads one. */
#ifndef POTSHERD_CLI_CLOCK_H
#define POTSHERD_CLI_CLOCK_H

#include "potsherd/time.h"

time_us clock_now(void);

#endif
