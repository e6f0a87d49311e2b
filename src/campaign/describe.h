/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the messages of one campaign have in common and how they differ, as rows of the files.
 *
 * Rows of campaigns.csv are kept until all are there, since the largest comes first.
 */
#ifndef POTSHERD_CAMPAIGN_DESCRIBE_H
#define POTSHERD_CAMPAIGN_DESCRIBE_H

#include "base/digest.h"
#include "campaign/campaign_files.h"
#include "campaign/message.h"
#include "campaign/sorter.h"
#include "campaign/values.h"

#define DESCRIBE_ID 16 /* digits */

enum describe_values {
    OF_SOURCES,
    OF_ASES,
    OF_COUNTRIES,
    OF_SENSORS,
    OF_MODULES,
    OF_PORTS,
    OF_MODULE_PORTS,
    OF_FROM_DOMAINS,
    OF_TAGS,
    OF_DAYS,
    OF_FEATURES, /* and so on, a feature_kind each */
    DESCRIBE_VALUES = OF_FEATURES + FEATURE_KINDS
};

struct description {
    struct campaign_files *out;
    struct sorter *rows; /* of campaigns.csv, by falling number of messages; the caller's */
    struct digest *digest;
    const char *kind; /* of the campaign now */
    char id[DESCRIBE_ID + 1];
    uint64_t emails, recipients;
    time_us first, last;
    struct buf sample_uid, sample_email_n;
    struct values values[DESCRIBE_VALUES];
    struct rows cells; /* a row of campaigns.csv */
    struct buf row, text;
    uint64_t campaigns, in_campaigns, cut; /* in all; cut: campaigns with VALUES_MAX of something */
};

void describe_init(struct description *d, struct campaign_files *out, struct sorter *rows);
void describe_fini(struct description *d);

/* An id of what a campaign's messages share. */
uint64_t describe_id(struct description *d, struct bytes shared);
void describe_begin(struct description *d, const char *kind, uint64_t id);
void describe_message(struct description *d, const struct message *m);
void describe_end(struct description *d);
/* After the last campaign. */
void describe_write(struct description *d);

#endif
