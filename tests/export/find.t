#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# potsherd find: each filter, and some together, give the rows of each record file that a join of all
# files in memory gives (expected.py), as they stand and as JSON; and what it says of what it cannot do.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/export
run schema --as json
mv out schema.json
python3 "$here/records.py" schema.json a b || exit 1
kinds='connections requests emails recipients urls attachments payloads scans stats first_bytes logins refusals captures'

asked=0
same() { # filters...: all rows; and those of each kind in its turn, which take other passes
    local kind
    python3 "$here/expected.py" csv a b "$@" || return 1
    for kind in all $(cut -d ' ' -f $((asked++ % 12 + 1)) <<<"$kinds"); do
        if ! "$potsherd" find --format csv --file "$kind" "$@" a b >got 2>err || ! cmp -s "want/$kind" got; then
            { echo "$kind:" && diff "want/$kind" got; cat err; } >>why
        fi
    done
    for kind in $kinds; do
        tail -n +2 "want/$kind" | wc -l >>counts
    done
    [ ! -s why ]
}

check() { # filters...
    : >why
    : >counts
    same "$@"
    say $? "${*:-no filter}: $(paste -s -d ' ' counts) rows" why
}

uid=$(cut -d, -f2 b/emails.csv | sed -n 5p)
email=$(awk -F, -v uid="$uid" '$2 == uid { print $3; exit }' b/emails.csv)
hash=$(python3 "$top/tests/net/column.py" b/attachments.csv sha256 | tail -n 1)
body=$(python3 "$top/tests/net/column.py" b/emails.csv body_sha256 | tail -n 1)
check
check --uid "$uid"
check --uid "$uid-$email" --uid "$(tail -n 1 b/connections.csv | cut -d, -f2)"
check --src 192.0.2.7
check --src 192.0.2.0/24 --src 2001:db8::/32
check --country br
check --country BR --country TW
check --asn 64496
check --asn AS64497 --sensor north
check --target mx.example
check --target 203.0.113.0/24:25
check --target '[2001:db8:203::25]:587' --target MX.example.org:2525
check --target :25 --src 192.0.2.200
check --target 2001:db8::/32
check --from 'a"b,c'
check --from HEADER.example --from 'k\s'
check --from $'caf\xe9@'
check --rcpt bank.example
check --rcpt 'x,"y"@other' --country US
check --subject 'account is [lm]ocked'
check --subject '^Buy, "now"$' --subject 'k\\s'
check --subject '(?i)GRÜSSE|grüße' --sensor south
check --subject '^\\xff'
check --subject 'a\ttab' --rcpt alice
check --tag phish
check --tag casino --target mx.example
check --domain evil.example
check --domain bank.example --src 192.0.2.7
check --domain sender.example --tag phish --subject .
check --sha256 "$hash"
check --sha256 "${body^^}" --sha256 "$hash"
check --since 2006-06-12T00:00:00Z
check --until 2006-06-11
check --since 2006-06-11T12:00:00Z --until 2006-06-13T00:00:00Z --from sender.example
check --sensor '' --sensor south
check --rcpt alice --domain evil.example --subject . --src 192.0.2.0/24
check --subject 'no such subject'

: >why
python3 "$here/expected.py" json a b --country BR
for kind in $kinds; do
    "$potsherd" find --format json --file "$kind" --country BR a b >got 2>err
    python3 "$here/same_lines.py" "want/$kind" got >>why 2>&1 || echo "$kind" >>why
done
[ ! -s why ]
say $? 'JSON lines: the same values, by their types, empty ones left out' why

# Several kinds.
run find --file emails --file urls --format json --country BR a b
[ "$code" = 0 ] && [ "$(grep -c '^{"file":"emails",' out)" -gt 3 ] && [ "$(grep -c '^{"file":"urls",' out)" -gt 3 ] &&
    ! grep -qv '^{"file":"\(emails\|urls\)"' out
say $? 'several kinds: JSON says which' out
run find --file all --format csv --uid "$uid" a b
[ "$(grep -c '^ts,uid' out)" -gt 2 ] && [ "$(grep -c '^$' out)" = $(($(grep -c '^ts,uid' out) - 1)) ]
say $? '... CSV has a header for each, behind an empty line' out
run find --file all --uid "$uid" a b
[ "$(sed -n 1p out)" = 'connections:' ] && grep -qx 'emails:' out && ! grep -qx 'scans:' out
say $? '... as text each has its name' out

# Columns, and text.
run find --columns subject,uid,src_as_name --format csv --from 'a"b,c' a b
python3 "$here/expected.py" csv a b --from 'a"b,c'
python3 "$here/columns.py" subject uid src_as_name <want/emails | cmp -s - out
say $? '--columns: these, in this order' out
run find --columns data,uid --file payloads --format json --uid "$uid" a b
[ "$(grep -c '^{"data":"[A-Za-z0-9+/=]*","uid":"'"$uid"'"}$' out)" = "$(grep -c . out)" ] && [ -s out ]
say $? '... also the payload' out
run find --uid "$uid" a b
[ "$(awk '{ print length($1 " " $2), index($0, $3) }' out | tail -n +2 | sort -u | wc -l)" = 1 ] &&
    grep -qE '^2006-06-[0-9]{2} [0-9:]{8}  '"$uid" out
say $? 'text: aligned, times to the second' out
printf 'ts,uid,email_n,subject\n2006-06-10T00:00:00Z,%s,1,x \342\200\256\033]0;y\007\n' "$uid" >emails.csv
run find emails.csv
! grep -q $'\342\200\256\|\033' out
say $? '... and what no terminal shall hear stands escaped' out

# Messages.
run find --subject 'no such subject' a b
[ "$code" = 0 ] && [ ! -s out ] && grep -q 'no row of these files is of what was asked for' err
say $? 'nothing matches: said, and exit code 0' err
run find --format csv --subject 'no such subject' b
[ "$code" = 0 ] && [ "$(wc -l <out)" = 1 ]
say $? '... as CSV a header alone' out
python3 "$here/columns.py" ts uid email_n mail_from <b/emails.csv >emails.csv
run find --subject x emails.csv
[ "$code" = 0 ] && grep -q 'emails.csv: has no column for --subject: none of its rows matches' err
say $? 'a file of an earlier version without the column: said' err
cp a/emails-20060611T000000Z.csv emails.csv
printf 'torn,row' >>emails.csv
run find emails.csv
[ "$code" = 1 ] && grep -q 'emails.csv: line [0-9]*: the last line is torn' err && [ "$(wc -l <out)" -gt 5 ]
say $? 'damage: said, the other rows are there, and exit code 1' err
printf 'ts,uid,email_n,subject\n2006-06-10T00:00:00Z,%s,1,%0200d!\n' "$uid" 0 >emails.csv
run find --subject '(0+)+$' emails.csv
[ "$code" = 1 ] && grep -q 'subjects\? took this pattern too long' err
say $? 'a pattern that would take for ever ends, is said, and exit code 1' err
"$potsherd" find --file all --format csv a b 2>err | head -n 1 >/dev/null
[ ! -s err ] || ! grep -vq 'still being written' err
say $? 'a reader that has had enough is no news' err
"$potsherd" find a b >/dev/full 2>err
[ $? = 1 ] && grep -q 'No space left' err
say $? 'a full disk is' err
run find --file emails b/../b b
grep -q 'given twice; it is read once' err
say $? 'a folder given twice counts once' err

wrong() { # pattern options...
    local pattern=$1
    shift
    run find "$@" a
    told 2 "$pattern.*find --help" "wrong: $*"
}
run find
told 2 'find needs DIR' 'no folder'
run find nosuch
told 1 'nosuch: there is no such folder; give that which potsherd replay' 'a folder that is not there'
wrong '--file mails: expected all' --file mails
wrong '--columns sujet: no such column' --columns ts,sujet
wrong '--subject: .*missing terminating' --subject '['
wrong '--src 192.0.2.256: expected an address' --src 192.0.2.256
wrong '--target x:0: expected HOST' --target x:0
wrong '--target \[2001:db8::1: expected HOST' --target '[2001:db8::1'
wrong '--uid 12: expected 16 hex digits' --uid 12
wrong '--uid .*-0: expected 16 hex digits' --uid 0123456789abcdef-0
wrong '--sha256 ff: expected 64' --sha256 ff
wrong '--asn x: expected the number' --asn x
wrong '--from: empty' --from ''
wrong '--since yesterday: expected 20' --since yesterday
wrong '--until 2006-02-30: expected 20' --until 2006-02-30
finish
