/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/driver.h"

#include <stdio.h>

/* Since it was loaded; 0: it does not say. */
static uint64_t read(const char *interface)
{
    static const char *const names[] = {"rx_missed_errors", "rx_fifo_errors"};
    unsigned long long n, all = 0;
    char path[128];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        FILE *file;

        snprintf(path, sizeof path, "/sys/class/net/%s/statistics/%s", interface, names[i]);
        file = fopen(path, "re");
        if (file && fscanf(file, "%llu", &n) == 1)
            all += n;
        if (file)
            fclose(file);
    }
    return all;
}

void driver_begin(struct driver_losses *d, const char *interface)
{
    d->last = read(interface);
}

uint64_t driver_losses(struct driver_losses *d, const char *interface)
{
    uint64_t now = read(interface);

    if (now > d->last)
        d->sum += now - d->last;
    d->last = now;
    return d->sum;
}
