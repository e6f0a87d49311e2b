#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Conversations with servers that are no proxies (pcaps/servers), on the ports of ports.rules, whole, in part, from one
# side: no request, no mail, and no name of a proxy's protocol.
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
mapfile -t ports < <(sed -n 's/^\([0-9]\{1,5\}\)[[:space:]].*/\1/p' "$top"/rules/ports.rules)
[ ${#ports[@]} = 11 ]
say $? 'eleven ports'
for capture in "$pcaps"/servers/*.pcap; do
    name=$(basename "$capture" .pcap)
    python3 "$top"/tests/stream/servers.py "$capture" all.pcap names "${ports[@]}"
    run replay -q --force --web all -o records all.pcap
    awk -F, 'FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
             $at["protocol"] != "other" || $at["requests"] != 0 || $at["emails"] != 0 {
                 print $at["src_ip"], $at["dst_ip"], $at["protocol"], $at["requests"], $at["emails"] }' \
        records/connections.csv >found
    connections=$(rows records/connections.csv)
    [ "$code" = 0 ] && [ "$connections" -gt 20 ] && [ ! -s found ] && [ "$(rows records/requests.csv)" = 0 ]
    result=$?
    while read -r a b rest; do grep -E "^($a|$b) " names | sed "s/$/: $rest/"; done <found >why
    say $result "$name: $connections connections, none of a proxy" why
done
finish
