#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A disk that fills to the last byte and has room again: recording pauses, says so, counts
# what it could not write, and goes on; rows on the disk and rows that were not written
# are together what a run without limits writes, and every file stays valid.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3
wire_for_watching
mkdir "$work/disk"
trap 'umount -l "$work/disk" 2>/dev/null; cleanup' EXIT

for seed in 1 2 3; do
    "$BUILD/tools/mkpcap" --seed $seed --conversations 150 --mix half --recipients 3 --scan 50 "$work/small$seed.pcap"
    "$BUILD/tools/mkpcap" --seed $seed --conversations 4 --concurrent 4 --mix half --recipients 2 --body 1600000 \
        "$work/big$seed.pcap"
done

# new_disk BYTES
new_disk() {
    umount "$work/disk" 2>/dev/null
    mount -t tmpfs -o "size=$1,mode=755" tmpfs "$work/disk"
}
listen() {
    rm -f "$work/log"
    ip netns exec "$honeypot" "$BUILD/potsherd" watch -i h0 -o "$work/disk/out" --save-pcap "$work/disk/pcap" \
        --ports all "$@" >"$work/log" 2>&1 &
    responder=$!
    for _ in $(seq 100); do
        grep -q 'listening on' "$work/log" && break
        sleep 0.1
    done
}
send() {
    from 60 tcpreplay -q -i a0 --pps 10000 "$work/$1.pcap" >/dev/null
}
fill() {
    head -c 1G /dev/zero >"$work/disk/filler" 2>/dev/null
    [ "$(df --output=avail "$work/disk" | tail -n 1 | xargs)" = 0 ]
}
wanted() { # FILE: what a run without limits writes
    [ -d "$work/want/$1" ] || { mkdir -p "$work/want" && "$BUILD/potsherd" replay -q -o "$work/want/$1" "$work/$1.pcap"; }
}
count() { # KIND FOLDER
    find "$2" -name "$1*.csv*" -exec tail -q -n +2 {} + | wc -l
}
# From the worker to the writer, from the writer to the disk: a second each, or more where others
# want the processors, too.
arrived() { # FILE: all rows about its messages
    local kind missing
    for _ in $(seq 300); do
        missing=
        for kind in emails recipients urls requests connections; do
            [ "$(count "$kind" "$work/disk/out")" -ge "$(count "$kind" "$work/want/$1")" ] || missing=$kind
        done
        [ "$missing" ] || return 0
        sleep 0.1
    done
    echo "# $missing: rows are missing"
    return 1
}
# accounted FILE...: all rows and packets of these, sent one after the other
accounted() {
    local file
    for file; do
        wanted "$file" || return 1
    done
    cat "$work/log"
    python3 "$net/disk_accounted.py" "$work" "$@"
}

# with_filler TITLE KIND OPTION...
with_filler() {
    local title=$1 kind=$2
    shift 2
    wanted "${kind}1"
    new_disk 48M
    listen "$@"
    send "${kind}1"
    ok "$title: what comes before is written" arrived "${kind}1"
    ok "$title: the disk is full" fill
    send "${kind}2"
    sleep 1.5
    rm "$work/disk/filler"
    sleep 1.2
    send "${kind}3"
    ok "$title: it ends, with code 1" ends INT 1
    ok "$title: everything is accounted for" accounted "${kind}1" "${kind}2" "${kind}3"
}
with_filler "one job" small
with_filler "two jobs" small --jobs 2
with_filler "mbox" small --payload mbox
with_filler "long messages" big
with_filler "long messages, two jobs" big --jobs 2
with_filler "long messages, mbox" big --payload mbox

# The records themselves fill it, and it ends while it is full.
for jobs in 1 2; do
    new_disk 1M
    listen --jobs $jobs
    send small1
    sleep 1
    touch "$work/disk/filler" # nobody makes room
    send small2
    ok "full to the end, $jobs: it ends, with code 1" ends INT 1
    ok "full to the end, $jobs: everything is accounted for" accounted small1 small2
done
done_testing
