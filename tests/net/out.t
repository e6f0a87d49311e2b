#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Frames come in on one wire, as from a mirror port, and answers leave by another
# (--out): by the host's routes, or to a given link address (--next-hop).
#
#   attacker                          honeypot
#   198.51.100.1  a0 --- one way ---- h0   no address, and frames are for another MAC
#   192.0.2.6     a1                  h1   192.0.2.2 when routed, else no address
#                  |      router       |
#                  '-- r1       r0 ----'
#             192.0.2.5          192.0.2.1
#
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
router=ps$$r
needs curl python3
trap 'ip netns del "$router" 2>/dev/null; cleanup' EXIT

mac_of() {
    ip netns exec "$1" cat "/sys/class/net/$2/address"
}
ip netns add "$router"
ip -n "$router" link add r0 type veth peer name h1 netns "$honeypot"
ip -n "$router" link add r1 type veth peer name a1 netns "$attacker"
ip netns exec "$router" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
    net.ipv4.conf.r0.rp_filter=0
ip netns exec "$attacker" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.a1.rp_filter=0
ip netns exec "$honeypot" sysctl -qw net.ipv6.conf.h1.disable_ipv6=1
ip -n "$router" addr add 192.0.2.1/30 dev r0
ip -n "$router" addr add 192.0.2.5/30 dev r1
ip -n "$attacker" addr add 192.0.2.6/30 dev a1
ip -n "$router" link set r0 up
ip -n "$router" link set r1 up
ip -n "$attacker" link set a1 up
ip -n "$honeypot" link set h1 up
ip -n "$router" route add 198.51.100.1 via 192.0.2.6
# what a mirror port shows: frames between others, whom nobody here has to find
ip -n "$attacker" route add 198.51.100.64/28 via 198.51.100.250 dev a0 onlink
ip -n "$attacker" neigh add 198.51.100.250 lladdr 02:00:00:00:00:fa dev a0 nud permanent
out_mac=$(mac_of "$honeypot" h1)
hop=$(mac_of "$router" r0)

mails=0
sums=
mail() {
    mails=$((mails + 1))
    {
        printf 'Subject: no %d\r\n\r\n' "$mails"
        head -c 20000 /dev/urandom | base64 | sed 's/$/\r/'
    } >"$work/mail"
    sums="$sums $(sha256sum <"$work/mail" | cut -d ' ' -f 1)"
    from 20 curl -sS "$@" --mail-from a@b.example --mail-rcpt "r$mails@x.example" -T "$work/mail"
}
no_mail() {
    ! mail "$@"
}
watch_both() {
    watch_wire
    record "$router" r0 "$out_mac" "$work/out.pcap"
}
frames_in() {
    tcpdump -r "$1" -n 2>/dev/null | wc -l
}
nothing_came_back() {
    tcpdump -r "$work/wire.pcap" -n
    equal "$(frames_in "$work/wire.pcap")" 0
}
all_to_the_hop() {
    equal "$(tcpdump -r "$work/out.pcap" -ne "not (ether dst $hop and ip and tcp)" 2>/dev/null)" ""
}
all_recorded() {
    complete "$mails" &&
        equal "$(column emails sha256 | sort | xargs)" "$(echo "$sums" | xargs -n 1 | sort | xargs)" &&
        equal "$(column recipients rcpt | sort | xargs)" "$(seq -f 'r%g@x.example' "$mails" | sort | xargs)"
}

ip -n "$honeypot" addr add 192.0.2.2/30 dev h1
ip -n "$honeypot" route add default via 192.0.2.1
ip -n "$honeypot" neigh add 192.0.2.1 lladdr "$hop" dev h1 nud permanent
watch_both
start --address 198.51.100.64/28 --out h1
ok "routed: mail through SOCKS5" mail -x socks5h://198.51.100.65:1080 smtp://mx.example:25
ok "routed: mail to the relay" mail smtp://198.51.100.79:25
ok "the honeypot ends well" stop
ok "every mail is there with its sha256 and recipient" all_recorded
ok "the records are those of the saved packets, replayed" same_when_replayed
ok "nothing goes out where frames came in" nothing_came_back
ok "the way out carries answers to the client, all audited, and nothing else" \
    wire_is_audited "$work/out.pcap"
ok "... and all by the route" all_to_the_hop

ip -n "$honeypot" addr flush dev h1 # and the routes with it
mails=0
sums=
rm -rf "$work/pcap" "$work/out"
watch_both
start --address 198.51.100.64/28 --out h1 --next-hop "$hop"
ok "--next-hop: mail through SOCKS5" mail -x socks5h://198.51.100.65:1080 smtp://mx.example:25
ok "--next-hop: mail to the relay" mail smtp://198.51.100.79:25
ok "the honeypot ends well" stop
ok "every mail is there with its sha256 and recipient" all_recorded
ok "the records are those of the saved packets, replayed" same_when_replayed
ok "nothing goes out where frames came in" nothing_came_back
ok "the way out carries answers to the client, all audited, and nothing else" \
    wire_is_audited "$work/out.pcap"
ok "... and all to the next hop" all_to_the_hop

rm -rf "$work/pcap" "$work/out"
start --address 198.51.100.64/28 --out h1 --next-hop 02:00:00:00:00:0b
ok "to another link address nothing arrives" no_mail -m 3 smtp://198.51.100.79:25
ok "the honeypot ends well" stop
done_testing
