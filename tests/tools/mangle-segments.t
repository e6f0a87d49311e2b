#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# mangle on TCP: what it takes is counted, what it does not take is still there.
#
# shellcheck disable=SC1091,SC2154,SC2016 # lib.sh sets what is used here
. "$(dirname "$0")/lib.sh"

bad=$work/bad.pcap

# mangle OPTIONS...: the good capture into $bad; the report into $work/report
spoil() {
    "$mangle" "$capture" "$bad" "$@" >"$work/report"
}

reported() {
    awk -v name="$1" '$1 == name { print $2 }' "$work/report"
}

# Data segments of a capture: ports (a client's are above 32767 and unlike), first byte, length.
segments() {
    judge -r "$1" -Y 'tcp.len > 0' -T fields -e tcp.srcport -e tcp.dstport -e tcp.seq_raw -e tcp.len | sort
}

make_capture --body 12000 --mails 2
total=$(frames "$capture")

spoil
ok "no operation, the same file" cmp "$capture" "$bad"

for options in --wrap --ipv6 --join '--cut 1000' '--cut 50' '--duplicate 0.3' '--overlap same' \
    '--last 20 --honest-acks' '--fragment 256' '--ipv6 --fragment 256' \
    '--ipv6 --wrap --join' '--join --tso-zero' --reuse '--duplicate 1 --cut 100'; do
    # shellcheck disable=SC2086 # words of a list
    spoil $options
    same_streams "$options" "$bad"
done

spoil --join
ok "join: packets beyond the MTU" [ "$(frames "$bad" 'ip.len > 9000')" -ge 12 ]
is "join: acknowledges nothing unseen" "$(frames "$bad" tcp.analysis.ack_lost_segment)" 0
spoil --join --tso-zero
is "tso-zero: IP length 0" "$(frames "$bad" 'ip[2:2] == 00:00')" "$(frames "$bad" 'frame.len > 1514')"
"$mkpcap" --conversations 1 --body 500 "$work/one.pcap"
"$mangle" "$work/one.pcap" "$bad" --cut 1 >"$work/report"
is "cut 1: every byte its packet" "$(frames "$bad" 'tcp.len > 1') $(streams "$bad" 1)" "0 $(streams "$work/one.pcap" 1)"
spoil --wrap
ok "wrap: numbers below and above zero" sh -c '[ "$1" -ge 6 ] && [ "$2" -ge 6 ]' - \
    "$(frames "$bad" 'tcp.len > 0 && tcp.seq_raw < 100000')" "$(frames "$bad" 'tcp.len > 0 && tcp.seq_raw > 4294867295')"
spoil --ipv6
is "ipv6: no IPv4 is left" "$(frames "$bad" 'ipv6.src == 2001:db8::/64 && ipv6.dst == 2001:db8::/64')" "$total"

spoil --no-handshake
is "no-handshake: three packets fewer each" "$(frames "$bad") $(frames "$bad" tcp.flags.syn==1)" "$((total - 3 * conversations)) 0"
spoil --one-direction client
is "one-direction client: nothing from the servers" "$(frames "$bad" 'ip.src == 203.0.113.0/24')" 0
clients=$(frames "$bad")
spoil --one-direction server
is "one-direction: the two make the whole" "$((clients + $(frames "$bad")))" "$total"

spoil --last 20
is "last: one late segment each" "$(frames "$bad" 'tcp.analysis.retransmission || tcp.analysis.out_of_order')" "$conversations"
spoil --last 20 --honest-acks
is "honest-acks: nothing unseen is acknowledged" "$(frames "$bad" tcp.analysis.ack_lost_segment)" 0
spoil --urgent 3
is "urgent: one segment each" "$(frames "$bad" 'tcp.flags.urg == 1 && tcp.urgent_pointer > 0')" "$conversations"
spoil --overlap different
is "overlap: one more for each data segment" "$(frames "$bad")" "$((total + $(frames "$capture" 'tcp.len > 0')))"
spoil --snap 90
is "snap: packets are cut" "$(frames "$bad" 'frame.cap_len > 90') $(frames "$bad" 'frame.len > 90 && frame.cap_len == 90')" \
    "0 $(frames "$capture" 'frame.len > 90')"
spoil --bad-checksums
is "bad-checksums: all of them" "$(frames "$bad" 'tcp.checksum.status == 0 && ip.checksum.status == 0')" "$total"
segments "$capture" >"$work/before"
spoil --reorder 40
segments "$bad" >"$work/after"
ok "reorder: the same segments" cmp "$work/before" "$work/after"
is "reorder: times stay in order" "$(frames "$bad" 'frame.time_delta < 0') $(frames "$bad")" "0 $total"

"$mkpcap" --conversations 30 --sources 5 "$work/few.pcap"
"$mangle" "$work/few.pcap" "$bad" --reuse >"$work/report"
is "reuse: one 4-tuple a source" "$(judge -r "$bad" -T fields -e ip.src -e tcp.srcport -e ip.dst -e tcp.dstport -Y 'tcp.flags == 0x002' | sort -u | wc -l)" 5
is "reuse: the second SYN follows a close" "$(frames "$bad" 'tcp.flags.fin == 1') $(frames "$bad" tcp.analysis.reused_ports)" "60 25"
"$mangle" "$work/few.pcap" "$bad" --reuse-abrupt >"$work/report"
is "reuse-abrupt: only the last one closes" "$(frames "$bad" 'tcp.flags.fin == 1') $(frames "$bad" tcp.analysis.reused_ports)" "10 25"

# loss, judged by the segments that tshark sees before and after
spoil --drop 0.2 --lost "$work/lost.tsv" --seed 7
segments "$bad" >"$work/after"
comm -23 "$work/before" "$work/after" >"$work/taken"
is "drop: as many segments as it says" "$(reported dropped_segments)" "$(wc -l <"$work/taken")"
is "drop: as many bytes as it says" "$(reported lost_bytes) $(reported dropped_bytes)" \
    "$(awk '{ n += $4 } END { print n, n }' "$work/taken")"
is "drop: the same a connection" "$(awk 'NR > 1 { print $5 }' "$work/lost.tsv" | sort -n)" \
    "$(awk '{ n[$1 > $2 ? $1 : $2] += $4 } END { for (k in n) print n[k] }' "$work/taken" | sort -n)"
spoil --drop 0.2 --lost "$work/again.tsv" --seed 7
ok "drop: the same seed, the same loss" cmp "$work/lost.tsv" "$work/again.tsv"
"$mangle" "$capture" "$work/twice.pcap" --duplicate 1 >"$work/report"
"$mangle" "$work/twice.pcap" "$bad" --drop 0.3 >"$work/report"
segments "$bad" | sort -u >"$work/after"
is "drop: what a retransmission brings is not lost" "$(reported lost_bytes)" \
    "$(comm -23 "$work/before" "$work/after" | awk '{ n += $4 } END { print n }')"

ok "one file: usage" exits 2 "$mangle" "$capture"
ok "a share above 1: usage" exits 2 "$mangle" "$capture" "$bad" --drop 2
ok "a choice that is none: usage" exits 2 "$mangle" "$capture" "$bad" --overlap some
ok "not a capture" exits 1 "$mangle" "$0" "$bad"
head -c 5000 "$capture" >"$work/torn.pcap"
ok "a torn capture" exits 1 "$mangle" "$work/torn.pcap" "$bad"
done_testing
