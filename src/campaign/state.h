/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages of earlier runs, in a file: a run that reads it needs the new records only, and
 * gives what one run over all records gives.
 *
 * The file: STATE_MAGIC, then for each message its length (32 bits, as this machine has them) and
 * key and message (message.h).  It is no format to exchange: made by another version, or on a
 * machine with another byte order, it is refused.
 */
#ifndef POTSHERD_CAMPAIGN_STATE_H
#define POTSHERD_CAMPAIGN_STATE_H

#include "campaign/sorter.h"
#include "campaign/spill.h"

/* Whether it can be written in the end: before all the work.  False: failure. */
bool state_check(const char *path, struct failure *why);
/* Its messages go to `rows` (records.h).  A file that is not there has none.  False: failure. */
bool state_read(const char *path, struct sorter *rows, struct failure *why);
/* Whole or not at all.  `messages` is read from its beginning. */
bool state_write(const char *path, struct spill *messages, struct failure *why);

#endif
