/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the kernel deals frames out to the jobs of a packet fan-out group. */
#ifndef POTSHERD_CAPTURE_FANOUT_H
#define POTSHERD_CAPTURE_FANOUT_H

#define FANOUT_NONE 0
#define FANOUT_NEW  (-1)

/* A packet socket that is bound joins a group, or founds a new one.  The group, not 0;
 * FANOUT_NONE with errno set when it cannot. */
int fanout_join(int fd, int group);

#endif
