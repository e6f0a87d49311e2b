#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the headers of mails say, in emails.csv: as Python's email parser reads them; hostile ones;
# and a reader that is killed.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/mail

python3 "$here/odd.py" odd odd
python3 "$here/wrap.py" odd.pcap odd/*
run replay -q -o odd.out odd.pcap
say "$code" 'odd mails are replayed' err
python3 "$here/compare.py" odd.out odd/* >why
[ "$(grep -c '^[a-z_]* 16 16$' why)" = 8 ] && [ "$(wc -l <why)" = 8 ]
say $? '... and each column says what Python reads' why

python3 "$here/odd.py" hostile hostile
python3 "$here/wrap.py" hostile.pcap hostile/*
run replay -o hostile.out hostile.pcap
say "$code" 'hostile mails are replayed' err
[ "$(tail -n +2 hostile.out/emails.csv | wc -l)" = 12 ] && ! grep -q UNREAD out
say $? '... each has a row, and ends no process' out
# comments folded half-words headers iso-2022 long-subject nested nul parameters random utf-7 words
printf '%s\n' cut-header 'long-headers cut-header' 'long-headers cut-header' many-headers '' \
    'long-headers cut-header' cut-header '' cut-header 'long-headers cut-header' '' 'long-headers cut-header' >want
tail -n +2 hostile.out/emails.csv | sed 's/.*,//' | diff want - >why
say $? '... and what was not read is flagged' why

run replay -q --mail none -o none.out odd.pcap
tail -n +2 none.out/emails.csv | grep -v ',,,,,,,,,,,,,,$' >why
[ ! -s why ]
say $? '--mail none: nothing is read' why
cut -d, -f1-29 odd.out/emails.csv >a && cut -d, -f1-29 none.out/emails.csv | diff a - >why
say $? '... and all else is the same' why

# A conversation of many mails, so that some are under way at each kill.
"$tools/mkpcap" --conversations 3000 --mix half --body 2000 many.pcap >/dev/null 2>&1
run replay -q -o whole.out many.pcap
"$here/kill_workers.py" "$potsherd" many.pcap killed.out "${KILLS:-40}" 1 >out 2>err
say $? 'the process that reads mails is killed again and again' err
grep '^killed' out | sed 's/^/# /'
for kind in connections requests recipients payloads; do
    diff -q whole.out/$kind.csv killed.out/$kind.csv
done >why 2>&1
cut -d, -f1-29 whole.out/emails.csv >a && cut -d, -f1-29 killed.out/emails.csv | diff a - >>why
say $? '... no row is lost or doubled' why
lost=$(grep -c ',lost$' killed.out/emails.csv)
diff <(grep -v ',lost$' killed.out/emails.csv) <(awk -F, 'NR == FNR { if (/,lost$/) lost[$2 "," $3] = 1; next } !(($2 "," $3) in lost)' \
    killed.out/emails.csv whole.out/emails.csv) >why
say $? '... the other mails say what they said' why
[ "$lost" -gt 0 ] && grep -q "^  UNREAD          $lost messages" out
say $? "... and the $lost lost ones are counted" out
finish
