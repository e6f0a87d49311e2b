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

# --- a program in the parser's place: it comes with the hundredth packet ---
cat >"$work/guest.c" <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
int pcap_next_ex(pcap_t *p, struct pcap_pkthdr **header, const u_char **bytes)
{
    int (*next)(pcap_t *, struct pcap_pkthdr **, const u_char **) = dlsym(RTLD_NEXT, "pcap_next_ex");
    char nonsense[64];
    struct stat st;
    static int n;
    if (++n != 100)
        return next(p, header, bytes);
    if (!strcmp(getenv("GUEST"), "calls"))
        socket(AF_INET, SOCK_STREAM, 0);
    memset(nonsense, 0xee, sizeof nonsense);
    for (int fd = 3; fd < 100; fd++)
        if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
            (void)!write(fd, nonsense, sizeof nonsense);
    return next(p, header, bytes);
}
C
"${CC:-gcc}" -shared -fPIC -o "$work/guest.so" "$work/guest.c" -ldl
guest() { # WHAT MESSAGE
    local code=0
    GUEST=$1 LD_PRELOAD=$work/guest.so timeout 20 "$BUILD/potsherd" replay --force -o "$work/replayed" "$work/made.pcap" \
        >"$work/said" 2>&1 || code=$?
    cat "$work/said"
    equal "$code" 1 && grep -q "$2" "$work/said"
}
ok "a system call that is not in the list is refused and named" guest calls \
    'the parser made a system call that is not in its list, and was ended: socket '
counted() {
    grep '^  ENDED  *1 processes' "$work/said"
}
ok "... and counted" counted
ok "a message that nobody sends is refused and named" guest writes 'the parser sent what is no row, and is ended'
ok "... and counted" counted

# --- off ---
watch --sandbox off
logged() {
    grep -q -- '--sandbox off: what strangers send is read by processes that may do anything' "$work/log"
}
ok "--sandbox off is logged" logged
ok "... and it is off" equal "$(field "$responder" Seccomp)" 0
ok "... and it ends well" stop
done_testing
