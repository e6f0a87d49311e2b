#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# mkpcap --campaigns: the truth is complete, the mails are what it and Python say, and the records
# that mkrecords writes are those of a replay.
. "$(dirname "$0")/../cli/lib.sh"
mkpcap=$tools/mkpcap
mkrecords=$tools/mkrecords
check() { # name CHECK ARGUMENT...
    local name=$1
    shift
    python3 "$top/tests/tools/campaigns.py" "$@" >why 2>&1
    say $? "$name" why
}
for tool in "$mkpcap" "$mkrecords"; do
    [ -x "$tool" ] || {
        echo "Bail out! $tool is not built"
        exit 1
    }
done

options=(--campaigns 30 --mails 4000 --seed 7)
"$mkpcap" "${options[@]}" --truth truth.csv a.pcap
run replay -q -o replayed a.pcap
say "$code" 'a capture of campaigns is replayed' err
"$mkrecords" "${options[@]}" --truth written.csv written
check 'each message has one line of truth' complete replayed/emails.csv truth.csv
check 'what campaigns are found by is the same in records that are written without packets' same replayed written
cmp truth.csv written.csv
say $? '... and so is the truth'
check "Python's reader of mails reads them without a defect, and finds the same" read replayed/payloads.csv replayed/emails.csv
check 'sizes are by Zipf, noise has its share' sizes truth.csv 30 10
check 'weak campaigns have no feature that stays, strong ones have' obfuscated replayed truth.csv
check 'sources send several campaigns, and campaigns come in turns' spread replayed truth.csv

"$mkpcap" "${options[@]}" --truth truth2.csv - >b.pcap
cmp a.pcap b.pcap && cmp truth.csv truth2.csv
say $? 'the same options, the same bytes, to a file or standard output'
"$mkpcap" --campaigns 30 --mails 4000 --seed 8 b.pcap
! cmp -s a.pcap b.pcap
say $? 'another seed, other bytes'
"$mkpcap" --campaigns 30 --mails 400 - >few.pcap
run replay -q -o few few.pcap
[ "$(wc -l <few/emails.csv)" = 401 ]
say $? 'as many mails as were asked for'

"$mkrecords" --campaigns 1000 --mails 20000 --truth large.csv large
check 'thousand campaigns: sizes by Zipf' sizes large.csv 1000 10
check '... all content types, charsets and languages' variety large/emails.csv
check '... weak and strong ones' obfuscated large large.csv
"$mkrecords" --campaigns 1000 --mails 20000 --layouts 50 --weak 100 --noise 0 --truth weak.csv weak
check '50 layouts shared by thousand weak campaigns' layouts weak/emails.csv 50
check '... none of which has a feature of its own' obfuscated weak weak.csv
check '... and no noise' sizes weak.csv 1000 0

usage() { # name PROGRAM OPTION...
    local name=$1 code=0
    shift
    "$@" >why 2>&1 || code=$?
    [ "$code" = 2 ] && [ "$(wc -l <why)" = 1 ]
    say $? "$name" why
}
usage 'no file: usage' "$mkpcap" --campaigns 3
usage 'no campaigns: usage' "$mkpcap" --campaigns 0 x.pcap
usage 'an option of other captures: usage' "$mkpcap" --campaigns 3 --spampots 1000 x.pcap
usage 'more noise than mails: usage' "$mkrecords" --noise 101 x
usage 'no folder: usage' "$mkrecords"
if [ -w /dev/full ]; then
    ! "$mkpcap" --campaigns 3 /dev/full 2>why
    say $? 'a full disk is an error' why
fi
! "$mkrecords" --campaigns 3 none/x 2>why
say $? 'a folder that cannot be made is an error' why
for tool in "$mkpcap --campaigns 1" "$mkrecords"; do
    # shellcheck disable=SC2086 # words are meant
    [ "$($tool --help | wc -l)" -le 24 ]
    say $? "${tool##*/} --help fits a screen"
done
finish
