/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether something was there a short while ago: so that a message counts once for a key that it
 * has several times, without memory for all messages.  Its rows stand together in urls.csv and
 * attachments.csv, but for those of the messages that other jobs wrote between them.
 */
#ifndef POTSHERD_REPORT_RECENT_H
#define POTSHERD_REPORT_RECENT_H

#include <stdbool.h>
#include <stdint.h>

#define RECENT_LEAST 16384 /* so many different ones, the last, are known for certain */

struct recent;

struct recent *recent_new(void);
void recent_free(struct recent *r);
void recent_clear(struct recent *r);

/* True: it was not there.  `hash` of it, by a key that nobody knows. */
bool recent_add(struct recent *r, uint64_t hash);

#endif
