/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names of live record files, and what a run that died left behind.
 * NAME-YYYYMMDDTHHMMSSZ.csv.part is being written; without .part it is finished
 * and never changes.
 */
#ifndef POTSHERD_RECORD_SEGMENT_H
#define POTSHERD_RECORD_SEGMENT_H

#include "record/rows.h"

/* Sets the place's stamp: that of `now`, or the next second that no file in the
 * directory has yet (a restart, or a clock that was set back). */
void segment_stamp(struct rows_place *place, time_us now);

/* Finishes every .part of an earlier run: a torn last line is cut off, the file gets
 * its final name; one without a row is removed.  Says what it did. */
bool segment_repair(int dir_fd, const char *dir, struct failure *why);

#endif
