#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --redact in live runs: of `answer` no file names who called, not even the audit log; of `watch`,
# by two jobs, the rows are those of replay with the same key.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3
cli=$net/../cli

printf 'a key that is the same in each run' >"$work/key" # one in 256 leaves an address as it is
chmod 600 "$work/key"
names() { # what names who calls, at a level each
    for name in 'recipients caller.mail' 'recipients called.person' 'recipients ftpuser' 'recipients ftpSecret' \
        'recipients proxyname' 'recipients proxySecret' 'addresses 198.51.100.1,' 'addresses 198.51.100.1 ' \
        'addresses [198.51.100.1]' 'addresses 2001:db8:1::1'; do
        printf '%s %s\n' "${name%% *}" "$(printf %s "${name#* }" | od -An -tx1 | tr -d ' \n')"
    done
}
names >"$work/names"

answering() { # OPTION...
    rm -rf "$work/out" "$work/log"
    ip netns exec "$honeypot" "$BUILD/potsherd" answer -i h0 --arp --address 198.51.100.64/28 \
        --address 2001:db8:1::40/124 -o "$work/out" --metrics "$work/out/metrics" "$@" >"$work/log" 2>&1 &
    responder=$!
    eventually 20 grep -q 'answering on' "$work/log"
}
call() {
    from 60 python3 "$net/redact_call.py" 198.51.100.65 && from 60 python3 "$net/redact_call.py" 2001:db8:1::41
}
files() {
    local file
    for file in {connections,requests,emails,recipients,payloads,logins,first_bytes,urls,stats}-'*.csv' audit-'*.log'; do
        # shellcheck disable=SC2086 # a pattern
        grep -q '^20' "$work"/out/$file || return 1
    done
}
nobody() { # LEVEL
    mv "$work/log" "$work/out/said"
    python3 "$cli/redact_find.py" "$work/names" "$1" "$work/out" >"$work/found"
    cat "$work/found"
    [ ! -s "$work/found" ]
}

answering
ok "without --redact: called" call
ok "... the honeypot ends well" stop
named() {
    mv "$work/log" "$work/out/said"
    python3 "$cli/redact_find.py" "$work/names" addresses "$work/out" >"$work/found"
    cat "$work/found"
    equal "$(cut -d ' ' -f 1 "$work/found" | sed 's/-.*//' | sort -u | xargs)" \
        'audit connections emails first_bytes logins payloads recipients requests urls'
}
ok "... and who called is named all over" named

for level in recipients addresses; do
    answering --redact $level --redact-key "$work/key"
    ok "--redact $level: called" call
    ok "... the honeypot ends well" stop
    ok "... each file has its rows" files
    ok "... and names nobody" nobody $level
done
other_bits() {
    grep -oE '198\.51\.100\.[0-9]+ [0-9]+ 198' "$work"/out/audit-*.log | cut -d ' ' -f 1 | sed 's/.*://' | sort -u >"$work/audited"
    cat "$work"/out/connections-*.csv | cut -d , -f 5 | grep '^198' | sort -u >"$work/recorded"
    cat "$work/audited" "$work/recorded"
    cmp "$work/audited" "$work/recorded" && equal "$(wc -l <"$work/recorded")" 1
}
ok "the audit log has the address that the records have" other_bits

python3 "$cli/redact_make.py" "$work/made.pcap" "$work/secrets"
wire_for_watching
rm -rf "$work/out" "$work/log"
ip netns exec "$honeypot" "$BUILD/potsherd" watch -i h0 -o "$work/out" --jobs 2 --ports all --redact addresses \
    --redact-key "$work/key" --payload mbox >"$work/log" 2>&1 &
responder=$!
ok "watch begins" eventually 20 grep -q 'listening on' "$work/log"
ok "... the packets are replayed" from 60 tcpreplay -q -i a0 --pps 500 "$work/made.pcap"
recorded() {
    [ "$(cat "$work"/out/emails-*.csv* 2>/dev/null | grep -c '^2')" = 5 ]
}
ok "... and recorded" eventually 30 recorded
ok "... it ends well" stop
watched() {
    mv "$work/log" "$work/out/said"
    python3 "$cli/redact_find.py" "$work/secrets" addresses "$work/out" >"$work/found"
    cat "$work/found"
    [ ! -s "$work/found" ]
}
ok "... nobody is named" watched
# uid is of the time, too
without_uid() {
    python3 "$net/rows_but_times.py" "$1" | sort
}
as_replayed() {
    local file
    "$BUILD/potsherd" replay -q --force --redact addresses --redact-key "$work/key" -o "$work/file" "$work/made.pcap" || return 1
    for file in connections requests emails recipients urls attachments logins refusals scans; do
        cmp <(without_uid "$work/file/$file.csv") <(without_uid "$work/rows/$file.csv") || return 1
    done
}
ok "... and the rows are those of replay" as_replayed
done_testing
