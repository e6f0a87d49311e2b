/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows on their way from a parser, a process that reads frames, to the one process that
 * writes.  A message is a head and its bytes, in the byte order of the machine; a pipe carries
 * it.  Each thread that sends has a pipe of its own.  The parser reads what strangers send, so
 * that the reader believes none of its messages: heads are checked here, what is in
 * the bytes where it is taken.
 */
#ifndef POTSHERD_RECORD_CHANNEL_H
#define POTSHERD_RECORD_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "potsherd/moment.h"
#include "potsherd/time.h"

enum channel_kind {
    CHANNEL_ROWS,         /* whole rows; after parts, the first one is the rest of theirs */
    CHANNEL_PART,         /* whole rows and the beginning of one, or more of it; the next
                             message goes on with it */
    CHANNEL_ATTEMPTS,     /* struct channel_attempt, as many as fit */
    CHANNEL_MESSAGES,     /* like rows, for the mbox file */
    CHANNEL_MESSAGE_PART, /* like CHANNEL_PART */
    CHANNEL_FRAMES,       /* to be saved: struct channel_frame and its bytes, as many as fit */
    CHANNEL_LINES,        /* whole lines of a log */
    CHANNEL_MARK,         /* nothing; with a moment: all until it has been sent */
    CHANNEL_KINDS
};

#define CHANNEL_BYTES_MAX (8 << 20) /* of one message: a buffer of rows, and a row on top */

struct channel_attempt { /* a SYN that led to no connection */
    time_us first;
    uint64_t packets;
    uint8_t src[16], dst[16];
    uint16_t dst_port;
    uint8_t src_family, dst_family; /* 4 or 6 */
    uint32_t unused;
};

struct channel_frame {
    time_us ts;
    int32_t link_type;
    uint32_t caplen, wire_len, unused;
};

struct channel_head {
    uint32_t kind; /* enum channel_kind */
    uint32_t file; /* enum record_file */
    uint64_t rows; /* that end in these bytes */
    uint64_t bytes;
};

/* Waits until all is taken.  False when the reader is gone: errno says EPIPE; or when it is
 * longer than CHANNEL_BYTES_MAX: EMSGSIZE. */
bool channel_put(int fd, const struct channel_head *head, const void *bytes);

struct channel_moment { /* the head, where several jobs' rows are merged */
    struct channel_head head;
    struct moment moment;
};

bool channel_is_good(const struct channel_head *head); /* or no sender of ours has sent it */

#define CHANNEL_IDLE_MS 100

struct channel_idle { /* called about that often while nothing comes */
    void (*call)(void *context);
    void *context;
};

enum channel_result {
    CHANNEL_END, /* also: the sender died in the middle of a message */
    CHANNEL_MESSAGE,
    CHANNEL_FORGED /* what no sender of ours sends */
};

/* The next message; waits for the whole of it.  What to do about a sender that hangs is up to
 * `idle`. */
enum channel_result channel_get(int fd, const struct channel_idle *idle, struct channel_head *head,
                                struct buf *bytes);

#endif
