/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that stand in the text of a mail, as it was before MIME and is still sent: uuencode (POSIX
 * uuencode(1)) and yEnc (yenc.org, version 1.3).  Pure.
 *
 * Cost: each byte is looked at a constant number of times; content is as long as its text at most.
 */
#ifndef POTSHERD_MAIL_INLINE_FILES_H
#define POTSHERD_MAIL_INLINE_FILES_H

#include "base/buf.h"

struct inline_file {
    struct bytes name, content;
    const char *type; /* "application/x-uuencode", "application/x-yencode" */
};

struct inline_sink {
    void (*put)(void *context, const struct inline_file *file); /* valid during the call */
    void *context;
};

/* A file without an end counts as far as it goes; `memory` is for content. */
void inline_files(struct bytes text, struct buf *memory, const struct inline_sink *sink);

#endif
