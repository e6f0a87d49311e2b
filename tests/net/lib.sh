# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034 # used by those who read this
#
# Two hosts in namespaces of their own, joined by one wire:
#
#   attacker                                      honeypot
#   198.51.100.1, 2001:db8:1::1   a0 ------- h0   no address; answers ARP and ND for
#   real clients run here                         198.51.100.64/28, 2001:db8:1::40/124
#
# Traffic stays inside; all goes away when the test ends.

BUILD=${BUILD:-build}
net=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LC_ALL=C
export LC_ALL
tests=0
failed=0
attacker=ps$$a
honeypot=ps$$h
responder=
watchers=()
recorded=()
mac=

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

cleanup() {
    [ -z "$responder" ] || kill -KILL "$responder" 2>/dev/null
    [ ${#watchers[@]} = 0 ] || kill "${watchers[@]}" 2>/dev/null
    ip netns del "$attacker" 2>/dev/null
    ip netns del "$honeypot" 2>/dev/null
    rm -rf "$work"
}

# A mount namespace of its own holds the names of the network namespaces, and a process
# namespace all that runs: nothing is left behind, even by a test that is killed.
if [ -z "${SANDBOX:-}" ]; then
    why=$("$net/../sandbox" true 2>&1) || skip_all "needs namespaces of its own: $why"
    exec "$net/../sandbox" bash "$0" "$@"
fi

# needs PROGRAM...: or skips all
needs() {
    for program in ip tcpdump "$@"; do
        command -v "$program" >/dev/null || skip_all "$program is not installed"
    done
    [ -x "$BUILD/potsherd" ] || {
        echo "Bail out! $BUILD/potsherd is not built"
        exit 1
    }
    ip netns add "$honeypot" 2>/dev/null && ip netns exec "$honeypot" true 2>/dev/null ||
        skip_all "network namespaces cannot be made and entered here"
    work=$(mktemp -d "${TMPDIR:-/tmp}/net.XXXXXX")
    chmod 755 "$work" # for who the honeypot becomes
    trap cleanup EXIT
    trap 'exit 1' INT TERM
    ip netns add "$attacker"
    ip -n "$attacker" link add a0 type veth peer name h0 netns "$honeypot"
    ip -n "$attacker" addr add 198.51.100.1/24 dev a0
    ip -n "$attacker" addr add 2001:db8:1::1/64 dev a0 nodad
    ip -n "$attacker" link set lo up
    ip -n "$attacker" link set a0 up
    ip -n "$honeypot" link set lo up
    ip netns exec "$honeypot" sysctl -qw net.ipv6.conf.h0.disable_ipv6=1
    ip -n "$honeypot" link set h0 up
    mac=$(ip netns exec "$honeypot" cat /sys/class/net/h0/address)
}

# eventually SECONDS COMMAND...: tried again until it succeeds; false after that time
eventually() {
    local until=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.1
    done
}

# from TIMEOUT COMMAND...: as the attacker
from() {
    local most=$1
    shift
    ip netns exec "$attacker" timeout "$most" "$@"
}

# record NAMESPACE INTERFACE MAC FILE: all frames from that address, into the file
record() {
    ip netns exec "$1" tcpdump -i "$2" --immediate-mode -U -s 200 -B 65536 -w "$4" "ether src $3" 2>/dev/null &
    watchers+=($!)
    recorded+=("$4")
    eventually 20 test -s "$4" # its header: it listens
}

# watch_wire: everything that the honeypot's side sends, into $work/wire.pcap
watch_wire() {
    record "$attacker" a0 "$mac" "$work/wire.pcap"
}

# start [OPTION...]: records go to $work/out, packets to $work/pcap
start() {
    rm -f "$work/log" # or the words of the run before are taken for this one's
    ip netns exec "$honeypot" "$BUILD/potsherd" answer -i h0 -o "$work/out" \
        --save-pcap "$work/pcap" "$@" >"$work/log" 2>&1 &
    responder=$!
    eventually 20 grep -q 'answering on' "$work/log"
}

# wire_for_watching: frames of any length pass a0 and h0, and the kernels are quiet
wire_for_watching() {
    ip -n "$attacker" addr flush dev a0
    for end in "$attacker a0" "$honeypot h0"; do
        ip netns exec "${end% *}" sysctl -qw "net.ipv6.conf.${end#* }.disable_ipv6=1"
        ip -n "${end% *}" link set "${end#* }" mtu 9000
    done
}

# second_wire: a1 ------- h1, like a0 and h0
second_wire() {
    ip -n "$attacker" link add a1 type veth peer name h1 netns "$honeypot"
    ip -n "$attacker" link set a1 mtu 9000 up
    ip -n "$honeypot" link set h1 mtu 9000 up
    for end in "$attacker a1" "$honeypot h1"; do
        ip netns exec "${end% *}" sysctl -qw "net.ipv6.conf.${end#* }.disable_ipv6=1"
    done
}

# split_directions FILE: $work/there.pcap and $work/back.pcap of it, as a tap gives them
split_directions() {
    python3 "$net/split_directions.py" "$1" "$work/there.pcap" "$work/back.pcap"
}

# on_odd_port FILE NEW: all of it, on a port that no rule names
on_odd_port() {
    python3 "$net/on_odd_port.py" "$1" "$2"
}

# rows_but_times FILE: rows without what depends on when the packets came
rows_but_times() {
    python3 "$net/rows_but_times.py" "$1"
}

# same_as_file FILE...: the rows of the captures themselves, but for times; those in $kinds
same_as_file() {
    "$BUILD/potsherd" replay -q --force -o "$work/file" "$@" || return 1
    local file
    for file in ${kinds:-connections requests emails recipients payloads scans}; do
        rows_but_times "$work/file/$file.csv" | sort >"$work/want"
        rows_but_times "$work/rows/$file.csv" | sort >"$work/have"
        [ -s "$work/want" ] || return 1
        cmp "$work/want" "$work/have" || return 1
    done
}

# watch [OPTION...]: potsherd watch on h0, like start; the folders are new
watch() {
    rm -rf "$work/out" "$work/pcap"
    watch_on "$@"
}

# watch_on [OPTION...]: the same, going on in the folders that are there
watch_on() {
    rm -f "$work/log"
    ip netns exec "$honeypot" "$BUILD/potsherd" watch -i h0 -o "$work/out" \
        --save-pcap "$work/pcap" "$@" >"$work/log" 2>&1 &
    responder=$!
    eventually 20 grep -q 'listening on' "$work/log"
}

# packets FILE...: how many; in files that are still being written, too
packets() {
    local file
    for file; do
        tcpdump -r "$file" -n 2>/dev/null
    done | wc -l
}

# saved N: so many packets are in the saved pcaps within a minute, that is: they were heard
saved() {
    eventually 60 saved_now "$1"
}
saved_now() {
    local n
    n=$(packets "$work"/pcap/*.pcap*)
    [ "$n" -ge "$1" ]
}

# stop: orderly; false if the honeypot was not there any more
stop() {
    local code=0
    kill -INT "$responder" || code=1
    wait "$responder" || code=1
    responder=
    join_segments
    if [ ${#watchers[@]} != 0 ]; then
        settled "${recorded[@]}"
        kill "${watchers[@]}"
        wait "${watchers[@]}" 2>/dev/null
        watchers=()
        recorded=()
    fi
    return $code
}

# settled FILE...: they grow no more; what tcpdump has read is in them at once
settled() {
    local before='' now=-
    while [ "$now" != "$before" ]; do
        before=$now
        sleep 0.5
        now=$(stat -c %s "$@" 2>/dev/null)
    done
}

# ends SIGNAL CODE [SECONDS]: asked so, with that exit code; what it said is shown
ends() {
    kill -"$1" "$responder" && has_ended "$2" "${3:-60}"
}

# has_ended CODE SECONDS: the same, by itself; one that takes longer is killed
has_ended() {
    local begun=$SECONDS code=0
    if timeout "$2" tail --pid="$responder" -f /dev/null; then
        wait "$responder" || code=$?
    else
        code=slow
        kill -KILL "$responder"
    fi
    responder=
    cat "$work/log"
    echo "after $((SECONDS - begun)) s"
    equal "$code" "$1"
}

# The segments of a live run as one file each, $work/rows/NAME.csv.
join_segments() {
    local segment name
    rm -rf "$work/rows"
    mkdir "$work/rows"
    for segment in "$work"/out/*-*.csv; do
        name=${segment##*/}
        name=$work/rows/${name%-*}.csv
        [ -e "$name" ] || head -n 1 "$segment" >"$name"
        tail -n +2 "$segment" >>"$name"
    done
}

# ok NAME COMMAND...
ok() {
    local name=$1
    shift
    tests=$((tests + 1))
    if "$@" >"$work/why" 2>&1; then
        echo "ok $tests - $name"
    else
        echo "not ok $tests - $name"
        tail -n 20 "$work/why" | cut -c 1-200 | sed 's/^/# /'
        failed=$((failed + 1))
    fi
}

equal() {
    [ "$1" = "$2" ] || {
        echo "got      '$1'"
        echo "expected '$2'"
        return 1
    }
}

done_testing() {
    echo "1..$tests"
    [ "$failed" = 0 ] || exit 1
    exit 0
}

# column FILE NAME: its values (fields here hold no commas that are not the last column's)
column() {
    python3 "$net/column.py" "$work/rows/$1.csv" "$2"
}

# complete N: so many mails, all whole
complete() {
    equal "$(column emails complete | sort | uniq -c | xargs)" "$1 1"
}

# mails N...: those of $work/truthN, as the captures' maker tells them, and no others
mails() {
    python3 "$net/mails.py" "$work/rows/emails.csv" "${@/#/$work/truth}"
}

# rows_as_live FILE: rows of a replay as a live run writes them, which knows of no capture
rows_as_live() {
    case ${1##*/} in
    connections.csv) sed -E '1!s/,[0-9]+$/,/' "$1" ;;
    *) cat "$1" ;;
    esac
}

# The records of the live run are those of its own packets, replayed.
same_when_replayed() { # [OPTION...]
    "$BUILD/potsherd" replay -q --force --web all "$@" -o "$work/again" "$work"/pcap/*.pcap || return 1
    for f in "$work"/rows/*.csv; do
        case ${f##*/} in stats.csv | first_bytes.csv) continue ;; esac # of live runs only
        "${same_scans:-cmp}" "$f" <(rows_as_live "$work/again/${f##*/}") || return 1
    done
}

# In a flood a live run has less room for counting scans and writes some rows early: what
# they sum to is the same, and all else.
same_when_replayed_in_a_flood() {
    same_scans=cmp_by_sums same_when_replayed
}
cmp_by_sums() {
    if [ "${1##*/}" != scans.csv ]; then
        cmp "$1" "$2"
        return
    fi
    python3 "$net/same_sums.py" "$1" "$2"
}

# wire_is_audited [FILE]: every frame on the wire from the honeypot's side has its line in
# the audit log, and goes to the attacker.
wire_is_audited() {
    python3 "$net/wire_audit.py" "${1:-$work/wire.pcap}" "$work"/out/audit-*.log
}
