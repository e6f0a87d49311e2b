#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# potsherd extract --to attachments: the files that Python finds in the same mails, named by their
# hashes; hostile mails; and a reader that is killed.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/export

extracted() { # name records expected mails...
    local name=$1 records=$2 expected=$3
    shift 3
    [ "$code" = 0 ] && [ "$(python3 "$here/attachments.py" "$name" "$records" "$@" 2>&1 | tee why)" = "$expected" ]
}

python3 "$top/tests/mail/odd.py" odd odd
python3 "$top/tests/mail/wrap.py" odd.pcap odd/*
"$potsherd" replay -q -o odd.out odd.pcap
run extract --to attachments -o odd.files odd.out
extracted odd.files odd.out '6 attachments, 6 files' odd/*
say $? 'the files that Python finds, and the rows of attachments.csv' <(cat why err)
[ -z "$(find odd.files -type f ! -perm 640 -o -type d ! -perm 750)" ]
say $? '... for owner and group alone' <(find odd.files -ls)
run extract --to attachments -o odd.files odd.out
told 1 'odd.files is not empty' 'a folder that is not empty is left alone'
: >odd.files/keep.me
run extract --force --to attachments -o odd.files odd.out
rm odd.files/keep.me && extracted odd.files odd.out '6 attachments, 6 files' odd/*
say $? '... --force: what an earlier run left is replaced' <(cat why err)
"$potsherd" replay -q --payload mbox -o boxed odd.pcap
run extract --to attachments -o boxed.files boxed
extracted boxed.files boxed '6 attachments, 6 files' odd/*
say $? '... out of an mbox' <(cat why err)

# Names and contents as bad as they can be; one of 20 MB.
python3 "$top/tests/mail/odd.py" hostile hostile
python3 "$here/names.py" hostile
python3 "$top/tests/mail/wrap.py" hostile.pcap hostile/*
"$potsherd" replay -q -o hostile.out hostile.pcap
run extract --to attachments -o hostile.files hostile.out
extracted hostile.files hostile.out '1011 attachments, 5 files'
say $? 'hostile mails: nothing but hashes for names' <(cat why err; ls hostile.files)
[ -n "$(find hostile.files -size +15M)" ]
say $? '... a long one is whole'
grep -q 'mails are longer, or have more parts, than is read of one' err
say $? '... what is not read of a mail is said' err
run extract --to attachments -o some.files --sha256 "$(python3 "$top/tests/net/column.py" odd.out/attachments.csv sha256 | sed -n 3p)" odd.out
[ "$code" = 0 ] && [ "$(rows some.files/index.csv)" -ge 1 ] && [ "$(rows some.files/index.csv)" -lt 6 ]
say $? 'filters: those of the mails with this one' err

# A conversation of many mails, so that some are under way at each kill.
"$tools/mkpcap" --conversations 3000 --mix half --body 20000 many.pcap >/dev/null 2>&1
"$potsherd" replay -q -o many many.pcap
python3 "$here/kill_reader.py" "$potsherd" extract --to attachments -o many.files many >out 2>err
code=$?
killed=$(sed -n 's/^killed //p' out)
[ "$code" = 1 ] && grep -qE '[0-9]+ mails could not be read: their attachments are not here' err && [ "$killed" -gt 0 ]
say $? "the process that reads mails is killed, $killed times: said, and exit code 1" err
[ "$(cat many.files/index.csv)" = sha256,size,content_type,found_type,filename,uid,email_n ] && [ "$(ls many.files)" = index.csv ]
say $? '... and the index is whole' <(ls -l many.files)
"$potsherd" replay -q --payload none -o none odd.pcap
run extract --to attachments -o none.files none
told 1 '19 of 19 mails have no payload' 'no payloads: said, and exit code 1'
finish
