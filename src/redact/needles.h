/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many texts that are looked for at once, at each place of another: a sorted list, in which
 * each knows the longest other that it begins with.  A look costs O(log n) comparisons, and
 * that only where two bytes are those of one of them, whatever texts a stranger chose.  Pure.
 */
#ifndef POTSHERD_REDACT_NEEDLES_H
#define POTSHERD_REDACT_NEEDLES_H

#include <stdbool.h>

#include "base/buf.h"

#define NEEDLE_LEAST 3 /* bytes */

enum needle_kind {
    NEEDLE_WORD,   /* no letter or digit may stand beside it */
    NEEDLE_NUMBER, /* no digit */
    NEEDLE_HEX,    /* no hexadecimal digit */
    NEEDLE_IN_HEX, /* hexadecimal digits beside it belong to it */
    NEEDLE_IN_BASE64
};

struct needle {
    size_t at, n; /* in the texts */
    enum needle_kind kind;
    uint32_t meaning;     /* the caller's */
    uint32_t begins_with; /* number of the longest other, plus one; 0: none */
};

struct needles { /* all zero: none */
    struct buf texts;
    struct needle *list;
    uint32_t count, room;
    uint64_t pairs[1024]; /* bits, by the first two bytes */
};

void needles_clear(struct needles *s); /* keeps the memory */
void needles_fini(struct needles *s);
/* Shorter ones than NEEDLE_LEAST are left out. */
void needles_add(struct needles *s, enum needle_kind kind, struct bytes text, uint32_t meaning);
void needles_sort(struct needles *s); /* when all are there; of equal ones the first stays */
/* Those that `text` begins with, the longest first; NULL: no more. */
const struct needle *needles_find(const struct needles *s, struct bytes text);
const struct needle *needles_next(const struct needles *s, const struct needle *found);

#endif
