#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tag rules: each of rules/tags matches the mail that was written for it, and not the one that looks
# like it; what rules see; and mistakes in them.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/mail

tags() { # records
    python3 "$top/tests/net/column.py" "$1/emails.csv" tags
}

# --- the set ---

sed -n 's/^rule \([a-z0-9_]*\).*/\1/p' "$top"/rules/tags/*.yar | sort >rules
printf '%s\n' "$here"/tags/*.match.eml | sed 's/.*\///; s/\.match\.eml$//' | sort | diff rules - >why &&
    printf '%s\n' "$here"/tags/*.other.eml | sed 's/.*\///; s/\.other\.eml$//' | sort | diff rules - >>why
say $? 'each rule has a mail that it matches, and one that it does not' why
python3 "$here/wrap.py" set.pcap "$here"/tags/*.eml
run replay -q -o set set.pcap
say "$code" 'they are replayed' err
tags set >found
printf '%s\n' "$here"/tags/*.eml | paste - found | while IFS=$'\t' read -r file found; do
    name=${file##*/}
    case $name in
    *.match.eml) [[ " $found " = *" ${name%.match.eml} "* ]] || echo "$name: '$found'" ;;
    *) [[ " $found " != *" ${name%.other.eml} "* ]] || echo "$name: '$found'" ;;
    esac
done >why
[ ! -s why ]
say $? '... and get the tag, or do not' why

# --- what rules see ---

mkdir eyes mails
cat >eyes/eyes.yar <<'RULES'
rule header { strings: $a = "\nX-One: two three\n" condition: part == "mail" and $a }
rule decoded { strings: $a = "Subject: Gr\xc3\xbc\xc3\x9fe" condition: part == "mail" and $a }
rule visible { strings: $a = "buy viagra now" condition: part == "mail" and $a }
rule html { strings: $a = "via<b></b>gra" condition: part == "mail" and $a }
rule link { strings: $a = "\nlink evil.example\nshown bank.example at evil.example\n" condition: part == "mail" and $a }
rule file { strings: $a = "MZ" condition: part == "attachment" and $a at 0 and filename == "a.txt" and content_type == "application/x-b" and links == 0 and subject contains "Gr" }
rule facts { condition: part == "mail" and src_ip == "198.51.100.7" and dst_port == 25 and module == "smtp" and helo == "here.example" and mail_from == "a@here.example" and target_host == "" and src_cc == "" }
rule counts { condition: part == "mail" and links == 1 and mismatched_links == 1 and attachments == 1 and filename == "" }
rule words { condition: part == "mail" and language contains "" and probe == "" }
private rule silent { condition: part == "mail" }
rule never { condition: part == "mail" and not silent }
RULES
cat >mails/a.eml <<'MAIL'
Subject: =?iso-8859-1?Q?Gr=FC=DFe?=
X-One: two
 three
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html

<p>buy via<b></b>gra
<i>now</i> <a href="http://evil.example/x">bank.example</a></p>
--x
Content-Type: application/x-b; name="a.txt"
Content-Transfer-Encoding: base64

TVo=
--x--
MAIL
printf 'no headers at all' >mails/b.eml
python3 "$here/wrap.py" eyes.pcap mails/*.eml
run replay -q -o seen --tags eyes eyes.pcap
say "$code" 'rules of their own folder' err
tags seen | head -1 | tr ' ' '\n' | diff <(sed -n 's/^rule \([a-z]*\).*/\1/p' eyes/eyes.yar | grep -v never) - >why
say $? '... see headers, text, links, HTML, attachments, and how it came' why
[ "$(tags seen | tail -1)" = "facts words" ]
say $? '... and of a mail without anything just that'
run replay -q -o none --tags none eyes.pcap
[ "$code" = 0 ] && ! tags none | grep -q .
say $? '--tags none: no tags'

# --- mistakes ---

mkdir wrong
cat >wrong/a.yar <<'RULES'
rule good { strings: $a = "abcd" condition: $a }
rule bad {
    condition: $b
}
RULES
echo 'include "/etc/hostname"' >wrong/b.yar
cat >wrong/c.yar <<'RULES'
rule slow {
    strings:
        $a = /[a-z]+/
    condition: $a
}
RULES
run rules check --tags wrong
[ "$code" = 1 ] && grep -q 'wrong/a.yar:4: undefined string .*b' err && grep -q 'wrong/b.yar:1: include' err &&
    grep -q 'wrong/c.yar:3: .*slow' err && grep -q 'wrong: 3 mistakes' err
say $? 'rules check names file, line and mistake, of all files' err
run replay -q -o refused --tags wrong eyes.pcap
[ "$code" = 1 ] && grep -q 'wrong/a.yar:4' err && [ ! -e refused ]
say $? 'replay does not begin with them' err
mkdir twice
echo 'rule a { condition: true }' | tee twice/1.yar >twice/2.yar
run rules check --tags twice
[ "$code" = 1 ] && grep -q 'twice/2.yar:1: duplicated identifier "a"' err
say $? 'one name in two files' err
run rules check --tags nowhere
[ "$code" = 1 ] && grep -q 'nowhere' err
say $? 'a folder that is not there' err
run rules check
[ "$code" = 0 ] && grep -q 'ports.rules: good' out && grep -q '[1-9][0-9]* tag rules, good' out
say $? 'what is installed is good' err
finish
