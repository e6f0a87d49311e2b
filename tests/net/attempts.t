#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Who knocks and goes away is in scans.csv: every SYN that was on the wire and led to
# no connection, answered or not, is counted there.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs nmap curl python3

record "$attacker" a0 "$(ip netns exec "$attacker" cat /sys/class/net/a0/address)" "$work/sent.pcap"
start --arp --address 198.51.100.64/28 --syn-rate 20
printf 'Subject: x\r\n\r\nx\r\n' >"$work/mail"
mail() {
    from 20 curl -sS -m 10 smtp://198.51.100.67:25 --mail-from a@b --mail-rcpt c@d.example -T "$work/mail"
}
ok "a mail before" mail
ok "a half-open scan" from 60 nmap -n -Pn -sS -p 25,80,81,1080,3128,8080 198.51.100.66
ok "SYNs from elsewhere" from 30 python3 "$net/syns.py" "$mac"
ok "a mail afterwards" mail
ok "the honeypot ends well" stop
ok "every mail is there, and whole" complete 2

# The wire's own count, by source, address and port; without the connections' SYNs.
scans_are_the_syns() {
    python3 "$net/scans_are_the_syns.py" "$work/sent.pcap" "$work/rows"
}
ok "scans.csv counts every SYN that led to no connection, and no other" scans_are_the_syns
ok "the records are those of the saved packets, replayed" same_when_replayed
over_rate() {
    cat "$work/log"
    [ "$(awk '/SYNs not answered/ { print $1 }' "$work/log")" -gt 200 ]
}
ok "most of a hasty source's SYNs were not answered" over_rate
done_testing
