/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Old records make room: what is finished and too old, or too much, is removed.
 *
 * Removed are only regular files whose names are exactly those that the live
 * commands give: record segments (NAME-STAMP.csv, .csv.zst, .csv.gz), mbox files
 * (payloads-STAMP.mbox) and saved packets (answer-STAMP.pcap, watch-STAMP.pcap,
 * watch.JOB-STAMP.pcap), the earliest stamp first.  Never a .part, which is being
 * written.  A file's age is that of its stamp, which is its beginning.
 *
 * Every removal is logged with name, size and reason; what cannot be removed is
 * told once.  For one thread.
 */
#ifndef POTSHERD_RETENTION_H
#define POTSHERD_RETENTION_H

#include "potsherd/time.h"

#define RETENTION_EVERY (10 * TIME_SECOND)

struct retention_options {
    const char *dir;    /* of the records; borrowed */
    const char *pcaps;  /* of saved packets; may be `dir`; NULL: none */
    uint64_t keep_days; /* 0: for ever */
    uint64_t max_bytes; /* all of our files in both folders, parts too; 0: no limit */
};

struct retention_freed { /* since the beginning */
    uint64_t files, bytes;
};

struct retention;

struct retention *retention_new(const struct retention_options *options);
/* Looks at the folders at most each RETENTION_EVERY, so it may be called with every
 * turn.  `freed` may be NULL. */
void retention_apply(struct retention *r, time_us now, struct retention_freed *freed);
void retention_free(struct retention *r); /* NULL is fine */

#endif
