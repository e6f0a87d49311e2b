/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings of JSON (RFC 8259). */
#ifndef POTSHERD_BASE_JSON_H
#define POTSHERD_BASE_JSON_H

#include "base/buf.h"

/* Appends `text`, which is valid UTF-8, as a string with its quotes. */
void json_string(struct buf *out, const char *text);
void json_bytes(struct buf *out, struct bytes text); /* may hold NULs */

#endif
