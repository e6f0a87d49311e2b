/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TCP segment that has come in, and the frame that it came in.  Pure. */
#ifndef POTSHERD_ANSWER_ARRIVAL_H
#define POTSHERD_ANSWER_ARRIVAL_H

#include "potsherd/build.h"

struct arrival {
    const struct frame *frame;
    struct link came; /* reversed */
    struct link back; /* the way that answers take: the caller's */
    struct segment segment;
    bool whole;         /* all of it is there, with a right checksum, or one yet to be made */
    bool source_routed; /* or with options that cannot be read */
};

/* True for a TCP segment in a plain IP packet (no tunnel, no fragment). */
bool arrival_read(const struct frame *frame, struct arrival *out);

/* The option of the segment size: 0 when there is none. */
uint16_t arrival_mss(const struct segment *s);

/* Writes that option, and returns it. */
uint8_t *arrival_put_mss(uint8_t option[4], uint16_t mss);

/* The largest segment that we take, at this address. */
uint16_t arrival_our_mss(const struct address *us);

#endif
