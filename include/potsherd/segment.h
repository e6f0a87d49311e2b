/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names of live record files, and what a run that died left behind.
 * NAME-YYYYMMDDTHHMMSSZ.csv.part is being written, and payloads-....mbox.part; without
 * .part it is finished and never changes.
 */
#ifndef POTSHERD_SEGMENT_H
#define POTSHERD_SEGMENT_H

#include "base/log.h"
#include "potsherd/output_file.h"
#include "potsherd/time.h"

/* "-20261123T094200Z"; texts sort as their times do. */
void segment_format_stamp(time_us t, char out[20]);

/* Sets the place's stamp: that of `now`, or the next second that no file in the
 * directory has yet (a restart, or a clock that was set back). */
void segment_stamp(struct output_place *place, time_us now);

/* Finishes every .part of an earlier run: a torn last line or message is cut off, the
 * file gets its final name; one without a row or message is removed.  Says what it did. */
bool segment_repair(int dir_fd, const char *dir, struct failure *why);

enum segment_state { SEGMENT_NONE, SEGMENT_PART, SEGMENT_FINISHED };
enum segment_kind { SEGMENT_CSV, SEGMENT_PACKED, SEGMENT_MBOX, SEGMENT_PCAP };

struct segment_name { /* what the name of a live file says */
    enum segment_state state;
    enum segment_kind kind;
    char stamp[17]; /* "20261123T094200Z" */
};

/* False, and SEGMENT_NONE, for any name that the live commands do not give. */
bool segment_parse(const char *name, struct segment_name *out);

#endif
