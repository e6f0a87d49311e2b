/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network interfaces of this host, for messages. */
#ifndef POTSHERD_BASE_INTERFACES_H
#define POTSHERD_BASE_INTERFACES_H

#include "base/log.h"

/* "lo, eth0"; g_free. */
char *interface_names(void);

/* False; `why` says that there is none of this name, and which there are. */
bool interface_is_missing(const char *name, struct failure *why);

#endif
