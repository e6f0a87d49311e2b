/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which mail is of which campaign: by its Message-ID, which no other has. */
#include "spam-pcap.h"

void spam_truth_header(FILE *truth)
{
    fputs("message_id,campaign,weak\n", truth);
}

void spam_truth_row(FILE *truth, const char *message_id, uint64_t campaign, bool weak)
{
    if (campaign == SPAM_NOISE)
        fprintf(truth, "%s,,\n", message_id);
    else
        fprintf(truth, "%s,%llu,%d\n", message_id, (unsigned long long)campaign, weak);
}
