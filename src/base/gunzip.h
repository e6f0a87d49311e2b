/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Uncompresses gzip; the adapter of zlib.  libarchive could do it too, but gives
 * nothing of the last 64 KiB before the place where a file is cut short, and a
 * capture that was being written when the machine stopped is cut short.
 */
#ifndef POTSHERD_BASE_GUNZIP_H
#define POTSHERD_BASE_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"

struct gunzip;

/* `read` gives compressed bytes as read(2) does. */
typedef ssize_t gunzip_reader(void *owner, void *to, size_t n);

struct gunzip *gunzip_new(gunzip_reader *read, void *owner);
void gunzip_free(struct gunzip *g);

/* Up to n bytes, 0 at the end, -1 with a reason; all that came before the place
 * of the damage is given first. */
ssize_t gunzip_read(struct gunzip *g, void *to, size_t n, struct failure *failure);

#endif
