/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of the audit log: one for every frame that leaves.
 *
 *   2006-06-10T00:00:00.000000Z PEER PORT US PORT SA 58
 *
 * A line for every frame is much: put together by hand, it costs a fifth of what printf takes.
 */
#ifndef POTSHERD_ANSWER_AUDIT_H
#define POTSHERD_ANSWER_AUDIT_H

#include "answer/gate.h"

#define AUDIT_LINE_MAX (TIME_TEXT_MAX + 2 * ADDRESS_TEXT_MAX + 64)

struct audit_time { /* zero at first; kept from line to line */
    time_us second; /* of the newest line */
    char text[TIME_TEXT_MAX];
    bool known;
};

/* `n`: bytes of the frame.  Returns the length, newline included. */
size_t audit_format(struct audit_time *time, const struct outgoing *o, size_t n, time_us now,
                    char line[AUDIT_LINE_MAX]);

#endif
