/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mail transaction at hand as long as it has come to no message: a probe for an open
 * relay, a dictionary of recipients.  Each step costs O(1).
 */
#ifndef POTSHERD_PROTO_SMTP_REFUSAL_H
#define POTSHERD_PROTO_SMTP_REFUSAL_H

#include "proto/layer.h"

struct smtp_refusal {
    bool open; /* there was a MAIL command */
    time_us ts;
    struct bytes from, first_rcpt; /* own copies */
    uint64_t recipients, rejected;
    int reply;
};

/* MAIL, RCPT and DATA by their replies (0: not seen). */
void smtp_refusal_begin(struct smtp_refusal *r, struct bytes from, time_us ts, int code);
void smtp_refusal_recipient(struct smtp_refusal *r, struct bytes path, int code);
void smtp_refusal_data(struct smtp_refusal *r, int code);
/* It has come to a message after all. */
void smtp_refusal_forget(struct smtp_refusal *r);
/* It has ended: EVENT_REFUSAL, if there was one. */
void smtp_refusal_end(struct layer *l, struct smtp_refusal *r, struct bytes helo,
                      struct bytes auth_user);
size_t smtp_refusal_held(const struct smtp_refusal *r); /* bytes beside the struct */

#endif
