/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts in columns, as wide as a terminal shows them.  All of them are valid UTF-8. */
#ifndef POTSHERD_BASE_TEXT_WIDTH_H
#define POTSHERD_BASE_TEXT_WIDTH_H

#include "base/buf.h"

unsigned text_width(const char *text);
void text_append_blanks(struct buf *out, unsigned n);
/* As much of it as fits, with an ellipsis where that is not all; the width that it takes. */
unsigned text_append_cut(struct buf *out, const char *text, unsigned width);

/* For who has no UTF-8: letters without their marks, lines and bars as signs, ? for all else; as
 * wide as it was. */
void text_append_ascii(struct buf *out, const char *text);

#endif
