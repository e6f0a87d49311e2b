/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often each value of a kind came in one campaign.  By a hash of 64 bits (message.h): of ten
 * million values two are taken for one with a probability of 3 in a million.
 *
 * Cost: 48 bytes a value, in a table that is at most three quarters full, and its text; of a kind
 * VALUES_MAX at most, what is more is counted as one (is_cut).
 */
#ifndef POTSHERD_CAMPAIGN_VALUES_H
#define POTSHERD_CAMPAIGN_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "potsherd/time.h"

#define VALUES_MAX (4 << 20)

struct value {
    uint64_t hash; /* 0: the place is free */
    uint64_t count;
    time_us first, last;
    size_t text, n; /* in `texts` */
};

struct values { /* zero it first */
    struct value *places;
    size_t room, count;
    struct buf texts;
    bool is_cut;
};

void values_clear(struct values *v); /* keeps the memory, if it is not much */
void values_fini(struct values *v);
/* Counts it; NULL: it is one too many.  Valid until the next. */
struct value *values_add(struct values *v, uint64_t hash, struct bytes text, time_us ts);
struct bytes values_text(const struct values *v, const struct value *value);
/* By falling count, then by text: the first `count` places; nothing can be added until
 * values_clear. */
const struct value *values_sort(struct values *v);

#endif
