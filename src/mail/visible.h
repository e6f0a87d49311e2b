/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a reader of a mail sees, from UTF-8.  Pure.
 *
 * A run of blanks is one blank, an empty line one line feed; of HTML the elements that begin on a
 * line of their own give a line feed, and all others nothing, so that "via<b></b>gra" is the word
 * that is seen.  What has no width (soft hyphens, joiners, marks of direction) is left out.
 *
 * Cost: each byte is looked at a constant number of times.
 */
#ifndef POTSHERD_MAIL_VISIBLE_H
#define POTSHERD_MAIL_VISIBLE_H

#include <stdbool.h>

#include "base/buf.h"

/* Both append, until `out` holds `most` bytes; false: there was more. */
bool visible_text(struct bytes text, struct buf *out, size_t most);
bool visible_html(struct bytes text, struct buf *out, size_t most);

/* Appends visible text without links and addresses, which vary where the text does not. */
void visible_prose(struct bytes visible, struct buf *out, size_t most);

#endif
