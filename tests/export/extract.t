#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# potsherd extract: mails come out byte for byte, as .eml, mbox and Maildir, whatever their line ends
# and envelopes are, as Python's mailbox, mutt and SpamAssassin read them; nothing is written
# elsewhere; and what cannot be written is said.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/export
run schema --as json
mv out schema.json

restored() { # form path count records... : all mails are whole
    local form=$1 path=$2 count=$3
    shift 3
    python3 "$here/restore.py" "$form" "$path" "${@/%//emails.csv}" >why 2>&1
    [ "$(cat why)" = "$count whole of $count" ]
}

all_forms() { # records count name
    local form
    rm -rf out.*
    for form in eml mbox maildir; do
        run extract --to $form -o "out.$form" "$1"
        local path=out.$form
        [ $form = mbox ] && path=$path/mails.mbox
        [ "$code" = 0 ] && restored $form "$path" "$2" "$1"
        say $? "$3: $form" <(cat err why)
    done
}

"$potsherd" replay -q -o real "$pcaps"/*.pcap* 2>/dev/null
mails=$(rows real/emails.csv)
all_forms real "$mails" "captures of real programs, $mails mails"
python3 "$here/headers.py" out.eml real >why 2>&1
[ "$(cat why)" = "headers of $mails mails" ]
say $? '... the added lines say how each came' why
[ -z "$(find out.* -type f ! -perm 640 -o -type d ! -perm 750)" ]
say $? '... and all is for owner and group alone' <(find out.* -ls)

# As other programs read them.
mutt_copies() { # mbox|Maildir path: all that mutt finds there, into `copy` of the same kind
    cat >muttrc <<MUTTRC
set mbox_type=$1 quit=yes confirmappend=no confirmcreate=no wait_key=no record="" folder="/nonexistent"
MUTTRC
    rm -rf copy
    timeout 120 env HOME="$PWD" TERM=xterm script -qec "mutt -n -F muttrc -R -f $2 -e 'push \"<tag-pattern>~A<enter><tag-prefix-cond><copy-message>copy<enter><end-cond><exit>\"'" \
        /dev/null </dev/null >out 2>&1
}

learns() { # of how many mails, options that say where these are
    local mails=$1
    shift
    rm -rf bayes
    HOME=$PWD sa-learn -L --no-sync --dbpath "$PWD/bayes/b" --spam "$@" >out 2>err
    grep -qF "($mails message(s) examined)" out
}

others_read() { # mbox maildir mails name
    if command -v mutt >/dev/null; then
        mutt_copies mbox "$1"
        [ "$(grep -c '^From ' copy)" = "$3" ]
        say $? "$4: mutt finds $3 mails in the mbox" out
        mutt_copies Maildir "$2"
        [ "$(find copy -type f | wc -l)" = "$3" ]
        say $? "$4: ... and in the Maildir" out
    else
        skip "$4: mutt, mbox" 'mutt is not installed'
        skip "$4: mutt, Maildir" 'mutt is not installed'
    fi
    if command -v sa-learn >/dev/null; then
        learns "$3" --mbox "$1"
        say $? "$4: SpamAssassin reads $3 mails in the mbox" <(cat out err)
        learns "$3" --dir "$2/new"
        say $? "$4: ... and in the Maildir" <(cat out err)
    else
        skip "$4: SpamAssassin, mbox" 'sa-learn is not installed'
        skip "$4: SpamAssassin, Maildir" 'sa-learn is not installed'
    fi
}
others_read out.mbox/mails.mbox out.maildir "$mails" 'real programs'

# Ten thousand, which all have headers and a body: mutt's copies are whole, too.
"$tools/mkpcap" --conversations 10000 --mix half --body 1000 many.pcap >/dev/null 2>&1
"$potsherd" replay -q -o many many.pcap
rm many.pcap
all_forms many 10000 '10,000 mails'
if command -v mutt >/dev/null; then
    mutt_copies mbox out.mbox/mails.mbox
    restored mutt-mbox copy 10000 many
    say $? '10,000 mails: mutt reads and copies each of the mbox, whole' why
    mutt_copies Maildir out.maildir
    restored mutt-maildir copy 10000 many
    say $? '10,000 mails: ... and of the Maildir' why
else
    skip '10,000 mails: mutt, mbox' 'mutt is not installed'
    skip '10,000 mails: mutt, Maildir' 'mutt is not installed'
fi
rm -rf many out.*

# Payloads in mbox files; in segments; selected; twice.
"$potsherd" replay -q --payload mbox -o boxed "$pcaps"/*.pcap* 2>/dev/null
mv boxed/payloads.mbox boxed/payloads-20061123T000000Z.mbox
gzip boxed/payloads-*.mbox
all_forms boxed "$mails" 'payloads in a compressed mbox'
run extract --to mbox -o twice real boxed
[ "$code" = 0 ] && restored mbox twice/mails.mbox "$mails" real
say $? 'mails that are in two folders are written once' err
run extract --to eml -o some --src 192.0.2.10 --subject '^socks5 with' real
"$potsherd" find --format csv --src 192.0.2.10 --subject '^socks5 with' real 2>/dev/null | tail -n +2 | cut -d, -f2,3 |
    tr , - | sed 's/$/.eml/' | sort | diff - <(cd some && printf '%s\n' *.eml) >why
[ ! -s why ] && [ "$(find some -name '*.eml' | wc -l)" = 3 ]
say $? 'filters: the mails that find prints' <(cat why err)

# Whatever envelopes and payloads are.
python3 "$here/hostile.py" schema.json hostile
all_forms hostile 42 'hostile mails'
python3 "$here/headers.py" out.eml hostile >why 2>&1
[ "$(cat why)" = 'headers of 42 mails' ]
say $? '... the added lines hold nothing but what they shall' why
{ grep -q '^X-Potsherd-Lines: crlf no-end$' out.mbox/mails.mbox && grep -q '^X-Potsherd-Lines: mixed no-end$' out.mbox/mails.mbox &&
    grep -q '^X-Potsherd-Lines: lf no-end$' out.mbox/mails.mbox; }
say $? '... their line ends are named'

# Where it writes.
run extract --to eml -o out.eml hostile
told 1 'out.eml is not empty: replace .* --force' 'a folder that is not empty is left alone'
touch out.eml/mine out.eml/mine.eml && ln -s /etc/passwd out.eml/0000000000000000-1.eml.part
mkdir elsewhere && rm -rf out.maildir/new && ln -s ../elsewhere out.maildir/new
run extract --force --to eml -o out.eml --uid 0000000000000000-1 hostile
[ "$code" = 0 ] && [ "$(cd out.eml && echo *)" = '0000000000000000-1.eml mine mine.eml' ] && [ ! -L out.eml/0000000000000000-1.eml ]
say $? '--force: what an earlier run left is removed, and nothing else' <(ls -l out.eml; cat err)
run extract --force --to maildir -o out.maildir hostile
[ "$code" = 1 ] && grep -q 'out.maildir/new: cannot make the folder: Not a directory' err && [ -z "$(ls elsewhere)" ]
say $? 'nothing goes through a link out of it' err
ln -s elsewhere linked
run extract --to mbox -o linked/a/b hostile
[ "$code" = 0 ] && [ -s elsewhere/a/b/mails.mbox ]
say $? 'OUT itself may be anywhere, and is made' err
(umask 0; "$potsherd" extract --to maildir -o open hostile 2>/dev/null)
[ -z "$(find open -type f ! -perm 640 -o -type d ! -perm 750)" ]
say $? 'modes whatever the umask' <(find open -ls)
before=$(sha256sum <out.mbox/mails.mbox)
run extract --force --to mbox -o out.mbox hostile
[ "$(sha256sum <out.mbox/mails.mbox)" = "$before" ]
say $? 'the same records, the same bytes'

# What is not there, or not right.
"$potsherd" replay -q --payload none -o none "$pcaps"/*.pcap* 2>/dev/null
run extract --to mbox -o none.out none
told 1 "$mails of $mails mails have no payload in these folders" 'no payloads: said, and exit code 1'
run extract --to eml -o part.out real/emails.csv real/recipients.csv hostile
[ "$code" = 0 ] && grep -q "$mails of $((mails + 42)) mails have no payload" err && [ "$(find part.out -type f | wc -l)" = 42 ]
say $? 'some without: said, the others are written' err
run extract --to eml -o nothing --subject 'no such subject' real
[ "$code" = 0 ] && grep -q 'no mail of these folders is of what was asked for' err
say $? 'nothing selected: said, and exit code 0' err
python3 "$here/spoil.py" real spoiled
run extract --to mbox -o spoiled.out spoiled
[ "$code" = 1 ] && [ "$(grep -c 'its payload is not the one that emails.csv has' err)" = 1 ] &&
    grep -q 'the payload is no base64' err && grep -q 'the last line is torn' err
say $? 'payloads that are not those of emails.csv, no base64, or torn: said' err
python3 "$here/restore.py" mbox spoiled.out/mails.mbox spoiled/emails.csv >why
grep -qx "$((mails - 3)) whole of $mails" why
say $? '... the others are whole' why

# A full disk: amid the mails, and for a long one that waits in a file without a name.
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs none small 2>/dev/null; then
    for form in eml mbox maildir; do
        for size in 180k:real 1m:hostile; do
            mount -o "remount,size=${size%:*}" small
            run extract --to $form -o small/$form "${size#*:}"
            [ "$code" = 1 ] && grep -qE "small/$form(/[0-9a-z./-]*)?: cannot .*: No space left on device; .* before (is|are) " err
            say $? "a full disk: $form of ${size#*:} mails" err
            [ -z "$(find small/$form -name '*.part')" ] && [ -z "$(find small/$form/tmp -type f 2>/dev/null)" ]
            say $? "... no part of a mail is left" <(find small -ls)
            rm -rf small/$form
        done
    done
    umount small
else
    skip 'a full disk' 'a small file system cannot be mounted here'
fi

run extract real
told 2 '--to: say what to write.*extract --help' 'without --to'
run extract --to eml real
told 2 '-o: say which folder' 'without -o'
run extract --to zip -o x real
told 2 '--to zip: expected eml' 'a form that is none'
run extract --to eml -o x --src 192.0.2.256 real
told 2 '--src 192.0.2.256: expected an address' 'a wrong filter'
[ ! -e x ]
say $? '... makes no folder'
finish
