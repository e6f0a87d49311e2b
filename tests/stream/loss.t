#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Lost segments: each connection still ends in its own way, whole mails are whole,
# and what is missing is counted to the byte.
. "$(dirname "$0")/lib.sh"

make_capture --conversations 5000
replay out good.pcap
judged "nothing lost: every mail" mails truth.tsv out
judged "nothing lost: nothing missing" lost <(printf 'src_ip\tsrc_port\tdst_ip\tdst_port\tbytes\n') out

lose() { # share seed
    spoil --drop "$1" --seed "$2" --lost lost.tsv
    replay out bad.pcap
    judged "$1 lost, seed $2: every connection ends with its FINs" ends out fin
    judged "$1 lost, seed $2: missing bytes, each connection and all" lost lost.tsv out
    judged "$1 lost, seed $2: mails whole, or they say what they lack" mails truth.tsv out lost.tsv
    summary_says "$1 lost, seed $2: the summary says how many bytes" \
        "missing +$(awk '$1 == "lost_bytes" { print $2 }' report) bytes"
}

lose 0.01 1
lose 0.1 1
lose 0.01 2
spoil --drop 0.05 --lost lost.tsv --reorder 20 --duplicate 0.05 --wrap
replay out bad.pcap
judged "lost, out of order, doubled and wrapped: every connection ends with its FINs" ends out fin
judged "lost, out of order, doubled and wrapped: missing bytes" lost lost.tsv out
finish
