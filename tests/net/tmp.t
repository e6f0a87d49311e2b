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

pings() { # in 3 s
    : >"$work/manager.told"
    sleep 3
    grep -c WATCHDOG "$work/manager.told"
}
jobs_of() {
    tr ' ' '\n' <"/proc/$1/task/$1/children" | grep .
}
says() { # PATTERN SECONDS
    for _ in $(seq $(($2 * 10))); do
        grep -qE "$1" "$work/log" && return 0
        sleep 0.1
    done
    cat "$work/log"
    return 1
}
ends() { # SIGNAL CODE SECONDS: of the listener, after the signal
    local begun=$SECONDS code=0
    kill "-$1" "$responder"
    if timeout "$3" tail --pid="$responder" -f /dev/null; then
        wait "$responder" || code=$?
    else
        code=slow
        kill -KILL "$responder"
    fi
    responder=
    cat "$work/log"
    echo "after $((SECONDS - begun)) s"
    equal "$code" "$2"
}
no_start() {
    run_on -i nosuch0 -o "$work/no" --jobs 3
    equal "$code" 1 && equal "$(wc -l <"$work/said")" 1 && said_once 'nosuch0: '
}
ok "jobs that cannot start: one line says why" no_start
begin() { # [OPTION...]: in the background; its jobs are there, but do not listen yet
    ip netns exec "$honeypot" "$BUILD/potsherd" watch -i h0 -o "$work/begun" "$@" >"$work/log" 2>&1 &
    responder=$!
    until [ "$(jobs_of $responder 2>/dev/null | wc -l)" = 3 ]; do :; done
}
stopped_at_start() {
    begin --jobs 3
    ends TERM 0 10 && ! grep -qE 'signal|has ended' "$work/log"
}
ok "SIGTERM while they start: they end well" stopped_at_start
ctrl_c_at_start() {
    begin --jobs 3
    kill -INT $(jobs_of "$responder")
    ends INT 0 10 && ! grep -qE 'signal|has ended' "$work/log"
}
ok "... and so do they at ctrl-c, which all of them hear" ctrl_c_at_start

# A clock that is set forward by 25 s a moment after the start, as at boot.
cat >"$work/step.c" <<'C'
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static struct timespec begun;
__attribute__((constructor)) static void begin(void) { syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &begun); }
int clock_gettime(clockid_t which, struct timespec *t)
{
    struct timespec now;
    long result = syscall(SYS_clock_gettime, which, t);
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    if (which == CLOCK_REALTIME && (now.tv_sec - begun.tv_sec) * 1000 + (now.tv_nsec - begun.tv_nsec) / 1000000 >= 150)
        t->tv_sec += 25;
    return (int)result;
}
C
"${CC:-gcc}" -shared -fPIC -o "$work/step.so" "$work/step.c"
clock_is_set() {
    LD_PRELOAD=$work/step.so watch --jobs 2
    ends TERM 0 10 && grep -q 'listening on' "$work/log"
}
ok "a clock that is set while they start does not matter" clock_is_set

done_testing
