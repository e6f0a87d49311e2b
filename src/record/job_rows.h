/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a job hands over beside rows; scans.csv, for one, counts over all jobs. */
#ifndef POTSHERD_RECORD_JOB_ROWS_H
#define POTSHERD_RECORD_JOB_ROWS_H

#include "record/recorder.h"

void job_rows_attempt(struct recorder *r, const struct connection *attempt);
void job_rows_send(struct recorder *r); /* those that wait */

#endif
