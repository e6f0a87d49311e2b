/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one thread of a job sends to the process that merges the rows of several (merge.h): in
 * the order in which it came to be, each with its moment.
 */
#ifndef POTSHERD_RECORD_OUTBOX_H
#define POTSHERD_RECORD_OUTBOX_H

#include "potsherd/moment.h"
#include "record/channel.h"

struct outbox {
    int pipe;
    const struct moment *now; /* borrowed */
    struct buf out;
};

/* False when nobody takes it any more: errno. */
bool outbox_put(struct outbox *o, const struct channel_head *head, const void *bytes);
bool outbox_mark(struct outbox *o); /* all until now has been put; sends */
bool outbox_send(struct outbox *o);
void outbox_fini(struct outbox *o);

#endif
