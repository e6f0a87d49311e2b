#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# potsherd doctor: each complaint that a veth can have ends when the very command is run
# that it prints; what it says of the firewall is what `answer` then meets; ranks, exit code and JSON.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs curl ethtool nft python3

# A clock as $CLOCK says (result, status, maxerror), synchronised without, where a compiler is: then a
# well host is exit code 0.
cat >"$work/clock.c" <<'EOP'
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timex.h>
int adjtimex(struct timex *t)
{
    int result = 0;

    if (getenv("CLOCK"))
        sscanf(getenv("CLOCK"), "%d %d %ld", &result, &t->status, &t->maxerror);
    errno = EPERM;
    return result;
}
EOP
preload=
"${CC:-gcc}" -shared -fPIC -o "$work/clock.so" "$work/clock.c" 2>/dev/null && preload=$work/clock.so

# doctor [OPTION...]: into $work/said; the exit code into $code
doctor() {
    code=0
    ip netns exec "$honeypot" env ${preload:+LD_PRELOAD="$preload"} "$BUILD/potsherd" doctor -i h0 \
        -o "$work/out" "$@" >"$work/said" 2>&1 || code=$?
}
usual() {
    doctor --geo none --address 198.51.100.64/28
}
# says MARK NAME [TEXT]: there is such a line, and TEXT in it
says() {
    cat "$work/said"
    grep -F -- "$(printf '%-5s %-22s' "$1" "$2")" "$work/said" | grep -qF -- "${3:-}"
}
command_for() {
    awk -v head="$(printf '%-5s %-22s' FIX "$1")" \
        'index($0, head) == 1 { on = 1; next } on && sub(/^      > /, "") { print; exit } /^[^ ]/ { on = 0 }' "$work/said"
}
# fixes NAME: what is printed for it, run as it stands, ends it
fixes() {
    local command
    command=$(command_for "$1")
    echo "> $command"
    [ -n "$command" ] && ip netns exec "$honeypot" sh -c "$command" || return 1
    for _ in $(seq 30); do # the carrier comes a moment after the link
        usual
        says ok "$1" >"$work/look" && return
        sleep 0.1
    done
    cat "$work/look"
    return 1
}
# counted: the last line and the exit code are those of the complaints; JSON says the same
counted() {
    ip netns exec "$honeypot" env ${preload:+LD_PRELOAD="$preload"} "$BUILD/potsherd" doctor -i h0 -o "$work/out" \
        --geo none --address 198.51.100.64/28 --json >"$work/json"
    equal $? "$code" && python3 "$net/doctor_ranks.py" "$work/said" "$work/json" "$code"
}
# ranked NAME HEADING: under which it stands
ranked() {
    cat "$work/said"
    awk -v head="$(printf '%-5s %-22s' FIX "$1")" -v rank="$2:" \
        '/^[a-z].*:$/ { in_it = $0 == rank } index($0, head) == 1 && in_it { found = 1 } END { exit !found }' "$work/said"
}

# --- a wire with all that is wrong ---

ip -n "$honeypot" addr add 198.51.100.70/24 dev h0
ip -n "$honeypot" link set h0 mtu 1400
ip netns exec "$honeypot" ethtool -K h0 gro on gso on rx on tx on tso on >/dev/null 2>&1
ip -n "$honeypot" link set h0 down
usual
names=(link MTU 'receive offload (GRO)' 'send offload (TSO)' 'send offload (GSO)' 'receive checksums'
    'send checksums' "the host's own resets")
for name in "${names[@]}"; do
    ok "$name: to fix" says FIX "$name"
done
ok "... all are counted, the exit code is that of the worst rank" counted
ok "... which is 5" equal "$code" 5
ok "a link that is down will lose data" ranked link 'will lose data'
ok "a short MTU will, too" ranked MTU 'will lose data'
ok "the host's own resets will, too" ranked "the host's own resets" 'will lose data'
ok "offloads could be better" ranked 'receive offload (GRO)' 'could be better'
ok "LRO, which a veth has not, is off" says ok 'receive offload (LRO)'

# One command may end two complaints (tx off ends tso, too): all commands are of the first look.
cp "$work/said" "$work/first"
for name in "${names[@]}"; do
    cp "$work/first" "$work/said"
    ok "$name: the command fixes it" fixes "$name"
done
for name in "${names[@]}"; do
    ok "$name: still well at the end" says ok "$name"
done
ok "the count and the exit code agree" counted
if [ -n "$preload" ]; then
    well() {
        cat "$work/said"
        equal "$(tail -n 1 "$work/said") $code" "nothing to fix 0"
    }
    ok "with a clock that is synchronised nothing is left, exit code 0" well
else
    ok "exit code 0 # SKIP no compiler for a clock that is synchronised" true
fi

# --- the clock, a link that comes up ---

clock() { # CLOCK's value, the mark, the text
    CLOCK=$1 usual
    says "$2" clock "$3"
}
if [ -n "$preload" ]; then
    ok "a clock of which the kernel says that it is wrong" clock '5 64 16000000' FIX 'not synchronised'
    ok "... could be better, exit code 3" ranked clock 'could be better'
    ok "... exit code 3" equal "$code" 3
    ok "a clock that nobody disciplines" clock '0 64 16000000' FIX 'not synchronised'
    ok "a clock that is synchronised" clock '0 1 4000' ok 'synchronised, within 4 ms'
    ok "a clock that was set long ago" clock '0 1 2500000' FIX 'within 2500 ms'
    ok "a clock that cannot be asked" clock '-1 0 0' '?' 'not permitted'
else
    ok "the clock # SKIP no compiler for one" true
fi
# The kernel says so a moment later.
no_carrier() {
    ! ip -n "$honeypot" link show dev h0 | grep -q LOWER_UP
}
unplug() {
    ip -n "$attacker" link set a0 down
    eventually 10 no_carrier
}
comes_up() {
    unplug
    { sleep 1; ip -n "$attacker" link set a0 up; } &
    usual
    wait $!
    says ok link 'up, after' && grep -q 'h0 is up without a carrier: waiting for it, 5 seconds at most' "$work/said"
}
ok "a link that comes up is waited for, which is said" comes_up
stays_down() {
    local began
    unplug
    began=$SECONDS
    usual
    ip -n "$attacker" link set a0 up
    [ $((SECONDS - began)) -lt 20 ] && says FIX link 'no carrier, after 5 s'
}
ok "... not for ever" stays_down
usual

# --- the firewall table, as loaded by hand ---

printf 'From: a\r\n\r\nb\r\n' >"$work/mail"
mail() {
    from 20 curl -sS -m 10 -x socks5h://198.51.100.70:1080 smtp://mx.example:25 --mail-from a@b \
        --mail-rcpt c@d.example -T "$work/mail"
}
start --address 198.51.100.64/28
ok "mail arrives at an address of the host, without --firewall" mail
ok "the honeypot ends well" stop
other() {
    ip -n "$honeypot" addr add 198.51.100.90/24 dev h0
    doctor --geo none --address 198.51.100.80/28
    says FIX "the host's own resets" 198.51.100.90
}
ok "a table for other addresses is none" other
both() {
    doctor --geo none --address 198.51.100.64/28 --address 198.51.100.80/28
    says FIX "the host's own resets" 198.51.100.90 &&
        ip netns exec "$honeypot" sh -c "$(command_for "the host's own resets")" &&
        doctor --geo none --address 198.51.100.64/28 --address 198.51.100.80/28 &&
        says ok "the host's own resets" &&
        doctor --geo none --address 198.51.100.90 && says ok "the host's own resets" 198.51.100.90
}
ok "two prefixes, which nftables joins, are fixed by one command" both
six() {
    ip netns exec "$honeypot" sysctl -qw net.ipv6.conf.h0.disable_ipv6=0
    ip -n "$honeypot" addr add 2001:db8:1::41/64 dev h0 nodad
    doctor --geo none --address 2001:db8:1::40/124
    says FIX "the host's own resets" 2001:db8:1::41 &&
        ip netns exec "$honeypot" sh -c "$(command_for "the host's own resets")" &&
        doctor --geo none --address 2001:db8:1::40/124 && says ok "the host's own resets" 2001:db8:1::41
}
ok "... and an IPv6 address" six
foreign() {
    doctor --geo none --address 192.0.2.0/28
    says ok "the host's own resets" none
}
ok "addresses that the host has not need no table" foreign
unasked() {
    ip netns exec "$honeypot" nft delete table inet potsherd
    doctor --geo none
    ! says '' "the host's own resets" && ! grep -q 'own resets' "$work/said"
}
ok "without --address nothing is said of it" unasked
bad() {
    doctor --geo none --address 192.0.2.300
    cat "$work/said"
    [ "$code" = 2 ] && grep -q -- '--address 192.0.2.300: ' "$work/said"
}
ok "a bad address is wrong usage" bad

# --- promiscuous mode, databases ---

off() {
    doctor --geo none
    says ok 'promiscuous mode' off
}
ok "promiscuous mode: off" off
ip netns exec "$honeypot" tcpdump -i h0 -w - 2>"$work/dump" >/dev/null & # by name it would get another owner
dump=$!
for _ in $(seq 50); do
    grep -q 'listening on' "$work/dump" && break
    sleep 0.1
done
on() {
    doctor --geo none
    says ok 'promiscuous mode' on
}
ok "... on while a capture runs" on
kill $dump
wait $dump 2>/dev/null
no_database() {
    doctor --geo "$work/nosuch.mmdb"
    says FIX geolocation "$work/nosuch.mmdb" && [ "$code" = 5 ]
}
ok "a database that is not there is to fix" no_database
if [ -d /var/lib/GeoIP ] || [ -d /usr/share/GeoIP ] || [ -d /usr/local/share/GeoIP ]; then
    ok "no databases # SKIP this host has some" true
else
    none_found() {
        doctor
        says FIX geolocation 'no databases' && grep -q 'never fetches any' "$work/said" &&
            command_for geolocation | grep -qF 'https://download.db-ip.com/free/dbip-' &&
            bash -n <(command_for geolocation)
    }
    ok "no databases: what gets them is told" none_found
fi
done_testing
