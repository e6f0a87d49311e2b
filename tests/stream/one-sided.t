#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# One direction only: what the client said is all there; either way it is told.
. "$(dirname "$0")/lib.sh"

make_capture --conversations 300 --mails 2
replay good good.pcap

spoil --one-direction client
replay client bad.pcap
judged "client: every mail, whole, with all recipients" mails truth.tsv client
judged "client: the same rows, but for replies" same good client reply accepted
judged "client: recipients neither accepted nor refused" empty client recipients accepted
judged "client: no reply was seen" empty client requests reply
judged "client: connections are flagged" flags client one-sided
judged "client: and end with their FINs" ends client fin
summary_says "client: the summary says so loudly" 'ONE-SIDED +300 of 300'

spoil --one-direction server
replay server bad.pcap
say $? "server: is read" why
judged "server: connections are flagged" flags server one-sided
judged "server: and end with their FINs" ends server fin
summary_says "server: the summary says so loudly" 'ONE-SIDED +300 of 300'

replay good good.pcap
check "both: no such line" sh -c '! grep -q ONE-SIDED summary'
finish
