#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tag rules that change while it runs are read again on SIGHUP: all of them, or none.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs swaks

tag() { # name file
    echo "rule $1 { strings: \$a = \"special offer\" nocase condition: part == \"mail\" and \$a }"
}
has_rows() { # messages
    [ "$(cat "$work"/out/emails-* | grep -c '^2')" -ge "$1" ]
}
# It has been read when its row is there.
mail() {
    mails=$((mails + 1))
    from 30 swaks -s 198.51.100.66 -f a@b.example -t r@x.example -h-Subject 'Special offer' >/dev/null 2>&1
    eventually 10 has_rows "$mails"
}
reloaded() { # line of the log
    [ "$(grep -c "$1" "$work/log")" = "$2" ]
}
reload() { # line, times
    kill -HUP "$responder"
    eventually 10 reloaded "$1" "$2"
}
tagged() { # tags
    equal "$(column emails tags | xargs)" "$1"
}

mails=0
mkdir "$work/tags"
tag first >"$work/tags/a.yar"
start --arp --address 198.51.100.64/28 --tags "$work/tags"
ok "a mail" mail
tag second >"$work/tags/b.yar"
ok "a rule more: it says so" reload 'tag rules read again: 2' 1
ok "a mail" mail
echo 'rule third { condition: nothing }' >"$work/tags/c.yar"
ok "a mistake: it says where" reload "tags/c.yar:1: undefined identifier \"nothing\"" 1
ok "... and that the others stay" reloaded 'the previous tag rules stay in use' 1
ok "a mail" mail
rm "$work/tags/b.yar" "$work/tags/c.yar"
ok "a rule less" reload 'tag rules read again: 1' 1
ok "a mail" mail
ok "the honeypot ends well" stop
ok "each mail has the tags of its time" tagged "first first second first second first"
done_testing
