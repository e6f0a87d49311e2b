#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time limit: 2400 s
# What days bring: segments that are compressed, old ones that make room, a row of counts
# each minute, and an end that comes before all packets were looked at. What was sent, told
# by tcpdump and by the maker of the captures, is what each of them is held to.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3 zstd
wire_for_watching
minutes= # who watches all the time
mirror=
trap '[ -z "$minutes$mirror" ] || kill -KILL $minutes $mirror 2>/dev/null; cleanup' EXIT

for n in 1 2 3 4 5 6 7 8 9; do # no connection comes twice
    "$BUILD/tools/mkpcap" --seed 3$n --conversations $((100 * (1 + n % 3))) --mix half --recipients 3 --scan 20 \
        --truth "$work/truth$n" "$work/made$n.pcap"
done
"$BUILD/tools/mkpcap" --seed 40 --conversations 1 --scan 150000 "$work/many.pcap"
send() {
    from 60 tcpreplay -q -i a0 --pps "${2:-5000}" "$work/made$1.pcap" >/dev/null
    echo "$1" >>"$work/sent"
}
sum() { # COLUMN [DIR]: over the rows of stats
    python3 "$net/column_sum.py" "${2:-$work/out}" "$1"
}
# --- one that watches through all of it, for the minutes ---
mkdir -m 777 "$work/metrics"
ip netns exec "$honeypot" tcpdump -i h0 -U -s 64 -B 32768 --time-stamp-precision=micro -w "$work/all.pcap" 2>"$work/tcpdump" &
watchers+=($!)
ip netns exec "$honeypot" "$BUILD/potsherd" watch -i h0 -o "$work/minutes" --metrics "$work/metrics/potsherd.prom" \
    >"$work/minutes.log" 2>&1 &
minutes=$!
ok "one watches all the time" eventually 10 grep -q 'listening on' "$work/minutes.log"
begun=$(date +%s)
: >"$work/sent"

# --- compressed segments ---

# stop, but for the one that sees it all
end() {
    ends INT 0
}
# Every file's rows, unpacked by zstd, as $work/rows/NAME.csv, and all is CSV.
unpack() {
    python3 "$net/unpack.py" "$work/out" "$work/rows" "$@"
}
# The report of the compressed folder is that of its files unpacked, and tells the mails sent.
same_report() {
    rm -rf "$work/plain" "$work/report" "$work/report.plain"
    cp -r "$work/out" "$work/plain" && zstd -dq --rm "$work"/plain/*.zst || return 1
    "$BUILD/potsherd" report --format csv -o "$work/report" "$work/out" &&
        "$BUILD/potsherd" report --format csv -o "$work/report.plain" "$work/plain" || return 1
    diff -r "$work/report" "$work/report.plain" || return 1
    "$BUILD/potsherd" report "$work/out" | tee "$work/report.txt"
    equal "$(sed -n 's/^ *Emails captured  *\([0-9,]*\)$/\1/p' "$work/report.txt" | tr -d ,)" "$1"
}
# compressed TITLE FIRST SECOND
compressed() {
    ok "$1: it ends well" end
    ok "$1: only whole tables, in several segments, each packed" unpack 2
    ok "$1: the mails are those that were sent" mails "$2" "$3"
    ok "$1: all rows are those that were sent" same_as_file "$work/made$2.pcap" "$work/made$3.pcap"
    ok "$1: they can be reported" same_report "$(cat "$work/truth$2" "$work/truth$3" | grep -c ^mail)"
}
for jobs in 1 2; do
    watch --compress zstd --segment-interval 1 --jobs $jobs
    send $((2 * jobs))
    sleep 1.2
    send $((2 * jobs + 1))
    sleep 1
    compressed "compressed, $jobs" $((2 * jobs)) $((2 * jobs + 1))
done
# What an earlier run left as it was is compressed, too.
watch
send 6
sleep 1
ok "not compressed: it ends well" end
plain() {
    ls "$work/out"
    [ "$(find "$work/out" -name 'emails-*.csv' | wc -l)" = 1 ] && [ -z "$(find "$work/out" -name '*.zst')" ]
}
ok "not compressed: it is not" plain
watch_on --compress zstd
send 7
sleep 1
compressed "compressed from now on" 6 7

# --- old segments make room ---

# put DIR NAME HOURS BYTES [SINCE]: a file that began so long ago, and was last written to then, too,
# or SINCE
put() {
    local stamp
    stamp=$(date -u -d "-$3 hours" +%Y%m%dT%H%M%SZ)
    head -c "$4" /dev/zero >"$work/$1/${2/STAMP/$stamp}"
    touch -d "${5:--$3 hours}" "$work/$1/${2/STAMP/$stamp}"
}
listing() {
    (cd "$work" && find out pcap -mindepth 1 | sort)
}
rm -rf "$work/out" "$work/pcap"
mkdir -p "$work/out" "$work/pcap"
chown nobody "$work/out" "$work/pcap" # who it becomes
for hours in 25 72 9000; do
    for name in connections-STAMP.csv emails-STAMP.csv.zst requests-STAMP.csv.gz stats-STAMP.csv payloads-STAMP.mbox \
        first_bytes-STAMP.csv audit-STAMP.log; do
        put out $name $hours 100
    done
    for name in watch-STAMP.pcap watch.3-STAMP.pcap watch-STAMP-1.pcap answer-STAMP.pcap; do
        put pcap $name $hours 100
    done
done
listing >"$work/old"
put out connections-STAMP.csv 8000 100 '-23 hours'
put out emails-STAMP.csv.zst 8000 100 '-23 hours'
put out payloads-STAMP.mbox 8000 100 '-23 hours'
put pcap watch-STAMP.pcap 8000 100 '-23 hours'
others() {
    put out notes-STAMP.csv 9000 100 2001-01-01
    put out connections-STAMP.csv.bak 9000 100 2001-01-01
    put out sensors.csv 9000 100 2001-01-01
    put out audit.log 9000 100 2001-01-01
    put out "my connections-STAMP.csv" 9000 100 2001-01-01
    put out connections-20010101.csv 9000 100 2001-01-01
    put out connections-STAMP.json 9000 10000000 2001-01-01
    put pcap trace-STAMP.pcap 9000 10000000 2001-01-01
    put pcap watch-STAMP.pcapng 9000 100 2001-01-01
    mkdir -p "$work/out/requests-20010101T000000Z.csv"
    ln -sf sensors.csv "$work/out/emails-20010101T000000Z.csv"
}
others
listing | grep -vxFf "$work/old" >"$work/young"
kept() { # those that stand in the file are there, and besides only what the run itself writes
    listing | grep -vE "$(date -u +%Y%m%d)T.*\.part$" | diff - "$1"
}
removals() {
    sed -n 's/^potsherd: //; s/^\(.*\): removed, \([0-9]*\) bytes: \(.*\)$/\1 \2 \3/p' "$work/log" | sed "s,^$work/,,"
}
watch_on --keep 1
ok "--keep: what is older than a day goes" eventually 5 kept "$work/young"
told() {
    removals | tee /dev/stderr | sort | diff - <(sed 's/$/ 100 older than 1 day/' "$work/old" | sort)
}
ok "--keep: each removal is told, with size and reason" told
oldest_first() {
    removals | sed 's/.*-\([0-9]*T[0-9]*Z\).*/\1/' | tee /dev/stderr | sort -c
}
ok "--keep: the oldest goes first" oldest_first
counted() { # FILES BYTES
    grep removed "$work/log" | tail -n 1
    grep -q "^  removed  *$1 finished files, $2 bytes" "$work/log"
}
ok "--keep: it ends well" end
ok "--keep: what went is counted" counted "$(wc -l <"$work/old")" $((100 * $(wc -l <"$work/old")))

rm -rf "$work/out" "$work/pcap" "$work/mirror"
mkdir -p "$work/out" "$work/pcap" "$work/mirror/out" "$work/mirror/pcap"
chown nobody "$work/out" "$work/pcap"
others
listing >"$work/foreign"
for hours in 30 20 15 10 5; do
    put out payloads-STAMP.csv $hours 1000000
    put pcap watch-STAMP.pcap $((hours - 1)) 1000000
done
# every finished file that there ever was has a second name here
(
    while :; do
        for file in "$work"/out/*Z.csv "$work"/pcap/watch*Z.pcap; do
            file=${file#"$work"/}
            [ -L "$work/$file" ] || [ -d "$work/$file" ] || ln "$work/$file" "$work/mirror/$file" 2>/dev/null
        done
        sleep 0.1
    done
) &
mirror=$!
sleep 0.5
watch_on --max-disk 5500K --segment-interval 1
five_left() {
    removals
    ls -l "$work/out" "$work/pcap"
    equal "$(removals | wc -l)" 5 &&
        equal "$(find "$work/out" "$work/pcap" -size 1000000c | sed 's/.*-\([0-9T]*Z\).*/\1/' | sort | head -n 1 | cut -c 1-11)" \
            "$(date -u -d '-14 hours' +%Y%m%dT%H)"
}
ok "--max-disk: only so many are left" eventually 5 five_left
put out emails-STAMP.csv.part 40 500000
put out payloads-STAMP.mbox.part 40 500000
put pcap watch-STAMP.pcap.part 40 500000
(cd "$work" && find out pcap -name '*.part' -size 500000c) >"$work/unfinished"
send 8
sleep 1
send 9
sleep 21
in_order() {
    local code=0
    end || code=1
    python3 "$net/in_order.py" "$work" 5632000 "$code"
}
ok "--max-disk: the oldest go, no more than have to, nobody else's and nothing unfinished" in_order
kill "$mirror"
wait "$mirror" 2>/dev/null
mirror=
gone() {
    counted "$(removals | wc -l)" "$(removals | awk '{ n += $2 } END { print n }')"
}
ok "--max-disk: what went is counted" gone

# --- a row each minute ---
while [ $(($(date +%s) / 60)) -lt $((begun / 60 + 2)) ]; do
    sleep 0.5
done
send 1
sleep 2
minute_code=0
kill -TERM "$minutes"
wait "$minutes" || minute_code=$?
minutes=
sleep 1
kill "${watchers[@]}"
wait "${watchers[@]}" 2>/dev/null
watchers=()
ok "minutes: it ends well" equal "$minute_code" 0
rows_add_up() {
    cat "$work/tcpdump"
    grep -q '^0 packets dropped by kernel' "$work/tcpdump" || return 1
    python3 "$net/minutes.py" "$work" "$begun"
}
ok "minutes: a row each, and what they sum to is what was sent, the summary and the metrics" rows_add_up

# --- an end before all was looked at ---
jobs_of() { # the writer is started last
    tr ' ' '\n' <"/proc/$responder/task/$responder/children" | grep . | head -n -1
}
# Who reads is held up, so that the ring fills; and in the second case once more while it
# reads what the ring holds, for longer than it gives itself.
count=$(packets "$work/many.pcap")
unread() { # HELD-UP-AGAIN OPTION...
    local again=$1 all
    shift
    watch "$@"
    all=$(jobs_of)
    # shellcheck disable=SC2086 # several
    kill -STOP $all
    from 60 tcpreplay -q -i a0 --topspeed "$work/many.pcap" >/dev/null || return 1
    kill -TERM "$responder"
    sleep 0.3
    # shellcheck disable=SC2086
    kill -CONT $all
    if [ "$again" != 0 ]; then
        sleep "$again"
        # shellcheck disable=SC2086
        kill -STOP $all
        sleep 4.5
        # shellcheck disable=SC2086
        kill -CONT $all
    fi
    end
}
# captured, dropped, saved and what was said, against what was sent
adds_up() {
    local saved=0 file
    grep -E 'received|looked at' "$work/log"
    for file in "$work"/pcap/*.pcap; do
        saved=$((saved + $(packets "$file")))
    done
    echo "sent $count received $(sum received) captured $(sum captured) dropped $(sum dropped) saved $saved"
    equal "$(sum received)" "$count" && equal "$(sum captured)" "$saved" &&
        equal "$(($(sum captured) + $(sum dropped)))" "$count" && [ "$(sum dropped)" -gt 0 ] && [ "$saved" -gt 0 ] &&
        grep -q "^  received  *$count packets: $saved captured, $((count - saved)) LOST" "$work/log"
}
left_unread() {
    adds_up && equal "$(sed -n 's/.*[^0-9]\([0-9]*\) packets were not looked at any more.*/\1/p' "$work/log" |
        awk '{ n += $1 } END { print n }')" "$(sum dropped)"
}
for jobs in 1 2; do
    ok "a small ring, $jobs: it ends well" unread 0 --ring 2M --jobs $jobs
    ok "a small ring, $jobs: captured and dropped are what was sent" adds_up
    ok "held up at the end, $jobs: it ends well" unread 0.02 --jobs $jobs
    ok "held up at the end, $jobs: captured and dropped are what was sent, and it says so" left_unread
done
done_testing
