#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Who looks for open proxies and relays finds them, and no scan does harm.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs nmap curl python3

ip netns exec "$attacker" python3 "$net/dns.py" &
dns=$!
watch_wire
start --arp --address 198.51.100.64/28 --syn-rate 0

script() {
    from 120 nmap -n -Pn --dns-servers 198.51.100.1 -p "$1" --script "$2" 198.51.100.65 >"$work/nmap"
    cat "$work/nmap"
    grep -q "$3" "$work/nmap"
}
ok "nmap http-open-proxy: open, CONNECT works" script 8080 http-open-proxy 'Methods supported:.*CONNECTION'
ok "nmap http-open-proxy: open on 3128" script 3128 http-open-proxy 'Potentially OPEN proxy'
ok "nmap socks-open-proxy: open" script 1080 socks-open-proxy 'status: open'
ok "nmap smtp-open-relay: open" script 25 smtp-open-relay 'Server is an open relay'
kill "$dns"
ok "nmap -sS" from 120 nmap -n -Pn -sS -p 1-4500 198.51.100.66
open_ports() {
    from 60 nmap -n -Pn -sT -p 25,80,81,1080,3127,3128,3382,4480,6588,8000,8080 -oG - 198.51.100.67 >"$work/nmap"
    cat "$work/nmap"
    equal "$(grep -o '/open/' "$work/nmap" | wc -l)" 11
}
ok "nmap -sT finds eleven ports open" open_ports
ok "nmap -O" from 120 nmap -n -Pn -O -p 22,25,80,1080 198.51.100.68
for scan in -sF -sX -sN -sA -sM -sW; do
    ok "nmap $scan" from 120 nmap -n -Pn "$scan" -p 20-30,80,1080 --max-retries 1 198.51.100.69
done
ok "nmap -sV" from 200 nmap -n -Pn -sV --version-intensity 3 -p 25,1080,8080 198.51.100.70
printf 'From: a\r\n\r\nb\r\n' >"$work/mail"
ok "mail is still taken" from 20 curl -sS smtp://198.51.100.67:25 --mail-from a@b --mail-rcpt c@d.example -T "$work/mail"
ok "the honeypot ends well" stop
ok "the records are those of the saved packets, replayed" same_when_replayed
ok "the wire carries answers to the client, all audited, and nothing else" wire_is_audited
done_testing
