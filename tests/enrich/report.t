#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# report --geo: what is mapped is what would have been recorded, whatever is
# recorded; the report names the databases; and files that are none.
. "$(dirname "$0")/../cli/lib.sh"
mkmmdb=$top/tools/mkmmdb
if ! perl -MMaxMind::DB::Writer -e 1 2>/dev/null; then
    echo '1..0 # SKIP libmaxmind-db-writer-perl is not installed'
    exit 0
fi

# The campaign, whose sources lie in thousands of networks.
"$tools/mkpcap" --spampots 100000 --networks networks.csv campaign.pcap
# Names with everything that a cell escapes, and networks of other countries and ASes.
sed -E '2s/,[^,]*$/,"Back\\slash, ""quotes"" and São Paulo"/' networks.csv >odd.csv
sed -E 's/,TW,/,CN,/; s/,3462,/,3463,/' networks.csv >other.csv
"$mkmmdb" odd.csv country.mmdb && "$mkmmdb" --type GeoLite2-ASN odd.csv asn.mmdb &&
    "$mkmmdb" --type ipinfo_lite --built 2026-11-20 other.csv other.mmdb
say $? 'the databases'
run replay -q --payload none --geo country.mmdb,asn.mmdb -o recorded campaign.pcap
run replay -q --payload none --geo none -o bare campaign.pcap
run replay -q --payload none --geo other.mmdb -o other campaign.pcap

tables() { # directory of tables, directory of records, options...
    rm -rf "$1"
    run report --format csv --top 20 -o "$1" "${@:3}" "$2"
    if [ "$code" != 0 ] || [ -s err ]; then
        cat err
    fi
}

tables expected recorded
for records in recorded bare other; do
    tables got "$records" --geo country.mmdb --geo asn.mmdb >why
    diff -r expected got >>why
    say $? "mapped from what holds $records cells: as at record time" why
done
tables expected other
tables got recorded --geo other.mmdb >why
diff -r expected got >>why
say $? 'mapped by another database: as if recorded with it' why
grep -qF 'Back\\slash, ""quotes"" and São Paulo' recorded/emails.csv
say $? 'such names are in the records'
tables got bare
[ ! -e got/report-countries.csv ] && [ ! -e got/report-asns.csv ]
say $? 'without --geo the records count, and these hold none'
tables got bare --geo none
[ ! -e got/report-countries.csv ]
say $? '--geo none maps nothing'
tables got bare --geo asn.mmdb
[ ! -e got/report-countries.csv ] && [ "$(rows got/report-asns.csv)" = 20 ]
say $? 'a database of ASes alone gives ASes alone'

for format in text json html; do
    run report --format "$format" --geo other.mmdb bare
    grep -q 'ipinfo bundle_lite.mmdb of 2026-11-20' out
    say $? "the report says which database of which day: $format" <(head -c 2000 out)
done
run report recorded
! grep -q 'of 2007-09-18' out
say $? 'and says nothing of databases that it did not use'

head -c 1000 country.mmdb >truncated.mmdb
run report --geo truncated.mmdb recorded
told 1 '^potsherd: truncated.mmdb: is damaged' 'a truncated database'
run report --geo missing.mmdb recorded
told 1 '^potsherd: missing.mmdb: .*No such file' 'a missing database'
finish
