#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# mkpcap: right packets, the mails that its truth names, the same bytes each time.
#
# shellcheck disable=SC1091,SC2154,SC2016 # lib.sh sets what is used here
. "$(dirname "$0")/lib.sh"

# Every mail of a capture as the SHA-256 of its payload, by tshark and perl.
mails() {
    judge -r "$1" -Y 'tcp.len > 0 && tcp.dstport < 32768' -T fields -E occurrence=f \
        -e tcp.stream -e tcp.payload |
        perl -ne '
            chomp;
            my ($n, $hex) = split /\t/;
            $stream[$n] .= pack "H*", $hex;
            END {
                for (@stream) {
                    while (s/^.*?\r\nDATA\r\n(.*?\r\n)\.\r\n//s) {
                        my $mail = $1;
                        $mail =~ s/^\.//mg;
                        open my $out, "| sha256sum" or die;
                        print $out $mail;
                        close $out;
                    }
                }
            }' | cut -d ' ' -f 1 | sort
}

truth_of() { # KIND COLUMN
    awk -F '\t' -v kind="$1" -v column="$2" '$1 == kind { print $column }' "$work/good.tsv" | sort
}

# shellcheck disable=SC2317 # called by name
no_complaints() {
    judge -r "$1" -Y 'tcp.analysis.flags || tcp.checksum.status != 1 || ip.checksum.status != 1' >"$work/bad"
    equal "$(cat "$work/bad")" ""
}

check_mails() { # NAME: the good capture against its truth
    mails "$capture" >"$work/got"
    truth_of mail 13 >"$work/expected"
    ok "$1: tshark reads $(wc -l <"$work/expected") mails of the truth's hashes" \
        cmp "$work/got" "$work/expected"
}

make_capture
ok "checksums are right and tcp.analysis is content" no_complaints "$capture"
check_mails "one mail each"
is "every conversation is opened and closed" "$(frames "$capture" 'tcp.flags.syn == 1 && tcp.flags.ack == 0') $(frames "$capture" 'tcp.flags.fin == 1')" "6 12"
is "a row for every mail" "$(truth_of mail 13 | wc -l)" 6

make_capture --mails 3 --body 20000 --recipients 2
ok "larger mails: tcp.analysis is content" no_complaints "$capture"
check_mails "three mails each"

for body in 0 2 3 4 79 81; do
    make_capture --body "$body"
    check_mails "body of $body"
    judge -r "$capture" -Y 'tcp.dstport < 32768 && tcp.len > 0' -T fields -e tcp.payload | grep -c 0d0a0d0a >"$work/n"
    ok "body of $body: a header in each" [ "$(cat "$work/n")" -ge 6 ]
done

make_capture --mix half
is "half SOCKS, half CONNECT" "$(truth_of request 7 | uniq -c | tr -s ' ' | tr '\n' ' ')" " 3 http  3 socks5 "
is "the CONNECT targets of the truth are in the packets" \
    "$(judge -r "$capture" -Y 'http.request.method == CONNECT' -T fields -e http.request.uri | sort)" \
    "$(awk -F '\t' '$1 == "request" && $7 == "http" { print $8 }' "$work/good.tsv" | sort)"

"$mkpcap" --conversations 40 --truth "$work/a.tsv" "$work/a.pcap"
"$mkpcap" --conversations 40 --truth "$work/b.tsv" - >"$work/b.pcap"
"$mkpcap" --conversations 40 --seed 2 "$work/c.pcap"
ok "the same seed, the same bytes" cmp "$work/a.pcap" "$work/b.pcap"
ok "the same seed, the same truth" cmp "$work/a.tsv" "$work/b.tsv"
ok "another seed, other bytes" exits 1 sh -c 'cmp -s "$1" "$2" || { echo differ >&2; exit 1; }' - "$work/a.pcap" "$work/c.pcap"
"$mkpcap" --conversations 40 --concurrent 1 --truth "$work/d.tsv" "$work/d.pcap"
sort "$work/a.tsv" >"$work/a.sorted"
sort "$work/d.tsv" >"$work/d.sorted"
ok "what is said does not depend on how many speak at once" cmp "$work/a.sorted" "$work/d.sorted"

"$mkpcap" --conversations 10 --scan 200 "$work/scan.pcap"
is "lone SYNs are added" "$(frames "$work/scan.pcap" 'tcp.flags == 0x002')" 210
ok "with right checksums" no_complaints "$work/scan.pcap"
is "time never runs backwards" "$(frames "$work/scan.pcap" 'frame.time_delta < 0')" 0

make_capture --conversations 10000 --body 0 --recipients 1
is "ports are abused by their published shares" "$(truth_of mail 5 | uniq -c | sort -rn | awk '{ printf "%s:%s ", $2, $1 }')" \
    "1080:3731 8080:3479 80:1092 3128:617 8000:276 6588:229 25:146 4480:138 3127:100 81:96 3382:96 "
is "bare libnids sees each open and close" "$("$BUILD/tools/nids-bare" "$capture" | cut -d ' ' -f 1-4)" \
    "established 10000 closed 10000"

# The campaign; tests/enrich/spampots.t is about its numbers.
"$mkpcap" --spampots 100000 --networks "$work/a.csv" "$work/a.pcap"
"$mkpcap" --spampots 100000 --networks "$work/b.csv" - >"$work/b.pcap"
"$mkpcap" --spampots 100000 --seed 2 "$work/c.pcap"
ok "campaign: the same scale and seed, the same bytes" cmp "$work/a.pcap" "$work/b.pcap"
ok "campaign: the same networks" cmp "$work/a.csv" "$work/b.csv"
ok "campaign: another seed, other bytes" exits 1 sh -c 'cmp -s "$1" "$2" || { echo differ >&2; exit 1; }' - "$work/a.pcap" "$work/c.pcap"
ok "campaign: checksums are right and tcp.analysis is content" no_complaints "$work/a.pcap"
is "campaign: time never runs backwards" "$(frames "$work/a.pcap" 'frame.time_delta < 0')" 0
is "campaign: each of 3,006 ASes and two of mail servers have a network" "$(sed 1d "$work/a.csv" | cut -d , -f 1 | sort -u | wc -l)" 3008
is "campaign: a number belongs to one country" "$(sed 1d "$work/a.csv" | cut -d , -f 2,3 | sort -u | wc -l)" 3008
is "campaign: 165 countries" "$(sed 1d "$work/a.csv" | cut -d , -f 2 | sort -u | wc -l)" 165
is "campaign: connects to other ports go on there" "$(frames "$work/a.pcap" 'tcp contains "JOIN #channel"')" 12
is "campaign: gets are answered with a page" "$(frames "$work/a.pcap" 'tcp contains "200 OK" && tcp contains "<html>"')" 2
is "campaign: malformed requests of HTTP" "$(frames "$work/a.pcap" 'tcp contains "400 Bad Request"')" 19
for n in 1 2 3 4 5 6 7 8 9 10; do
    "$mkpcap" --spampots 100000 --sensor-n "$n" "$work/sensor.pcap"
    frames "$work/sensor.pcap" "ip.addr == 203.0.113.$n" >>"$work/own"
    frames "$work/sensor.pcap" >>"$work/all"
done
ok "campaign: a sensor sees its own connections" cmp "$work/own" "$work/all"
is "campaign: ten sensors see all of it" "$(awk '{ n += $1 } END { print n }' "$work/all")" "$(frames "$work/a.pcap")"
ok "campaign: an option that it decides: usage" exits 2 "$mkpcap" --spampots 100000 --mails 2 "$work/x.pcap"
ok "campaign: a sensor without it: usage" exits 2 "$mkpcap" --sensor-n 2 "$work/x.pcap"
ok "campaign: networks that cannot be written" exits 1 "$mkpcap" --spampots 100000 --networks "$work/none/x.csv" "$work/x.pcap"

ok "no file: usage" exits 2 "$mkpcap"
ok "a body of one byte: usage" exits 2 "$mkpcap" --body 1 "$work/x.pcap"
ok "an unknown option: usage" exits 2 "$mkpcap" --bdoy 1 "$work/x.pcap"
ok "a word for a number: usage" exits 2 "$mkpcap" --mails many "$work/x.pcap"
ok "a folder that is not there" exits 1 "$mkpcap" "$work/none/x.pcap"
[ ! -w /dev/full ] || ok "a full disk" exits 1 "$mkpcap" /dev/full
ok "--help fits a screen" sh -c '[ "$("$1" --help | wc -l)" -le 24 ]' - "$mkpcap"
done_testing
