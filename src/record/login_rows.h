/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of logins.csv and refusals.csv. */
#ifndef POTSHERD_RECORD_LOGIN_ROWS_H
#define POTSHERD_RECORD_LOGIN_ROWS_H

#include "record/recorder.h"

void login_row(struct record_trace *t, const struct event *event); /* EVENT_LOGIN_DONE */
void refusal_row(struct record_trace *t, const struct refusal *r); /* EVENT_REFUSAL */

#endif
