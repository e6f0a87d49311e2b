/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --target names: HOST, ADDRESS or ADDRESS/LEN, with :PORT or without (that of an IPv6 address
 * behind brackets), or :PORT alone. */
#ifndef POTSHERD_EXPORT_TARGET_H
#define POTSHERD_EXPORT_TARGET_H

#include "base/prefix.h"

struct target {
    struct bytes host; /* borrowed of the text; empty: an address, or any */
    struct prefix prefix;
    bool any;      /* whatever host or address */
    uint16_t port; /* 0: any */
};

bool target_parse(const char *text, struct target *out, struct failure *why);
/* A row's cells, as bytes. */
bool target_is(const struct target *t, struct bytes host, struct bytes ip, struct bytes port);

#endif
