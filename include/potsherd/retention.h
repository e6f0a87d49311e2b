/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Old records make room: what is finished and too old, or too much, is removed.
 *
 * Removed are only regular files whose names are exactly those that the live
 * commands give: record segments (NAME-STAMP.csv, .csv.zst, .csv.gz), mbox files
 * (payloads-STAMP.mbox), audit logs (audit-STAMP.log) and saved packets (answer-STAMP.pcap,
 * watch-STAMP.pcap, watch.JOB-STAMP.pcap), the earliest stamp first.  Never a .part, which is being
 * written.  A file's age is that of its last row, packet or message: of the
 * time when it was last written.
 *
 * A clock that goes wrong must not remove what cannot be had again.  What is believed
 * is the time since the machine's start and the clock at the beginning; where the clock
 * is more than a day ahead of these, that is said, and ages go by them until it
 * has come back, or has stood so for RETENTION_BELIEF.
 *
 * Every removal is logged with name, size and reason; what cannot be removed is
 * logged once.  For one thread.
 */
#ifndef POTSHERD_RETENTION_H
#define POTSHERD_RETENTION_H

#include "potsherd/time.h"

#define RETENTION_EVERY  (10 * TIME_SECOND)
#define RETENTION_BELIEF (7 * 86400 * TIME_SECOND)

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
/* `now` is the clock's, `up` since the machine's start, sleep and all: no one sets that.
 * Looks at the folders at most each RETENTION_EVERY, so it may be called with every
 * turn.  `freed` may be NULL. */
void retention_apply(struct retention *r, time_us now, time_us up, struct retention_freed *freed);
void retention_free(struct retention *r); /* NULL is fine */

#endif
