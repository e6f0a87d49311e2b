/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads what potsherd/mbox.h writes, plain or compressed.  Messages may be longer than memory:
 * their text comes in parts.
 *
 * The format cannot say whether the last line of a message had a line end: it has one here, and who
 * knows the message's size drops what is too much.
 */
#ifndef POTSHERD_MBOX_READER_H
#define POTSHERD_MBOX_READER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/log.h"

struct mbox_reader;

struct mbox_reader *mbox_reader_open(const char *path, struct failure *failure); /* NULL: failure */
void mbox_reader_close(struct mbox_reader *m);                                   /* NULL is fine */
/* The next message; `name` is what its From line names, valid until mbox_reader_text.  False at the
 * end, and when the file cannot be read, or is none (mbox_reader_failed). */
bool mbox_reader_next(struct mbox_reader *m, struct bytes *name);
/* More of its text, as it was before it was quoted; empty at its end.  Valid until the next call.
 */
struct bytes mbox_reader_text(struct mbox_reader *m);
bool mbox_reader_failed(const struct mbox_reader *m, struct failure *failure);

#endif
