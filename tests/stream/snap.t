#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Packets cut by the snap length: what is there is used, what is not is counted.
. "$(dirname "$0")/lib.sh"

make_capture --conversations 200
replay good good.pcap

# Bytes of TCP data that the cut took, by the lengths that tshark reads.
cut_bytes() { # snap
    tshark -n -r good.pcap -Y 'tcp.len > 0' -T fields -e frame.len -e tcp.len 2>/dev/null |
        awk -v snap="$1" '{ cut = $1 - snap; if (cut > 0) n += cut < $2 ? cut : $2 } END { print n + 0 }'
}

for snap in 68 100 200; do
    spoil --snap "$snap"
    replay out bad.pcap
    say $? "$snap: is read" why
    summary_says "$snap: missing are the bytes that were cut" "missing +$(cut_bytes "$snap") bytes"
    judged "$snap: connections are flagged" flags out snapped
    judged "$snap: and end with their FINs" ends out fin
done
# 200 bytes hold every request for a proxy, and every command.
judged "200: the requests and recipients are there" same good out ts uid \
    sha256 body_sha256 size complete missing_bytes reply \
    subject header_from header_to message_id header_date mailer content_type charset language urls attachments mail_flags layout text_signature
judged "not cut: none is flagged" flags good snapped 0
finish
