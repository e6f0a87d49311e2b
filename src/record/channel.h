/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows on their way from a job, a process that reads frames, to the one process that
 * writes the segments.  A message is a head and its bytes, in the byte order of
 * the machine; a pipe carries it.  Each thread that sends has a pipe of its own.
 */
#ifndef POTSHERD_RECORD_CHANNEL_H
#define POTSHERD_RECORD_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum channel_kind {
    CHANNEL_ROWS,    /* whole rows; after parts, the first one is the rest of theirs */
    CHANNEL_PART,    /* whole rows and the beginning of one, or more of it; the next
                        message goes on with it */
    CHANNEL_ATTEMPTS /* struct connection, as many as fit */
};

struct channel_head {
    uint32_t kind; /* enum channel_kind */
    uint32_t file; /* enum record_file */
    uint64_t rows; /* that end in these bytes */
    uint64_t bytes;
};

/* Waits until all is taken.  False when the reader is gone: errno says EPIPE. */
bool channel_put(int fd, const struct channel_head *head, const void *bytes);

#define CHANNEL_IDLE_MS 100

struct channel_idle { /* called about that often while nothing comes */
    void (*call)(void *context);
    void *context;
};

/* The next message; waits for the whole of it.  False at the end, or when the
 * sender died in the middle of a message: what to do about one that hangs is up to
 * `idle`. */
bool channel_get(int fd, const struct channel_idle *idle, struct channel_head *head,
                 struct buf *bytes);

#endif
