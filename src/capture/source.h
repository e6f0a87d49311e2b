/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every source of frames (files, interfaces) is to capture.c: a table of
 * functions and the facts that all have in common.  A source puts struct capture
 * first in a struct of its own.
 */
#ifndef POTSHERD_CAPTURE_SOURCE_H
#define POTSHERD_CAPTURE_SOURCE_H

#include "potsherd/capture.h"

struct capture_source {
    bool (*next)(struct capture *c, struct frame *out); /* all of `out` but its number */
    void (*read_progress)(const struct capture *c, struct capture_progress *out); /* the bytes */
    void (*close)(struct capture *c); /* frees `c` itself too */
};

struct capture {
    const struct capture_source *source;
    uint64_t frames; /* given out */
    unsigned failures;
};

#endif
