#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# potsherd extract --to iocs: the indicators of the rows that find prints, counted again by Python.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/export
run schema --as json
mv out schema.json
python3 "$here/records.py" schema.json a b || exit 1

check() { # filters...
    local kind
    for kind in connections emails urls attachments; do
        "$potsherd" find --format csv --file $kind "$@" a b >$kind.csv 2>/dev/null
    done
    python3 "$here/iocs.py" connections.csv emails.csv urls.csv attachments.csv >want
    run extract --force --to iocs -o iocs "$@" a b
    [ "$code" = 0 ] && diff want iocs/iocs.csv >why && [ "$(find iocs -type f -perm 640)" = iocs/iocs.csv ]
    say $? "${*:-no filter}: $(rows want) indicators" <(cat err why)
}
check
check --subject 'account is locked'
check --src 192.0.2.0/24 --since 2006-06-12
check --rcpt alice --domain evil.example
check --subject 'no such subject'
[ "$(cat iocs/iocs.csv)" = kind,value,first,last,count ]
say $? '... a header alone' iocs/iocs.csv
finish
