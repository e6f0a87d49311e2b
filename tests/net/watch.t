#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A listener on one end of a wire, captures replayed into the other: what it records is
# what replay makes of the same packets, by one job or two, on one interface or two, plain,
# tagged and tunnelled; and every packet is accounted for.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3
wire_for_watching

conversations=400
"$BUILD/tools/mkpcap" --conversations $conversations --mix half --recipients 3 --scan 200 --truth "$work/truth" "$work/made.pcap"

# listened TITLE FILE [OPTION...]: watches while the file is replayed
listened() {
    local title=$1 file=$2
    shift 2
    watch "$@"
    ok "$title: replayed" from 60 tcpreplay -q -i a0 --pps 20000 "$file"
    ok "$title: all of it is heard" saved "$(packets "$file")"
    ok "$title: it ends well" stop
}

# The rows of the packets that were saved, with times; sorted, since several jobs
# write in the order in which they are ready.
same_as_saved() {
    "$BUILD/potsherd" replay -q --force -o "$work/again" "$work"/pcap/*.pcap || return 1
    for f in "$work"/again/*.csv; do
        [ "${f##*/}" != captures.csv ] || continue
        # a live run makes no file before it has a row
        if [ "$(wc -l <"$f")" = 1 ] && [ ! -e "$work/rows/${f##*/}" ]; then continue; fi
        cmp <(rows_as_live "$f" | sort) <(sort "$work/rows/${f##*/}") || return 1
    done
}

# over all rows: all that was sent was received and captured, and nothing dropped; the
# listener makes up the sum at its end, so the sum alone would hold nothing
accounted() {
    python3 "$net/all_captured.py" "$work/rows/stats.csv" "$1"
}

listened "one job" "$work/made.pcap"
ok "one job: the rows are the file's" same_as_file "$work/made.pcap"
ok "one job: the rows are those of its own packets, replayed" same_as_saved
ok "one job: every packet is accounted for" accounted "$(packets "$work/made.pcap")"
ok "one job: every mail is there, and whole" complete $conversations

listened "two jobs" "$work/made.pcap" --jobs 2 --fsync second
ok "two jobs: the rows are the file's" same_as_file "$work/made.pcap"
ok "two jobs: the rows are those of their own packets, replayed" same_as_saved
ok "two jobs: every packet is accounted for" accounted "$(packets "$work/made.pcap")"
both_worked() {
    ls "$work"/pcap
    [ "$(find "$work/pcap" -name '*.pcap' -size +10k | wc -l)" = 2 ]
}
ok "two jobs: both had work" both_worked

# Each direction on an interface of its own, as a tap gives them.
split_directions "$work/made.pcap"
second_wire
watch -i h1
tap() {
    from 60 tcpreplay -q -i a0 -I a1 --dualfile --pps 5000 "$work/there.pcap" "$work/back.pcap"
}
ok "a tap of two interfaces: replayed" tap
ok "a tap of two interfaces: all of it is heard" saved "$(packets "$work/made.pcap")"
ok "a tap of two interfaces: it ends well" stop
ok "a tap of two interfaces: every mail is there, and whole" complete $conversations

# What is no TCP is named, added up over the jobs, as in a replay of what they saved.
python3 "$net/other_protocols.py" "$work/others.pcap"
listened "other protocols" "$work/others.pcap" --ports all --jobs 2
which_were() { # FILE
    grep '^  which were ' "$1"
}
named() {
    "$BUILD/potsherd" replay --force -o "$work/again" "$work"/pcap/*.pcap >"$work/replayed" || return 1
    cmp <(which_were "$work/log") <(which_were "$work/replayed") || return 1
    for what in '300 UDP port 53' '40 EtherType 0x88cc' '7 IP protocol 89'; do
        which_were "$work/log" | grep -F "$what" || return 1
    done
}
ok "other protocols: named, with their number" named
done_testing
