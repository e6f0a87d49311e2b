/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pcap-filter(7) expression for captures of any link type: compiled for all of them before
 * the first byte is read, since names in it may have to be looked up in files.
 */
#ifndef POTSHERD_CAPTURE_LINK_FILTER_H
#define POTSHERD_CAPTURE_LINK_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

struct link_filters;
struct link_filter; /* for one link type */

/* Whether any link type understands it; else `*error` is a static message that shows it. */
bool link_filters_valid(const char *expression, const char **error);
struct link_filters *link_filters_new(const char *expression);
void link_filters_free(struct link_filters *all); /* NULL is fine */

/* NULL: it means nothing for this link type, and `why` says so. */
const struct link_filter *link_filters_find(const struct link_filters *all, int link_type,
                                            struct failure *why);
bool link_filter_is_for(const struct link_filter *filter, int link_type);
/* `filter` NULL: all pass. */
bool link_filter_passes(const struct link_filter *filter, const uint8_t *bytes, uint32_t caplen,
                        uint32_t wire_len);

#endif
