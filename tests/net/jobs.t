#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Several processes as one program: started twice, hung, killed, stopped while they start.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3
wire_for_watching

"$BUILD/tools/mkpcap" --conversations 400 --mix half --recipients 2 "$work/made.pcap"
send() {
    from 30 tcpreplay -q -i a0 --pps "${1:-20000}" "$work/made.pcap" >/dev/null
}
# run_on ARGUMENTS...: potsherd watch on h0 to its end, at most 30 s; what it says is in $work/said
run_on() {
    code=0
    ip netns exec "$honeypot" timeout -k 1 30 "$BUILD/potsherd" watch -i h0 "$@" >"$work/said" 2>&1 || code=$?
    cat "$work/said"
}
said_once() {
    equal "$(grep -cE "$1" "${2:-$work/said}")" 1
}

# --- started twice ---
watch --jobs 2 --ports all
send 300 &
sleep 1.5
captures() {
    (cd "$work/pcap" && echo *)
}
twice() {
    local before
    before=$(captures)
    run_on -o "$work/out" --save-pcap "$work/pcap" --jobs 2 --ports all
    equal "$code" 1 && said_once 'another potsherd writes there' && equal "$(captures)" "$before"
}
ok "a second one is refused before its jobs save a packet" twice
wait $!
ok "... and the first one ends well" stop

done_testing
