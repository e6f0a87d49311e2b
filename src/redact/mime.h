/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a payload's parts begin, and which of them are text that is sent as it is.  Not a reader
 * of mails (mail/mime.c is that): whatever it does not understand is no such text.  Pure.
 */
#ifndef POTSHERD_REDACT_MIME_H
#define POTSHERD_REDACT_MIME_H

#include <stdbool.h>

#include "base/buf.h"

#define REDACT_FIELD_MAX    4096 /* bytes of a header's value that are read */
#define REDACT_BOUNDARY_MAX 256
#define REDACT_DEPTH_MAX    32

enum redact_place { REDACT_HEADERS, REDACT_TEXT_BODY, REDACT_OTHER_BODY };

struct redact_mime {
    enum redact_place place;
    bool first;    /* no body yet */
    bool boundary; /* the last line was one */
    /* of the part whose headers are read */
    struct buf field; /* its last header, unfolded */
    bool cut;         /* it was longer */
    bool encoded, text, multipart, message;
    /* of those that it is in, the innermost last */
    struct buf boundaries[REDACT_DEPTH_MAX]; /* "--boundary" */
    unsigned depth;
};

void redact_mime_begin(struct redact_mime *m);
void redact_mime_fini(struct redact_mime *m);
/* A line without its end; what it is a part of.  A boundary is of the headers behind it, the empty
 * line of those before it. */
enum redact_place redact_mime_line(struct redact_mime *m, struct bytes line);

#endif
