/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the kernel deals frames out to the jobs of a packet fan-out group. */
#ifndef POTSHERD_CAPTURE_FANOUT_H
#define POTSHERD_CAPTURE_FANOUT_H

#include <linux/filter.h>

#include "potsherd/capture_live.h"

#define FANOUT_NONE        0
#define FANOUT_NEW         LIVE_FANOUT_NEW
#define FANOUT_PROGRAM_MAX 256 /* instructions */

/* A packet socket that is bound joins a group, or founds a new one.  The group, not 0;
 * FANOUT_NONE with errno set when it cannot. */
int fanout_join(int fd, int group, const struct live_fanout_secret *secret);

/* The classic BPF program that the kernel runs on each frame: what it returns, modulo the
 * members, is the one.  How many instructions. */
unsigned fanout_program(const struct live_fanout_secret *secret,
                        struct sock_filter program[FANOUT_PROGRAM_MAX]);

#endif
