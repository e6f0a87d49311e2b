#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# report --by proxied: the source is the client that a PROXY protocol header names, with its own
# country; connections without such a header keep theirs.
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
"$top"/tools/mkmmdb --type GeoLite2-City "$pcaps"/geo/networks.csv city.mmdb
python3 "$top"/tests/stream/client.py named.pcap 40000 25 proxied
python3 "$top"/tests/stream/client.py plain.pcap 40001 25
run replay -q --geo city.mmdb -o records named.pcap plain.pcap

same() { # expected name
    [ "$(cat got)" = "$1" ]
    say $? "$2" got
}

sources() { # OPTION...: source, country, emails, requests
    rm -rf csv
    run report "$@" --format csv -o csv records
    tail -n +2 csv/report-sources.csv | cut -d, -f2,3,6,8 | sort >got
}

sources
same "198.51.100.7,TW,2,2" 'by source: the peer'
sources --by proxied --geo city.mmdb
same "198.51.100.7,TW,1,1
203.0.113.9,US,1,1" 'by proxied: the named client, its country; others keep theirs'
sources --by proxied --geo none
same "198.51.100.7,TW,1,1
203.0.113.9,,1,1" 'without databases its country is not known'
run report --by proxied records
grep -q '^Note: Sources are the clients that PROXY protocol headers name (1 connections)' out
say $? 'the report says so' out
finish
