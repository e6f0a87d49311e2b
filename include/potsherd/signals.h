/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals of the live commands: they set flags, and end what waits. */
#ifndef POTSHERD_SIGNALS_H
#define POTSHERD_SIGNALS_H

#include <signal.h>

struct signals {
    volatile sig_atomic_t stop; /* SIGINT, SIGTERM, its number: finish all that is open, and end */
    volatile sig_atomic_t reload; /* SIGHUP: read rules and databases again */
    volatile sig_atomic_t print;  /* SIGUSR1: the summary, now */
};

extern struct signals signals; /* who has done what was asked sets it to 0 */

void signals_catch(void);
void signals_catch_end(void); /* SIGINT and SIGTERM alone */

#endif
