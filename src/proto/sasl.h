/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user that a SASL response names, in the mechanisms that show one.  Pure. */
#ifndef POTSHERD_PROTO_SASL_H
#define POTSHERD_PROTO_SASL_H

#include "potsherd/event.h"

enum smtp_mechanism sasl_mechanism(struct bytes name); /* any case; SMTP_AUTH_OTHER: none of them */
/* `response`: a client's message, decoded from base64.  `user` points into it, or, for NTLM's
 * UTF-16, into `ascii`, which is emptied first.  False: it names nobody. */
bool sasl_user(enum smtp_mechanism mechanism, struct bytes response, struct buf *ascii,
               struct bytes *user);

#endif
