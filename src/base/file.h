/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What capture and record both do with files that a run left unfinished. */
#ifndef POTSHERD_BASE_FILE_H
#define POTSHERD_BASE_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

/* Cuts the file, of which `st` was just asked for, at `end`; its times stay as they were:
 * those of its last row or packet.  False with errno set. */
bool file_cut(int fd, const struct stat *st, off_t end);

#endif
