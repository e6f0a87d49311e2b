/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --anonymise: texts without what names a host or a person.  Addresses become the networks that
 * they are in, 192.0.2.0/24 and 2001:db8:1::/48, mail addresses their domains; 192-0-2-7, as names
 * of hosts have addresses, becomes 192-0-2-x.  Where it is not clear what a text is, more goes: a
 * version 5.50.48.1 is taken for an address, and all that may stand before an @ for a name.
 * What was changed once is not changed again.
 *
 * Not found: what is encoded otherwise than with %40, names that stand without a domain, and
 * addresses as one number.
 */
#ifndef POTSHERD_REPORT_ANONYMISE_H
#define POTSHERD_REPORT_ANONYMISE_H

#include <stdbool.h>

#include "base/buf.h"

/* Appends. */
void anonymise_text(struct bytes text, struct buf *out);

/* Of a key of several cells (count.h), each; replaces what is in `out`.  False: nothing changed. */
bool anonymise_key(struct bytes key, struct buf *out);

/* The domain of a sender or recipient, a part of `address`; empty where there is none.  "<>", the
 * sender of notices, stays. */
struct bytes anonymise_mailbox(struct bytes address);

#endif
