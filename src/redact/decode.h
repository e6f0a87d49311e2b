/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text as programs read it that get it from links and HTML: %40, %2540, &#64;, &#x40;, \u0040,
 * \x40, a full-width @, and =40 between what can be a mail address, each as the byte that it
 * stands for.  Where each byte comes from is kept.  Pure.
 */
#ifndef POTSHERD_REDACT_DECODE_H
#define POTSHERD_REDACT_DECODE_H

#include <stdbool.h>

#include "base/buf.h"

struct redact_decoded { /* all zero: empty */
    struct buf plain;
    struct buf lower; /* the same in small letters (ASCII) */
    struct buf from;  /* size_t: where each byte's text begins; and one more, its end */
};

void redact_decode(struct bytes text, struct redact_decoded *out);
size_t redact_decoded_from(const struct redact_decoded *d, size_t at);
void redact_decoded_fini(struct redact_decoded *d);

/* ASCII letters and digits, and all bytes above ASCII. */
bool redact_is_word(uint8_t c);

#endif
