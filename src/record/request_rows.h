/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of requests.csv, and which requests to the server itself (class web) have one. */
#ifndef POTSHERD_RECORD_REQUEST_ROWS_H
#define POTSHERD_RECORD_REQUEST_ROWS_H

#include "record/recorder.h"

/* Its reply is known, or will never be. */
void request_rows_done(struct record_trace *t, const struct request *q);

#endif
