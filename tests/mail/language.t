#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The column `language`: of 240 texts in eight languages, short and long, plain and HTML, in the
# charsets of their time, at least 75 % are right and at most 5 % wrong; of the long ones 90 %.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/mail

python3 "$here/languages.py" write texts
python3 "$here/wrap.py" texts.pcap texts/*
run replay -q -o texts.out texts.pcap
say "$code" 'texts in eight languages are replayed' err
python3 "$here/languages.py" check texts.out/emails.csv >why
say $? '... enough of them are named right, and few wrong' why
tail -2 why | sed 's/^/# /'

# What is sent in no language is given none.
mkdir none
printf 'Subject: s\n\n%s\n' '4711 0815 -- 42' >none/numbers.eml
printf 'Subject: s\n\n' >none/empty.eml
printf 'Subject: s\n\n%s\n' 'http://www.example.com/x/y/z https://b.example/ me@here.example' >none/links.eml
python3 "$here/wrap.py" none.pcap none/*
run replay -q -o none.out none.pcap
[ "$(python3 "$top/tests/net/column.py" none.out/emails.csv language | sort -u)" = '' ]
say $? 'numbers, links and nothing are of no language' none.out/emails.csv
finish
