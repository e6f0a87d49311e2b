#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Each process at work is as closed as it is meant to be: seccomp, no new privileges, no capability;
# a parser has no file. And what its descriptors allow is refused when it is not in its list.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3 nmap
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
mail=()
has_mail_worker() {
    local pid
    mapfile -t mail < <(for pid in "${all[@]}"; do children "$pid"; done)
    [ "${#mail[@]}" -ge 1 ]
}
ok "watch: a parent, two mail templates, two parsers and a writer" equal "${#all[@]}" 5
eventually 10 has_mail_worker
ok "watch: ... and a mail worker of each that has seen a mail" has_mail_worker
ok "watch: all are closed" is_closed "$responder" "${all[@]}" "${mail[@]}"
no_files() { # the last one is the writer
    local pid
    for pid in "${all[@]:0:${#all[@]}-1}" "${mail[@]}"; do
        has_no_file "$pid" || return 1
    done
}
ok "watch: no file is open but in the writer" no_files
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
ok "replay: a parent, a mail template, a parser and a writer" equal "${#all[@]}" 3
ok "replay: all but the parent are closed" is_closed "${all[@]}"
# CAP_DAC_OVERRIDE: root may have named files of others
ok "replay: so is the parent, but for the files that root may open" \
    equal "$(field "$replaying" Seccomp) $(field "$replaying" NoNewPrivs) $(field "$replaying" CapEff)" "2 1 0000000000000002"
exec 5>&-
wait "$replaying"

# --- answer ---
start --address 198.51.100.64/28 --arp
mapfile -t all < <(children "$responder")
mail=()
ok "answer: a parent, a mail template, a parser, a sender and a writer" equal "${#all[@]}" 4
ok "answer: all are closed" is_closed "$responder" "${all[@]}"
ok "answer: no file is open but in the writer" no_files
ok "answer: it ends well" stop

# --- a program in the place of one of ours (guest.c) ---
"${CC:-gcc}" -shared -fPIC -o "$work/guest.so" "$net/guest.c" -ldl
guest() { # WHAT MESSAGE
    local code=0
    GUEST=$1 GUEST_LATE=1 LD_PRELOAD=$work/guest.so timeout 20 "$BUILD/potsherd" replay --force -o "$work/replayed" "$work/made.pcap" \
        >"$work/said" 2>&1 || code=$?
    cat "$work/said"
    equal "$code" 1 && grep -q "$2" "$work/said"
}
ok "a system call that is not in the list is refused and named" guest calls \
    'the parser made a system call that is not in its list, and was ended: socket '
counted() {
    grep '^  ENDED  *1 processes' "$work/said" || { cat "$work/said" && false; }
}
ok "... and counted" counted
ok "a message that nobody sends is refused and named" guest writes 'the parser sent what is no row, and is ended'
ok "... and counted" counted

# In answer, which a SYN comes to.
ip -n "$attacker" addr add 198.51.100.1/24 dev a0
answer_with() { # GUEST
    rm -rf "$work/out"
    GUEST=$1 LD_PRELOAD=$work/guest.so start --address 198.51.100.64/28 --arp || return 1
    from 10 nmap -sS -n -Pn -p 25 --max-retries 0 198.51.100.65 >"$work/scan"
}
sender_refuses() {
    watch_wire
    answer_with forge && stop
    cat "$work/log"
    grep -q '^  1  *frames REFUSED by the sender' "$work/log" &&
        grep -q '^25/tcp open' "$work/scan"
}
ok "answer: a forged segment is refused by the sender, and counted" sender_refuses
ok "... and is not on the wire" wire_is_audited
no_reset() {
    equal "$(tcpdump -nr "$work/wire.pcap" 'tcp[tcpflags] & tcp-rst != 0' 2>/dev/null)" ""
}
ok "... no reset at all" no_reset
named() { # GUEST MESSAGE: it ends the run
    answer_with "$1" && has_ended 1 20 && grep -q "$2" "$work/log" && grep -q '^  ENDED  *1 processes' "$work/log"
}
refused_call='made a system call that is not in its list, and was ended:'
ok "answer: what is no order ends the run" named orders 'the parser sent what is no order'
ok "answer: the parser may not bind its socket" named binds "the parser $refused_call bind "
ok "answer: the sender may open no file" named "sender opens" "the sender $refused_call openat "
ok "answer: nor make a socket" named "sender connects" "the sender $refused_call socket "
ok "answer: nor bind the one it has" named "sender binds" "the sender $refused_call bind "
writer_connects() { # when its files are finished; (the summary is its own)
    answer_with "writer connects" && ends INT 1 20 && grep -q "the writer $refused_call socket " "$work/log"
}
ok "answer: the writer may make no socket" writer_connects
writer_reads() {
    answer_with "writer reads" && stop
    cat "$work/log"
    grep -q '^the guest may not read' "$work/log"
}
ok "answer: the writer reads no file of others" writer_reads

# --- off ---
watch --sandbox off
logged() {
    grep -q -- '--sandbox off: what strangers send is read by processes that may do anything' "$work/log"
}
ok "--sandbox off is logged" logged
ok "... and it is off" equal "$(field "$responder" Seccomp)" 0
ok "... and it ends well" stop
done_testing
