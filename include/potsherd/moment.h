/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When something came to be, in the order in which one process would have done all of it: during
 * which frame, and where in that.  Jobs that share the connections of a capture note it with
 * each row, so that who merges their rows gives them the order of one job.
 */
#ifndef POTSHERD_MOMENT_H
#define POTSHERD_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

struct moment {
    uint64_t frame; /* its number; MOMENT_END: after the last one */
    uint64_t turn;  /* what has waited takes its turn before the frame itself, MOMENT_FRAME */
    uint64_t began; /* of those that have waited since the same frame: the frame they began with */
};

#define MOMENT_END   UINT64_MAX
#define MOMENT_FRAME UINT64_MAX

/* The turn of what has waited in one of several queues, since that frame. */
static inline uint64_t moment_turn(unsigned queue, uint64_t since)
{
    return (uint64_t)queue << 56 | (since & (UINT64_MAX >> 8));
}

static inline bool moment_is_before(const struct moment *a, const struct moment *b)
{
    if (a->frame != b->frame)
        return a->frame < b->frame;
    return a->turn != b->turn ? a->turn < b->turn : a->began < b->began;
}

/* Which connections are one job's: those whose addresses and ports are, by a keyed hash. */
struct job_share {
    unsigned job, jobs; /* from 0; jobs 0: all are */
    uint64_t secret[2]; /* the same in all jobs */
};

#endif
