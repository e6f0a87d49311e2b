#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SHA256SUMS: what each run writes into it, sha256sum(1) finds right; verify names what is not as it
# was, and refuses what no manifest of a folder holds.
. "$(dirname "$0")/lib.sh"
here=$top/tests/cli
zeros=$(printf '0%.0s' {1..64})

verify() { # arguments; standard output is kept in out
    run verify "$@"
}

says() { # code pattern name
    [ "$code" = "$1" ] && grep -qE -- "$2" out
    say $? "$3" <(echo "code $code, expected $1 and a line like: $2"; cat out err)
}

# --- what runs write ---

run replay -q -o whole "$pcaps/smtp-rcpt-refused.pcap"
n=$(find whole -name '*.csv' | wc -l) # as many after --payload mbox below
next=$((n + 1))
verify whole
says 0 "^whole: $n ok, 0 changed, 0 missing, 0 not in the manifest\$" 'replay: each file is listed and as it was'
(cd whole && sha256sum --strict -c SHA256SUMS) >sums 2>&1
say $? 'sha256sum says so, too' sums
[ "$n" -ge 10 ] && [ "$(grep -c ': OK$' sums)" = "$n" ]
say $? '... of all of them' sums
run replay -q --force -o whole --payload mbox "$pcaps/connect-in-socks5.pcap"
verify whole
says 0 "^whole: $n ok, 0 changed, 0 missing, 0 not in the manifest\$" '--force: the lines of the earlier run have gone'
(cd whole && sha256sum --strict -c SHA256SUMS) >sums 2>&1
say $? 'sha256sum finds none of them either' sums
run answer -q --self-test -o live --save-pcap live/pcap
run answer -q --self-test -o live --save-pcap live --compress zstd
verify live live/pcap
says 0 '^live: [0-9]+ ok, 0 changed, 0 missing, 0 not in the manifest, [0-9]+ removed by potsherd, 1 other$' \
    'two runs of answer in one folder, the second one compresses'
grep -qE '^ok +live/pcap/answer-.*\.pcap$' out && grep -qE '^ok +live/answer-.*\.pcap$' out && grep -qE '^ok +live/emails-.*\.csv\.zst$' out
say $? 'saved packets and compressed segments are listed' out
for folder in live live/pcap; do
    (cd $folder && sha256sum --strict --ignore-missing -c SHA256SUMS) >sums 2>&1
    say $? "sha256sum --ignore-missing in $folder" sums
done
grep -qE '^removed +live/emails-.*\.csv: emails-.*\.csv\.zst holds it$' out
say $? 'what was compressed is named, and by what' out

# --- a run that is killed ---

python3 "$here/verify_kill.py" "$potsherd" killed >why 2>&1
say $? 'a run is killed' why
verify killed
says 0 '^part +killed/connections.csv.part: ' 'its unfinished files are named, and nothing is wrong with them'
run replay -q -o killed "$pcaps/smtp-rcpt-refused.pcap"
told 1 'killed holds the records of an earlier run' 'they are kept from the next run'

# --- what somebody changes ---

altered() {
    rm -rf altered
    cp -r whole altered
}

altered
printf x | dd of=altered/emails.csv bs=1 seek=40 conv=notrunc status=none
rm altered/urls.csv
cp whole/emails.csv altered/emails-planted.csv
touch altered/notes.txt
mkdir altered/sub
verify altered
says 1 '^changed +altered/emails.csv: its SHA-256 is not that of line [0-9]+$' 'a byte is another one'
says 1 '^missing +altered/urls.csv: line [0-9]+ has it$' 'a file is gone'
says 1 '^unlisted +altered/emails-planted.csv: ' 'a file that reports would read came to it'
says 1 '^other +altered/notes.txt: ' 'a file that no report reads is named'
says 1 '^other +altered/sub: a folder' '... and a folder'
says 1 "^altered: $((n - 2)) ok, 1 changed, 1 missing, 1 not in the manifest, 2 other\$" 'all are counted'
verify -q altered whole
[ "$code" = 1 ] && [ "$(wc -l <out)" = 5 ] && ! grep -q '^ok' out
say $? '-q names what is wrong only; another folder that is well makes nothing good' out
altered
verify altered live/../whole
says 0 "^altered: $n ok" 'several folders'
mv altered/urls.csv elsewhere
ln -s ../elsewhere altered/urls.csv
verify altered
says 1 '^changed +altered/urls.csv: a link, and no file$' 'a link in place of a file is not followed'
rm altered/urls.csv
mkfifo altered/urls.csv
verify altered
says 1 '^changed +altered/urls.csv: no plain file$' 'a pipe is not waited for'
altered
echo "$zeros  urls.csv" >>altered/SHA256SUMS
verify altered
says 1 "^changed +altered/urls.csv: its SHA-256 is not that of line $next\$" 'a second sum for a file'
altered
sed -i "1i $zeros  urls.csv" altered/SHA256SUMS
verify altered
says 1 '^changed +altered/urls.csv: lines 1 and [0-9]+ give it different sums$' 'two sums, of which the last is right'
altered
rm altered/urls.csv
echo '# removed urls.csv: older than 3 days' >>altered/SHA256SUMS
verify altered
says 0 '^removed +altered/urls.csv: older than 3 days$' 'what a limit removed is no fault'

# --- manifests that are none ---

verify nosuch
told 1 '^potsherd: nosuch: cannot be listed' 'no folder'
mkdir empty
verify empty
told 1 'empty/SHA256SUMS: there is none' 'no manifest'
mkdir linked
ln -s ../whole/SHA256SUMS linked/SHA256SUMS
verify linked
told 1 'linked/SHA256SUMS: .*link' 'a manifest that is a link'
rm linked/SHA256SUMS
mkfifo linked/SHA256SUMS
verify linked
told 1 'linked/SHA256SUMS: no plain file' '... or a pipe'
mkdir huge
truncate -s 257M huge/SHA256SUMS
verify huge
told 1 'huge/SHA256SUMS: larger than 256 MiB' '... or larger than any'
mkdir hostile
refused() { # name, the line as printf takes it, what is said
    altered
    # shellcheck disable=SC2059 # it is a format
    printf "$2" >>altered/SHA256SUMS
    verify altered
    told 1 "altered/SHA256SUMS:$next: $3" "$1"
}
refused 'a name with ..' "$zeros  ../whole/emails.csv\n" 'the name leads out of the folder'
refused 'an absolute name' "$zeros  /etc/passwd\n" 'the name leads out of the folder'
refused 'a line end in a name' "\\\\$zeros  a\\\\nb\n" 'the name has a backslash or a line end in it'
refused 'a command for the terminal in a name' "$zeros  a\033[2J\n" 'the name has a control character in it'
refused 'a NUL' "$zeros  a\\000b\n" 'a NUL byte'
refused 'no sum' 'rubbish\n' 'no SHA-256'
refused 'a last line that is torn' "$zeros  emai" 'the last line is not whole'
refused 'a note that leads out' '# removed ../x: y\n' 'the name leads out of the folder'
finish
