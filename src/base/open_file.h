/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opens files in folders that another user may write to: no link is followed, nothing is
 * waited for, and what is opened is a plain file that has no second name elsewhere.
 * Call it without privileges: what root may open, a name that is exchanged in between
 * may still lead to.
 */
#ifndef POTSHERD_BASE_OPEN_FILE_H
#define POTSHERD_BASE_OPEN_FILE_H

#include <sys/types.h>

#include "base/log.h"

#define OPEN_FILE_MODE 0640 /* records are for their owner and group */

/* As openat(2), with close-on-exec.  O_TRUNC acts when the file has been looked at.  With
 * O_CREAT, a file of our own has `mode` afterwards, whatever the umask.  -1 with errno
 * set: ELOOP (a link), EMLINK (a second name), EINVAL (no plain file), or what open says. */
int open_file_at(int dir_fd, const char *name, int flags, mode_t mode);

/* Says what errno, as open_file_at left it, means for FOLDER/NAME, and what mends it.
 * Returns false. */
bool open_file_fail(struct failure *why, const char *folder, const char *name);

#endif
