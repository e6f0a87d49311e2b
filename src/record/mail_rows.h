/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mail says, as cells of its row in emails.csv, and as rows of its links and attachments. */
#ifndef POTSHERD_RECORD_MAIL_ROWS_H
#define POTSHERD_RECORD_MAIL_ROWS_H

#include "potsherd/mail.h"
#include "potsherd/rows.h"

struct mail_row_files {
    struct rows *email; /* a row that is begun, up to its reply */
    struct rows *urls, *attachments;
};

/* `key`: cells ts to sensor; `parts`: they were asked for. */
void mail_rows_put(const struct mail_row_files *to, struct bytes key,
                   const struct mail_result *mail, bool parts);

#endif
