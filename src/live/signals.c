/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/signals.h"

#include <stddef.h>

struct signals signals;

static void on_signal(int number)
{
    if (number == SIGHUP)
        signals.reload = 1;
    else if (number == SIGUSR1)
        signals.print = 1;
    else
        signals.stop = 1;
}

/* Without SA_RESTART: poll and read return. */
void signals_catch(void)
{
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};
    struct sigaction action = {.sa_handler = on_signal};

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaction(caught[i], &action, NULL);
}
