#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# However a capture comes (compressed, in pieces, by standard input, in pcapng), its
# rows are the same; and the options of replay do what they say.
. "$(dirname "$0")/lib.sh"
good=$pcaps/connect-in-socks5.pcap
run replay -q -o good "$good"

same() { # directory name
    diff -r -x captures.csv -x SHA256SUMS good "$1" >why 2>&1
    say $? "$2" why
}

run replay -q -o stdin - <"$good"
same stdin 'standard input'
for how in gzip:gz zstd:zst xz:xz lz4:lz4; do
    tool=${how%:*}
    $tool -qc "$good" >"c.pcap.${how#*:}"
    run replay -q -o "$tool" "c.pcap.${how#*:}"
    same "$tool" "compressed by $tool"
done
tshark -r "$good" -F pcapng -w c.pcapng 2>/dev/null
run replay -q -o ng c.pcapng
same ng 'pcapng'
tshark -r "$good" -F nsecpcap -w c.ns.pcap 2>/dev/null
run replay -q -o ns c.ns.pcap
same ns 'pcap with nanoseconds'

# A connection may begin in one file and end in the next, and the order in which
# the files are named does not matter.
n=$(tshark -r "$good" 2>/dev/null | wc -l)
editcap -r "$good" one.pcap 1-$((n / 2)) 2>/dev/null
editcap -r "$good" two.pcap $((n / 2 + 1))-"$n" 2>/dev/null
run replay -q -o pieces two.pcap one.pcap
sed -i -E '1!s/,2$/,1/' pieces/connections.csv # it began in the second one that was named
same pieces 'two files, named in the wrong order'

# Options
run replay -q -o sensor --sensor 'north, 2' "$good"
[ "$(tail -n 1 sensor/requests.csv | grep -o '"north, 2"')" = '"north, 2"' ]
say $? '--sensor stands in the rows, quoted as CSV wants it' sensor/requests.csv
run replay -q -o none --payload none "$good"
[ ! -e none/payloads.csv ] && cmp -s none/emails.csv good/emails.csv
say $? '--payload none: no payloads, the same hashes'
run replay -q -o mbox --payload mbox "$good"
[ ! -e mbox/payloads.csv ] && cmp -s mbox/emails.csv good/emails.csv
say $? '--payload mbox: no payloads.csv, the same hashes'
python3 "$top/tests/cli/mbox.py" >why 2>&1
say $? '--payload mbox: mboxrd, reversible' why
run replay -q -o filtered -f 'tcp port 9' "$good"
[ "$(rows filtered/connections.csv)" = 0 ]
say $? '-f leaves packets out'
printf '9 http discard\n' >other.rules
run replay -o rules --ports rules --rules other.rules "$good"
[ "$(rows rules/connections.csv)" = 0 ] && grep -q 'not followed (--ports rules)' out
say $? '--ports rules follows those ports only, and says how much it left out' out
run replay -o sum "$good"
[ "$code" = 0 ] && [ "$(wc -l <out)" -le 14 ] && grep -qE 'emails +1 \(1 complete\)' out && [ ! -s err ]
say $? 'a summary of a dozen lines, and no progress bar in a pipe' out

# The progress bar, on a terminal.
"$tools/mkpcap" --conversations 20000 many.pcap
if script -qec true /dev/null >/dev/null 2>&1; then
    TERM=xterm script -qec "'$potsherd' replay -o tty many.pcap" typescript >/dev/null 2>&1
    grep -aqE '\[#* *\] +[0-9]+ %  [0-9]+ packets/s  [0-9.]+ MB/s  [0-9]+ s left' typescript
    say $? 'a progress bar with rate and time left on a terminal' <(head -c 400 typescript)
else
    skip 'a progress bar on a terminal' 'no pseudo-terminal here'
fi

# Interrupted: the records hold what was read until then, whole.
mkfifo slow
(cat "$good"; exec sleep 60) >slow &
feeder=$!
"$potsherd" replay -o interrupted - <slow >out 2>err &
reader=$!
# It has read all that came when it sleeps, looked at twice, and would hear of a signal.
waits() {
    [ -e interrupted/connections.csv.part ] &&
        awk '/^State:/ { s = $2 } /^SigCgt:/ { c = $2 } END { exit s != "S" || c !~ /[2367abef]$/ }' "/proc/$reader/status"
}
for _ in $(seq 600); do
    waits && sleep 0.5 && waits && break
    sleep 0.1
done
kill -INT "$reader"
wait "$reader"
code=$?
kill "$feeder" 2>/dev/null
[ "$code" = 130 ] && grep -q 'interrupted: the records hold what was read until then' err
say $? 'an interrupted run says so' err
same interrupted 'an interrupted run keeps its rows'
finish
