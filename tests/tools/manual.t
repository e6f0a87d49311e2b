#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Manual pages, help and completion say the same as the tables of commands, options and columns,
# and the examples of the manual run.
. "$(dirname "$0")/../cli/lib.sh"
pages=$top/doc/man
commands=$("$potsherd" schema --as json >schema.json && "$tools/mkmanual" bash | sed -n "s/.*_potsherd_words 'help --help --version \(.*\)'/\1/p")

options() { # command: the long options that its help lists
    "$potsherd" "$1" --help | sed -n 's/^  \(-.,\|   \) --\([a-z0-9-]*\).*/\2/p' | grep -vx help
}

plain() { # roff, without its escapes
    sed 's/\\-/-/g; s/\\f[A-Z]//g; s/\\(ga/`/g; s/\\(aq/'"'"'/g; s/\\(dq/"/g; s/\\e/\\/g; s/\\&//g' "$1"
}

mkdir man
for page in "$pages"/*; do
    name=$(basename "$page")
    "$tools/mkmanual" man "$name" "$page" >"man/$name" 2>why
    say $? "$name is made" why
    if command -v groff >/dev/null; then
        groff -man -ww -z -Tutf8 -K utf8 "man/$name" >why 2>&1
        [ ! -s why ]
        say $? "... and groff finds nothing wrong in it" why
    else
        skip '... and groff finds nothing wrong in it' 'groff is not installed'
    fi
done

[ "$(wc -w <<<"$commands")" -ge 13 ]
say $? 'the commands are known' <(echo "$commands")
"$tools/mkmanual" bash >complete.bash
"$tools/mkmanual" zsh >complete.zsh
shellcheck -s bash complete.bash >why 2>&1
say $? 'shellcheck finds nothing in the completion of bash' why
for command in $commands; do
    page=man/potsherd-$command.1
    [ -s "$page" ] && grep -qx "\.BR potsherd\\\\-$command (1)" man/potsherd.1
    say $? "$command has a page, which potsherd.1 names"
    options "$command" >listed
    plain "$page" >in-words
    awk -v command="$command" '$0 ~ "^" command "\\)$" { on = 1 } on; on && / ;;$/ { exit }' complete.zsh >zsh
    while read -r option; do
        grep -q -- "^\.BR .*--$option\( \|$\)" in-words || echo "--$option is not in $page"
        grep -q -- "--${option}[='}\[]" zsh || echo "--$option is not in the completion of zsh"
    done <listed >why
    [ -s listed ] && [ ! -s why ]
    say $? "$command: each option of its help is in its page, and completes in zsh" why
    grep '^\.BR .*--' in-words | sed 's/.*--\([a-z0-9-]*\).*/\1/' | sort -u >in-page
    diff <(sort -u listed) in-page >why
    say $? "$command: ... and the page has no other" why
done
for page in man/potsherd-*.1; do
    command=${page#man/potsherd-}
    [[ " $commands " = *" ${command%.1} "* ]] || echo "$page is of no command"
done >why
[ ! -s why ]
say $? 'no page is of a command that is none' why

# Completion, as bash asks for it.
completes() { # words..., the last one is completed: what is offered, a line each
    bash -c '. ./complete.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _potsherd; printf "%s\n" "${COMPREPLY[@]}"' - potsherd "$@"
}
mkdir folder-a && : >file-a
[ "$(completes rep)" = $'replay\nreport' ]
say $? 'bash: commands complete'
for command in $commands; do
    diff <(completes "$command" -- | grep -vxE -- '--(help|config|no-config|verbose)' | sort) <(options "$command" | sed 's/^/--/' | sort) >why
    say $? "bash: the options of $command complete, and no other" why
done
[ "$(completes watch --payload m)" = mbox ] && [ "$(completes watch --payload = m)" = mbox ] && [ "$(completes replay --ports '')" = $'rules\nall' ]
say $? 'bash: choices complete, also behind ='
[ "$(completes watch -i l)" = lo ] && [ "$(completes answer --out l)" = lo ]
say $? 'bash: interfaces complete'
[ "$(completes report f)" = folder-a ] && [ "$(completes replay f | sort)" = $'file-a\nfolder-a' ] && [ "$(completes replay -o f)" = folder-a ]
say $? 'bash: files and folders complete'
[ "$(completes schema em)" = emails ] && [ "$(completes help wat)" = watch ]
say $? 'bash: record files, and commands behind help, complete'
if command -v zsh >/dev/null; then
    zsh -n complete.zsh >why 2>&1
    say $? 'zsh reads its completion' why
    zsh "$top/tests/tools/manual-complete.zsh" complete.zsh 'potsherd watch --payload ' >why 2>&1
    grep -q 'inline *mbox *none' why
    say $? 'zsh: choices complete' why
    zsh "$top/tests/tools/manual-complete.zsh" complete.zsh 'potsherd camp' >why 2>&1
    grep -q 'campaigns' why
    say $? 'zsh: commands complete' why
else
    skip 'zsh reads its completion' 'zsh is not installed'
fi

plain man/potsherd-records.5 | sed -n 's/^\.B //p' | sort -u >in-page
jq -r '.[].columns[].name' schema.json | sort -u >columns
diff columns in-page >why
say $? 'potsherd-records.5 has each column' why
diff <(jq -r '.[].file' schema.json | sort) <(sed -n 's/^\.SS \(.*csv\)$/\1/p' man/potsherd-records.5 | sort) >why
say $? '... and each file' why
"$potsherd" config --example | sed -n 's/^#\([a-z0-9-]*\) =.*/\1/p' | sort -u >keys
plain man/potsherd.conf.5 | sed -n 's/^\.B \([a-z0-9-]*\)$/\1/p' | sort -u >in-page
diff keys in-page >why
say $? 'potsherd.conf.5 has each key of the example' why

# The examples run; of commands that listen or answer, potsherd itself says that it would take them.
cp "$pcaps/connect-smtp.pcap" case42.pcap && gzip case42.pcap
cp "$pcaps/socks5-auth.pcap" monday.pcap
cp "$pcaps/socks5-smtp-domain.pcap" tuesday.pcap
mkdir bin && ln -s "$potsherd" bin/potsherd
"$potsherd" replay -q -o case42 case42.pcap.gz
for page in potsherd-{campaigns,replay,report,schema,doctor,watch,answer,rules,find,extract,share,config,verify}.1 potsherd.1; do
    rm -rf case42 # what an example makes, it makes itself; others find it made
    case $page in potsherd-replay.1 | potsherd.1) ;; *) "$potsherd" replay -q -o case42 case42.pcap.gz ;; esac
    plain "man/$page" | sed -n 's/^\$ //p' >examples
    [ -s examples ]
    say $? "$page has examples"
    while read -r example; do
        run=$example
        case $run in
        *--self-test*) ;;
        "potsherd watch "* | "potsherd answer "*) run="potsherd config ${run#potsherd }" ;;
        esac
        PATH=$work/bin:$PATH bash -o pipefail -c "$run" >out 2>err </dev/null
        say $? "$example" <(cat out err)
    done <examples
done
finish
