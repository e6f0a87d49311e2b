/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the writer has of the other processes: the pipes and the counters of the jobs, and those
 * of the parent.
 */
#ifndef POTSHERD_INTAKE_H
#define POTSHERD_INTAKE_H

#include "base/process.h"
#include "potsherd/counters.h"
#include "potsherd/record.h"

struct intake;

/* No file but in these folders from here on, for this thread and those that it starts: before the
 * records are opened.  The first is that of the records. */
bool intake_leave_files(const int *folders, unsigned n, struct failure *why);
/* After that: no call but a writer's, for all threads; and the parent knows that it is ready. */
bool intake_is_ready(struct intake *in);
bool intake_has_failed(const struct intake *in, const struct failure *why); /* false */

struct intake_evidence { /* where it goes; all get the job's number */
    void (*frame)(void *context, unsigned job, const struct frame *frame);
    void (*line)(void *context, unsigned job, struct bytes line); /* NULL: nobody has lines */
    unsigned parsers; /* jobs from this number on are none: they have no rows, and may have lines */
    void *context;
};

/* Once, before intake_take. */
void intake_set_evidence(struct intake *in, const struct intake_evidence *evidence);
/* Takes rows as they come, at most until a tenth of a second has passed.  False when all jobs
 * have ended, all their rows are there, and the parent's last counters, too. */
bool intake_take(struct intake *in, struct recorder *records);
/* The same, of jobs that share a capture. */
bool intake_merge(struct intake *in, struct recorder *records);
void intake_add_counters(struct intake *in, struct counters *out);
/* The totals, for the parent, who tells the service manager. */
void intake_publish(struct intake *in, const struct counters *all);
/* The next note of the parent's. */
bool intake_next_note(const struct intake *in, struct process_message *note, int *fd);

#endif
