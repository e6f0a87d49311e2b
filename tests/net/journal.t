#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a run says to systemd's journal, from all its processes in their sandboxes: its words,
# their priority, and the MESSAGE_ID that the manual names.  A socket in the place of the
# journal's takes it.
# shellcheck disable=SC2317,SC2016 # ok calls the functions; jq has variables
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs python3 jq
wire_for_watching

run() { # COMMAND OPTION...: with standard error in the journal
    : >"$work/stderr"
    stream=$(stat -c %d:%i "$work/stderr")
    ip netns exec "$honeypot" env JOURNAL_STREAM="$stream" \
        "$BUILD/potsherd" "$@" -i h0 -o "$work/out" 2>>"$work/stderr" >/dev/null &
    responder=$!
}
says() { # PRIORITY MESSAGE_ID PATTERN
    eventually 20 jq -e --slurp --arg priority "$1" --arg id "$2" --arg text "$3" \
        'any(.[]; .PRIORITY == $priority and (.MESSAGE_ID // "") == $id and (.MESSAGE | test($text)))' "$work/journal" && return
    cat "$work/journal" "$work/stderr"
    return 1
}
id_of() { # PATTERN: of what the manual says of it
    awk -v says="$1" '/^\.B [0-9a-f]+$/ { id = $2 } $0 ~ says { print id }' "$work/potsherd.1"
}
"$BUILD/tools/mkmanual" man potsherd.1 "$net/../../doc/man/potsherd.1" >"$work/potsherd.1"
listen() {
    rm -f /run/systemd/journal/socket
    python3 "$net/journal.py" /run/systemd/journal/socket "$work/journal" &
    watchers=($!)
    eventually 20 test -S /run/systemd/journal/socket
}
deaf() { # the socket has gone
    kill "${watchers[@]}"
    wait "${watchers[@]}" 2>/dev/null
    watchers=()
}

is_lost() {
    ip -n "$honeypot" link set h0 down
    says 4 "$(id_of 'is down, or has gone')" '^h0: the interface is down'
}
is_back() {
    ip -n "$honeypot" link set h0 up
    says 6 "$(id_of 'packets come again')" '^h0: packets come again$'
}
is_reloaded() {
    kill -HUP "$responder"
    says 6 "$(id_of 'were read again')" '^tag rules read again' && says 6 "$(id_of 'were read again')" '^geolocation databases read again'
}
has_lost_one() { # a process of the run, by another's hand
    pkill -KILL -P "$responder" -o && says 4 "$(id_of 'was ended by a signal')" 'was ended by signal 9'
}
no_line() { # of the journal's own, nor prefixes
    cat "$work/stderr"
    [ ! -s "$work/stderr" ]
}
ends_with() {
    timeout 60 tail --pid="$responder" -f /dev/null
    wait "$responder"
    equal $? "$1"
}

for command in watch 'answer --address 198.51.100.64/28'; do
    listen
    # shellcheck disable=SC2086 # several words
    run $command
    ok "$command: what it says to know has no number" says 6 '' "^(listening|answering) on"
    ok '... an interface that goes, said by who reads packets' is_lost
    ok '... and comes' is_back
    ok '... what is read again' is_reloaded
    ok '... a process that is killed' has_lost_one
    ok '... and the run ends' ends_with 1
    ok '... and nothing is on standard error' no_line
    deaf
done
unread() {
    run watch
    eventually 20 grep -q '^<6>listening on h0' "$work/stderr"
}
ok 'without the socket lines have a prefix' unread
kill "$responder"
ok '... and the run ends' ends_with 0
done_testing
