/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tag rules: the adapter of YARA.  Rules come from the operator, what is scanned from strangers.
 *
 * No signal handler and no clock: YARA's own are left out (SCAN_FLAGS_NO_TRYCATCH, no timeout).
 * Includes are refused, since rules are handed over as what they were compiled to.
 */
#ifndef POTSHERD_MAIL_TAGS_H
#define POTSHERD_MAIL_TAGS_H

#include "base/buf.h"
#include "potsherd/mail.h"

/* X(name): the variables that rules may use; rules/tags/README says what they are. */
#define TAG_TEXTS(X)                                                                               \
    X(part)                                                                                        \
    X(src_ip)                                                                                      \
    X(src_cc)                                                                                      \
    X(module)                                                                                      \
    X(target_host)                                                                                 \
    X(helo)                                                                                        \
    X(mail_from)                                                                                   \
    X(subject)                                                                                     \
    X(language)                                                                                    \
    X(probe)                                                                                       \
    X(filename)                                                                                    \
    X(content_type)                                                                                \
    X(found_type)
#define TAG_NUMBERS(X)                                                                             \
    X(dst_port)                                                                                    \
    X(links)                                                                                       \
    X(mismatched_links)                                                                            \
    X(attachments)

enum tag_text {
#define TAG_TEXT(name) TAG_TEXT_##name,
    TAG_TEXTS(TAG_TEXT)
#undef TAG_TEXT
};

enum tag_number {
#define TAG_NUMBER(name) TAG_NUMBER_##name,
    TAG_NUMBERS(TAG_NUMBER)
#undef TAG_NUMBER
};

struct tag_scanner;

/* NULL: no memory. `rules` is borrowed. */
struct tag_scanner *tag_scanner_new(const struct mail_rules *rules);
void tag_scanner_free(struct tag_scanner *s); /* NULL is fine */
/* Variables keep their values from scan to scan; a text ends at its first NUL. */
void tag_set_text(struct tag_scanner *s, enum tag_text which, struct bytes text);
void tag_set_number(struct tag_scanner *s, enum tag_number which, int64_t number);
void tag_begin(struct tag_scanner *s); /* nothing matches so far */
/* False: YARA gave up, with what had matched until then. */
bool tag_scan(struct tag_scanner *s, struct bytes content);
/* Appends the names of what matched, in the order of the rules, separated by blanks. */
void tag_put_names(const struct tag_scanner *s, struct buf *out);

#endif
