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
        signals.stop = number;
}

/* Without SA_RESTART: poll and read return. */
static void catch_all(const int *caught, size_t n)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < n; i++)
        sigaction(caught[i], &action, NULL);
}

void signals_catch(void)
{
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};

    catch_all(caught, sizeof caught / sizeof *caught);
}

void signals_catch_end(void)
{
    static const int caught[] = {SIGINT, SIGTERM};

    catch_all(caught, sizeof caught / sizeof *caught);
}
