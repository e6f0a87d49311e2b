#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# mkmmdb: the same input, the same bytes; and what it says to input that is wrong.
. "$(dirname "$0")/../cli/lib.sh"
mkmmdb=$top/tools/mkmmdb
networks=$pcaps/geo/networks.csv
if ! perl -MMaxMind::DB::Writer -e 1 2>/dev/null; then
    echo '1..0 # SKIP libmaxmind-db-writer-perl is not installed'
    exit 0
fi

for type in GeoLite2-Country GeoLite2-City GeoLite2-ASN dbip-country-lite dbip-asn-lite ipinfo_lite \
    ipinfo_asn ipinfo_country_asn GeoIP2-Domain; do
    "$mkmmdb" --type "$type" "$networks" a.mmdb && sleep 0.1 && "$mkmmdb" --type "$type" "$networks" b.mmdb &&
        cmp a.mmdb b.mmdb
    say $? "$type: the same bytes each time"
done
mmdblookup --file a.mmdb --ip 192.0.2.1 domain 2>&1 | grep -q as.example
say $? 'which mmdblookup reads'

mistake() { # code pattern name arguments...
    "$mkmmdb" "${@:4}" >out 2>err
    code=$?
    told "$1" "$2" "$3"
}

printf 'network,cc,asn,as_name\n192.0.2.0/33,BR,1,x\n' >bits.csv
printf 'network,cc,asn,as_name\n192.0.2.0/24,BR,AS1,x\n' >number.csv
printf 'network,cc,asn,as_name\n192.0.2.0/24,BR\n' >short.csv
printf 'a,b\n' >header.csv
mistake 1 'bits.csv: line 2: .* is no network' 'a network that is none' bits.csv x.mmdb
mistake 1 'number.csv: line 2: .* is no AS number' 'a number that is none' number.csv x.mmdb
mistake 1 'short.csv: line 2: expected four cells' 'a short row' short.csv x.mmdb
mistake 1 'header.csv: line 1: expected network,cc,asn,as_name' 'another header' header.csv x.mmdb
mistake 1 'none.csv: cannot be read' 'a missing file' none.csv x.mmdb
mistake 1 'cannot be written' 'a folder that is not there' "$networks" none/x.mmdb
mistake 2 'none of GeoIP2' 'another type: usage' --type GeoIP "$networks" x.mmdb
mistake 2 'needs a date' 'a date that is none: usage' --built yesterday "$networks" x.mmdb
mistake 2 'no day' 'a day that there is not: usage' --built 2026-02-30 "$networks" x.mmdb
mistake 2 'nknown option' 'an unknown option: usage' --tpye GeoIP "$networks" x.mmdb
mistake 2 'needs the CSV' 'no file: usage' "$networks"
finish
