/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A text file of the records folder that lines are appended to: audit.log,
 * overheard.tsv.  Every line is in the file, whole, or counted as lost: a full disk is
 * told once, tried again at the next flush, and told to be over.  A file that somebody
 * removes meanwhile is told, its lines are counted, and another is begun.
 */
#ifndef POTSHERD_ANSWER_LINES_H
#define POTSHERD_ANSWER_LINES_H

#include "base/buf.h"
#include "base/log.h"

struct lines;

/* FOLDER/NAME; `dir_fd` is the folder, of which a descriptor of our own is kept. */
struct lines *lines_open(int dir_fd, const char *folder, const char *name, struct failure *why);
void lines_put(struct lines *l, const void *line, size_t n); /* one line, its newline included */
void lines_flush(struct lines *l);                           /* about once a second */
uint64_t lines_lost(const struct lines *l);                  /* NULL: 0 */
void lines_close(struct lines *l); /* NULL is fine; flush before, to know what is lost */

#endif
