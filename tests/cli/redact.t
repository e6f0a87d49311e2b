#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --redact: nothing that a run leaves names a person, at any level, in any form that can be decoded;
# what is left is what the levels say; its key; and what is refused beside it.
. "$(dirname "$0")/lib.sh"
here=$top/tests/cli

# The same in each run: one key in 256 leaves an address as it is.
printf 'a key of thirty-two bytes or more' >key
printf 'another one, of as many or so' >other
chmod 600 key other
python3 "$here/redact_make.py" made.pcap secrets
run schema --as json
mv out schema.json
captures=(made.pcap "$pcaps/smtp-auth.pcap" "$pcaps/connect-auth.pcapng" "$pcaps/socks5-auth.pcap" "$pcaps/http-get.pcap")

run replay -q -o open "${captures[@]}"
say "$code" 'replayed as it is' err
python3 "$here/redact_find.py" secrets content open >found
[ "$(cut -d ' ' -f 1 found | sort -u | wc -l)" = 10 ] && [ "$(cut -d ' ' -f 2 found | sort -u | wc -l)" -ge 31 ]
say $? '... persons are named in each of its files' found

for level in recipients addresses content; do
    for payload in inline mbox none; do
        [ "$level $payload" != 'content mbox' ] || continue
        folder=$level-$payload
        "$potsherd" replay --redact $level --redact-key key --payload $payload -o $folder "${captures[@]}" >said 2>&1
        code=$?
        mkdir -p said-$folder && cp said said-$folder
        say "$code" "--redact $level --payload $payload: replayed" said
        python3 "$here/redact_find.py" secrets $level $folder said-$folder >why 2>&1
        [ ! -s why ]
        say $? '... nobody is named' why
        python3 "$here/redact_rows.py" schema.json $level key open $folder >why 2>&1
        [ "$(grep -cE '^[a-z_]+\.csv [0-9]+$' why)" -ge 9 ] && ! grep -vE '^[a-z_]+\.csv [0-9]+$' why
        say $? '... the rows are what the schema says' why
    done
done
[ "$(find content-inline -name 'payloads*' | wc -l)" = 0 ] && [ -s addresses-mbox/payloads.mbox ]
say $? 'with content there is no payload, before it there is'

# The payload is the same wherever it goes.
python3 "$here/redact_payloads.py" addresses-inline/payloads.csv addresses-mbox/payloads.mbox >why 2>&1
say $? 'an mbox has the payloads of payloads.csv' why

run replay -q --redact addresses --redact-key key -o again "${captures[@]}"
diff -r addresses-inline again >why
say $? 'the same key, the same bytes' why
run replay -q --redact addresses --redact-key other -o another "${captures[@]}"
for file in recipients.csv:5 logins.csv:16 connections.csv:2; do
    cut -d, -f"${file#*:}" addresses-inline/"${file%:*}" | sed 's/@.*//' | tail -n +2 | grep . | sort -u >a
    cut -d, -f"${file#*:}" another/"${file%:*}" | sed 's/@.*//' | tail -n +2 | grep . | sort -u >b
    [ "$(wc -l <a)" = "$(wc -l <b)" ] && [ -z "$(comm -12 a b)" ]
    say $? "another key, other hashes: ${file%:*}" b
done
run replay --redact recipients -o random "${captures[@]}"
[ "$code" = 0 ] && grep -q 'redact without --redact-key: the key is of this run alone' err
say $? 'without a key one is made, which is said' err
! cmp -s random/recipients.csv recipients-inline/recipients.csv
say $? '... and is another'
cat random/* recipients-*/* >all
python3 "$here/redact_key.py" key all
say $? 'the key is written nowhere'

run report --format csv -o tables addresses-inline
run report --format csv -o tables-open open
[ "$code" = 0 ] && [ -s tables/report-totals.csv ] && cmp tables/report-totals.csv tables-open/report-totals.csv >why
say $? 'a report of what is left has the same totals' why

run answer --self-test --redact addresses --redact-key key -o self
[ "$code" = 0 ] && ! grep -rqE '\b192\.0\.2\.9\b|2001:db8::9\b|to@self' self && grep -q '^' self/emails-*.csv
say $? 'answer --self-test: nobody is named either' err

# --- what is refused ---

run replay --redact-key key x.pcap
told 2 'redact-key: say with --redact' 'a key without --redact'
run replay --redact all x.pcap
told 2 '--redact all: expected recipients\|addresses\|content' 'an unknown level'
run replay --redact content --payload mbox x.pcap
told 2 'there is no payload for --payload mbox' 'an mbox of no payloads'
run watch -i lo --redact addresses --save-pcap pcap
told 2 '--save-pcap keeps packets as they are' '--save-pcap beside it'
run answer -i lo -a 192.0.2.1 --redact recipients --dry-run x.pcap
told 2 '--dry-run keeps packets as they are' '--dry-run beside it'
run answer --self-test --redact recipients --save-pcap pcap
told 2 '--save-pcap keeps packets as they are' '--save-pcap of the self-test beside it'

refused() { # file pattern name
    rm -rf none
    run replay -q --redact recipients --redact-key "$1" -o none "$pcaps/smtp-auth.pcap"
    told 1 "$2" "$3"
    [ ! -e none ]
    say $? '... and nothing is written'
}
head -c 15 key >short
head -c 4097 /dev/zero >long
cp key shown
mkfifo pipe
chmod 600 short long pipe
chmod 604 shown
refused missing 'missing: cannot be opened' 'a key that is not there'
refused short 'short has 15 bytes: a key has 16 to 4096' 'a short key'
refused long 'long has 4097 bytes: a key has 16 to 4096' 'a long key'
refused shown 'shown: others than its owner and group may use this key: chmod o= shown' 'a key that all may read'
refused pipe 'pipe is no regular file' 'a key that is a pipe'
refused . '\. is no regular file' 'a key that is a folder'
finish
