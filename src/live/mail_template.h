/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The process that mail workers are forked from (potsherd/mail.h).  It has seen no byte of a
 * stranger, and opens nothing any more: charsets are open.  A job asks it for a worker, and gets
 * the other end of its socket.
 */
#ifndef POTSHERD_LIVE_MAIL_TEMPLATE_H
#define POTSHERD_LIVE_MAIL_TEMPLATE_H

#include "base/process.h"
#include "potsherd/mail.h"

/* What the template does; `socket`: to the job.  Until that is closed.  A note with a
 * descriptor brings other tag rules (mail_rules_export). */
bool mail_template_run(const struct process_self *self, int socket, const struct mail_setup *setup);

#endif
