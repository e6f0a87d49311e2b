/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Record files become records of the sorter: a message's key, what the rest is (RECORD_OF_...), and
 * that.  Of emails.csv come messages; of urls.csv and attachments.csv features of them, one a row.
 */
#ifndef POTSHERD_CAMPAIGN_RECORDS_H
#define POTSHERD_CAMPAIGN_RECORDS_H

#include "campaign/message.h"
#include "campaign/sorter.h"
#include "potsherd/campaign.h"
#include "potsherd/listing.h"

enum { RECORD_OF_MESSAGE, RECORD_OF_FEATURE };

struct records_read {
    uint64_t damaged_rows;
    unsigned files, failed; /* files */
};

/* Looks for the files; false, and a message. */
bool records_list(struct listing *files, const struct campaign_options *options,
                  struct failure *failure);

/* All of them, by so many threads as options->jobs, each with its share of the memory.  What is
 * wrong with them is said.  The sorter is the caller's. */
struct sorter *records_read(const struct listing *files, const struct campaign_options *options,
                            struct records_read *result);

#endif
