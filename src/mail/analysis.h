/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mail says: its headers, decoded. */
#ifndef POTSHERD_MAIL_ANALYSIS_H
#define POTSHERD_MAIL_ANALYSIS_H

#include "mail/charset.h"
#include "mail/headers.h"
#include "potsherd/mail.h"

struct analysis {
    struct headers headers;
    struct buf cells[MAIL_CELLS];
    uint32_t flags;
    struct buf charset; /* of the message, for bytes without one */
};

void analysis_fini(struct analysis *a);
/* `text`: the mail's headers, as headers_length says. */
void analysis_run(struct analysis *a, const struct charsets *charsets, struct bytes text);

#endif
