/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All of it through a pipe or a stream socket, however often the system takes or gives a part. */
#ifndef POTSHERD_BASE_PIPE_H
#define POTSHERD_BASE_PIPE_H

#include <stdbool.h>

#include "base/buf.h"

/* Waits until it is taken.  False when the reader is gone: errno says EPIPE. */
bool pipe_write(int fd, struct bytes bytes);
/* Waits for `n` bytes.  1: they are there; 0: the writer is gone; -1: it is gone amid them. */
int pipe_read(int fd, void *to, size_t n);

#endif
