/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much a source may make us send: a token bucket for each, in a table of fixed
 * size, so that a flood from everywhere costs no more memory than one host.  Two
 * sources may share a bucket; which ones cannot be known from outside.  Pure.
 */
#ifndef POTSHERD_ANSWER_RATE_H
#define POTSHERD_ANSWER_RATE_H

#include "answer/cookie.h"

struct rate;

#define RATE_BURST 2 /* seconds' worth that is let through at once */

/* `per_second` 0: no limit.  `burst`: seconds, RATE_BURST for who asks first. */
struct rate *rate_new(uint64_t per_second, unsigned burst, const struct cookie_key *key);
void rate_free(struct rate *r);
bool rate_take(struct rate *r, const struct address *source, time_us now);
bool rate_is_empty(struct rate *r, const struct address *source, time_us now); /* takes nothing */

#endif
