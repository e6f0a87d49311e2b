/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a network card or its driver lost, as /sys has it; who reads frames may not ask. */
#ifndef POTSHERD_CAPTURE_DRIVER_H
#define POTSHERD_CAPTURE_DRIVER_H

#include <stdint.h>

struct driver_losses {
    uint64_t sum, last; /* since driver_begin; what the driver said last */
};

void driver_begin(struct driver_losses *d, const char *interface);
/* Frames since then; call it now and then, since a card's own count begins at 0 with the card. */
uint64_t driver_losses(struct driver_losses *d, const char *interface);

#endif
