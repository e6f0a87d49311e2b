#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Wrong usage is one line that says what to do and exit code 2; help fits a screen
# and shows an example.
. "$(dirname "$0")/lib.sh"

run
told 2 'say what to do.*--help' 'no command'
run fly
told 2 'unknown command fly.*--help' 'an unknown command'
run replay
told 2 'replay needs FILE.*replay --help' 'no file'
run replay --wings x.pcap
told 2 'unknown option --wings.*replay --help' 'an unknown option'
run replay -o
told 2 '-o needs a value' 'a missing value'
run replay --ports some x.pcap
told 2 '--ports some: expected rules\|all' 'a wrong choice'
run replay --max-connections none x.pcap
told 2 '--max-connections none: expected a number from 1' 'a wrong number'
run replay --max-memory 99999999T x.pcap
told 2 '--max-memory 99999999T: expected' 'a number that is too large'
run replay -q -f 'tcp prot 25' "$pcaps/socks5-smtp-domain.pcap"
told 2 'tcp prot 25' 'a filter with a mistake'
run schema emails extra
told 2 'extra: nothing goes with schema' 'an argument too many'
run report --since yesterday
told 2 '--since yesterday: expected 20' 'a wrong time'

run doctor
told 2 '-i: say which interface to look at; there are: [a-z, 0-9]*lo' 'doctor without an interface'
run doctor -i nosuch0
told 1 'nosuch0: ' 'doctor of an interface that is not there'

run answer
told 2 '-i: say which interface to answer on; there are: ' 'answer without an interface'
run answer -i lo -a 192.0.2.256
told 2 '--address 192.0.2.256: expected an address or prefix' 'answer for what is no address'
run watch
told 2 '-i: say which interface to listen on; there are: ' 'watch without an interface'
run watch -i lo -f 'foo bar'
told 2 '-f: .*syntax error' 'watch with a filter that is none'
run watch -i lo -i eth9 -i lo
told 2 '-i lo: its packets would be counted twice' 'watch twice on one interface'
run watch -i lo -i any
told 2 '-i any: its packets would be counted twice' 'watch on one interface and all'
run watch -i lo --ring 2G
told 2 '--ring 2G: expected a size from 1M to 2147483647, in bytes or with K, M, G, T' 'watch with a ring that libpcap cannot make'
run answer -i lo -a 192.0.2.1 --next-hop 02:00:5e:10:00:01
told 2 '--next-hop: say on which interface with --out' 'a next hop without a way out'
for mac in 02:00:5e:10:00 02:00:5e:10:00:01:02 02:00:5e:10:00:1g 2:0:5e:10:0:1 01:00:5e:10:00:01 ''; do
    run answer -i lo -a 192.0.2.1 --out lo --next-hop "$mac"
    told 2 "--next-hop $mac: expected a link address" "a link address that is none: $mac"
done
run answer -i lo -a 192.0.2.1 --out eth9 --arp
told 2 '--arp: who asks is not where --out leads' 'ARP on the wrong wire'

for command in replay report schema doctor find extract share; do
    run $command --help
    [ "$code" = 0 ] && [ "$(wc -l <out)" -le 30 ] && [ "$(wc -L <out)" -le 100 ] && grep -q '^Example: potsherd' out
    say $? "$command --help fits a screen and shows an example" out
done
run watch --help
[ "$(grep -cE '^ .*--(ring|max-memory|max-connections) .*each.* job' out)" = 3 ]
say $? 'watch --help says which limits hold for each job' out
run --help
[ "$code" = 0 ] && grep -qE '^  replay +FILE' out
say $? '--help lists the commands' out
run --version
[ "$code" = 0 ] && grep -qE '^potsherd [0-9]+\.[0-9]+' out && grep -qE '^compiler: .*[0-9]+\.[0-9]+' out
say $? '--version' out
pkg-config --modversion libpcap >want 2>/dev/null || skip '... names the libraries' 'pkg-config is not installed'
[ ! -s want ] || { grep -qE "^libraries: libpcap $(cat want), .*libnids 1\.[0-9]+, libnet [0-9.]+$" out; say $? '... names the libraries' out; }
finish
