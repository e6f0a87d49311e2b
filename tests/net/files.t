#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The live commands write for owner and group only, whatever the umask: records, packets,
# the honeypot's own files, and the folders that are made. The file of --metrics is for
# everybody.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs curl tcpreplay
"$BUILD/tools/mkpcap" --conversations 5 "$work/made.pcap"

# In $work/out and $work/pcap; the folders are the user's.
modes_are_well() {
    find "$work/out" "$work/pcap" -printf '%y %m %u %p\n' >"$work/modes"
    [ "$(grep -c '^f' "$work/modes")" -ge "$1" ] && ! grep -vE '^(f 640 |d 750 nobody )' "$work/modes"
}

metrics_are_well() {
    [ "$(stat -c '%a %U' "$work/metrics/file.prom")" = '644 nobody' ]
}

mkdir "$work/metrics"
chown nobody "$work/metrics"
for mask in 000 077; do
    umask $mask
    rm -rf "$work/out" "$work/pcap"
    start -a 198.51.100.64/28 --arp --payload mbox --metrics "$work/metrics/file.prom"
    ok "umask $mask: a request is answered" from 10 curl -s -o /dev/null http://198.51.100.65:8080/
    ok "umask $mask: answer ends well" stop
    ok "umask $mask: what answer wrote" modes_are_well 5
    ok "umask $mask: its metrics" metrics_are_well
    watch --payload mbox --compress zstd --metrics "$work/metrics/file.prom"
    from 60 tcpreplay -q -i a0 --pps 20000 "$work/made.pcap" >/dev/null 2>&1
    sleep 1
    ok "umask $mask: watch ends well" stop
    ok "umask $mask: what watch wrote" modes_are_well 6
    ok "umask $mask: its metrics" metrics_are_well
    watch --jobs 2
    from 60 tcpreplay -q -i a0 --pps 20000 "$work/made.pcap" >/dev/null 2>&1
    sleep 1
    ok "umask $mask: watch with jobs ends well" stop
    ok "umask $mask: what watch wrote with jobs" modes_are_well 6
done
done_testing
