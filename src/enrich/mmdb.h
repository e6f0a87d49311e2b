/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A database file for libmaxminddb, of whose adapter this is a part: opened, and handed over to a
 * process that may open no file. */
#ifndef POTSHERD_ENRICH_MMDB_H
#define POTSHERD_ENRICH_MMDB_H

#include <maxminddb.h>
#include <stdbool.h>

/* MMDB_SUCCESS or what libmaxminddb says.  `fd` is of what is mapped, or -1; the caller's. */
int mmdb_open(const char *path, MMDB_s *mmdb, int *fd);
bool mmdb_is_whole(const MMDB_s *mmdb);

/* libmaxminddb opens names alone, so the sender's struct goes over as offsets, and the receiver
 * maps the same descriptor.  Both are potsherd, and the sender has checked the file. */
struct mmdb_shared {
    MMDB_s mmdb; /* without pointers, but for the offsets: */
    size_t data_section, metadata_section;
};

void mmdb_share(const MMDB_s *mmdb, struct mmdb_shared *out);
/* False with errno; mmdb_leave ends it.  `fd` stays open. */
bool mmdb_adopt(const struct mmdb_shared *from, int fd, MMDB_s *out);
void mmdb_leave(MMDB_s *adopted);

#endif
