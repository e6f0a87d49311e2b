/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Encoded words (RFC 2047): "=?charset?B?...?=" in a header's value, as they are really sent: split
 * within characters, with blanks in them, in quotes, without padding.  Pure: bytes and their
 * charset go to a callback.
 *
 * Cost: each byte is looked at a constant number of times.
 */
#ifndef POTSHERD_MAIL_WORDS_H
#define POTSHERD_MAIL_WORDS_H

#include "base/buf.h"

#define WORDS_CHARSET_MAX 64 /* bytes of a charset's name; what is longer is none */

struct words_sink {
    void *context;
    /* `charset` as it was written, without a language; n 0: bytes as they stand in the header. */
    void (*text)(void *context, struct bytes charset, struct bytes text);
};

/* Neighbouring words of one charset come together, since some are split within a character;
 * blanks between two words are left out (RFC 2047 section 6.2). */
void words_decode(struct bytes value, const struct words_sink *sink);

#endif
