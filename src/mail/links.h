/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Links in the text of a mail, HTML or plain, as UTF-8.  Pure.
 *
 * HTML: href, src, action and background of any element, the address of a meta refresh; a base
 * counts for those behind it.  Text: what begins with a scheme or "www.", also as it is written to
 * be harmless: hxxp, [.], (dot).  Of both only what names a host: http, https, ftp.
 *
 * Cost: each byte is looked at a constant number of times; a value is cut at LINK_MAX.
 */
#ifndef POTSHERD_MAIL_LINKS_H
#define POTSHERD_MAIL_LINKS_H

#include <stdbool.h>

#include "base/buf.h"

#define LINK_MAX  2048 /* bytes of a link, or of the text that shows it */
#define LINKS_MAX 1000 /* of a mail */

struct link_found {
    struct bytes url;        /* as written, its entities decoded */
    char scheme[8];          /* lower case */
    struct bytes host, path; /* host: lower case, without user, port and brackets; path from / on */
    bool is_address;         /* the host is an IP address: dotted, or of IPv6 */
    struct bytes shown;      /* host that an anchor's text names, where it is another; or empty */
};

struct link_sink {
    void (*put)(void *context, const struct link_found *link); /* valid during the call */
    void *context;
};

void links_in_html(struct bytes text, const struct link_sink *sink);
void links_in_text(struct bytes text, const struct link_sink *sink);

#endif
