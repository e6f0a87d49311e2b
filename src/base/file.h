/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How files and folders are made: all that potsherd writes comes from here.
 *
 * Captured passwords and mails are for their owner and group only: files have FILE_MODE,
 * folders FOLDER_MODE, whatever the umask was (file_begin).  A file is created under a
 * name that nothing has, or not at all: a link that somebody put there is not followed, and
 * what it leads to is not touched.  dir_fd may be AT_FDCWD.
 */
#ifndef POTSHERD_BASE_FILE_H
#define POTSHERD_BASE_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/log.h"

#define FILE_MODE   0640
#define FOLDER_MODE 0750

/* First thing in main: from then on the modes are what they are asked to be. */
void file_begin(void);

/* A new file, for reading and writing; the caller closes it.  -1 with errno: EEXIST when
 * anything has that name, also a link that leads nowhere. */
int file_create(int dir_fd, const char *name);

/* A new file that shall later take the place of `path` (rename(2)): beside it, under the
 * name that *beside is set to (g_free), which only this process uses; what stands there is
 * removed first.  -1 with errno. */
int file_create_beside(const char *path, char **beside);

/* What an earlier run left, for reading and writing.  -1 with errno: ELOOP for a link,
 * EINVAL for what is no regular file, EMLINK for one that has other names too: writing
 * would change a file elsewhere. */
int file_open_left(int dir_fd, const char *name);

/* An empty file under a name that the user gave: made, or, if it is there, emptied on the
 * terms of file_open_left.  A character device is taken as it is. */
int file_open_empty(const char *path);

/* Likewise, to go on with at its end; made if it is not there. */
int file_open_append(int dir_fd, const char *name);

/* Says what errno, as one of the above left it, means for FOLDER/NAME, and what mends it.
 * Returns false. */
bool file_open_failed(struct failure *why, const char *folder, const char *name);

/* Whether anything has that name, also a link that leads nowhere. */
bool file_is_there(int dir_fd, const char *name);

/* Gives a finished file its final name, if nothing has that: EEXIST. */
bool file_rename(int dir_fd, const char *from, const char *to);

/* A folder and those above it that are not there yet.  `made`, if any, is called for each,
 * outermost first, and false from it ends all.  False with errno. */
bool folder_make(const char *path, bool (*made)(void *context, const char *path), void *context);

/* Cuts the file, of which `st` was just asked for, at `end`; its times stay as they were:
 * those of its last row or packet.  False with errno set. */
bool file_cut(int fd, const struct stat *st, off_t end);

#endif
