#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A tap: each direction of the wire on an interface of its own, shared among several jobs.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3
wire_for_watching
second_wire

conversations=100
"$BUILD/tools/mkpcap" --conversations $conversations --mix half --recipients 2 --scan 50 "$work/made.pcap"
split_directions "$work/made.pcap"
tap() {
    from 60 tcpreplay -q -i a0 -I a1 --dualfile --pps 2000 "$work/there.pcap" "$work/back.pcap"
}

# Both directions of a connection have to come to the same one of the jobs: in whatever order
# they start, and in whatever order the interfaces come back.
for down in "" "" "" "h1" "h0 h1"; do
    title="a tap and four jobs${down:+, $down down and up}"
    watch -i h1 --jobs 4 --ring 4M
    for end in $down; do
        ip -n "$honeypot" link set "$end" down
    done
    [ -z "$down" ] || sleep 1.5
    for end in $down; do
        ip -n "$honeypot" link set "$end" up
    done
    [ -z "$down" ] || sleep 2.2
    ok "$title: replayed" tap
    ok "$title: all of it is heard" saved "$(packets "$work/made.pcap")"
    ok "$title: it ends well" stop
    ok "$title: the rows are the file's" same_as_file "$work/made.pcap"
done

# Who is process 3 of its container is so in others, too.
same_number() {
    ip netns exec "$honeypot" unshare --pid --fork --kill-child "$BUILD/potsherd" watch -i h0 \
        -o "$work/$1" --jobs 2 --ring 4M >"$work/$1.log" 2>&1 &
    watchers+=($!)
    eventually 20 grep -q 'listening on' "$work/$1.log" && return
    cat "$work/$1.log"
    return 1
}
all_of_it() {
    local run n
    for run in one other; do
        n=$(tail -qn +2 "$work/$run"/emails-*.csv | wc -l)
        equal "$run: $n" "$run: $conversations" || return 1
    done
}
ok "two listeners with jobs: one is there" same_number one
ok "two listeners with jobs: and the other" same_number other
ok "two listeners with jobs: replayed" from 60 tcpreplay -q -i a0 --pps 20000 "$work/made.pcap"
sleep 2
for pid in "${watchers[@]}"; do
    pkill -TERM -P "$pid"
    wait "$pid"
done
watchers=()
ok "two listeners with jobs: each has every mail" all_of_it

# What the card lost is counted once, not by each job.
echo 1000 >"$work/missed"
rm -rf "$work/out" "$work/log"
# shellcheck disable=SC2016 # for that shell to expand
ip netns exec "$honeypot" unshare --mount sh -c '
    mount --bind "$1" /sys/class/net/h0/statistics/rx_missed_errors
    exec "$2" watch -i h0 -o "$3" --jobs 3 --ring 1M' sh "$work/missed" "$BUILD/potsherd" "$work/out" \
    >"$work/log" 2>&1 &
responder=$!
eventually 20 grep -q 'listening on' "$work/log"
echo 1007 >"$work/missed"
sleep 1.2
ok "the interface's losses: it ends well" stop
lost() {
    equal "$(column stats interface_dropped | awk '{ n += $1 } END { print n }')" 7
}
ok "the interface's losses are counted once" lost
done_testing
