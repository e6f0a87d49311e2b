/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts what `potsherd campaigns` wrote.  Its rows are of its whole run: they do not say which of
 * a campaign's messages came when and to which sensor, so --since, --until and --sensor do not
 * choose among them. */
#ifndef POTSHERD_REPORT_TALLY_CAMPAIGNS_H
#define POTSHERD_REPORT_TALLY_CAMPAIGNS_H

#include "report/tally.h"

void campaigns_begin(struct tally *t, size_t pairs_max);
void campaigns_again(struct tally *t); /* see tally_again */
void campaigns_end(struct tally *t);

/* For tally_rows. */
extern const struct csv_column campaigns_columns[], campaign_sources_columns[],
    campaign_ports_columns[], campaign_days_columns[];

void count_campaign(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                    const struct tally_hashes *hashes);
void count_campaign_source(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                           const struct tally_hashes *hashes);
void count_campaign_port(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                         const struct tally_hashes *hashes);
/* After all rows of campaigns.csv: the days of the largest ones are kept. */
void count_campaign_day(struct tally *t, struct csv_reader *csv, const struct bytes *cells,
                        const struct tally_hashes *hashes);

#endif
