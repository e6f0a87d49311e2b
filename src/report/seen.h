/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A set of hashes, 8 bytes each and as much room again: whether a pair of things was there before,
 * without the pair.  Two of n pairs have the same hash with a probability of n * n / 2^65; the hash
 * is by a key that nobody knows (counter_hash), so nobody can choose pairs that do.
 */
#ifndef POTSHERD_REPORT_SEEN_H
#define POTSHERD_REPORT_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seen;

enum seen_answer { SEEN_FIRST, SEEN_BEFORE, SEEN_FULL /* not there, and no room for it */ };

struct seen *seen_new(size_t limit); /* of hashes */
void seen_free(struct seen *s);
void seen_clear(struct seen *s);
enum seen_answer seen_add(struct seen *s, uint64_t hash);
bool seen_has(const struct seen *s, uint64_t hash);
void seen_fetch(const struct seen *s, uint64_t hash); /* memory that seen_add will touch */
size_t seen_count(const struct seen *s);
/* Whether anything was not taken for want of room. */
bool seen_is_over(const struct seen *s);

#endif
