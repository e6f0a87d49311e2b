#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a report says of the records it was given: the same ones twice, a selection that matches nothing;
# and that it ends quietly when its reader does.
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
run replay -q -o one --sensor north "$pcaps"/connect-smtp.pcap "$pcaps"/socks5-auth.pcap
cp -r one two
run replay -q -o other "$pcaps"/smtp-bdat.pcap

shows() { # pattern name
    grep -qE -- "$1" out
    say $? "$2" out
}

connections=$(tail -q -n +2 one/connections.csv | wc -l)
run report one two
shows "WARNING: one and two hold the same connections \($connections of $connections that were compared\)" 'a folder and its copy are named'
run report one other
! grep -q WARNING out
say $? 'two folders with connections of their own are not' out
for option in '--sensor south' '--since 2031-01-01' '--until 1999-12-31'; do
    # shellcheck disable=SC2086 # two words
    run report $option one
    shows 'WARNING: No row is of what was asked for' "$option: nothing matches"
done
run report --sensor north one
! grep -q 'No row is of' out
say $? 'a sensor that is there matches'

rm -f err
for _ in 1 2 3; do "$potsherd" report --format html one other 2>>err | true; done # a reader that reads nothing
[ ! -s err ]
say $? 'a reader that has had enough is no news' err
"$potsherd" report one >/dev/full 2>err
[ $? = 1 ] && grep -q 'No space left' err
say $? 'a full disk is' err
finish
