/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Spammers send a mail that carries the proxy's own address, to see whether it arrives; and so
 * does who looks for open relays, with words of his own.  Found are, anywhere in subject, other
 * headers, text, HELO and recipients:
 *
 *   dotted   192.0.2.1, also with - or _; 2001:db8::1
 *   reversed 1.2.0.192
 *   decimal  3221225985
 *   padded   192000002001
 *   hex      c0000201, also with a dot or colon between bytes
 *   base64   of the dotted form, wherever it begins
 *   words    of known tests
 *
 * Pure.  Cost: each text is searched once for each form, some twenty times.
 */
#ifndef POTSHERD_MAIL_PROBE_H
#define POTSHERD_MAIL_PROBE_H

#include <stdbool.h>

#include "base/buf.h"
#include "potsherd/address.h"

enum probe_place {
    PROBE_SUBJECT,
    PROBE_HEADERS,
    PROBE_TEXT,
    PROBE_HELO,
    PROBE_RECIPIENT,
    PROBE_PLACES
};

#define PROBE_NEEDLES_MAX 24
#define PROBE_NEEDLE_MAX  64

struct probe_needle {
    const char *form;
    char text[PROBE_NEEDLE_MAX];
    bool digits; /* none may stand around it */
};

struct probe {
    struct probe_needle needles[PROBE_NEEDLES_MAX];
    unsigned n;
    struct buf found; /* "dotted:subject hex:text" */
    struct buf lower; /* what is looked at, in small letters */
};

/* For the address that a client asked; family 0: only words are found.  `found` is kept from
 * mail to mail. */
void probe_begin(struct probe *p, const struct address *us);
void probe_look(struct probe *p, enum probe_place where, struct bytes text);
void probe_fini(struct probe *p);

#endif
