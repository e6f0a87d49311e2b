#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# potsherd campaigns: the tree's campaigns are those of a tree in memory (tree.py), all that is said of
# them is what SQL says (facts.py), most made ones are found (score.py); the same for any order of
# files, jobs, memory, and in two runs with a state as in one.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/campaign
BUILD=${BUILD:-$top/build}
export PYTHONDONTWRITEBYTECODE=1
"$BUILD/tools/mkrecords" --campaigns 60 --mails 6000 --layouts 60 --weak 30 --truth truth made || exit 1
"$BUILD/tools/mkpcap" --campaigns 10 --mails 400 --truth truth.pcap - 2>err | "$potsherd" replay -q -o played - || exit 1

find_them() { # OUT OPTION... DIR...
    local out=$1
    shift
    run campaigns -q -o "$out" "$@"
    [ "$code" = 0 ]
}
same() { # OUT OUT
    diff -rq "$1" "$2" >why
}

find_them zero --alike 0 made
python3 "$here/tree.py" 5 5 1.5 made >want && python3 "$here/members.py" zero tree | diff want - >why
say $? "campaigns of the tree are those of a tree in memory: $(wc -l <want)" why
find_them tight --alike 0 --min-messages 9 --min-children 2 --threshold 3 made
python3 "$here/tree.py" 9 2 3 made >want && python3 "$here/members.py" tight tree | diff want - >why
say $? "... with other parameters, too: $(wc -l <want)" why
# Made so that one campaign is in several pieces of the tree, or features are everybody's.
for how in '--mails 14000 --weak 0 --noise 2' '--mails 8000 --weak 20 --seed 3'; do
    # shellcheck disable=SC2086 # several words
    "$BUILD/tools/mkrecords" --campaigns 100 --layouts 1000 $how --truth other.truth "other $how" &&
        find_them "found $how" --alike 0 "other $how"
    python3 "$here/tree.py" 5 5 1.5 "other $how" >want && python3 "$here/members.py" "found $how" tree | diff want - >why
    say $? "... of others, $how: $(wc -l <want)" why
done
find_them one made
python3 "$here/facts.py" one made >why
say $? 'what is said of them is what SQL says' why
find_them replayed played
python3 "$here/facts.py" replayed played >why && [ "$(wc -l <replayed/campaigns.csv)" -gt 8 ]
say $? '... of records of a capture, too' why
python3 "$here/score.py" truth made one >why
awk '/^all:/ { pairs = $3 + 0 } /^strong:/ { strong = $8 + 0 } END { exit !(pairs >= 0.98 && strong >= 0.9) }' why
say $? "of pairs put together 98 in 100 belong together, and 9 in 10 strong campaigns are in one piece" why

find_them two --jobs 2 made
same one two
say $? 'two jobs give the same bytes' why
find_them little --max-memory 16M --jobs 3 made
same one little
say $? '... and little memory' why
python3 "$here/split.py" made a b
find_them ab a b && find_them ba b a && same one ab && same one ba
say $? 'the order of the files makes no difference' why
find_them half --state state a && find_them both --state state b && same one both
say $? 'two runs with a state give what one gives' why
find_them again --state state a b && same one again
say $? '... also when messages come again' why
run campaigns -o double a b made
[ "$code" = 0 ] && grep -q "DOUBLED *6000 messages came again" out && same one double
say $? 'messages that come again count once, and are reported' out

id=$(sed -n 2p replayed/campaigns.csv | cut -d, -f1)
grep ",$id\$" replayed/campaign_emails.csv | cut -d, -f1,2 | sort >want
"$potsherd" find --campaign "${id:0:8}" --columns uid,email_n --format csv played replayed | tail -n +2 | sort | diff want - >why
say $? "find --campaign: its $(wc -l <want) messages" why
"$potsherd" extract --campaign "$id" --to eml -o eml played replayed 2>err && [ "$(find eml -name '*.eml' | wc -l)" = "$(wc -l <want)" ]
say $? 'extract --campaign: and as files' err
[ "$("$potsherd" find --campaign "$id" --file campaign_sources --format csv replayed | tail -n +2 | sort)" = "$(grep "^$id," replayed/campaign_sources.csv | sort)" ]
say $? 'find --campaign --file campaign_sources: and its sources'
run find --campaign xyz replayed
[ "$code" = 2 ] && grep -q -- '--campaign xyz: expected 4 to 16 hex digits' err
say $? 'what is no id is refused' err

run campaigns -o one made
[ "$code" = 1 ] && grep -q 'one holds the campaigns of an earlier run: replace them with --force' err
say $? 'what is there is not replaced' err
find_them one --force made && same one two
say $? '... but with --force' err
dd if=state of=cut bs=1 count=$(($(stat -c %s state) - 3)) 2>/dev/null
run campaigns -o cut.out --state cut b
[ "$code" = 1 ] && grep -q 'cut: damaged at byte [0-9]*: remove it' err && [ ! -e cut.out/campaigns.csv ]
say $? 'a damaged state is refused' err
echo 'potsherd state of another kind, surely' >other
run campaigns -o cut.out --force --state other b
[ "$code" = 1 ] && grep -q 'other: is no state of this version' err
say $? '... and another file' err

mkdir damaged
head -n 400 made/emails.csv >damaged/emails.csv
printf '"broken\n' >>damaged/emails.csv
run campaigns -q -o damaged.out damaged
[ "$code" = 1 ] && grep -q 'damaged/emails.csv: line 401' err && [ -s damaged.out/campaigns.csv ]
say $? 'a damaged row is reported, and the rest counts' err
run campaigns -q -o unwritten --state nowhere/state damaged
told 1 'nowhere/state: cannot be written: .*; choose another --state FILE' 'a state that cannot be written is found before anything is read'
[ ! -e unwritten ]
say $? '... or made'
run campaigns -o none.out nowhere
[ "$code" = 1 ] && grep -q nowhere err
say $? 'a folder that is not there is reported' err
mkdir empty
run campaigns -o empty.out empty
[ "$code" = 1 ] && grep -q 'no record files here' err
say $? 'so is one without records' err
head -n 1 made/emails.csv >empty/emails.csv
run campaigns -o empty.out empty
[ "$code" = 0 ] && grep -q '^0 campaigns of 0 messages' out && [ "$(wc -l <empty.out/campaigns.csv)" = 1 ]
say $? 'no messages, no campaigns' out
cp made/urls.csv empty
run campaigns -o orphans.out empty
grep -q 'ORPHANS  *[0-9]* messages have rows in urls.csv' out
say $? 'links of messages that are not there are reported' out
for bad in '--threshold 0' '--threshold x' '--min-messages 1' '--alike 65'; do
    # shellcheck disable=SC2086 # two words
    run campaigns -o bad.out $bad made
    [ "$code" = 2 ] && [ ! -e bad.out ]
    say $? "$bad is refused" err
done
middle=$(cut -d, -f1 made/emails.csv | sort | sed -n 3001p)
mkdir later
for kind in emails urls attachments; do
    awk -F, -v from="$middle" 'NR == 1 || $1 >= from' "made/$kind.csv" >"later/$kind.csv"
done
[ "$(wc -l <later/emails.csv)" -lt 3500 ] && find_them late --since "$middle" made && find_them filtered later && same late filtered
say $? '--since leaves out what came before' why
[ -z "$(find . -name 'campaigns.*.part' -o -name '*.tmp')" ]
say $? 'nothing half made is left'
finish
