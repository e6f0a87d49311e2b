#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tables of campaigns: each is what SQL says of the files that `potsherd campaigns` wrote
# (campaigns_tables.py); they are of the whole run; nothing is left out silently; nobody is named with
# --anonymise, and nothing of a capture is markup.
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
here=$top/tests/report
export SOURCE_DATE_EPOCH=1164265200 PYTHONDONTWRITEBYTECODE=1
"$tools/mkrecords" --campaigns 60 --mails 6000 made && python3 "$here/campaigns_spread.py" made spread || exit 1
"$tools/mkpcap" --campaigns 10 --mails 400 --truth truth - 2>err | "$potsherd" replay -q -o played - || exit 1
for records in made spread played; do
    "$potsherd" campaigns -q -o "$records.out" "$records" || exit 1
done

check() { # name REPORT TOP OUT RECORDS
    python3 "$here/campaigns_tables.py" "${@:2}" >why 2>&1
    say $? "$1" why
}
says() { # pattern name: the last run printed it
    [ "$code" = 0 ] && grep -qE -- "$1" out
    say $? "$2" <(cat err out)
}

for records in made spread played; do
    for top in 3 10 1000; do
        run report --top $top --format csv -o "tables.$records.$top" "$records" "$records.out"
        check "$records, the first $top: what SQL says" "tables.$records.$top" $top "$records.out" "$records"
    done
done
run report --format csv -o without spread
mkdir with
cp tables.spread.10/* with
(cd with && rm report-*campaign*.csv)
diff -r without with >why && [ -e tables.spread.10/report-weeks_by_campaign.csv ]
say $? 'the other tables are as without the campaigns' why
head -n 1 spread.out/campaigns.csv >none.csv
mkdir none parts
mv none.csv none/campaigns.csv
run report none spread
says '^Note: potsherd campaigns found no campaign' 'that there are none is said'

# --- segments, in any order ---
for kind in campaigns campaign_sources campaign_ports campaign_days; do
    for part in 0 1; do
        awk -v part=$part 'NR == 1 || NR % 2 == part' "spread.out/$kind.csv" | gzip >"parts/$kind-2006061${part}T000000Z.csv.gz"
    done
done
run report --format csv -o tables.parts parts spread
diff -r tables.spread.10 tables.parts >why
say $? 'in segments, compressed, they are the same' why

# --- what is said of them ---
run report spread.out
says ' 65 campaigns sent 5300 emails\.$' 'without the records they are no percentage of them'
for option in '--since 2006-07-01' '--until 2006-07-01' '--sensor s9'; do
    # shellcheck disable=SC2086 # two words
    run report $option spread spread.out
    grep -q 'Tables of campaigns are of all that potsherd campaigns read' out
    say $? "${option% *}: they are of the whole run, and it is said" out
done
run report --since 2006-07-01 --format csv -o since spread spread.out
cut -d, -f1,2,6 since/report-campaigns.csv >why
cut -d, -f1,2,6 tables.spread.10/report-campaigns.csv | diff - why >differs
say $? '... with the same numbers' differs
run report spread
! grep -qi 'campaign' out
say $? 'without campaigns nothing is said' out
run report spread spread.out made.out
grep -qE 'WARNING: [0-9]+ campaigns are there from more than one run' out
say $? 'campaigns of two runs: a warning' out
sed '3s/^[0-9a-f]*/nothing/' spread.out/campaigns.csv >none/campaigns.csv
run report none
[ "$code" = 1 ] && grep -q 'campaigns.csv: line 3: campaign is not 16 hexadecimal digits' err
say $? 'a damaged row is named, and the exit code is 1' err

# --- limits ---
python3 "$here/campaigns_crowd.py" 23171 crowd
run report --top 2 crowd
says 'The first 2 of 3 pairs\. .*Not looked at: 1 source that sent more than 23170 campaigns each\.' \
    'a source of very many campaigns is left out, and it is said'
python3 "$here/campaigns_crowd.py" 2000 fewer
run report --top 2 fewer
says 'The first 2 of 1999000 pairs\. [^N]*$' 'one of 2000 is not'

# --- nobody is named, nothing is markup ---
run report --anonymise --top 100000 --format csv -o nobody spread spread.out
check 'networks send a campaign once, however many of their addresses do' nobody nobody spread.out spread
for format in text json html; do
    run report --anonymise --top 100 --format $format -o "nobody.$format" spread spread.out
done
cut -d, -f2 spread.out/campaign_sources.csv | tail -n +2 | grep -v '\.0$' | sort -u >addresses
! grep -Fwf addresses -r nobody nobody.text nobody.json nobody.html >why && ! grep -rE 'someone|192\.0\.2\.77' nobody nobody.* >>why &&
    grep -q '192\.0\.2\.0/24' nobody/report-campaigns.csv
say $? 'no address is in any format' why
run report --format html -o page.html spread spread.out
grep -q '&lt;script&gt;alert(1)&lt;/script&gt;' page.html && ! grep -qi '<script' page.html
say $? 'a subject is no markup, in cells, headings and figures' page.html
if command -v gnuplot >/dev/null; then
    sed -n '/<section id="weeks_by_campaign">/,/<\/section>/p' page.html | grep -q '<figure>'
    say $? 'the largest campaigns have a figure'
else
    skip 'the largest campaigns have a figure' 'gnuplot is not installed'
fi
finish
