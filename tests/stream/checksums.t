#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Offloading hosts show wrong checksums: they count only when asked for.
. "$(dirname "$0")/lib.sh"

make_capture --conversations 100
replay good good.pcap
spoil --bad-checksums
replay out bad.pcap
check "wrong checksums: nothing changes" diff -r -x captures.csv -x SHA256SUMS good out
replay out --verify-checksums bad.pcap
check "verified: nothing is left" awk -F, 'END { exit NR != 1 }' out/connections.csv
summary_says "verified: the summary says why" \
    "left out .* $(awk '$1 == "packets_out" { print $2 }' report) wrong IP header checksum"
replay out --verify-checksums good.pcap
check "right checksums, verified: nothing changes" diff -r -x captures.csv -x SHA256SUMS good out
finish
