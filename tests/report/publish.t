#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A report that is fit to publish: what it says of itself, bins that fit the period, nobody named with
# --anonymise, links to the tables, and a page for wide and narrow screens and for paper. What must
# come out is worked out by publish_check.py from the records.
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
here=$top/tests/report
export SOURCE_DATE_EPOCH=1164265200 # 2006-11-23T07:00:00Z
said=(--title 'A <b>title</b>' --organisation 'Example & CERT' --contact 'x@cert.example' --tlp amber+strict)

check() { # name, what and arguments of publish_check.py
    python3 "$here/publish_check.py" "${@:2}" >why 2>&1
    say $? "$1" why
}

browse() { # arguments
    HOME=$work timeout 100 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --user-data-dir="$work/profile" "$@" 2>browser
}

# --- bins that fit the period ---
for case in '2 hour' '30 day' '200 week' '1500 month'; do
    read -r days bin <<<"$case"
    python3 "$here/publish_make.py" "records$days" "$days" || exit 1
    run report --top 50 --format csv -o "tables$days" "records$days"
    check "$days days: a row a $bin, and a row a day" series "records$days" "tables$days" "$bin"
    run report --format json "records$days"
    check "$days days: it says where a $bin is not whole" notes "records$days" out "$bin"
done
check 'hours by weekdays' week records30 tables30
check 'hours by weekdays of four years' week records1500 tables1500
[ ! -e tables2/report-hours_of_week.csv ] && [ ! -e tables30/report-about.csv ]
say $? 'two days have their own hours; tables alone say nothing of who made them'
run report records30
[ "$code" = 0 ] && grep -q 'CN China ' out && [ "$(grep -c '^Emails a .* by country$' out)" = 1 ]
say $? 'text has one series a kind, and names of countries' out
run report records200
grep -q '^Emails a week by country$' out && ! grep -q '^Emails a day by' out && grep -q 'have every week' out
say $? 'and the bins that fit' out

# --- what it says of itself ---
for format in text json html; do
    run report "${said[@]}" --format "$format" -o "first.$format" records30
    run report "${said[@]}" --format "$format" -o "second.$format" records30
    cmp "first.$format" "second.$format" >why 2>&1 && grep -q 2006-11-23T07:00:00Z "first.$format"
    say $? "$format: the same records and time give the same bytes" why
done
check 'the method in figures, who, for whom, when' about records30 first.json 2006-11-23T07:00:00Z
check 'the page shows all of it, and what was given is no markup' page - first.html
[ "$(sed -n 1,4p first.text)" = 'A <b>title</b>, 2006-06-09 to 2006-07-08
TLP:AMBER+STRICT
Example & CERT
x@cert.example' ] && [ "$(tail -n 1 first.text)" = TLP:AMBER+STRICT ]
say $? 'text begins with it' first.text
run report "${said[@]}" --format csv -o about records30
grep -q '^tlp,TLP:AMBER+STRICT$' about/report-about.csv && grep -q '^made,2006-11-23T07:00:00Z$' about/report-about.csv
say $? 'a table of it is among the CSV files' about/report-about.csv
for word in clear green amber red; do
    run report --tlp $word records30
    grep -qx "TLP:${word^^}" out
    say $? "--tlp $word" out
done
run report --tlp pink records30
told 2 '--tlp pink: expected clear\|green\|amber\|amber\+strict\|red' 'another colour is none'
SOURCE_DATE_EPOCH=yesterday run report records30
told 2 'SOURCE_DATE_EPOCH=yesterday: expected seconds since 1970' 'a time that is none'
before=$(date -u +%FT%TZ)
SOURCE_DATE_EPOCH='' run report --format json records30
made=$(sed -n 's/^ *"made": "\(.*\)",*$/\1/p' out)
[[ ! $made < $before && ! $made > $(date -u +%FT%TZ) && ${#made} = 20 ]]
say $? 'else it is made now' <(echo "$before $made")
run report --sensor s1 --format json records30
lost=$(awk -F, '$2 == "s1" { lost += $4 + $5; all += $3 + $4 + $5 } END { print "Of " all " packets " lost }' records30/stats.csv)
grep -q "$lost (" out && grep -q '1 sensor (s1)' out
say $? 'what was lost is of the sensor that was asked for' <(grep method out)

# --- nobody is named ---
run report --anonymise --top 1000 --format csv -o nobody records30
for format in text json html; do
    "$potsherd" report --anonymise --top 1000 --format "$format" -o "nobody.$format" records30
done
check 'networks and domains, added up, and no address or name in any format' \
    anonymised records30 nobody nobody.text nobody.json nobody.html
grep -q '"anonymised": "yes"' nobody.json && grep -q '"anonymised": "no"' first.json
say $? 'the report says whether' nobody.json
run report --anonymise --contact 'team@cert.example' records30
grep -qx 'team@cert.example' out
say $? 'who publishes it has a name still' out

# --- the tables beside it ---
mkdir -p 'pages/a b'
run report "${said[@]}" --format html --csv 'pages/t %41"#/x' -o 'pages/a b/page.html' records200
check 'each table is linked, from where the page is' links - 'pages/a b/page.html' 'pages/t %41"#/x'
run report "${said[@]}" --format csv -o same records200
diff -r same 'pages/t %41"#/x' >why
say $? 'they are those of --format csv' why
mkdir there
(cd there && "$potsherd" report --format html --csv . ../records2 >page.html)
check 'also from standard output, in the same folder' links - there/page.html there
run report --format csv --csv given -o given records2
told 2 '--csv goes with text, json and html' '--csv with --format csv'
run report --format json --csv beside -o beside.json records2
[ "$code" = 0 ] && [ -s beside/report-totals.csv ] && [ -s beside.json ]
say $? 'tables beside JSON'

# --- names of countries ---
if [ -r /usr/share/iso-codes/json/iso_3166-1.json ]; then
    mkdir every
    python3 "$here/publish_codes.py" >every/emails.csv
    run report --top 400 --format csv -o codes every
    check 'every country of ISO 3166-1 has its name' countries codes
else
    skip 'every country of ISO 3166-1 has its name' 'iso-codes is not installed'
fi

# --- figures: what gnuplot is given, and what browsers make of the page ---
mkdir bin
printf '#!/bin/sh\ncat >>scripts\nexit 1\n' >bin/gnuplot
chmod +x bin/gnuplot
for days in 2 30 1500; do
    PATH=$work/bin:$PATH "$potsherd" report --top 50 --format html -o none.html "records$days"
done
check 'no text of a record is more than a label to gnuplot' scripts - scripts
if ! command -v gnuplot >/dev/null || ! command -v chromium >/dev/null; then
    skip 'the page in a browser' 'gnuplot or chromium is not installed'
    finish
fi
for days in 30 1500; do
    "$potsherd" report "${said[@]}" --format html -o page.html "records$days"
    for case in '390 narrow' '1280 broad'; do
        read -r width drawing <<<"$case"
        python3 "$here/publish_frame.py" page.html "$width" copy.html frame.html
        browse --window-size=1400,2200 --virtual-time-budget=5000 --dump-dom "file://$work/frame.html" >dom
        check "$days days, $width pixels wide: nothing to scroll for, no broken address, letters that can be read" \
            layout - dom "$width" "$drawing"
    done
    if command -v pdftotext >/dev/null; then
        browse --no-pdf-header-footer --print-to-pdf=page.pdf "file://$work/page.html" >/dev/null
        pdftotext -bbox page.pdf boxes
        check "$days days, printed: no page is half empty, each has its TLP mark" paper - boxes
    else
        skip "$days days, printed" 'pdftotext (poppler-utils) is not installed'
    fi
done
[ ! -e pwned ]
say $? 'no record was a command' <(ls)
finish
