/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one seam between records and --redact: cells go through a mask (potsherd/rows.h), which
 * knows by their column what they hold; payloads through redact_each.  What it is about, a
 * connection or a message, is set before.  Every function takes NULL: nothing is redacted.
 */
#ifndef POTSHERD_RECORD_REDACT_H
#define POTSHERD_RECORD_REDACT_H

#include "potsherd/payload.h"
#include "potsherd/redact.h"
#include "potsherd/rows.h"

struct redact; /* for one thread */

/* NULL where nothing is to be redacted; `policy` is borrowed, and may be NULL. */
struct redact *redact_new(const struct redact_policy *policy);
void redact_free(struct redact *r);
const struct row_mask *redact_mask(struct redact *r); /* valid as long as it is */

/* Rows are of this connection, until the next call; `proxied`: as a PROXY header names, or of
 * family 0. */
void redact_connection(struct redact *r, const struct address *source,
                       const struct address *proxied);
/* And of this message: forward-paths, a line each; none: of no message. */
void redact_recipients(struct redact *r, struct bytes recipients);

/* The uid of this text under the key, as digits.  False: it is not made under the key. */
bool redact_uid(struct redact *r, struct bytes text, char out[REDACT_DIGITS]);

/* payload_each, of what is left.  `gaps`: bytes are missing. */
bool redact_each(struct redact *r, struct payload *p, bool gaps,
                 void (*part)(void *context, struct bytes bytes), void *context);

#endif
