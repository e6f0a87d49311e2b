#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A scan of a million SYNs pushes no conversation out, and is counted.
. "$(dirname "$0")/lib.sh"

make_capture --conversations 100 --scan 1000000
replay out good.pcap
judged "every conversation between them is whole" mails truth.tsv out
judged "and ends with its FINs" ends out fin
within "peak memory below 300 MB" 286
judged "scans.csv counts the SYNs, in the order of time" scans out 1000000
summary_says "the summary counts them" 'unanswered +1000000 attempts'
cp out/scans.csv first.csv
replay out good.pcap
check "twice the same bytes" cmp first.csv out/scans.csv

# A conversation's own SYN, repeated before the answer, is no scan; a lone one is.
make_capture --conversations 20 --scan 300
spoil --duplicate 1
replay out bad.pcap
judged "repeated SYNs: each is counted" scans out 600
# shellcheck disable=SC2016 # awk's own $
check "repeated SYNs: none of a conversation" awk -F, 'NR > 1 && $3 ~ /^198\.18\./ { exit 1 }' out/scans.csv
finish
