/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mail workers for a command that has no other processes: one template (mail.h), started before any
 * thread and before a byte of a stranger is read.
 */
#ifndef POTSHERD_MAIL_PROCESS_H
#define POTSHERD_MAIL_PROCESS_H

#include "potsherd/mail.h"

struct mail_process;

/* NULL: `why`. */
struct mail_process *mail_process_start(const struct mail_setup *setup, struct failure *why);
/* As mail_reader_new wants them. */
int mail_process_fresh(void *process, int place);
int mail_process_place(const struct mail_process *process);
/* When the reader is gone; it may have something to say of the last mails. */
void mail_process_end(struct mail_process *process); /* NULL is fine */

#endif
