/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder that `extract` writes to.  Files are opened relative to its descriptor, under names
 * that are made of hex digits and words of ours, never of what a stranger sent; nothing is followed
 * out of it.
 *
 * A file bears ".part" until it is whole.  The first thing that goes wrong is kept, and ends the
 * run: what was whole before stays.
 */
#ifndef POTSHERD_EXPORT_OUT_H
#define POTSHERD_EXPORT_OUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/log.h"

struct out_folder {
    int fd;
    const char *path; /* borrowed */
    struct failure failure;
};

struct out_file {
    struct out_folder *folder;
    int fd;
    char *part, *name; /* within the folder */
    struct buf buf;
};

/* Made if it is not there.  What is in it is not touched: false, and a message, when it is not
 * empty; with `force` what an earlier `extract` left there is removed, and nothing else. */
bool out_open(struct out_folder *out, const char *path, bool force);
void out_close(struct out_folder *out);
bool out_failed(const struct out_folder *out);
/* Keeps the first failure, by errno; `name` NULL: of the folder.  Returns false. */
bool out_fail(struct out_folder *out, const char *name, const char *doing);
bool out_make_folder(struct out_folder *out, const char *name);
bool out_has(const struct out_folder *out, const char *name);

/* `part`: what it is called until it is whole; NULL: its name and ".part". */
bool out_file_open(struct out_file *f, struct out_folder *out, const char *part, const char *name);
void out_file_put(struct out_file *f, struct bytes bytes);
/* Gives it its name.  False when anything went wrong, and it is removed. */
bool out_file_close(struct out_file *f);
void out_file_drop(struct out_file *f); /* without a name: it is removed */

#endif
