#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time limit: 1800 s
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

# --- one hangs ---
# The service manager: counts what it is told.
python3 "$net/manager.py" "$work/manager" &
watchers+=($!)
pings() { # in 3 s
    : >"$work/manager.told"
    sleep 3
    grep -c WATCHDOG "$work/manager.told"
}
children_of() {
    tr ' ' '\n' <"/proc/$1/task/$1/children" | grep .
}
jobs_of() { # the writer is started last
    children_of "$1" | head -n -1
}
says() { # PATTERN SECONDS
    for _ in $(seq $(($2 * 10))); do
        grep -qE "$1" "$work/log" && return 0
        sleep 0.1
    done
    cat "$work/log"
    return 1
}
NOTIFY_SOCKET=$work/manager WATCHDOG_USEC=1000000 watch --jobs 2
watchdog_runs() {
    local n
    n=$(pings)
    echo "$n times in 3 s"
    [ "$n" -ge 4 ]
}
watchdog_stands() {
    says 'job 1 hangs' 10 && equal "$(pings)" 0
}
ok "the watchdog is told that all is well" watchdog_runs
kill -STOP "$(jobs_of "$responder" | tail -n 1)"
ok "a job hangs: it is said, and the watchdog is not told any more that all is well" watchdog_stands
kill -CONT "$(jobs_of "$responder" | tail -n 1)"
ok "it goes on: it is said, ..." says 'job 1 goes on' 3
ok "... and the watchdog is told again" watchdog_runs
kill -STOP "$(jobs_of "$responder" | tail -n 1)"
ok "a job that hangs does not keep the others from ending" ends TERM 1 15
killed() {
    cat "$work/log"
    said_once 'job 1 hangs' "$work/log" && said_once 'job 1 has not ended after 8 s and is killed' "$work/log" &&
        ! grep -q 'by signal' "$work/log"
}
ok "... and it is said what became of it" killed

# --- the writer is killed ---
left() {
    local pid
    for pid in $(ip netns pids "$honeypot"); do
        [ "$(cat "/proc/$pid/comm")" != potsherd ] || echo "$pid"
    done
}
none_is_left() {
    local delay
    for delay in 0.02 0.05 0.1 0.25 0.4 0.7 1.5; do
        ip netns exec "$honeypot" "$BUILD/potsherd" watch -i h0 -o "$work/killed" --jobs 3 2>>"$work/said" &
        sleep "$delay"
        kill -KILL $!
        wait $! 2>/dev/null
        sleep 0.3
        echo "killed after $delay s: left are '$(left | xargs)'"
        [ -z "$(left)" ] || {
            left | xargs kill -KILL
            return 1
        }
    done
}
ok "no job outlives the writer, whenever it is killed" none_is_left

# --- the start ---
no_start() {
    run_on -i nosuch0 -o "$work/no" --jobs 3
    equal "$code" 1 && equal "$(wc -l <"$work/said")" 1 && said_once 'nosuch0: '
}
ok "jobs that cannot start: one line says why" no_start
begin() { # [OPTION...]: in the background; its jobs are there, but do not listen yet
    ip netns exec "$honeypot" "$BUILD/potsherd" watch -i h0 -o "$work/begun" "$@" >"$work/log" 2>&1 &
    responder=$!
    for _ in $(seq 500); do
        [ "$(children_of "$responder" 2>/dev/null | wc -l)" -lt 3 ] || break
    done
}
stopped_at_start() {
    begin --jobs 3
    ends TERM 0 10 && ! grep -qE 'signal|has ended' "$work/log"
}
ok "SIGTERM while they start: they end well" stopped_at_start
ctrl_c_at_start() {
    begin --jobs 3
    children_of "$responder" | xargs kill -INT
    ends INT 0 10 && ! grep -qE 'signal|has ended' "$work/log"
}
ok "... and so do they at ctrl-c, which all of them hear" ctrl_c_at_start

# The others have opened the interface by then, or wait for their turn.
one_dies_at_start() { # (the third: without --mail there is a mail template for each)
    begin --jobs 3 --mail none
    kill -KILL "$(children_of "$responder" | sed -n 3p)"
    has_ended 1 5 && grep -q 'job 2 ended while it started' "$work/log"
}
ok "one of them is killed while they start: all end at once" one_dies_at_start

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

# --- whose folders they are ---
folder_of() {
    stat -c %U "$1"
}
made_folders() {
    watch --jobs 2
    ends TERM 0 10 && equal "$(folder_of "$work/out") $(folder_of "$work/pcap")" "nobody nobody"
}
ok "folders that it makes are its user's" made_folders
public_folder() {
    install -d -m 1777 "$work/public"
    watch --jobs 2 --save-pcap "$work/public"
    ends TERM 0 10 && equal "$(folder_of "$work/public")" root
}
ok "one that is there stays whose it is" public_folder
strange_folder() {
    install -d -m 755 "$work/strange"
    run_on -o "$work/strange" --jobs 2
    equal "$code" 1 && equal "$(folder_of "$work/strange")" root &&
        said_once "strange: nobody cannot write there; if it should: chown nobody $work/strange\$" &&
        equal "$(wc -l <"$work/said")" 1
}
ok "one where its user cannot write: it says how to mend that" strange_folder
mended_folder() {
    eval "$(grep -o 'chown .*' "$work/said")"
    watch --jobs 2 -o "$work/strange"
    ends TERM 0 10
}
ok "... and so it is" mended_folder

# --- the metrics ---
for jobs in 1 2; do
    no_metrics() {
        run_on -o "$work/no" --jobs "$jobs" --metrics "$work/strange-too/metrics"
        equal "$code" 1 && equal "$(wc -l <"$work/said")" 1 &&
            said_once "^potsherd: --metrics $work/strange-too/metrics: cannot be written: Permission denied; "
    }
    install -d -m 755 "$work/strange-too"
    ok "$jobs: metrics that cannot be written are told at the start" no_metrics
    install -d -o nobody "$work/metrics"
    watch --jobs $jobs --metrics "$work/metrics/potsherd.prom"
    ok "$jobs: those that can are there from the start on" grep -q '^potsherd_packets_received_total 0$' "$work/metrics/potsherd.prom"
    chown root "$work/metrics"
    ok "$jobs: when they cannot be written any more the exit code is 1, ..." ends TERM 1 10
    ok "... and it is said once" said_once 'metrics/potsherd.prom: cannot be written' "$work/log"
done

# --- not root, but with capabilities ---
unprivileged="setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps +net_raw,+net_admin --ambient-caps +net_raw,+net_admin"
watch_unprivileged() { # [OPTION...]
    rm -rf "$work/own"
    install -d -o nobody "$work/own"
    # shellcheck disable=SC2086 # several words
    ip netns exec "$honeypot" $unprivileged "$BUILD/potsherd" watch -i h0 -o "$work/own/out" "$@" >"$work/log" 2>&1 &
    responder=$!
    says 'listening on' 10
}
without_any() {
    local pid status
    for pid in "$responder" $(children_of "$responder"); do
        for status in "/proc/$pid"/task/*/status; do
            grep -E '^(Name|Cap|NoNewPrivs)' "$status"
            equal "$(awk '/^Cap(Inh|Prm|Eff|Amb)/ { print $2 }' "$status" | sort -u)" 0000000000000000 &&
                equal "$(awk '/^NoNewPrivs/ { print $2 }' "$status")" 1 || return 1
        done
    done
}
watch_unprivileged --jobs 2
ok "several jobs, started with capabilities alone: they are gone from all threads" without_any
ok "... and they end well" ends TERM 0 10
watch_unprivileged
ok "one, started with capabilities alone: they are gone from all threads" without_any
kill -HUP "$responder"
ok "... it still takes other filters" says 'ports.rules read again' 3
sleep 0.5
ip -n "$honeypot" link del h0
says 'h0: the interface was removed' 3 >/dev/null
ip -n "$attacker" link add a0 type veth peer name h0 netns "$honeypot"
wire_for_watching
ip -n "$honeypot" link set h0 up
ip -n "$attacker" link set a0 up
ok "... and an interface that is made anew" says 'packets come again' 5
send
sleep 1
ok "... and ends well" ends TERM 0 10
heard() {
    cat "$work/log"
    ! grep -q 'not taken' "$work/log" && equal "$(cat "$work"/own/out/emails-*.csv | grep -c '^20')" 400
}
ok "... all that came then is there" heard

done_testing
