#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Records in LibreOffice by the commands of doc/records-elsewhere.md: each cell of the workbook has what
# python's csv module reads, numbers as numbers, and none is a formula, whatever a mail says.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/engines
for program in soffice jq; do
    command -v $program >/dev/null || {
        echo "1..0 # skip $program is not installed"
        exit 0
    }
done
export HOME=$work # LibreOffice makes a profile there
mkdir bin mails
ln -s "$potsherd" bin/potsherd
PATH=$work/bin:$PATH

python3 "$here/spreadsheet.py" mails mails && python3 "$top/tests/mail/wrap.py" mails.pcap mails/*.eml
say $? 'mails are made whose texts look like formulas, numbers and dates'
run replay -q -o case42 mails.pcap "$pcaps/smtp-bdat.pcap" "$pcaps/http-get.pcap" "$pcaps/socks5-auth.pcap"
[ "$code" = 0 ] && [ "$(rows case42/emails.csv)" -gt 25 ]
say $? 'and recorded' err

sed -n '/^## Spreadsheets/,$s/^    //p' "$top/doc/records-elsewhere.md" >commands
[ "$(grep -c '^soffice ' commands)" = 1 ]
say $? 'the document has commands' commands
convert() { # record file, locale
    sed "s/emails/$1/g" commands >now
    rm -f "$1.xlsx"
    LC_ALL=$2 timeout 200 sh -e now >why 2>&1
}
for file in emails connections; do
    for locale in C.UTF-8 de_DE.UTF-8; do
        convert "$file" $locale && python3 "$here/spreadsheet.py" compare "case42/$file.csv" "$file.xlsx" >>why 2>&1
        say $? "$file.csv, $locale" why
    done
done
timeout 200 soffice --headless --convert-to xlsx case42/emails.csv >why 2>&1
! python3 "$here/spreadsheet.py" compare case42/emails.csv emails.xlsx >why 2>&1 && grep -q "'=1+1'.*formula" why
say $? 'without the options texts become formulas: the comparison finds them' why
finish
