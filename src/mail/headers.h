/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The headers of a mail (RFC 5322), as they are sent by strangers: folded, doubled, broken.  Pure.
 *
 * The block ends at the first empty line, or at the first line that is no header.  Lines may end
 * with LF, CRLF or CR LF mixed.  Of headers of one name the first counts, as for most readers.
 *
 * Cost: each byte is looked at once; what is kept is bounded by the caps below, and a cap that acts
 * sets a flag.
 */
#ifndef POTSHERD_MAIL_HEADERS_H
#define POTSHERD_MAIL_HEADERS_H

#include <stdbool.h>

#include "base/buf.h"

#define HEADERS_BYTES_MAX (256 * 1024) /* of the block */
#define HEADERS_MAX       1000
#define HEADER_VALUE_MAX  (16 * 1024) /* bytes of one value, unfolded */

enum header_name {
    HEADER_SUBJECT,
    HEADER_FROM,
    HEADER_TO,
    HEADER_MESSAGE_ID,
    HEADER_DATE,
    HEADER_X_MAILER,
    HEADER_USER_AGENT,
    HEADER_CONTENT_TYPE,
    HEADER_NAMES
};

struct headers {
    struct buf values[HEADER_NAMES]; /* raw, unfolded, without blanks around */
    bool has[HEADER_NAMES];
    bool too_long; /* the block: the rest was not looked at */
    bool too_many;
    bool cut; /* a value of these */
};

void headers_fini(struct headers *h);
/* `text`: the mail, or at least its headers.  What was in `h` is replaced. */
void headers_read(struct headers *h, struct bytes text);

/* The next header of a block, unfolded, "Name: value"; false: there is none. */
bool headers_next(struct bytes *block, struct buf *out);

/* How many bytes of a mail headers_read wants to see. */
size_t headers_length(struct bytes text);

/* The mail with those headers only that say how its parts are read (Content-..., RFC 2045 section
 * 3), each at most HEADER_VALUE_MAX bytes.  What was in `out` is replaced. */
void headers_of_parts(struct bytes mail, struct buf *out);

#endif
