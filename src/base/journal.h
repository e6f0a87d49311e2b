/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * systemd's journal, where standard error leads there.  What is sent to its socket has fields of
 * its own, which a line of standard error has not (systemd's JOURNAL_NATIVE_PROTOCOL).
 */
#ifndef POTSHERD_BASE_JOURNAL_H
#define POTSHERD_BASE_JOURNAL_H

#include <stdbool.h>

#include "base/log_ids.h"

/* Whether standard error is the journal's. */
bool journal_is_standard_error(void);
/* Opens the socket at `path`, if it is; to be called before any sandbox. */
void journal_open(const char *path);
int journal_descriptor(void); /* for those who close or forbid all others; -1: none */
/* A message of one line; `priority` as in syslog(3).  False: not sent, and standard error is the
 * place for it.  Any thread, any process. */
bool journal_send(int priority, enum log_id id, const char *text);

#endif
