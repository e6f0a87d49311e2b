/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Campaigns: messages that differ only in what is obfuscated are put together, from the records of
 * any number of runs.  The result is the same for any order of the files and any number of jobs,
 * and for records that come in one run or, by way of a state, in several.
 */
#ifndef POTSHERD_CAMPAIGN_H
#define POTSHERD_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "potsherd/time.h"

struct campaign_options {
    char *const *dirs; /* folders or record files */
    int dir_count;
    const char *output; /* folder */
    const char *state;  /* file: messages of earlier runs, read and written again; or NULL */
    struct period period;
    const char *sensor; /* or NULL: of all */
    bool force, quiet;
    uint64_t jobs, memory;               /* memory: bytes */
    uint64_t min_messages, min_children; /* potsherd campaigns --help says what they do */
    double threshold;
    unsigned alike; /* of 64 bins of a text's signature, so many are equal; 0: not looked for */
};

/* Returns what the program should exit with: 0; 1 when something could not be read or written, or
 * rows were damaged (which is said while it is met).  `failure` then holds the one line that
 * remains to be said; empty when all is said. */
int campaigns_run(const struct campaign_options *options, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
