#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What mails say, in emails.csv and attachments.csv: as Python's email parser reads them; hostile
# ones; and a reader that is killed.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/mail

column() { # records name
    python3 "$top/tests/net/column.py" "$1/emails.csv" "$2"
}

python3 "$here/odd.py" odd odd
python3 "$here/wrap.py" odd.pcap odd/*
run replay -q -o odd.out odd.pcap
say "$code" 'odd mails are replayed' err
python3 "$here/compare.py" odd.out odd/* >why
[ "$(grep -c '^[a-z_]* 19 19$' why)" = 9 ] && [ "$(wc -l <why)" = 9 ]
say $? '... and each column says what Python reads' why

python3 "$top/tests/net/column.py" odd.out/attachments.csv found_type >why
printf '%s\n' application/zip image/gif application/pdf application/x-ole-storage application/x-dosexec application/zip |
    diff - why >/dev/null
say $? '... and found_type what each attachment begins with' why

python3 "$here/inline.py" inline >want
python3 "$here/wrap.py" inline.pcap inline/*
run replay -q -o inline.out inline.pcap
tail -n +2 inline.out/attachments.csv | cut -d, -f5-8 | diff want - >why
say $? 'files in text, by uuencode and yEnc; names in pieces, encoded, without quotes' why

python3 "$here/odd.py" hostile hostile
python3 "$here/wrap.py" hostile.pcap hostile/*
run replay -o hostile.out hostile.pcap
say "$code" 'hostile mails are replayed' err
[ "$(tail -n +2 hostile.out/emails.csv | wc -l)" = 25 ] && ! grep -q UNREAD out
say $? '... each has a row, and ends no process' out
cat >want <<'FLAGS'
base64 1 cut-tags
boundary 0 cut-header
comments 0 cut-header
depth 0 many-parts
depth-20000 0 many-parts
folded 0 long-headers cut-header
half-words 0 long-headers cut-header
headers 0 many-headers
inner 0 many-parts
inner-folded 0 many-parts
inner-nested 0 many-parts
iso-2022 0
links 0 long-parts many-links long-text cut-tags
links-open 0 many-links cut-tags
links-www 0 long-text
long-subject 0 long-headers cut-header
nested 0 cut-header
nul 0
parameters 0 cut-header
parts 0 many-parts
parts-9000 1000 many-parts
random 0 long-headers cut-header
too-long  long
utf-7 0
words 0 long-headers cut-header
FLAGS
paste -d ' ' <(printf '%s\n' hostile/* | sed 's/.*\///') <(column hostile.out attachments) \
    <(column hostile.out mail_flags) | sed 's/ $//' | diff want - >why
say $? '... and what was not read is flagged' why
[ "$(tail -n +2 hostile.out/attachments.csv | wc -l)" = 1001 ]
say $? '... a row for each attachment that was counted' why

run replay -q --mail headers -o headers.out odd.pcap
python3 "$here/compare.py" headers.out odd/* >why
[ "$(grep -c '^[a-z_]* 19 19$' why)" = 8 ] && [ "$(wc -l <why)" = 8 ] && [ ! -e headers.out/attachments.csv ]
say $? '--mail headers: what headers say, and no attachments' why
run replay -q --mail none -o none.out odd.pcap
tail -n +2 none.out/emails.csv | grep -v ',,,,,,,,,,,,,,,,$' >why
[ ! -s why ]
say $? '--mail none: nothing is read' why
cut -d, -f1-29 odd.out/emails.csv >a && cut -d, -f1-29 none.out/emails.csv | diff a - >why
say $? '... and all else is the same' why

python3 "$here/odd.py" links links
python3 "$here/wrap.py" links.pcap links/*
run replay -q -o links.out links.pcap
cat >want <<'LINKS'
http,www.bank.example,bank.example,1,/login?a=1&b=2,
http,203.0.113.9,,1,/~x/,www.bank.example
https,evil.example,evil.example,1,/,
http,203.0.113.9,,1,/i.gif,
http,203.0.113.9,,1,/,
http,evil.example,evil.example,1,/x,
http,form.example.co.uk,example.co.uk,1,/f,
http,map.example,map.example,1,/,
http,evil.example,evil.example,1,/,
http,next.example,next.example,1,/,
http,bg.example,bg.example,1,/b.png,
http,base.example,base.example,1,page.html,
http,xn--bcher-kva.example,xn--bcher-kva.example,1,/,
http,evil.example,evil.example,1,/,
http,text.example,text.example,1,/a.b,
http,www.plain.example,plain.example,1,/,
https,bad.example.com,example.com,1,/x,
ftp,2001:db8::1,,1,/f,
LINKS
tail -n +2 links.out/urls.csv | cut -d, -f6- | diff want - >why
say $? 'links, as browsers read them' why
for python in python3 /usr/bin/python3; do
    if "$python" -c 'import lxml.html' 2>/dev/null; then
        "$python" "$here/links.py" links.out links/* >why
        [ "$(cat why)" = 'hosts 10 10' ]
        say $? '... their hosts are those that libxml2 finds' why
        break
    fi
done

echo 'example' >list.dat
run replay -q -o psl.out --psl list.dat links.pcap
[ "$(tail -n +2 psl.out/urls.csv | cut -d, -f7-8 | sed -n 7p)" = 'form.example.co.uk,co.uk' ]
say $? '--psl: domains by another list' err
run replay -q -o psl-none --psl nowhere links.pcap
[ "$code" = 1 ] && grep -q -- '--psl nowhere: this is no public suffix list' err && [ ! -e psl-none ]
say $? '... which is not there: it says so, and does not begin' err

python3 "$here/odd.py" probes probes
python3 "$here/wrap.py" probes.pcap probes/*
run replay -q -o probes.out probes.pcap
printf '%s\n' probes/* | sed 's/.*\///; s/=.*//' >want
column probes.out probe | diff want - >why
say $? 'probes: the address that was asked, in each of its forms' why

# A conversation of many mails, so that some are under way at each kill.
"$tools/mkpcap" --conversations 3000 --mix half --body 2000 many.pcap >/dev/null 2>&1
run replay -q -o whole.out many.pcap
"$here/kill_workers.py" "$potsherd" many.pcap killed.out "${KILLS:-200}" 1 >out 2>err
say $? 'the process that reads mails is killed again and again' err
grep -q 'the mail worker was ended by signal 9 (Killed): what that mail says is not recorded' err
say $? '... which is said' err
grep '^killed' out | sed 's/^/# /'
for kind in connections requests recipients payloads; do
    diff -q whole.out/$kind.csv killed.out/$kind.csv
done >why 2>&1
cut -d, -f1-29 whole.out/emails.csv >a && cut -d, -f1-29 killed.out/emails.csv | diff a - >>why
say $? '... no row is lost or doubled' why
lost=$(grep -c ',lost,,$' killed.out/emails.csv)
diff <(grep -v ',lost,,$' killed.out/emails.csv) <(awk -F, 'NR == FNR { if (/,lost,,$/) lost[$2 "," $3] = 1; next } !(($2 "," $3) in lost)' \
    killed.out/emails.csv whole.out/emails.csv) >why
say $? '... the other mails say what they said' why
[ "$lost" -gt 0 ] && grep -q "^  UNREAD          $lost messages" out
say $? "... and the $lost lost ones are counted" out
finish
