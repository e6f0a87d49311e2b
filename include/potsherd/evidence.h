/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames and lines of a log on their way from a process that has no files to the one that has
 * them, which takes them by record_take.
 */
#ifndef POTSHERD_EVIDENCE_H
#define POTSHERD_EVIDENCE_H

#include "base/buf.h"
#include "potsherd/packet.h"

struct evidence {
    int pipe;
    struct buf frames, lines; /* that wait */
};

void evidence_frame(struct evidence *e, const struct frame *frame);
/* One line, its newline included. */
void evidence_line(struct evidence *e, const void *line, size_t n);
/* False when the reader is gone. */
bool evidence_flush(struct evidence *e);
void evidence_fini(struct evidence *e);

#endif
