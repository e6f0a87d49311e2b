/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages of a connection, and their rows in recipients.csv; what goes into emails.csv and
 * the payloads is handed over to the message writer. */
#ifndef POTSHERD_RECORD_MESSAGE_ROWS_H
#define POTSHERD_RECORD_MESSAGE_ROWS_H

#include "potsherd/event.h"

struct open_message;
struct record_trace;

/*
 * Messages that have begun.  A connection can hold thousands of them that wait for their
 * replies, so none is searched for along a list: a hash table has them by their number.
 * Our own parser counts that up and ends messages in the order of their beginnings, so
 * the open ones are neighbours and have a bucket each.  Text and end of a message cost
 * O(1), its beginning O(1) amortised.
 */
struct open_messages {
    struct open_message **buckets; /* NULL: none was ever open */
    unsigned room, count;          /* room: a power of two, at least count */
    size_t held;                   /* of them all */
};

void message_rows_begin(struct record_trace *t, const struct mail *mail);
void message_rows_text(struct record_trace *t, const struct event *event);
void message_rows_end(struct record_trace *t, const struct mail *mail);
void message_rows_none(struct record_trace *t, const struct mail *mail); /* it was none */
/* Those that never ended: the connection is over. */
void message_rows_drop(struct open_messages *messages);
size_t message_rows_held(const struct open_messages *messages); /* bytes; O(1) */

#endif
