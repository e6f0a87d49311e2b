#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A 50 MB mail, all of it behind one late segment: whole, and memory stays within
# STREAM_REORDER_BYTES_MAX (64 MiB a connection) and what reading costs.
. "$(dirname "$0")/lib.sh"

cap=64  # MiB; STREAM_REORDER_BYTES_MAX in potsherd/stream.h
slack=4 # what malloc leaves unused

make_capture --conversations 1 --body 50000000 --window-scale 14
replay out --jobs 1 good.pcap
base=$(($(tail -n 1 peak) / 1024))
spoil --last 16 --honest-acks # the second segment of the mail
replay out --jobs 1 bad.pcap
judged "one late segment: the mail is whole" mails truth.tsv out
judged "one late segment: the connection ends with its FINs" ends out fin
check "one late segment: nothing is flagged" grep -q ',fin,,,,,1$' out/connections.csv
within "one late segment: memory within the cap" $((base + cap + slack))
rm -f good.pcap bad.pcap

# Twice as much behind one late segment: more than may wait.
make_capture --conversations 1 --body 50000000 --mails 2 --window-scale 14
spoil --last 16 --honest-acks
replay out --jobs 1 bad.pcap
within "more than the cap: memory within it" $((base + cap + slack))
judged "more than the cap: flagged" flags out reorder-limit
# shellcheck disable=SC2016 # awk's own $
check "more than the cap: the lost segment is counted" awk -F, 'NR == 2 { exit $19 != 1448 }' out/connections.csv
check "more than the cap: the second mail is whole" \
    grep -qF "$(awk '$1 == "mail" && /\t2\t/ { print $NF }' truth.tsv)" out/emails.csv
rm -f good.pcap bad.pcap

# Two such connections do not go into a smaller --max-memory.
make_capture --conversations 2 --concurrent 2 --body 20000000 --window-scale 14
spoil --last 16 --honest-acks
replay out --jobs 1 --max-memory 30M bad.pcap
within "two of them: memory within --max-memory" $((base + 30 + slack))
summary_says "two of them: one makes room, and is counted" 'evicted 1'
replay out --jobs 1 bad.pcap
judged "two of them: whole where there is room" mails truth.tsv out
finish
