#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The honeypot's interface goes down and up, and is removed and made anew: answers go on.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs curl

ask() {
    from 10 curl -sS -m 8 -o /dev/null -x http://198.51.100.65:8080 http://x.example/
}
came_again() { # times
    [ "$(grep -c 'packets come again' "$work/log")" -ge "$1" ]
}
come_again() { # times
    eventually 20 came_again "$1" && return
    cat "$work/log"
    return 1
}
make_anew() {
    ip -n "$honeypot" link del h0
    sleep 2
    ip -n "$attacker" link add a0 type veth peer name h0 netns "$honeypot"
    ip -n "$attacker" addr add 198.51.100.1/24 dev a0
    ip -n "$attacker" link set a0 up
    ip -n "$honeypot" link set h0 up
}

start --arp --address 198.51.100.64/28
ok "it answers" ask
ip -n "$honeypot" link set h0 down
sleep 2
ip -n "$honeypot" link set h0 up
ok "down and up: it says so" come_again 1
ok "down and up: it answers" ask
make_anew
ok "removed and made anew: it says so" come_again 2
ok "removed and made anew: it answers" ask
ok "the honeypot ends well" stop
ok "all three are recorded" equal "$(column requests accepted | xargs)" "1 1 1"

rm -rf "$work/pcap"
start --arp --address 198.51.100.64/28
ok "it answers" ask
sleep 1.5
removed_at_the_end() {
    kill -STOP "$responder"
    rm -rf "$work/pcap"
    kill -INT "$responder"
    ends CONT 1 10 && grep -q 'has been removed while it was written: its [1-9]' "$work/log"
}
ok "a saved pcap that is removed in the last second is told, with code 1" removed_at_the_end
done_testing
