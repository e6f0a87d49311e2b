#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Each process at work is as closed as it is meant to be: seccomp, no new privileges, no capability;
# a parser has no file. And what its descriptors allow is refused when it is not in its list.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3
wire_for_watching
"$BUILD/tools/mkpcap" --conversations 50 --mix half "$work/made.pcap"

field() { # PID NAME, of each thread
    awk -v name="$2:" '$1 == name { print $2 }' "/proc/$1"/task/*/status | sort -u
}
is_closed() { # PID...
    local pid
    for pid; do
        echo "$pid: seccomp $(field "$pid" Seccomp), no new privileges $(field "$pid" NoNewPrivs), capabilities $(field "$pid" CapEff)"
        equal "$(field "$pid" Seccomp)" 2 && equal "$(field "$pid" NoNewPrivs)" 1 &&
            equal "$(field "$pid" CapPrm) $(field "$pid" CapEff) $(field "$pid" CapInh)" \
                "0000000000000000 0000000000000000 0000000000000000" || return 1
    done
}
children() { # PID
    tr ' ' '\n' <"/proc/$1/task/$1/children" | grep .
}
# Beside standard input, output and error: sockets and pipes.
has_no_file() { # PID
    local fd
    for fd in "/proc/$1"/fd/*; do
        case "${fd##*/} $(readlink "$fd")" in
        [012]\ * | *\ socket:* | *\ pipe:* | *\ anon_inode:*) ;;
        *)
            echo "$(readlink "$fd") is open in $1"
            return 1
            ;;
        esac
    done
}

# --- watch ---
watch --jobs 2
from 30 tcpreplay -q -i a0 --pps 20000 "$work/made.pcap" >/dev/null
mapfile -t all < <(children "$responder")
ok "watch: a parent, two parsers and a writer" equal "${#all[@]}" 3
ok "watch: all are closed" is_closed "$responder" "${all[@]}"
no_files() {
    has_no_file "${all[0]}" && has_no_file "${all[1]}"
}
ok "watch: no file is open in a parser" no_files
ok "watch: it ends well" stop

# --- replay, of a pipe that does not end ---
mkfifo "$work/slow"
"$BUILD/potsherd" replay -q -o "$work/replayed" - <"$work/slow" 2>"$work/said" &
replaying=$!
exec 5>"$work/slow"
head -c 100000 "$work/made.pcap" >&5
reads() {
    [ -e "$work/replayed/connections.csv.part" ] && [ "$(field "$replaying" Seccomp)" = 2 ]
}
ok "replay: it reads" eventually 10 reads
mapfile -t all < <(children "$replaying")
ok "replay: a parent, a parser and a writer" equal "${#all[@]}" 2
ok "replay: parser and writer are closed" is_closed "${all[@]}"
# CAP_DAC_OVERRIDE: root may have named files of others
ok "replay: so is the parent, but for the files that root may open" \
    equal "$(field "$replaying" Seccomp) $(field "$replaying" NoNewPrivs) $(field "$replaying" CapEff)" "2 1 0000000000000002"
exec 5>&-
wait "$replaying"

# --- answer ---
start --address 192.0.2.9
ok "answer: it is closed" is_closed "$responder"
ok "answer: it ends well" stop

# --- off ---
watch --sandbox off
logged() {
    grep -q -- '--sandbox off: what strangers send is read by processes that may do anything' "$work/log"
}
ok "--sandbox off is logged" logged
ok "... and it is off" equal "$(field "$responder" Seccomp)" 0
ok "... and it ends well" stop
done_testing
