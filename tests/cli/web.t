#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A request for a path asks the server itself: class web, never counted as a proxy request, and
# with a row by --web only.
. "$(dirname "$0")/lib.sh"
made=$top/tests/cli/web.py

is() { # name expected-rows dir
    printf '%b' "$2" >want
    "$made" rows "$3" >got
    diff want got >why
    say $? "$1" why
}

shows() { # pattern name
    grep -qE -- "$1" out
    say $? "$2" out
}

# Only web; web beside a URI, before and after it; a tunnel that carries web.
"$made" make some.pcap ww wgw cw
run replay -o default some.pcap
is 'by default: beside a proxy request and in tunnels' \
    '>web /1\n>get http://www.example/1\n>web /1\n>connect-other www.example:1\n>>web /1\n0 3 2\n' default
shows '^  requests        2: 0 connect to port 25, 1 connect elsewhere, 1 get, 0 malformed$' 'the summary counts proxy requests'
shows '^  web             5 requests to the servers themselves' '... and the others by themselves'
run replay -q -o all --web all some.pcap
is '--web all' '>web /1\n>web /1\n>web /1\n>get http://www.example/1\n>web /1\n>connect-other www.example:1\n>>web /1\n2 3 2\n' all
run replay -q -o none --web none some.pcap
is '--web none' '>get http://www.example/1\n>connect-other www.example:1\n0 1 1\n' none
run replay -q -o no --web some some.pcap
told 2 'web' 'another word is wrong usage'

for dir in default all none; do
    run report --format json "$dir"
    "$made" report out >why 2>&1
    say $? "report: no web request counts in records of --web $dir" why
done

# What waits for a proxy request has a cap.
"$made" make many.pcap w2000g w1000
run replay -o many many.pcap
kept=$(grep -c ,web, many/requests.csv)
[ "$kept" -gt 300 ] && [ "$kept" -lt 2000 ]
say $? "$kept requests before a proxy request are kept" many/requests.csv
shows "^  web             $((2000 - kept)) of them before a proxy request on their connection, not kept" '... the others are counted'
finish
