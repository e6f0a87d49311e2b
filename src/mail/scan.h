/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tag rules see of a mail, as rules/tags/README describes it: each attachment by itself, and
 * then headers, visible text, links and HTML in one piece.  What is scanned is bounded by bytes, so
 * that the same mail gets the same tags.
 */
#ifndef POTSHERD_MAIL_SCAN_H
#define POTSHERD_MAIL_SCAN_H

#include "mail/tags.h"

#define SCAN_ATTACHMENT_MAX (4 << 20)  /* bytes of each */
#define SCAN_MAX            (16 << 20) /* bytes of all attachments of a mail */
#define SCAN_HTML_MAX       (1 << 20)  /* bytes of its HTML */

struct scan {
    const struct mail_rules *rules; /* of the scanner */
    struct tag_scanner *scanner;    /* NULL: there are no rules */
    struct buf headers;             /* decoded, a line each; the caller's to fill */
    struct buf links, html;
    size_t scanned;
    bool cut;
};

struct scan_facts {
    const struct buf *language, *probe;
    unsigned links, mismatched_links, attachments;
};

void scan_fini(struct scan *s);
void scan_begin(struct scan *s, const struct mail_rules *rules, const struct mail_facts *facts,
                struct bytes subject);
void scan_attachment(struct scan *s, struct bytes content, const struct buf *filename,
                     const struct buf *content_type, const char *found_type);
void scan_link(struct scan *s, struct bytes host, struct bytes shown);
void scan_html(struct scan *s, struct bytes text);
/* Sets `tags`.  False: not all was scanned. */
bool scan_mail(struct scan *s, struct bytes visible, const struct scan_facts *facts,
               struct buf *tags);

#endif
