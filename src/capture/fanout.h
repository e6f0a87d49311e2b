/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the kernel deals frames out to the jobs of a packet fan-out group. */
#ifndef POTSHERD_CAPTURE_FANOUT_H
#define POTSHERD_CAPTURE_FANOUT_H

#include <stdbool.h>

/* A packet socket that is bound joins group `number` (1 to 65535).  False with
 * errno set when it cannot. */
bool fanout_join(int fd, int number);

#endif
