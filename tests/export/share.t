#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# potsherd share: what each format writes is what the records say, counted again by Python, and valid
# by the published schema (tests/export/schemas); recipients are redacted; the same records give the
# same bytes; nothing is written elsewhere; and what is left out is said.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/export
python=/usr/bin/python3 # Debian's, which has python3-jsonschema
formats='list abuseipdb ecs xarf arf misp stix'
run schema --as json
mv out schema.json
python3 "$here/share_records.py" schema.json a b || exit 1
head -c 32 /dev/urandom >key && chmod 600 key
[ -x "$python" ] || python=python3
have_schemas=
"$python" "$here/share_check.py" --help >/dev/null 2>&1 && have_schemas=1

share() { # format options and folders...
    local format=$1
    shift
    rm -rf "o.$format"
    run share --as "$format" --contact abuse@desk.example --organisation 'Test Désk' -o "o.$format" "$@"
}

right() { # format name files options of share_check.py and folders...
    local format=$1 name=$2 files=$3
    shift 3
    if [ -z "$have_schemas" ]; then
        skip "$format: $name" 'python3-jsonschema is not installed'
        return
    fi
    "$python" "$here/share_check.py" "$format" "o.$format" "$here/schemas" "$@" >why 2>&1
    [ "$code" = 0 ] && [ "$(cat why)" = "$files right" ]
    say $? "$format: $name" <(cat err why)
}

# Each format; selected; by other orders of folders.
declare -A files=([list]=1 [abuseipdb]=1 [ecs]=4 [xarf]=60 [arf]=60 [misp]=5 [stix]=4)
declare -A large=([list]=1 [abuseipdb]=1 [ecs]=3 [xarf]=58 [arf]=58 [misp]=4 [stix]=3)
for format in $formats; do
    share "$format" a b
    right "$format" 'what the records say' "${files[$format]}" a b
    cp err said
    find "o.$format" -type f ! -perm 640 -o -type d ! -perm 750 >why
    [ ! -s why ]
    say $? "$format: for owner and group alone" why
    mv "o.$format" "first.$format"
    share "$format" b a b
    diff -r "first.$format" "o.$format" >why
    say $? "$format: the same bytes for another order of folders, and one named twice" why
    share "$format" --min 5 a b
    right "$format" '--min leaves networks out' "${large[$format]}" --min 5 a b
    grep -q '1 networks with fewer than 5 mails are left out: 2 mails of 1 sources (--min)' err
    say $? "$format: ... and says which" err
    grep -q '3 sources sent no mail, and are left out' said
    say $? "$format: sources without mails are counted" said
done
for format in ecs xarf arf; do
    share "$format" --redact-key key a b
    right "$format" 'hashes under a key (RFC 6590)' "${files[$format]}" --key key a b
    share "$format" --recipients a b
    right "$format" 'recipients as they are' "${files[$format]}" --recipients a b
done
share xarf a b
{ grep -q '1 reports are without evidence' err && grep -q '1 mails are longer than 5 MiB' err &&
    grep -q '50 senders are no mail address' err && grep -qE '[0-9]+ texts are longer than the format allows' err; }
say $? 'xarf: what is cut, left out or replaced is said' err

# A mail client opens a report: its text, its fields, and the mail as evidence.
share arf a b
if command -v mutt >/dev/null; then
    mkdir -p maildir/cur maildir/new maildir/tmp
    cp "$(find o.arf -name 'AS*.arf.eml' | LC_ALL=C sort | head -n 1)" maildir/new/1.host
    echo 'set quit=yes wait_key=no record="" folder="/nonexistent" pager="cat >>shown"' >muttrc
    timeout 120 env HOME="$PWD" TERM=xterm script -qec \
        "mutt -n -F muttrc -R -f maildir -e 'push \"<display-message><exit>\"'" /dev/null </dev/null >out 2>&1
    for part in text/plain message/feedback-report message/rfc822; do
        grep -qF "[-- Type: $part, " shown
        say $? "arf: mutt shows the part $part" shown
    done
    grep -qF 'This is a report of spam' shown && grep -q '^X-Originating-IP: ' shown
    say $? '... the text, and the mail that is reported' shown
else
    skip 'arf: mutt' 'mutt is not installed'
fi

# Filters select as find does.
share list --src 192.0.2.0/24 --since 2006-06-10T05:00:00Z a b
"$potsherd" find --format csv --columns uid,email_n,src_ip --src 192.0.2.0/24 --since 2006-06-10T05:00:00Z a b 2>/dev/null |
    tail -n +2 | sort -u | cut -d, -f3 | sort | uniq -c | awk '{ print $2 "," $1 }' >want
tail -n +2 o.list/list.csv | cut -d, -f1,4 | sort >got
[ -s want ] && diff want got >why
say $? 'filters: the mails that find prints' why
share xarf --asn '' --subject '^Buy' a b
[ "$code" = 0 ] && [ "$(find o.xarf -type f | grep -vc /none-)" = 0 ] && [ "$(find o.xarf -name 'none-*' | wc -l)" -gt 0 ]
say $? 'filters: sources without an AS' err
share stix --subject 'no such subject' a b
[ "$code" = 0 ] && [ -z "$(ls o.stix)" ] && grep -q 'no mail of these folders is of what was asked for' err
say $? 'nothing selected: said, and exit code 0' err

# Captures of real programs, and hostile records: valid whatever strangers wrote.
"$potsherd" replay -q -o real "$pcaps"/*.pcap* 2>/dev/null
python3 "$here/hostile.py" schema.json hostile
for folder in real hostile; do
    for format in $formats; do
        share "$format" "$folder"
        if [ -z "$have_schemas" ]; then
            skip "$format: $folder records" 'python3-jsonschema is not installed'
            continue
        fi
        "$python" "$here/share_valid.py" "$format" "o.$format" "$here/schemas" "$folder" >why 2>&1
        [ "$code" = 0 ] && [ ! -s why ]
        say $? "$format: $folder records are valid" <(cat err why)
    done
done

# Many sources: AbuseIPDB takes files of 10,000 lines.
python3 "$here/share_many.py" schema.json many 20500
share abuseipdb many
[ "$(wc -l o.abuseipdb/*.csv | awk '{ print $1 }' | xargs)" = '10000 10000 503 20503' ]
say $? 'abuseipdb: files of 10,000 lines with their headings' err
[ "$(cat o.abuseipdb/*.csv | grep -v '^IP,' | cut -d, -f1 | sort -u | wc -l)" = 20500 ] && [ "$(head -qn 1 o.abuseipdb/*.csv | sort -u)" = IP,Categories,ReportDate,Comment ]
say $? 'abuseipdb: ... each source once'
rm -rf many

# Where it writes.
share arf a
run share --as arf --contact abuse@desk.example -o o.arf a
told 1 'o.arf is not empty: replace .* --force' 'a folder that is not empty is left alone'
touch o.arf/mine o.arf/none-mine.arf.eml o.arf/AS1.json
for format in $formats; do
    run share --force --as "$format" --contact abuse@desk.example -o o.arf a
    [ "$code" = 0 ] || break
done
run share --force --as list -o o.arf a
(cd o.arf && printf '%s\n' *) >why
[ "$code" = 0 ] && [ "$(LC_ALL=C sort why | xargs)" = 'AS1.json list.csv mine none-mine.arf.eml' ]
say $? '--force: what earlier runs left is removed, of whatever format, and nothing else' why
rm -f o.arf/mine o.arf/none-mine.arf.eml o.arf/AS1.json
ln -s /etc/passwd o.arf/none.ecs.ndjson.part
(umask 0; "$potsherd" share --force --as ecs -o o.arf a 2>/dev/null)
[ -z "$(find o.arf -type f ! -perm 640 -o -type l)" ] && [ "$(find o.arf -type f | wc -l)" = 4 ]
say $? 'no link is followed; modes whatever the umask' <(ls -l o.arf)

# A full disk: said, and no part of a file is left.
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=200k none small 2>/dev/null; then
    for format in xarf arf; do
        run share --as $format --contact abuse@desk.example -o small/o hostile
        [ "$code" = 1 ] && grep -q 'No space left on device' err && [ -z "$(find small/o -name '*.part')" ]
        say $? "$format: a full disk" err
        rm -rf small/o
    done
    umount small
else
    skip 'a full disk' 'a small file system cannot be mounted here'
fi

# Wrong usage: one line that says what to do, and no folder.
refused() { # pattern name arguments...
    local pattern=$1 name=$2
    shift 2
    run share "$@"
    told 2 "$pattern" "$name"
}
refused '--as: say what to write' 'without --as' -o x a
refused '-o: say which folder' 'without -o' --as list a
refused '--as zip: expected list' 'a format that is none' --as zip -o x a
refused '--contact: xarf says who reports' 'xarf without --contact' --as xarf -o x a
refused '--contact abuse: expected a mail address' 'a contact that is none' --as arf --contact abuse -o x a
refused '--contact .*: expected a mail address' 'a contact of two lines' --as arf --contact $'abuse@x.example\r\nBcc: y@x.example' -o x a
refused '--organisation: expected a name' 'an organisation of two lines' --as misp --organisation $'a\nb' -o x a
refused '--recipients shows them' '--recipients and --redact-key' --as ecs --recipients --redact-key key -o x a
chmod 644 key
refused 'others than its owner and group may use this key' 'a key for everybody' --as ecs --redact-key key -o x a
refused '--min 0: expected a number' '--min 0' --as list --min 0 -o x a
[ ! -e x ]
say $? '... makes no folder'
finish
