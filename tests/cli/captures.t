#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# captures.csv says which captures were read, and connections.csv in which of them each
# connection began, as hashlib and tshark find.
. "$(dirname "$0")/lib.sh"

checked() { # name, run, NAME=FILE...
    local name=$1
    shift
    python3 "$top/tests/cli/captures_check.py" "$@" >why 2>&1
    say $? "$name" why
}

smtp=$pcaps/smtp-bdat.pcap auth=$pcaps/connect-auth.pcapng
run replay -q -o two "$smtp" "$auth"
checked 'the later one first' two "$smtp=$smtp" "$auth=$auth"
run replay -q -o turned "$auth" "$smtp"
checked '... and last' turned "$auth=$auth" "$smtp=$smtp"

# Compressed: of what is stored; with bytes behind the stream that nobody needs.
gzip -c "$smtp" >c.gz
zstd -qc "$auth" >c.zst
run replay -q -o packed c.gz c.zst
tshark -r "$smtp" -w smtp.pcap -F pcap 2>/dev/null
[ "$(tail -n +2 packed/captures.csv | cut -d, -f3- | cut -d, -f1-3)" = "$(tail -n +2 two/captures.csv | cut -d, -f3- | cut -d, -f1-3)" ] &&
    [ "$(cut -d, -f6 packed/captures.csv | xargs)" = "bytes $(stat -c %s c.gz c.zst | xargs)" ] &&
    [ "$(cut -d, -f7 packed/captures.csv | tail -n +2)" = "$(sha256sum c.gz c.zst | cut -d' ' -f1)" ]
say $? 'compressed: the packets inside, bytes and hash of the file as it is stored' packed/captures.csv

# Standard input, and a file that overlaps it in time.
"$tools/mkpcap" --conversations 60 --start 2026-11-23T10:23:30 one.pcap
"$tools/mkpcap" --conversations 60 --start 2026-11-23T10:23:31 --seed 2 two.pcap
run replay -q -o overlap - one.pcap <two.pcap
checked 'standard input, merged by time with another' overlap -=two.pcap one.pcap=one.pcap
for n in 1 2; do
    grep -q ",$n\$" overlap/connections.csv
    say $? "... connections began in $n"
done

# One port for all connections of a source; each capture ends with the SYN of the next one.
for way in --reuse --reuse-abrupt; do
    "$tools/mkpcap" --conversations 6 --sources 1 --concurrent 1 --body 2000 apart.pcap
    "$tools/mangle" apart.pcap reused.pcap "$way" >why
    syns=$(tshark -r reused.pcap -Y 'tcp.flags.syn == 1 && tcp.flags.ack == 0' -T fields -e frame.number 2>/dev/null)
    files=() named=() from=1
    for to in $syns $(tshark -r reused.pcap 2>/dev/null | wc -l); do
        editcap -r reused.pcap "part-$from.pcap" "$from-$to"
        files+=("part-$from.pcap")
        named+=("part-$from.pcap=part-$from.pcap")
        from=$((to + 1))
    done
    run replay -q -o "cut$way" "${files[@]}"
    checked "a port is used again, and the SYN is in the capture before: $way" "cut$way" "${named[@]}"
    [ "$(rows "cut$way/connections.csv")" = "$(wc -w <<<"$syns")" ] && [ ${#files[@]} -gt 5 ]
    say $? '... each SYN begins a connection' "cut$way/connections.csv"
done

# Names that stand in no cell as they are.
odd=$(printf 'a,"b"\nc\\d \xff.pcap')
cp "$smtp" "$odd"
run replay -q -o odd "$odd"
checked 'any name' odd "$odd=$smtp"

# What is not read, or not to its end.
head -c 20000 two.pcap >cut.pcap
{ head -c 3000 one.pcap; head -c 50000 /dev/zero | tr '\0' '\377'; } >damaged.pcap
head -c 24 one.pcap >empty.pcap
echo text >text
run replay -q -o bad text cut.pcap damaged.pcap empty.pcap none "$smtp"
[ "$code" = 1 ]
say $? 'a file that is no capture, and one that is not there'
checked '... have no row; damaged, cut short and empty ones have' bad text= cut.pcap=cut.pcap damaged.pcap=damaged.pcap empty.pcap=empty.pcap \
    none= "$smtp=$smtp"
run replay -q -o pipe - "$smtp" < <(cat damaged.pcap)
checked 'a pipe that is damaged is not read on: no hash' pipe -:cut=damaged.pcap "$smtp=$smtp"
run replay -q -o again "$smtp" "$smtp"
[ "$(tail -n +2 again/captures.csv | cut -d, -f3- | uniq -c | xargs | cut -d' ' -f1)" = 2 ]
say $? 'the same file twice: two rows' again/captures.csv

run replay -q -o filtered -f 'tcp port 9' "$smtp"
checked 'a filter changes nothing: it is the file that counts' filtered "$smtp=$smtp"
cp "$smtp" 192.0.2.10.pcap
(umask 77 && printf '%064d\n' 7 >key) # under a key of its own it may come out as itself, once in 254 times
run replay -q -o redacted --redact addresses --redact-key key 192.0.2.10.pcap
[ "$(rows redacted/captures.csv)" = 1 ] && ! grep -q '192\.0\.2\.10\.pcap' redacted/captures.csv
say $? '--redact: an address that was recorded is none in a name either' redacted/captures.csv
[ "$(head -n 1 two/captures.csv)" = 'capture_n,file,first,last,packets,bytes,sha256' ]
say $? 'the columns'
finish
