/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses that have their first bits in common: "192.0.2.0/28", "2001:db8::/64"; an address
 * alone is a prefix of all its bits. */
#ifndef POTSHERD_BASE_PREFIX_H
#define POTSHERD_BASE_PREFIX_H

#include "base/buf.h"
#include "base/log.h"
#include "potsherd/address.h"

#define PREFIX_TEXT_MAX (ADDRESS_TEXT_MAX + 4)

struct prefix {
    struct address address; /* bits after `length` are zero */
    uint8_t length;
};

/* `why` says what is wrong with it. */
bool prefix_parse(struct bytes text, struct prefix *out, struct failure *why);
bool prefix_has(const struct prefix *prefix, const struct address *address);
void prefix_clear_host_bits(struct prefix *prefix);
void prefix_format(const struct prefix *prefix, char text[PREFIX_TEXT_MAX]);

#endif
