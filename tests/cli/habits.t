#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What people expect of a command line: short options, suggestions, exit codes, and output fit for
# the terminal, the pipe or the file that it goes to.
. "$(dirname "$0")/lib.sh"
unset NO_COLOR
export SOURCE_DATE_EPOCH=1800000000
export TERM=xterm
bold=$'\033[1m'

on_terminal() { # width arguments of potsherd...
    "$top/tests/cli/on_terminal.py" "$1" "$potsherd" "${@:2}" >shown 2>err
    code=$?
}

# --- help ---

"$potsherd" --help >expected
for words in -h help; do
    run $words
    [ "$code" = 0 ] && cmp -s out expected
    say $? "$words is --help" out
done
"$potsherd" replay --help >expected
for words in 'replay -h' 'help replay' 'replay --nothing-of-this -h' 'replay -qh'; do
    # shellcheck disable=SC2086 # words are meant to split
    run $words
    if [ "$words" = 'replay --nothing-of-this -h' ]; then
        told 2 'unknown option --nothing-of-this' "$words: a mistake comes first"
    else
        [ "$code" = 0 ] && cmp -s out expected
        say $? "$words is replay --help" out
    fi
done
run -V
[ "$code" = 0 ] && [ "$(cat out)" = "$("$potsherd" --version)" ]
say $? '-V is --version' out
sed -nE 's/^  ([a-z]+) .*/\1/p' <("$potsherd" -h) | grep -vx potsherd >order
[ "$(head -n 2 order | xargs)" = 'replay report' ] && [ "$(grep -nxE 'doctor|watch|answer' order | cut -d: -f2 | xargs)" = 'doctor watch answer' ]
say $? 'what one does first stands first' order
while read -r command; do
    run "$command" --help
    grep -q ' SIZE  ' out && ! grep -q '^SIZE is in bytes, or with K, M, G' out && echo "$command"
    grep -q '^Example: potsherd' out || echo "$command"
done <order >why
[ ! -s why ]
say $? 'who takes sizes says which' why

# --- mistakes ---

suggests() { # pattern name arguments...
    run "${@:3}"
    told 2 "$1" "$2"
}
suggests 'unknown command reprot: did you mean report\?' 'a command with letters exchanged' reprot
suggests 'unknown command reprot: did you mean report\?' '... for help' help reprot
suggests 'unknown option --geoip: did you mean --geo\?' 'an option with letters too many' replay --geoip x y
suggests 'unknown option --ouput: did you mean --output\?' 'one with a letter missing' replay --ouput=x y
suggests 'unknown option --wings \(' 'one like none' replay --wings y
suggests 'unknown option --keep: replay does not have it, but ' 'one of other commands' replay --keep 3 y
suggests '--max may be any of --max-connections, --max-memory \(' 'one that is short for two' replay --max 3 y
suggests 'unknown option -z \(' 'an unknown letter' replay -qz y
suggests 'unknown option -z \(' '... before others' replay -zq y
suggests '--quiet no way: expected true or false' 'a flag with a value that is none' replay '--quiet=no way' y
suggests 'max-memory 3X: expected a size from 1M to 16T, in bytes or with K, M, G, T' 'no size' replay --max-memory 3X y
suggests 'top 0: expected a number from 1 to 1000000 \(' 'a number out of bounds' report --top 0
suggests 'email: there is no such record file: did you mean emails\?' 'a record file misspelt' schema email

# --- schema FILE ---

run schema emails
[ "$(grep -c '^## ' out)" = 1 ] && grep -q '^## emails.csv$' out
say $? 'schema of one record file' out
run schema emails.csv --as sql
[ "$(grep -c '^CREATE TABLE' out)" = 1 ] && grep -q '^CREATE TABLE "emails" ' out
say $? '... by its name as SQL' out
run schema urls --as json
[ "$(jq -r '.[].file' out)" = urls.csv ]
say $? '... as JSON' out

# --- messages ---

run replay -v nowhere.pcap
told 1 "^potsherd: $(date -u +%Y-%m-%d)T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z warning: nowhere.pcap: " '-v: time and level'
run replay nowhere.pcap
told 1 '^potsherd: nowhere.pcap: ' 'without it the message alone'
on_terminal 80 replay nowhere.pcap
grep -qF "${bold}potsherd:" shown
say $? 'bold on a terminal' shown
NO_COLOR=1 on_terminal 80 replay nowhere.pcap
! grep -q $'\033\[1m' shown && grep -q '^potsherd: ' shown
say $? '... but not with NO_COLOR' shown
TERM=dumb on_terminal 80 replay nowhere.pcap
! grep -q $'\033\[1m' shown
say $? '... nor on a dumb one' shown

# --- the report ---

"$tools/mkpcap" --conversations 2000 many.pcap
run replay -q -o records many.pcap
run report records
cp out usual
! grep -q $'\033' out && grep -q '──' out
say $? 'into a pipe: no colour' out
on_terminal 100 report records
grep -qF "${bold}Totals" shown || grep -qF "${bold}potsherd report" shown
say $? 'on a terminal: bold titles' shown
sed -E 's/\x1b\[[0-9]*m//g' shown | diff - usual >why
say $? '... and else the same in as many columns' why
method() { # the widest line of the paragraph
    sed -n '/Method/,$p' shown | sed '1,2d; /^  Made /,$d' | wc -L
}
on_terminal 64 report records
narrow=$(method)
grep -q '  SHA-256 of …' shown && [ "$narrow" -le 64 ] && [ "$narrow" -gt 50 ]
say $? "as narrow as the terminal: $narrow of 64" shown
on_terminal 160 report records
wide=$(method)
grep -q '  SHA-256 of the body' shown && [ "$wide" -le 160 ] && [ "$wide" -gt 140 ]
say $? "as wide as the terminal: $wide of 160" shown
LC_ALL=C run report records
! LC_ALL=C grep -q '[^ -~]' out && grep -q -- '----' out && [ "$(wc -l <out)" = "$(wc -l <usual)" ]
say $? 'ASCII where the locale has no UTF-8' <(LC_ALL=C grep -n '[^ -~]' out)
LC_ALL=C run report -o x.txt records
grep -q '──' x.txt
say $? '... but a file is UTF-8 everywhere'
LC_ALL=C on_terminal 100 find records
! LC_ALL=C grep -q $'[^ -~\r]' shown && grep -q '~' shown
say $? 'find: ASCII on such a terminal' shown

for end in html HTM json; do
    run report -o "x.$end" records
    case $end in
    json) python3 -m json.tool "x.$end" >why 2>&1 ;;
    *) grep -qi '<!doctype html>' "x.$end" ;;
    esac
    say $? "-o x.$end knows its format" "x.$end"
done
run report -o y.html --format text records
head -n 1 y.html | grep -q '^potsherd report'
say $? '... unless --format says another' y.html
printf '[report]\nformat = json\n' >c.conf
run report -o z.html --config c.conf records
python3 -m json.tool z.html >why 2>&1
say $? '... in a file, too' why
run report -o x.csv records
told 2 '-o x.csv: csv is a file a table' 'x.csv could hold one table only'

# --- interrupted ---

# Who ends what it was asked to write; its reader comes never. (In the background of a script
# SIGINT is ignored.)
mkfifo never
env --default-signal=INT "$potsherd" report -o never records &
reporter=$!
for _ in $(seq 300); do
    grep -q '^State:.S' "/proc/$reporter/status" && ! grep -q '^Threads:.[2-9]' "/proc/$reporter/status" && break
    sleep 0.1
done
kill -INT "$reporter"
wait "$reporter"
[ $? = 130 ]
say $? 'report ends with 130 on ctrl-c'
finish
