#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad input gets one clear message that names the file, and the place where there
# is one; the rows before it stay; the exit code is 1 (2 for wrong usage).
. "$(dirname "$0")/lib.sh"
good=$pcaps/socks5-smtp-domain.pcap

run replay -o o1 nothing.pcap
told 1 'nothing\.pcap: no such file' 'a file that is not there'
[ ! -e o1 ]
say $? 'nothing is made when no file can be read'

: >empty.pcap
run replay -o o2 empty.pcap
told 1 'empty\.pcap: .*empty' 'an empty file'

run replay -q -o o3 "$pcaps/README.md"
told 1 'README\.md: .*not a capture' 'a text file'

run replay -q -o o4 "$pcaps"
told 1 'pcaps: .*director' 'a directory'

install -m 644 "$good" unreadable.pcap
chmod 000 unreadable.pcap
if [ ! -r unreadable.pcap ]; then
    run replay -q -o o5 unreadable.pcap
    told 1 'unreadable\.pcap: .*[Pp]ermission' 'an unreadable file'
elif setpriv --reuid=65534 --clear-groups test -x "$potsherd" 2>/dev/null; then # root reads anything
    chmod 755 "$work"
    mkdir -m 777 o5
    setpriv --reuid=65534 --clear-groups "$potsherd" replay -q -o o5 unreadable.pcap >out 2>err
    code=$?
    told 1 'unreadable\.pcap: .*[Pp]ermission' 'an unreadable file'
else
    skip 'an unreadable file' 'nobody else can be become here, or run the program'
fi

# Cut in the middle of the 30th packet: 29 are read, and their rows kept.
editcap -F pcap -r "$good" thirty.pcap 1-30 2>/dev/null # tcpdump as root without capabilities cannot write
head -c $(($(stat -c %s thirty.pcap) - 10)) thirty.pcap >cut.pcap
run replay -q -o o6 cut.pcap
told 1 "cut\.pcap: cut short at byte $(stat -c %s cut.pcap)" 'a truncated capture: file and offset'
grep -q mx.example o6/requests.csv
say $? 'the rows before the cut are kept'

# The same inside a compressed file.
gzip -c "$good" | head -c $(($(gzip -c "$good" | wc -c) / 2)) >half.pcap.gz
run replay -q -o o7 half.pcap.gz
told 1 'half\.pcap\.gz: .*cut short' 'a truncated gzip file'

# Garbage behind a good beginning: a packet header with an absurd length.
{
    cat "$good"
    head -c 64 /dev/zero | tr '\0' '\377'
} >garbage.pcap
run replay -q -o o8 garbage.pcap
told 1 'garbage\.pcap: .*byte [0-9]+' 'garbage behind good packets: file and offset'
[ "$(rows o8/emails.csv)" = 1 ]
say $? 'the rows before the garbage are kept'

# A link type that is not read: 147 is "for private use".
printf '\324\303\262\241\2\0\4\0\0\0\0\0\0\0\0\0\377\377\0\0\223\0\0\0' >link.pcap
run replay -q -o o9 link.pcap
told 1 'link\.pcap: link type .*(147|USER0)' 'an unknown link type is named'

# One bad file among good ones: the others are read.
run replay -q -o o10 nothing.pcap "$good"
told 1 'nothing\.pcap' 'one bad file among good ones'
[ "$(rows o10/emails.csv)" = 1 ]
say $? 'the good file is read'

# Full disk: the rows that fit are whole, the file ends with one.
if "$tools/mkpcap" --conversations 300 many.pcap && mkdir small && [ -n "${SANDBOX:-}" ] && mount -t tmpfs -o size=256k none small 2>/dev/null; then
    run replay -q -o small/o many.pcap
    told 1 'small/o/[a-z]+\.csv.*: cannot write: No space left.*make room' 'a full disk: which file'
    whole=0
    for f in small/o/*.csv; do
        [ -z "$(tail -c 1 "$f")" ] && awk -F, -v f="$f" 'NR == 1 { n = NF } END { exit NR < 1 }' "$f" || whole=1
    done
    say "$whole" 'a full disk: every file ends with a whole row'
    umount small
else
    skip 'a full disk' 'no mount namespace to have a small tmpfs in'
fi

# Standard output that cannot be written.
"$potsherd" schema >/dev/full 2>err
code=$?
told 1 'standard output: No space left' 'standard output is full'
{
    "$potsherd" schema 2>err
    echo $? >code
} | true # which reads nothing: the writer may still be faster than its end
for _ in $(seq 100); do
    [ "$(cat code)" = 0 ] || break
    { "$potsherd" schema 2>err; echo $? >code; } | true
done
code=$(cat code)
[ "$code" = 1 ] && [ ! -s err ]
say $? 'a closed pipe: code 1, and nothing is said of it' err

# An earlier run is never overwritten.
run replay -q -o o10 "$good"
told 1 'o10 holds the records of an earlier run: .*--force' 'an earlier run is kept'
run replay -q --force -o o10 "$good"
[ "$code" = 0 ]
say $? '--force replaces it' err

# A mistake in ports.rules: file, line, and what was expected.
printf '1080 socks socks\n8080 htpp alternate\n' >bad.rules
run replay -q -o o11 --rules bad.rules "$good"
told 1 "bad\.rules: line 2: 'htpp' where http, socks or smtp was expected" 'a wrong module in ports.rules'
printf '# x\n\n70000 socks socks\n' >bad.rules
run replay -q -o o11 --rules bad.rules "$good"
told 1 "bad\.rules: line 3: '70000' where a TCP port" 'a wrong port in ports.rules'
printf '1080 socks\n' >bad.rules
run replay -q -o o11 --rules bad.rules "$good"
told 1 'bad\.rules: line 1: the usual service of port 1080 is missing' 'a missing service in ports.rules'
printf '25 smtp a\n25 smtp b\n' >bad.rules
run replay -q -o o11 --rules bad.rules "$good"
told 1 'bad\.rules: line 2: port 25 stands in the file twice' 'a port twice in ports.rules'
finish
