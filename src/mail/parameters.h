/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a Content-Type or Content-Disposition says: a type, and parameters (RFC 2045 section 5.1),
 * encoded and continued (RFC 2231), or as many programs write them.  Pure.
 *
 * Cost: the value is looked at once for each piece of a continued parameter, of which there are
 * PARAMETER_PIECES_MAX at most.
 */
#ifndef POTSHERD_MAIL_PARAMETERS_H
#define POTSHERD_MAIL_PARAMETERS_H

#include <stdbool.h>

#include "base/buf.h"

#define PARAMETER_PIECES_MAX 100

struct parameter {
    struct buf value;   /* quotes and percent signs undone */
    struct buf charset; /* of RFC 2231; empty: none is named */
    bool encoded;       /* as RFC 2231 has it: encoded words in it are none */
    struct buf piece;   /* memory */
};

void parameter_fini(struct parameter *p);
/* "text/plain" of a Content-Type, lower case (empty: it is none). */
void parameters_type(struct bytes value, struct buf *out);
/* False: there is no such parameter.  `value` may be folded. */
bool parameter_read(struct bytes value, const char *name, struct parameter *out);

#endif
