#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Packets that a stranger chose, on the wire that a listener watches: it goes on, records
# every honest mail between them, and ends when it is asked to.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3
wire_for_watching

conversations=200
"$BUILD/tools/mkpcap" --conversations $conversations --mix half --truth "$work/truth" "$work/good.pcap"

for kind in edge half_space backwards acknowledging_less_with_gaps; do
    python3 "$net/../stream/attacks.py" "$kind" 80000 "$work/good.pcap" "$work/bad.pcap"
    watch --max-memory 40M
    ok "$kind: sent" from 120 tcpreplay -q -i a0 --pps 20000 "$work/bad.pcap"
    ok "$kind: all of it is heard" saved "$(packets "$work/bad.pcap")"
    ok "$kind: it ends when it is asked to" stop
    ok "$kind: every honest mail is whole" complete $conversations
done
done_testing
