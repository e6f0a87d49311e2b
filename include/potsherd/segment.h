/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names of the files that live commands leave: NAME-YYYYMMDDTHHMMSSZ.csv, .mbox, .log,
 * .pcap.  With .part after it a file is being written; without, it is finished and never
 * changes.
 */
#ifndef POTSHERD_SEGMENT_H
#define POTSHERD_SEGMENT_H

#include "potsherd/output_file.h"
#include "potsherd/time.h"

/* The names that are not of the column table. */
#define SEGMENT_AUDIT    "audit"
#define SEGMENT_ANSWERED "answer"
#define SEGMENT_WATCHED  "watch"

#define SEGMENT_STAMP_ROOM 20

/* "-20261123T094200Z"; texts sort as their times do. */
void segment_format_stamp(time_us t, char out[SEGMENT_STAMP_ROOM]);

/* Sets the place's stamp: that of `now`, or the next second that no record file in the
 * directory has yet (a restart, or a clock that was set back). */
void segment_stamp(struct output_place *place, time_us now);

/* Files of a run without segments: NAME.csv, payloads.mbox, and their parts. */
bool segment_run_is_there(int dir_fd);
void segment_remove_run(int dir_fd);
bool segment_is_of_run(const char *file); /* such a name, of a finished file */

enum segment_state { SEGMENT_NONE, SEGMENT_PART, SEGMENT_FINISHED };
enum segment_kind { SEGMENT_CSV, SEGMENT_PACKED, SEGMENT_MBOX, SEGMENT_PCAP, SEGMENT_LOG };

struct segment_name { /* what the name of a live file says */
    enum segment_state state;
    enum segment_kind kind;
    char stamp[17]; /* "20261123T094200Z" */
};

/* False, and SEGMENT_NONE, for any name that the live commands do not give. */
bool segment_parse(const char *name, struct segment_name *out);

#endif
