#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What is said on a terminal has no control characters in it, whoever gave the names: a file
# called "\e[2J", a line end that would begin a line of somebody else's, broken UTF-8, an
# override of the direction of writing. They stand as \xNN, and a message stays one line.
. "$(dirname "$0")/lib.sh"
good=$pcaps/socks5-smtp-domain.pcap
name=$'a\e[2Jb\nc\xff\u202ed\x9b\u0085é'
shown='a\x1b[2Jb\x0ac\xff\xe2\x80\xaed\x9b\xc2\x85é'
export LC_ALL=C.UTF-8

# Of the last run: standard error has so many lines, with the name in it, and no output
# holds anything else that does not print.
fit() { # lines name-of-test [file that shows the name]
    python3 "$top/tests/cli/names_1.py" "$1" "$shown" "${3:-err}" >why 2>&1
    say $? "$2" why
}

run replay -o x "$name"
fit 1 'replay: a capture that is not there'
cp "$pcaps/README.md" "$name"
run replay -o x "$name"
fit 1 'replay: a capture that is none'
head -c 1000 "$good" >"$name.cut"
run replay -q -o x "$name.cut"
fit 1 'replay: a capture that is cut short'
run replay -o "$name.d" "$good"
fit 0 'replay: the folder of its summary' out
run replay -o "$name.d" "$good"
fit 1 'replay: the folder of an earlier run'
run replay -o "$name" "$good"
fit 1 'replay: a folder that is a file'
run replay -q -o y -f "$name" "$good"
fit 1 'replay: a filter'
run replay -q -o y --geo "$name" "$good"
fit 1 'replay: a database that is none'
run replay -q -o y "--$name" "$good"
fit 1 'wrong usage: an option'
run replay -q -o y --payload "$name" "$good"
fit 1 'wrong usage: a value'
run "$name"
fit 1 'wrong usage: a command'

run replay -q -o y --rules "$name.rules" "$good"
fit 1 'rules: a file that is not there'
for line in "${name//$'\n'/} x y" "80 ${name//$'\n'/} y" $'80 http a\xff'; do
    printf '%s\n' "$line" >"$name.rules"
    run replay -q -o y --rules "$name.rules" "$good"
    fit 1 'rules: a line with what it holds'
done

run report "$name"
fit 1 'report: what is no record'
run report "$name.none"
fit 1 'report: a folder that is not there'
mkdir "$name.r"
run report "$name.r"
fit 1 'report: a folder without records'
cp "$name.d"/*.csv "$name.r"
cp "$name.r/emails.csv" "$name.r/emails-$name.csv"
printf 'ts,uid\n1,2\n' >"$name.r/requests-$name.csv"
printf '"%s\n' "$name" >>"$name.r/connections.csv"
: >"$name.r/urls.csv.part"
run report "$name.r"
grep -q 'urls.csv.part: still being written' out
say $? 'report: a notice names the file' out
[ "$(wc -l <err)" -ge 3 ]
say $? 'report: damage is told' err
fit "$(wc -l <err)" 'report: damaged files'
run report --format json "$name.r"
fit "$(wc -l <err)" 'report: damaged files, json'
run report -o "$name/x" "$name.r"
fit "$(wc -l <err)" 'report: a place that cannot be written'

run doctor -i "a$name"
fit 1 'doctor: an interface that is not there'
run doctor -i lo -o "$name.d" --geo "$name"
fit 0 'doctor: its findings' out

mkdir "$name.p"
run answer --self-test -o z --personas "$name.p"
fit 1 'answer: a folder without personas'
printf '[persona]\nname=x\nkind=%s\n' "${name//$'\n'/}" >"$name.p/x.persona"
cp "$name.p/x.persona" "$name.p/$name"
run answer --self-test -o z --personas "$name.p"
fit 1 'answer: a persona that is none'
run answer -i lo --address "$name"
fit 1 'answer: an address that is none'
run answer -i lo --address 192.0.2.1 --next-hop "$name" --out lo
fit 1 'answer: a link address that is none'

if script -qec true /dev/null >/dev/null 2>&1; then
    # script -c runs $SHELL, and %q writes for bash
    SHELL=$BASH TERM=xterm NO_COLOR=1 script -qec "$(printf '%q ' "$potsherd" replay -o tty "$name" "$good" "$name.cut")" typescript >/dev/null 2>&1
    # of the escapes, only the one that erases the line of progress
    LC_ALL=C sed -e '/^Script /d' -e 's/\r\x1b\[K//g' -e 's/\r$//' typescript |
        LC_ALL=C grep -aP '[\x00-\x08\x0b-\x1f\x7f]' >why
    [ ! -s why ] && grep -aqF "$shown.cut: cut short" typescript
    say $? 'a terminal: progress and messages' why
else
    skip 'a terminal: progress and messages' 'no pseudo-terminal here'
fi
finish
