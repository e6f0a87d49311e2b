#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The self-test, --dry-run, and tools/knock from another host.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs curl

knock=$(dirname "$0")/../../tools/knock
self_test() {
    "$BUILD/potsherd" answer --self-test -o "$work/out" --save-pcap "$work/pcap" || return 1
    join_segments
    complete 6
}
ok "the self-test records six mails" self_test
# (nobody reads its mails: it starts no process)
ok "... and they are those of its packets, replayed" same_when_replayed --mail none
rm -rf "$work/pcap" "$work/out"

not_there() {
    ! from 60 "$knock" 198.51.100.90 1 && grep -q 'nobody answers ARP' "$work/why"
}
ok "knock tells that nobody is there" not_there

watch_wire
start --arp --address 198.51.100.64/28 --address 2001:db8:1::40/124
ok "knock: all works" from 120 "$knock" 198.51.100.65
ok "knock over IPv6: all works but SOCKS4's addresses" from 120 "$knock" 2001:db8:1::42
ok "the honeypot ends well" stop
ok "every mail is there, and whole" complete 46
ok "the wire carries answers to the client, all audited, and nothing else" wire_is_audited

watch_wire
start --arp --address 198.51.100.64/28 --dry-run "$work/dry.pcap"
silent() {
    ! from 20 curl -sS -m 2 -o /dev/null -x http://198.51.100.65:8080 http://x.example/
}
ok "--dry-run answers nobody" silent
ok "the honeypot ends well" stop
nothing_sent() {
    tcpdump -r "$work/wire.pcap" -n
    tcpdump -r "$work/dry.pcap" -n | head
    equal "$(tcpdump -r "$work/wire.pcap" -n 2>/dev/null | wc -l)" 0 &&
        tcpdump -r "$work/dry.pcap" -n 2>/dev/null | grep -qE 'is-at|Flags \[S\.\]'
}
ok "... but writes what it would have sent" nothing_sent
done_testing
