/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether two folders hold the same connections, which then count twice: by a sample of
 * their uids.  Bounded memory: when the sample is full it keeps every second one.
 */
#ifndef POTSHERD_REPORT_DOUBLES_H
#define POTSHERD_REPORT_DOUBLES_H

#include <stdbool.h>

#include "base/buf.h"

struct doubles;

struct doubles *doubles_new(void);
void doubles_free(struct doubles *d);
/* The rows that follow are of the file at `path`. */
void doubles_begin(struct doubles *d, const char *path);
/* A connection's uid; `hash` of it, by a key that nobody knows. */
void doubles_put(struct doubles *d, uint64_t hash);
/* False: none.  The first two folders that have connections in common, how many of those in
 * the sample that are in more than one folder, and how many the sample has. */
bool doubles_found(const struct doubles *d, const char **a, const char **b, uint64_t *same,
                   uint64_t *of);

#endif
