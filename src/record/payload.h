/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The payload of a message while it comes: its size, its two hashes, and, when
 * it is to be kept, its bytes; in memory up to PAYLOAD_MEMORY_MAX, then in a file
 * without a name.
 */
#ifndef POTSHERD_RECORD_PAYLOAD_H
#define POTSHERD_RECORD_PAYLOAD_H

#include <stdbool.h>

#include "base/buf.h"
#include "record/digest.h"

enum body_state { BODY_LINE_START, BODY_IN_LINE, BODY_CR, BODY_BEGUN };

struct payload {
    uint64_t size;
    bool keep;
    struct buf memory;
    int spool; /* -1: none */
    bool lost; /* the spool could not be written: `error` is its errno */
    int error;
    struct digest *whole, *body;
    enum body_state state;
};

void payload_init(struct payload *p, bool keep);
void payload_fini(struct payload *p);
void payload_add(struct payload *p, struct bytes text, int dir_fd);
/* The bytes from the front, in parts; `part` is called with up to a few hundred
 * KiB, all but the last a multiple of three.  False on a read error. */
bool payload_each(struct payload *p, void (*part)(void *context, struct bytes bytes),
                  void *context);

#endif
