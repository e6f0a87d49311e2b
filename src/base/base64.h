/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base64 of RFC 4648 section 4, for decoding what strangers send. */
#ifndef POTSHERD_BASE_BASE64_H
#define POTSHERD_BASE_BASE64_H

#include <stdbool.h>

#include "base/buf.h"

/* Appends what `text` stands for.  Padding may be missing; false (and nothing
 * appended) when any other byte is in it. */
bool base64_decode(struct bytes text, struct buf *out);

#endif
