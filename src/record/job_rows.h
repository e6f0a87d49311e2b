/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attempts of a job on their way to the process that writes, whose scans.csv counts over all
 * jobs. */
#ifndef POTSHERD_RECORD_JOB_ROWS_H
#define POTSHERD_RECORD_JOB_ROWS_H

#include "record/recorder.h"

void job_rows_attempt(struct recorder *r, const struct connection *attempt);
void job_rows_send_attempts(struct recorder *r);

#endif
