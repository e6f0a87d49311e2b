#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time limit: 1800 s
# What happens in a year: rules change, segments rotate, the interface goes and comes,
# somebody asks how it goes, somebody starts it twice, the machine is shut down.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3
wire_for_watching

for n in "" 2; do
    "$BUILD/tools/mkpcap" --seed "1$n" --conversations 400 --mix half --recipients 2 --scan 20 "$work/made$n.pcap"
    on_odd_port "$work/made$n.pcap" "$work/odd$n.pcap"
done
send() {
    from 30 tcpreplay -q -i a0 --pps "${2:-20000}" "$work/$1.pcap" >/dev/null
}
says() {
    for _ in $(seq 30); do
        grep -q "$1" "$work/log" && return 0
        sleep 0.1
    done
    cat "$work/log"
    return 1
}

# --- rules ---
for jobs in 1 2; do
    cp rules/ports.rules "$work/ports.rules"
    watch --rules "$work/ports.rules" --jobs $jobs
    send odd2
    sleep 1
    echo '12345 http odd' >>"$work/ports.rules"
    kill -HUP "$responder"
    ok "$jobs: SIGHUP reads the rules again" says 'ports.rules read again'
    sleep 0.5
    ok "$jobs: ... and says so once" equal "$(grep -c 'ports.rules' "$work/log")" 1
    send odd
    sleep 0.6
    echo 'nonsense' >>"$work/ports.rules"
    line=$(wc -l <"$work/ports.rules")
    kill -HUP "$responder"
    ok "$jobs: a mistake is told with file and line" says "ports.rules: line $line: 'nonsense'.*previous rules stay"
    send made2
    ok "$jobs: ... once" equal "$(grep -c 'nonsense' "$work/log")" 1
    ok "$jobs: it ends well" stop
    odd() {
        column connections dst_port | sort | uniq -c
        equal "$(column connections dst_port | grep -c 12345)" 400 &&
            equal "$(column connections uid | wc -l)" 800
    }
    ok "$jobs: a port is followed from when the rules name it" odd
done

# --- somebody asks, somebody starts it twice ---
watch --jobs 2 --ports all
powerless() {
    local pid status threads=0
    for pid in "$responder" $(cat "/proc/$responder/task/$responder/children"); do
        for status in "/proc/$pid"/task/*/status; do
            grep -E '^(Name|Uid|Cap|NoNewPrivs)' "$status"
            threads=$((threads + 1))
            equal "$(awk '/^Cap(Inh|Prm|Eff|Bnd|Amb)/ { print $2 }' "$status" | sort -u)" 0000000000000000 &&
                equal "$(awk '/^Uid/ { print $2, $3, $4, $5 }' "$status" | tr ' ' '\n' | sort -u)" "$(id -u nobody)" &&
                equal "$(awk '/^NoNewPrivs/ { print $2 }' "$status")" 1 || return 1
        done
    done
    [ "$threads" -ge 6 ] # each of the three writes messages in a thread
}
ok "the writer and the jobs are nobody, without any capability, in all their threads" powerless
refused() {
    local code=0
    ip netns exec "$honeypot" timeout 20 "$BUILD/potsherd" watch -i h0 -o "$work/out" 2>&1 | tee "$work/second"
    code=${PIPESTATUS[0]}
    equal "$code" 1 && grep -q 'another potsherd writes there' "$work/second"
}
ok "a second one in the same folder is refused" refused
send made
sleep 2
kill -USR1 "$responder"
ok "SIGUSR1 prints the summary" says '^  emails  *400 '

# --- the end while packets come ---
send made2 3000 &
sleep 1.5
term() {
    local begun=$SECONDS code=0
    kill -TERM "$responder"
    wait "$responder" || code=$?
    responder=
    join_segments
    equal "$code" 0 && [ $((SECONDS - begun)) -le 5 ]
}
ok "SIGTERM amid packets: it ends within 5 s" term
wait
open_ones() {
    column connections end | sort | uniq -c
    column connections end | grep -q eof
}
ok "... and the open connections are recorded" open_ones
same_rows() {
    "$BUILD/potsherd" replay -q --force -o "$work/again" "$work"/pcap/*.pcap || return 1
    for f in "$work"/again/*.csv; do
        [ "${f##*/}" != captures.csv ] || continue
        # a live run makes no file before it has a row
        if [ "$(wc -l <"$f")" = 1 ] && [ ! -e "$work/rows/${f##*/}" ]; then continue; fi
        cmp <(rows_as_live "$f" | sort) <(sort "$work/rows/${f##*/}") || return 1
    done
}

# --- rotation ---
for how in "--segment-interval 1" "--segment-interval 2 --jobs 2" "--segment-interval 0 --segment-size 100K"; do
    # shellcheck disable=SC2086 # several words
    watch --ports all $how
    send made 3000
    ok "$how: it ends well" stop
    many() {
        ls "$work/out"
        [ "$(find "$work/out" -name 'connections-*.csv' | wc -l)" -ge 2 ] || [ "$(find "$work/out" -name 'payloads-*.csv' | wc -l)" -ge 2 ]
    }
    ok "$how: there are several segments" many
    ok "$how: every row stands in one of them" same_rows
done

# --- the folder ---
watch --ports all
rm -rf "$work/out"
send made
tidied() {
    ends TERM 1 && grep -q 'out has been removed or replaced since the start' "$work/log"
}
ok "a folder that is removed meanwhile is told, with code 1" tidied
watch --ports all --sandbox off
send made
sleep 2
rm -rf "$work/pcap"
frames() { # FILE...
    local file
    for file; do tcpdump -nr "$file"; done | wc -l
}
saved_again() {
    says 'has been removed while it was written: its [1-9][0-9]* packets are lost' &&
        mkdir -m 777 "$work/pcap" && send made2 && ends TERM 1 &&
        equal "$(frames "$work"/pcap/watch-*.pcap)" "$(frames "$work/made2.pcap")"
}
ok "... and one of saved packets, too; once it is there again they are saved" saved_again
# Landlock lets the writer into the folders of the start alone.
watch --ports all
send made
ok "... (they are, before)" saved "$(packets "$work/made.pcap")"
rm -rf "$work/pcap"
shut_out() {
    says 'has been removed while it was written' && mkdir -m 777 "$work/pcap" && send made2 &&
        says 'pcap: is not the folder that it was at the start, .*: start again' && ends TERM 1 &&
        grep -q '^  UNSAVED  ' "$work/log"
}
ok "... in the sandbox they are not: it is logged, and they are counted" shut_out
quietly() {
    equal "$(ip netns exec "$honeypot" timeout --preserve-status -s TERM 2 "$BUILD/potsherd" watch -q -i h0 -o "$work/quiet" 2>&1)" ""
}
ok "-q: it says nothing" quietly

# --- the interface ---
watch --ports all
send made
sleep 1
ip -n "$honeypot" link set h0 down
ok "down: it says so" says 'waiting for it to come back'
sleep 0.5
ip -n "$honeypot" link set h0 up
ok "up: it says so" says 'packets come again'
send made2
ok "down and up: it ends well" stop
ok "down and up: recording went on" equal "$(column connections uid | wc -l)" 800

watch --ports all --jobs 2
send made
sleep 1
ip -n "$honeypot" link del h0
removed() {
    has_ended 1 10 && join_segments && says 'h0: the interface was removed'
}
ok "removed, with several jobs: it ends with code 1 and says why" removed
ok "... and the records are whole" complete 400
done_testing
