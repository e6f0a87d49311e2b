/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base64 of RFC 4648 section 4. */
#ifndef POTSHERD_BASE_BASE64_H
#define POTSHERD_BASE_BASE64_H

#include <stdbool.h>

#include "base/buf.h"

/* Appends what `text` stands for.  Padding may be missing; false (and nothing
 * appended) when any other byte is in it. */
bool base64_decode(struct bytes text, struct buf *out);

/* The same of what mails bear: other bytes are left out, and the first "=" ends it. */
void base64_decode_loosely(struct bytes text, struct buf *out);

/* Appends the base64 of `bytes`, padded at its end. */
void base64_encode(struct bytes bytes, struct buf *out);

#endif
