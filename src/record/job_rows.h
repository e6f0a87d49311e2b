/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a job hands over beside rows; scans.csv, for one, counts over all jobs. */
#ifndef POTSHERD_RECORD_JOB_ROWS_H
#define POTSHERD_RECORD_JOB_ROWS_H

#include "record/channel.h"
#include "record/recorder.h"

void job_rows_attempt(struct recorder *r, const struct connection *attempt);
void job_rows_send(struct recorder *r); /* those that wait */

/* --- in the process that writes --- */

struct job_taking {
    struct row_file *file; /* of which a row is not whole yet; or */
    struct mbox *mbox;     /* of which a message has */
};

/* A message of rows or attempts.  False: no job sends this, here. */
bool job_rows_take(struct recorder *r, const struct channel_head *head, struct bytes bytes,
                   struct job_taking *t);
bool job_rows_are_amid(const struct job_taking *t);
void job_rows_abandon(struct job_taking *t); /* what is not whole will not be */

#endif
