#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# mangle's encapsulations: tshark finds the inner TCP whole, with right checksums.
#
# shellcheck disable=SC1091,SC2154 # lib.sh sets what is used here
. "$(dirname "$0")/lib.sh"

bad=$work/bad.pcap

# One line a packet: its layers down to TCP, and what the innermost TCP says. A checksum that is the
# old one and right (status 1) vouches for the data.
look() {
    judge -r "$1" -T fields -E occurrence=l -e frame.protocols -e tcp.srcport -e tcp.dstport \
        -e tcp.seq_raw -e tcp.ack_raw -e tcp.len -e tcp.checksum -e tcp.checksum.status |
        sed 's/:tcp[^\t]*\t/:tcp\t/'
}

# Checksums of the outer layers that are wrong, and what tshark cannot make sense of.
wrong='ip.checksum.status == 0 || udp.checksum.status == 0 || gre.checksum.status == 0 || _ws.malformed'

check() { # LAYERS OPTIONS...
    expected=$1
    shift
    "$mangle" "$from" "$bad" "$@" >"$work/report"
    look "$bad" >"$work/look"
    is "$*: its layers" "$(cut -f 1 "$work/look" | sort -u)" "$expected"
    cut -f 2- "$work/look" >"$work/inside.got"
    ok "$*: the inner segments are the same" cmp "$work/inside" "$work/inside.got"
    is "$*: nothing malformed, no wrong checksum" "$(frames "$bad" "$wrong")" 0
}

make_capture --conversations 4
from=$capture
look "$from" | cut -f 2- >"$work/inside"
is "the good one is good" "$(cut -f 7 "$work/inside" | sort -u)" 1
check eth:ethertype:vlan:ethertype:ip:tcp --vlan 7
check eth:ethertype:ieee8021ad:ethertype:vlan:ethertype:ip:tcp --qinq 100,200
check eth:ethertype:mpls:ip:tcp --mpls 1048575
check eth:ethertype:pppoes:ppp:ip:tcp --pppoe
check eth:ethertype:ip:gre:ip:tcp --gre
check eth:ethertype:ip:gre:ip:tcp --gre-options
check eth:ethertype:ip:gre:erspan:eth:ethertype:ip:tcp --erspan 1
check eth:ethertype:ip:gre:erspan:eth:ethertype:ip:tcp --erspan 2
check eth:ethertype:ip:gre:erspan:eth:ethertype:ip:tcp --erspan 3
check eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp --vxlan 16777215
check eth:ethertype:ip:udp:geneve:eth:ethertype:ip:tcp --geneve 4711
check eth:ethertype:ip:ip:tcp --ipip
check eth:ethertype:ip:udp:vxlan:eth:ethertype:vlan:ethertype:ip:tcp --vlan 1 --vxlan 2
check eth:ethertype:vlan:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp --vxlan 2 --vlan 1
check eth:ethertype:vlan:ethertype:mpls:ip:tcp --mpls 16 --vlan 4095

from=$work/six.pcap
"$mangle" "$capture" "$from" --ipv6 >"$work/report"
look "$from" | cut -f 2- >"$work/inside"
check eth:ethertype:ip:ipv6:tcp --6in4
check eth:ethertype:ip:ipv6:tcp --ipip
check eth:ethertype:ip:gre:ipv6:tcp --gre
check eth:ethertype:pppoes:ppp:ipv6:tcp --pppoe
check eth:ethertype:mpls:ipv6:tcp --mpls 5
check eth:ethertype:ieee8021ad:ethertype:vlan:ethertype:ip:udp:vxlan:eth:ethertype:vlan:ethertype:pppoes:ppp:ipv6:tcp \
    --pppoe --vlan 3 --vxlan 5 --qinq 1,2

"$mangle" "$capture" "$bad" --vlan 7 >"$work/report"
is "the VLAN's number" "$(judge -r "$bad" -T fields -e vlan.id | sort -u)" 7
"$mangle" "$capture" "$bad" --vxlan 99 >"$work/report"
is "the VXLAN's number" "$(judge -r "$bad" -T fields -e vxlan.vni | sort -u)" 99
"$mangle" "$capture" "$bad" --gre-options >"$work/report"
is "GRE's checksum, key and number" \
    "$(frames "$bad" 'gre.checksum.status == 1 && gre.key == 0xcafe && gre.sequence_number')" "$(frames "$capture")"
"$mangle" "$capture" "$bad" --6in4 >"$work/report"
ok "6in4 leaves IPv4 alone" cmp "$capture" "$bad"
"$mangle" "$capture" - --vlan 7 2>"$work/report" | "$mangle" - "$bad" --vlan 8 >"$work/report2"
is "in a pipe" "$(look "$bad" | cut -f 1 | sort -u)" eth:ethertype:vlan:ethertype:vlan:ethertype:ip:tcp
ok "a VNI that is too large: usage" exits 2 "$mangle" "$capture" "$bad" --vxlan 16777216
ok "one number for two: usage" exits 2 "$mangle" "$capture" "$bad" --qinq 5
done_testing
