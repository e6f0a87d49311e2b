/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a mail address begins and ends in text, around its @; and encoded words (RFC 2047).  Of
 * what can be part of a local part, too much is taken rather than too little.  Pure.
 */
#ifndef POTSHERD_REDACT_FIND_H
#define POTSHERD_REDACT_FIND_H

#include <stdbool.h>

#include "base/buf.h"

struct redact_found {
    size_t from, to;               /* the local part, or user and password of a link */
    size_t domain_from, domain_to; /* may be empty */
    bool user;                     /* of a link: http://user:password@host/ */
};

/* Around the @ at `at`; nothing before `floor` is looked at. */
bool redact_find_address(struct bytes text, size_t floor, size_t at, struct redact_found *out);
/* The next encoded word from `from` on, or what looks like the beginning of one: [*from, *to). */
bool redact_find_encoded_word(struct bytes text, size_t *from, size_t *to);

#endif
