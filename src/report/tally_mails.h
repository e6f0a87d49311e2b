/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts what mails say: the cells of emails.csv that are about it, urls.csv, attachments.csv. */
#ifndef POTSHERD_REPORT_TALLY_MAILS_H
#define POTSHERD_REPORT_TALLY_MAILS_H

#include "report/tally.h"

/* A row of emails.csv that counts; its source and body by their hashes. */
void mails_count(struct tally *t, const struct bytes *cells, const struct tally_hashes *hashes,
                 uint64_t recipients);

/* For tally_rows.  hash_body: after the hashes of source and body. */
void hash_body(struct tally *t, struct tally_hashes *hashes);
void count_url(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
               const struct tally_hashes *hashes);
void hash_url(struct tally *t, const struct bytes *cells, struct tally_hashes *hashes);
void count_attachment(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                      const struct tally_hashes *hashes);
void hash_attachment(struct tally *t, const struct bytes *cells, struct tally_hashes *hashes);

#endif
