/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message's payload, in parts of any size, without what names a person (potsherd/redact.h):
 * headers and text that is sent as it is go through redact_text, line by line at least; bodies
 * that are encoded, or no text, are replaced by a line.  Bounded: a line is held, and some more
 * that wait to be looked through together.
 */
#ifndef POTSHERD_REDACT_PAYLOAD_H
#define POTSHERD_REDACT_PAYLOAD_H

#include "redact/mime.h"
#include "redact/text.h"

#define REDACT_LINE_MAX  65536 /* bytes that are looked through at a time, at most, */
#define REDACT_BLOCK_MAX 16384 /* and about so many */

struct redact_sink { /* gets parts that are multiples of three bytes, but for the last */
    void (*put)(void *context, struct bytes bytes);
    void *context;
};

struct redact_payload { /* for one thread */
    struct redact_text *text;
    struct redact_sink sink;
    struct redact_mime mime;
    bool gaps;
    struct buf line;  /* as far as it came */
    struct buf block; /* whole ones, to be looked through */
    struct buf out;
    bool after_cr;               /* its last byte is one, which ends it unless an LF comes */
    bool long_line;              /* it is one, whose beginning has been taken */
    enum redact_place place;     /* of such a line */
    bool uuencode, base64, soft; /* the last line was such a one, or goes on in this one */
    uint64_t dropped;            /* bytes for which a line is to be written */
    bool crlf, folded;           /* what ends that line, and whether it goes on a header */
};

void redact_payload_init(struct redact_payload *p, struct redact_text *text);
void redact_payload_fini(struct redact_payload *p);

/* `gaps`: bytes of it are missing, so that what says how it is encoded may be. */
void redact_payload_begin(struct redact_payload *p, bool gaps, struct redact_sink sink);
void redact_payload_put(struct redact_payload *p, struct bytes part);
void redact_payload_end(struct redact_payload *p);

#endif
