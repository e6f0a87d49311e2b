/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A link's parts, as browsers read them (WHATWG URL), not as RFC 3986 wants them.  Pure. */
#ifndef POTSHERD_MAIL_LINK_PARTS_H
#define POTSHERD_MAIL_LINK_PARTS_H

#include "mail/links.h"

struct link_parts { /* memory for the parts of one link */
    struct buf host, path;
    char scheme[8];
    bool is_address;
};

void link_parts_fini(struct link_parts *p);
/* False: it names no host, or has another scheme.  `url` without blanks around. */
bool link_parts_read(struct link_parts *p, struct bytes url);
/* A name as a text shows it, "www.example.com" or a whole link; false: it names no host. */
bool link_parts_read_shown(struct link_parts *p, struct bytes text);

#endif
