/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Country and autonomous system of an address, from databases in files (.mmdb).
 * Nothing is ever asked of a network.
 *
 * There is one set of databases a process, and one thread uses it.  All of them
 * are asked in their order (as given; in a folder by file name); the first that
 * knows the country and the first that knows the AS count.  A country database
 * that knows only where an address is registered gives that.
 */
#ifndef POTSHERD_GEO_H
#define POTSHERD_GEO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/log.h"
#include "potsherd/address.h"

#define GEO_NAME_MAX 256 /* bytes of an AS name; what is longer is cut */

struct geo_place {
    char cc[3];           /* two capital letters; empty: not known */
    uint32_t asn;         /* 0: not known */
    struct bytes as_name; /* as in the database, so maybe not UTF-8; valid until
                             geo_reload or geo_close */
};

struct geo_database { /* what a report says of it; printable ASCII but for the path */
    const char *path;
    const char *type;  /* "GeoLite2-ASN" */
    const char *built; /* "2026-11-20", or "an unknown date" */
};

/*
 * Opens files, and all country, city and ASN databases of folders; one text may
 * name several, with commas or colons between them.  Just "none" opens none.
 * With no paths the folders are tried where geoipupdate and Debian put
 * databases, and none at all is fine.  False and a message on anything else that
 * cannot be used; what was open before stays open.
 */
bool geo_open(const char *const *paths, unsigned count, struct failure *why)
    __attribute__((warn_unused_result));

/* Opens the same paths again; after a failure all stays as it was. */
bool geo_reload(struct failure *why) __attribute__((warn_unused_result));
void geo_close(void);

/*
 * For a process that may open no file, when they were read again: database `i` as a message of
 * at most `room` bytes and a descriptor, which stays geo's; how many bytes.  There it takes the
 * descriptor; after number `count` - 1 all replace those before.  With count 0 there are none.
 */
size_t geo_hand_over(unsigned i, void *to, size_t room, int *fd);
/* In a process that was forked and has not got the descriptors of the databases. */
void geo_forget_descriptors(void);
bool geo_adopt(unsigned i, unsigned count, const void *message, size_t n, int fd);

/* Never NULL; valid until the next call. */
const struct geo_place *geo_find(const struct address *ip);

unsigned geo_databases(void); /* how many are open */
const struct geo_database *geo_database(unsigned i);
void geo_describe(struct buf *out);   /* all of them in one line */
extern const char geo_how_to_get[];   /* what to do when there are none */
bool geo_damaged(struct failure *of); /* true and a message: some lookups met damage */

#endif
