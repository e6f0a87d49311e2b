/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The path of a link without what is different in each message: a run of digits, or of six or more
 * hexadecimal digits with a digit among them, becomes "#"; of a query only the names of its
 * parameters stay; escapes (%20) and what follows "#" go.  Pure.
 */
#ifndef POTSHERD_CAMPAIGN_SHAPE_H
#define POTSHERD_CAMPAIGN_SHAPE_H

#include "base/buf.h"

/* `path`: path and query, as in urls.csv.  What was in `out` is replaced; "/" alone gives
 * nothing: most links have that. */
void shape_of_path(struct bytes path, struct buf *out);

#endif
