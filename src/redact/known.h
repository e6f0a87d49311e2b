/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of a message's recipients and of a connection's sources, in the forms in which it
 * is looked for in text, and what stands there instead.
 */
#ifndef POTSHERD_REDACT_KNOWN_H
#define POTSHERD_REDACT_KNOWN_H

#include "redact/hash.h"
#include "redact/needles.h"

#define REDACT_TEXT_MAX ADDRESS_TEXT_MAX /* an address, or REDACT_DIGITS */

struct redact_meaning { /* what stands there instead */
    char text[REDACT_TEXT_MAX];
    size_t n;
};

struct redact_known {     /* all zero: nothing */
    struct needles words; /* in small letters, as are: */
    struct needles forms; /* numbers, hexadecimal */
    struct needles exact; /* base64 */
    struct buf meanings;  /* struct redact_meaning */
};

void redact_known_begin(struct redact_known *k);
void redact_known_add_recipient(struct redact_known *k, struct redact_hash *hash,
                                struct bytes path);
/* `addresses` NULL, or family 0: nothing is added. */
void redact_known_add_source(struct redact_known *k, struct redact_addresses *addresses,
                             const struct address *source);
void redact_known_end(struct redact_known *k);
void redact_known_fini(struct redact_known *k);
const struct redact_meaning *redact_known_meaning(const struct redact_known *k,
                                                  const struct needle *needle);

#endif
