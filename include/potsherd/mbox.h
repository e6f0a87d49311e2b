/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All payloads of a run in one file, or in segments, in mboxrd format: a "From " line with
 * the connection and the time, the payload with every line that begins with any number of >
 * and "From " quoted by one > more, an empty line.  Reversible; line ends stay as sent.
 *
 * Its life is that of all output files (potsherd/output_file.h).  While it is written it
 * ends with MBOX_MARK: the next message's first bytes are written with the end of the one
 * before.  No line of a payload begins so, so what stands before the last mark is whole
 * messages.
 */
#ifndef POTSHERD_MBOX_H
#define POTSHERD_MBOX_H

#include "potsherd/output_file.h"
#include "potsherd/time.h"

#define MBOX_MARK "From "

extern const struct output_kind mbox_file;

struct mbox;

/* Where its bytes go: into the file, or on their way to another process, which takes them by
 * mbox_take. */
struct mbox_sink {
    /* `messages` end in these bytes; `part`: they end amid another.  False: not taken. */
    bool (*put)(void *context, struct bytes bytes, uint64_t messages, bool part);
    void *context; /* put NULL: the file */
};

/* `place` and `name` are borrowed.  Never NULL; the file is made at once, unless `place` is live.
 */
struct mbox *mbox_open(const struct output_place *place, const char *name, struct mbox_sink sink);
struct output_file *mbox_file_of(struct mbox *m); /* to check, sync and finish between messages */
/* A message: `name` goes into the From line; its payload comes in parts of any size. */
void mbox_begin(struct mbox *m, const char *name, time_us ts);
void mbox_text(struct mbox *m, struct bytes part);
void mbox_end(struct mbox *m);
/* What the sink of another mbox had. */
void mbox_take(struct mbox *m, struct bytes bytes, uint64_t messages, bool part);
/* Who sent the beginning of a message is gone: it is cut off and counted. */
void mbox_abandon(struct mbox *m);
void mbox_free(struct mbox *m); /* NULL is fine */

#endif
