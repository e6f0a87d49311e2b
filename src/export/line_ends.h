/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line ends of a mail, which mbox and Maildir have as LF.  Mapped is what can be mapped back:
 *
 *   crlf   each LF stands behind a CR, which is left out: put one before each LF, and it is as sent
 *   lf     there is no CR before an LF: nothing is changed
 *   mixed  both occur: nothing is changed
 *
 * A CR that stands elsewhere stays.  Pure.
 */
#ifndef POTSHERD_EXPORT_LINE_ENDS_H
#define POTSHERD_EXPORT_LINE_ENDS_H

#include <stdbool.h>

#include "base/buf.h"

enum line_ends { LINE_ENDS_LF, LINE_ENDS_CRLF, LINE_ENDS_MIXED };

struct line_ends_found { /* zero it first */
    bool crlf, lf;       /* there are such */
    uint8_t last;        /* byte so far */
    bool any;            /* there was one */
};

/* More of the mail. */
void line_ends_look(struct line_ends_found *f, struct bytes part);
enum line_ends line_ends_of(const struct line_ends_found *f);
const char *line_ends_word(enum line_ends ends);

struct line_ends_map { /* zero it first: of one mail */
    bool cr;           /* one is held back */
};

/* More of a mail of LINE_ENDS_CRLF; and its end. */
void line_ends_to_lf(struct line_ends_map *m, struct bytes part, struct buf *out);
void line_ends_finish(struct line_ends_map *m, struct buf *out);

#endif
