/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a mail is laid out, whatever it says: what a sender of millions does not vary (Calais et al.,
 * CEAS 2008; Dinh et al., Digital Investigation 2015).  Pure.
 *
 *   text       runs of text lines (T), empty ones (E), lines with a link (U), each with the number
 *              of binary digits of its length: "T3E1U1" is 4 to 7 lines, an empty one, a link
 *   HTML       the names of the top LAYOUT_HTML_LEVELS levels of its tree: "html(body(p,table))"
 *   multipart  its tree of types: "alternative(plain,html)"
 *
 * Of neighbours that are the same one stands for all.  What is longer than LAYOUT_MAX ends in "+".
 */
#ifndef POTSHERD_MAIL_LAYOUT_H
#define POTSHERD_MAIL_LAYOUT_H

#include <stdbool.h>

#include "base/buf.h"

#define LAYOUT_MAX         255 /* bytes, and the "+" */
#define LAYOUT_HTML_LEVELS 3
#define LAYOUT_LEVELS_MAX  40

struct layout { /* a tree that is written while it is walked */
    struct buf *out;
    unsigned depth, levels; /* open elements; of which so many are written */
    struct {
        size_t before, at; /* where the last child and this one begin */
        bool has_child;
    } level[LAYOUT_LEVELS_MAX + 1];
    bool cut;
};

/* `levels`: up to LAYOUT_LEVELS_MAX.  `out` is cleared. */
void layout_begin(struct layout *l, struct buf *out, unsigned levels);
void layout_open(struct layout *l, struct bytes name);
void layout_close(struct layout *l);
void layout_end(struct layout *l); /* closes what is open */

void layout_of_text(struct bytes text, struct buf *out);
void layout_of_html(struct bytes text, struct buf *out);

#endif
