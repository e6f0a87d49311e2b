/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All payloads of a run in one file in mboxrd format: a "From " line with the
 * connection and the time, the payload with every line that begins with any
 * number of > and "From " quoted by one > more, an empty line.  Reversible; line
 * ends stay as sent.
 *
 * After an error the file is cut back to its last whole message; mbox_failure says
 * what happened, and no more is written.
 *
 * A live file bears ".part" while it is written, and ends with MBOX_MARK: the next
 * message's first bytes are written with the end of the one before.  No line of a
 * payload begins so, so what stands before the last mark is whole messages.
 */
#ifndef POTSHERD_MBOX_H
#define POTSHERD_MBOX_H

#include "base/buf.h"
#include "base/log.h"
#include "potsherd/output_file.h"
#include "potsherd/time.h"

#define MBOX_MARK "From "

struct mbox;

/* `place` is borrowed. */
struct mbox *mbox_open(const struct output_place *place, struct failure *why);
/* A message: `name` goes into the From line; its payload comes in parts of any size. */
void mbox_begin(struct mbox *m, const char *name, time_us ts);
void mbox_text(struct mbox *m, struct bytes part);
void mbox_end(struct mbox *m);
uint64_t mbox_bytes(const struct mbox *m); /* in the file */
void mbox_flush(struct mbox *m);
void mbox_sync(struct mbox *m);   /* and onto the disk */
void mbox_finish(struct mbox *m); /* a live file gets its final name */
void mbox_free(struct mbox *m);   /* NULL is fine */
const struct failure *mbox_failure(const struct mbox *m);

#endif
