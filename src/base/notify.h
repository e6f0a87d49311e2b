/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program that runs for months tells its service manager: sd_notify(3), a
 * datagram of KEY=VALUE lines to $NOTIFY_SOCKET.  The protocol is documented as
 * stable and as one to be implemented without the library.
 *
 * All do nothing without $NOTIFY_SOCKET, and none can fail: a manager that does not
 * hear is no reason to stop recording.  For one thread.
 */
#ifndef POTSHERD_BASE_NOTIFY_H
#define POTSHERD_BASE_NOTIFY_H

#include "base/log.h"

void notify_ready(void);     /* everything is open; also the end of a reload */
void notify_reloading(void); /* notify_ready follows */
void notify_stopping(void);
void notify_status(const char *format, ...) LOG_PRINTF(1, 2); /* a line for people */

/* "Still alive", if $WATCHDOG_USEC asks this process for it: at most twice in that
 * time, so that it is cheap to call with every turn of a loop. */
void notify_watchdog(void);

#endif
