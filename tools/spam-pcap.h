/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mkpcap --campaigns: a capture of spam campaigns, and which mail is of which campaign. */
#ifndef TOOLS_SPAM_PCAP_H
#define TOOLS_SPAM_PCAP_H

#include "spam-plan.h"

#include <stdio.h>

/* True where the command line has --campaigns, whose other options are its own. */
bool spam_pcap_is_asked(int argc, char **argv);
int spam_pcap_main(int argc, char **argv);

/* The truth file, which mkrecords writes alike. */
void spam_truth_header(FILE *truth);
void spam_truth_row(FILE *truth, const char *message_id, uint64_t campaign, bool weak);

#endif
