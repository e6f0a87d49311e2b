#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Packets that a stranger chose to make the reassembly loop, hold memory or search lists:
# the run ends, and the honest mails between them are whole.  (How many steps a packet may
# cost is held by tests/unit/test_stream.)
. "$(dirname "$0")/lib.sh"
attacks=$top/tests/stream/attacks.py

# half_space sends 56 MB that belong to nobody: counted as held, they would leave no room.
make_capture --conversations 200 --mix half
for kind in edge half_space in_order backwards backwards_without_gaps acknowledging_more \
    acknowledging_less acknowledging_less_with_gaps; do
    check "$kind: made" "$attacks" "$kind" 80000 good.pcap bad.pcap
    replay out --max-memory 40M bad.pcap
    check "$kind: the run ends well" test $? = 0
    judged "$kind: every honest mail is whole" mails truth.tsv out
done
finish
