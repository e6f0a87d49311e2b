/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From root to nobody, for the live commands; the adapter of libcap-ng. */
#ifndef POTSHERD_BASE_PRIVILEGE_H
#define POTSHERD_BASE_PRIVILEGE_H

#include "base/log.h"

/* Root until everything is open, then another user for good: no group, no
 * capability, no way back.  After a failure the program must end.  The folders
 * become the user's, so that files can be made there later. */
bool privilege_drop(const char *user, const char *const *folders, unsigned n, struct failure *why);

#endif
