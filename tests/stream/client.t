#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Without a handshake the client is who asks, whatever the ports, and nothing is lost by a wrong guess.
. "$(dirname "$0")/lib.sh"

client_is() { # what client-port server-port words...
    local what=$1 address=198.51.100.7
    shift
    [[ " $* " != *" v6 "* ]] || address=2001:db8::7
    "$top/tests/stream/client.py" in.pcap "$@" && "$potsherd" replay -q --force -o out in.pcap || return 1
    check "$what: the client asked" grep -q ",$address,$1,.*,CONNECT,connect-smtp,mx.example:25," out/requests.csv
    check "$what: its mail" grep -q ",$address,$1,.*,a@example.org," out/emails.csv
    check "$what: one connection, of the client" grep -q ",$address,$1," out/connections.csv
}

for words in '' cut; do
    client_is "the server's port is listed ${words:+(byte by byte)}" 40000 8080 $words
    client_is "neither is listed, the client's is lower ${words:+(byte by byte)}" 1234 31337 $words
    client_is "both are listed ${words:+(byte by byte)}" 1080 8080 $words
    client_is "both are listed, the client's is higher ${words:+(byte by byte)}" 8080 1080 $words
    client_is "the client's port is listed ${words:+(byte by byte)}" 8080 31337 $words
    client_is "IPv6 ${words:+(byte by byte)}" 1234 31337 v6 $words
    client_is "content comes later ${words:+(byte by byte)}" 1234 31337 binary $words
    client_is "one side only ${words:+(byte by byte)}" 1234 31337 client-only $words
    client_is "a keep-alive first ${words:+(byte by byte)}" 40000 8080 keepalive $words
    client_is "a keep-alive first, lower port ${words:+(byte by byte)}" 1234 31337 keepalive $words
done

"$top/tests/stream/client.py" in.pcap 1234 31337 server-only && "$potsherd" replay -q --force -o out in.pcap
check "the server's side only: who answers is the server" grep -q ",198.51.100.7,1234,192.0.2.25,31337," out/connections.csv
finish
