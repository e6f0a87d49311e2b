/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text in, text without what names a person out (potsherd/redact.h): mail addresses, what is
 * known of the message and of the connection that it belongs to, encoded words.
 *
 *   text --decoded--> bytes, and where each comes from --looked through--> spans
 *        --spans replaced--> text
 *
 * Cost: O(n log r), with r recipients; a keyed hash for each mail address.
 */
#ifndef POTSHERD_REDACT_TEXT_H
#define POTSHERD_REDACT_TEXT_H

#include "redact/decode.h"
#include "redact/known.h"

struct redact_span { /* of the decoded text */
    size_t from, to;
    size_t order; /* in which it was found */
    struct redact_meaning meaning;
};

struct redact_spans {
    struct redact_span *list;
    size_t count, room;
};

struct redact_text { /* for one thread */
    struct redact_hash *hash;
    struct redact_known *known;
    struct redact_decoded decoded;
    struct redact_spans spans;   /* to be replaced */
    struct redact_spans domains; /* in which no words are looked for, in their order */
};

/* Both stay the caller's; `known` may change between calls. */
void redact_text_init(struct redact_text *t, struct redact_hash *hash, struct redact_known *known);
void redact_text_fini(struct redact_text *t);
/* Appends what is left of `text`, which is whole: nothing is looked for across calls. */
void redact_text(struct redact_text *t, struct bytes text, struct buf *out);
/* The same of the domain of a mail address, which stays but for what says where it came from. */
void redact_text_domain(struct redact_text *t, struct bytes text, struct buf *out);

#endif
