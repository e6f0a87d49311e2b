/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses that are answered for, as given by --address ADDR[/LEN].  Pure.
 * Everything that sends asks here first: no frame leaves from another address.
 * Cost: scope_has compares with every prefix; the operator gives them, SCOPE_MAX at most.
 */
#ifndef POTSHERD_ANSWER_SCOPE_H
#define POTSHERD_ANSWER_SCOPE_H

#include "base/prefix.h"

#define SCOPE_MAX 256 /* prefixes */

struct scope {
    struct prefix list[SCOPE_MAX];
    unsigned n;
};

/* Adds "192.0.2.1", "192.0.2.0/28", "2001:db8::/64"; `why` says what is wrong. */
bool scope_add(struct scope *scope, const char *text, struct failure *why);
bool scope_has(const struct scope *scope, const struct address *address);

#endif
