#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the kernel's filter cannot do is done here, and counted: whatever happens, packets
# received are those captured, dropped and filtered, and none is said to be lost that was not.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3
wire_for_watching

conversations=100
"$BUILD/tools/mkpcap" --conversations $conversations --mix half --recipients 2 --scan 50 "$work/made.pcap"
on_odd_port "$work/made.pcap" "$work/odd.pcap"
sent=$(tcpdump -r "$work/made.pcap" -n 2>/dev/null | wc -l)
send() {
    from 30 tcpreplay -q -i a0 --pps 10000 "$work/odd.pcap" && from 30 tcpreplay -q -i a0 --pps 5000 "$work/made.pcap"
}
# counts CAPTURED FILTERED: over the run, and nothing is lost
counts() {
    python3 "$net/counts.py" "$work/rows/stats.csv" "$@"
}
says() {
    cat "$work/log"
    grep -q "$1" "$work/log"
}
silent() {
    cat "$work/log"
    ! grep -q "filter" "$work/log"
}
# seen TITLE CAPTURED FILTERED
seen() {
    ok "$1: replayed" send
    ok "$1: all of it is heard" saved "$2"
    ok "$1: it ends well" stop
    ok "$1: the rows are the file's" same_as_file "$work/made.pcap"
    ok "$1: every packet is accounted for" counts "$2" "$3"
}

watch --ring 4M -f ' '
seen "the filter" "$sent" 0
ok "the filter: there is nothing to say of it" silent

# what Debian 12 has
if ip netns exec "$honeypot" sysctl -qw net.core.optmem_max=20480 2>/dev/null; then
    ip netns exec "$honeypot" "$BUILD/potsherd" doctor -i h0 -o "$work/out" >"$work/doctor" 2>&1
    doctor() {
        cat "$work/doctor"
        grep -q 'FIX.*room for the filter' "$work/doctor" || return 1
        ip netns exec "$honeypot" sh -c "$(sed -n 's/^      > \(sysctl .*\)/\1/p' "$work/doctor")" || return 1
        ip netns exec "$honeypot" "$BUILD/potsherd" doctor -i h0 -o "$work/out" | grep -q 'ok .*room for the filter'
    }
    for jobs in 1 2; do
        watch --ring 4M --jobs $jobs
        seen "little memory for filters, $jobs jobs" "$sent" 0
        ok "little memory for filters, $jobs jobs: it says so, once" equal "$(grep -c optmem_max "$work/log")" 1
    done
    ok "little memory for filters: doctor knows, and what it says fixes it" doctor
    watch --ring 4M
    ok "... so that there is room" silent
    stop

    # a filter that the kernel has no room for, however short ours is
    ip netns exec "$honeypot" sysctl -qw net.core.optmem_max=3000
    many=$(seq -s ' or ' -f 'port %g' 20000 3 20150)
    for jobs in 1 2; do
        watch --ring 4M --jobs $jobs -f "$many or tcp"
        seen "a filter too long, $jobs jobs" "$sent" "$sent"
        ok "a filter too long, $jobs jobs: it says so" says 'the kernel does not take the filter'
    done
    ip netns exec "$honeypot" sysctl -qw net.core.optmem_max=131072
else
    ok "little memory for filters # SKIP one number for the whole machine" true
fi

# cooked frames
rm -rf "$work/out" "$work/pcap" "$work/log"
ip netns exec "$honeypot" "$BUILD/potsherd" watch -i any -o "$work/out" --save-pcap "$work/pcap" --ring 4M >"$work/log" 2>&1 &
responder=$!
eventually 20 grep -q 'listening on' "$work/log"
seen "-i any" "$sent" 0
ok "-i any: there is nothing to say of the filter" silent

# ports are taken away while their packets come
grep '^81[[:space:]]' rules/ports.rules >"$work/fewer"
cp rules/ports.rules "$work/ports.rules"
watch --ring 4M --rules "$work/ports.rules"
from 30 tcpreplay -q -i a0 --pps 5000 --loop 4 "$work/made.pcap" >"$work/replayed" 2>&1 &
sender=$!
sleep 1
cp "$work/fewer" "$work/ports.rules"
kill -HUP "$responder"
wait "$sender"
sleep 1
ok "ports less: it ends well" stop
ok "ports less: nothing is lost" equal "$(column stats dropped | sort -u | xargs)" 0
balanced() {
    python3 "$net/balanced.py" "$work/rows/stats.csv"
}
ok "ports less: every packet is accounted for" balanced
done_testing
