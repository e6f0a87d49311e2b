/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter of a packet socket in the kernel. */
#ifndef POTSHERD_CAPTURE_KERNEL_FILTER_H
#define POTSHERD_CAPTURE_KERNEL_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

/* For frames that libpcap gives a Linux cooked header, which the kernel has not: loads
 * are rewritten.  False when the program looks at what only that header has. */
bool kernel_filter_uncook(struct sock_filter *program, unsigned n);

/* In the place of the one before, which stays when the kernel refuses: false with
 * errno set. */
bool kernel_filter_attach(int fd, struct sock_filter *program, unsigned n);
bool kernel_filter_pass(int fd, uint32_t bytes); /* that many of every frame; 0: none at all */

#endif
