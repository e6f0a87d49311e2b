/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts SYNs that led to no connection, by source, target, port and interval,
 * and writes a row for each when the interval is over.  The table is bounded: when
 * it is full the oldest interval is written early, and what comes for it after
 * that gets a further row, so the sums stay right.
 */
#ifndef POTSHERD_RECORD_SCANS_H
#define POTSHERD_RECORD_SCANS_H

#include "potsherd/redact.h"
#include "potsherd/rows.h"
#include "potsherd/stream.h"

#define SCANS_INTERVAL    (3600 * TIME_SECOND) /* of packet time, from the full hour */
#define SCANS_LATE        (300 * TIME_SECOND)  /* attempts are reported when they have timed out */
#define SCANS_ENTRIES_MAX (1u << 20)           /* the usual cap; 64 bytes each */

struct scans;

/* Rows go to `rows`; `sensor` is their cell; `redact` may be NULL.  All stay the caller's.  `most`
 * are counted at the same time (a power of two from 1024 on); 0: SCANS_ENTRIES_MAX. */
struct scans *scans_new(struct rows *rows, struct redact *redact, const struct buf *sensor,
                        uint32_t most);
void scans_free(struct scans *s); /* what was not flushed is lost */

/* An attempt to connect; its first direction counts the SYNs, 0: none was seen. */
void scans_add(struct scans *s, const struct connection *attempt);
void scans_flush(struct scans *s); /* writes all */

#endif
