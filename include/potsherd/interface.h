/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the system tells of a network interface; the adapter of getifaddrs. */
#ifndef POTSHERD_INTERFACE_H
#define POTSHERD_INTERFACE_H

#include "potsherd/answer.h"

/* The link address of `sends`, and the IPv4 networks that `sends` and `hears` are in (NULL
 * or the same name: one of them).  Needs no privileges. */
bool interface_read(const char *sends, const char *hears, struct answer_link *out,
                    struct failure *why);

#endif
