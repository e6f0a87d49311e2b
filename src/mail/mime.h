/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of a mail (RFC 2045, 2046): the adapter of GMime, whose types stay inside.  It comes
 * behind caps, since GMime follows what strangers write: of a mail with more lines that could be
 * boundaries than MIME_BOUNDARY_LINES_MAX nothing is read (100,000 parts take it seconds); of the
 * others the parts up to MIME_PARTS_MAX and MIME_DEPTH_MAX.  Headers with addresses, in which
 * nested groups overflow its stack, it does not get to see: it is asked for parts, not for
 * messages.
 */
#ifndef POTSHERD_MAIL_MIME_H
#define POTSHERD_MAIL_MIME_H

#include <stdbool.h>

#include "base/buf.h"
#include "mail/layout.h"

#define MIME_BOUNDARY_LINES_MAX 10000
#define MIME_HEADERS_MAX        16384 /* bytes of its own; of more it gets those of its parts only */
#define MIME_ADDRESSES_MAX      16384 /* bytes of a header with addresses, folded or not */
#define MIME_PARTS_MAX          1000
#define MIME_DEPTH_MAX          32
#define MIME_DECODED_MAX        (64 << 20) /* bytes of all parts */

struct mime_part {
    unsigned number;          /* from 1, in the order of the mail; multiparts have none */
    const char *content_type; /* "text/plain", as it was sent */
    const char *charset;      /* NULL: none is named */
    const char *disposition_header, *type_header; /* as they were sent, folded; NULL: none */
    bool attached;                                /* Content-Disposition says so */
    struct bytes content;                         /* transfer encoding undone */
};

struct mime_result {
    bool is_tree;  /* it has parts, or holds a mail */
    bool too_many; /* parts, depth, boundary lines, or addresses in one header */
    bool too_long; /* what they decode to */
};

void mime_open(void); /* in the template */
/* Each part in turn, valid during the call; their types go into `tree`, "text/" left out. */
struct mime_result mime_read(struct bytes mail, struct layout *tree,
                             void (*part)(void *context, const struct mime_part *part),
                             void *context);

#endif
