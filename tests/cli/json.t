#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --format json: record files as JSON lines say what those of CSV say, by Python's csv and json
# modules; jq and syslog-ng read them; segments, compression, --force and what a killed run left
# are as for CSV; and the commands that read CSV say so.
. "$(dirname "$0")/lib.sh"
here=$top/tests/cli
"$potsherd" schema --as json >schema.json

both() { # name captures...: replayed as both
    local name=$1
    shift
    rm -rf c j
    "$potsherd" replay -q --web all -o c "$@" 2>err && "$potsherd" replay -q --web all --format json -o j "$@" 2>>err &&
        python3 "$here/ndjson.py" schema.json c j >why 2>&1 && grep -qE '^[1-9][0-9]* rows of [0-9]+ files equal$' why
    say $? "$name: the same as CSV" <(cat err why)
}
both 'real programs' "$pcaps"/connect-smtp.pcap "$pcaps"/socks5-auth.pcap "$pcaps"/smtp-8bit.pcap "$pcaps"/smtp-auth.pcap \
    "$pcaps"/http-odd.pcap "$pcaps"/smtp-rcpt-refused.pcap "$pcaps"/smtp-helo.pcap "$pcaps"/nmap.pcap
both 'a large mail, in parts' "$pcaps"/smtp-big.pcap.gz
"$tools/mkpcap" --conversations 300 --mix half made.pcap >/dev/null 2>&1
"$tools/mangle" made.pcap mangled.pcap --drop 0.02 >/dev/null
both 'made mails, packets lost' mangled.pcap
cat j/*.ndjson | jq -e 'type == "object"' >out 2>err && [ "$(sort -u out)" = true ]
say $? 'jq reads each line' err
"$potsherd" verify -q j >why 2>&1
say $? 'verify knows the files' why
cp -r j first
run replay -q --web all --format json --force -o j mangled.pcap
diff -r -x SHA256SUMS -x captures.ndjson first j >why
say $? 'the same capture, the same bytes' why
run replay -q --web all --force -o j mangled.pcap
[ "$code" = 0 ] && [ -z "$(find j -name '*.ndjson')" ] && [ -s j/emails.csv ]
say $? '--force replaces JSON by CSV' <(ls j)
run replay -q --format json -o j mangled.pcap
told 1 'force' 'an earlier run as CSV is not written beside'

for command in 'report first' 'find first' 'campaigns -o x first' 'extract --to eml -o x first' 'share --as list -o x first'; do
    # shellcheck disable=SC2086 # words
    run $command
    told 1 'first: the records here are JSON lines' "$command says that they are JSON"
done

# A run that lasts, and what a killed one left.
mkdir live
printf '{"ts":"2026-11-23T09:42:00.000000Z","uid":"0123456789abcdef"}\n{"ts":"2026-' >live/emails-20261123T094200Z.ndjson.part
run answer --self-test -q --format json -o live
[ "$code" = 0 ] && [ "$(cat live/emails-20261123T094200Z.ndjson)" = '{"ts":"2026-11-23T09:42:00.000000Z","uid":"0123456789abcdef"}' ]
say $? 'what a killed run left is cut to whole rows, and finished' <(cat err; ls live)
[ -z "$(find live -name '*.csv*' -o -name '*.part')" ] && [ "$(cat live/emails-2*.ndjson | jq -r 'select(.helo) | .size' | grep -c .)" -gt 0 ]
say $? 'answer writes segments of JSON' <(ls live)
run answer --self-test -q --format json --compress zstd -o packed
[ "$code" = 0 ] && [ -z "$(find packed -name '*.ndjson')" ] && zstd -dcq packed/emails-*.ndjson.zst | jq -e .uid >/dev/null
say $? '... and compresses them' <(cat err; ls packed)
"$potsherd" verify -q packed >why 2>&1
say $? '... and verify knows them' why

if command -v syslog-ng >/dev/null; then
    cat >syslog.conf <<END
@version: current
@include "scl.conf"
source s { file("$work/first/emails.ndjson" flags(no-parse) follow-freq(1) read-old-records(yes)); };
parser p { json-parser(prefix("p.")); };
destination d { file("$work/syslog.out" template("\${p.uid} \${p.email_n} \${p.size}\n")); };
log { source(s); parser(p); destination(d); };
END
    timeout -s TERM 8 syslog-ng -F -f syslog.conf --persist-file="$work/persist" --pidfile="$work/pid" --control="$work/ctl" >err 2>&1
    jq -r '"\(.uid) \(.email_n) \(.size)"' first/emails.ndjson >want
    [ -s want ] && diff want syslog.out >why
    say $? "syslog-ng's parser reads each line" <(cat err why)
else
    skip "syslog-ng's parser reads each line" 'syslog-ng is not installed'
fi
finish
