#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# make install and make uninstall keep what was changed in the configuration, say so, and take
# away all else.
. "$(dirname "$0")/../cli/lib.sh"

# A version: what is installed of it, with a program that is none.
mkdir -p v/tools v/build/man v/build/completion
cp -r "$top/rules" "$top/doc" "$top/pcaps" "$top/README.md" "$top/CHANGELOG.md" v/
cp -r "$top/tools/install" "$top/tools/systemd" "$top/tools/monitoring" v/tools/
echo page >v/build/man/potsherd.1
echo words | tee v/build/completion/potsherd >v/build/completion/_potsherd
echo program >v/build/potsherd
echo '# example' >v/build/potsherd.conf
etc=host/etc/potsherd

action() { # put|remove
    env BUILD=build DESTDIR="$work/host" bindir=/usr/bin datadir=/usr/share sysconfdir=/etc \
        mandir=/usr/share/man docdir=/usr/share/doc/potsherd bashcompdir=/usr/share/bash zshcompdir=/usr/share/zsh \
        unitdir=/usr/lib/systemd/system sysusersdir=/usr/lib/sysusers.d v/tools/install "$1" >out 2>err
    code=$?
}

says() { # line name
    [ "$code" = 0 ] && [ ! -s err ] && grep -qxF "$1" out
    say $? "$2" <(cat out err)
}

quiet() { # name
    [ "$code" = 0 ] && [ ! -s out ] && [ ! -s err ]
    say $? "$1" <(cat out err)
}

action put
quiet 'a first install says nothing'
diff -r --exclude=firewall.nft --exclude=potsherd.conf v/rules "$etc" >why && cmp v/build/potsherd.conf "$etc/potsherd.conf" >why
say $? '... and puts all rules, and the example' why
cp -r host first
action put
diff -r first host >why
say $? 'the same version again changes nothing' why

# Changed here, removed here, and left as it was; then a version with other files.
echo '# mine' >>"$etc/ports.rules"
cp "$etc/ports.rules" mine
rm "$etc/tags/money.yar"
for file in ports.rules tags/money.yar tags/fraud.yar personas/relay.persona; do
    echo '# next' >>"v/rules/$file"
done
echo '# new' >v/rules/tags/new.yar
action put
says "$work/$etc/ports.rules was changed here, and stays; what is new is in $work/$etc/ports.rules.new" 'a changed file is named'
cmp -s mine "$etc/ports.rules"
say $? '... and stays as it is'
cmp -s v/rules/ports.rules "$etc/ports.rules.new"
say $? '... beside the new one'
[ ! -e "$etc/tags/money.yar" ]
say $? 'a removed file stays away'
cmp -s v/rules/tags/fraud.yar "$etc/tags/fraud.yar" && cmp -s v/rules/personas/relay.persona "$etc/personas/relay.persona"
say $? 'what nobody changed is new'
cmp -s v/rules/tags/new.yar "$etc/tags/new.yar"
say $? '... and what is new is there'
action put
quiet 'it is said once'
cmp -s mine "$etc/ports.rules"
say $? '... and the changed file stays'

# The owner takes the new one over.
mv "$etc/ports.rules.new" "$etc/ports.rules"
echo '# third' >>v/rules/ports.rules
action put
quiet 'what was taken over is replaced by the next version'
cmp -s v/rules/ports.rules "$etc/ports.rules"
say $? '... which is there'

echo '# mine' >>"$etc/personas/relay.persona"
echo own >"$etc/potsherd.conf"
action remove
says "$work/$etc/personas/relay.persona was changed here, and stays" 'uninstall names what stays'
(cd host && find . -type f | LC_ALL=C sort) >got
printf '%s\n' ./etc/potsherd/personas/relay.persona ./etc/potsherd/potsherd.conf >want
diff want got >why
say $? '... and takes the rest away' why
rm -r host/etc/potsherd
action put
action remove
quiet 'uninstall of what nobody changed says nothing'
[ -z "$(find host -type f -o -name '*potsherd*')" ]
say $? '... and leaves nothing' <(find host)
finish
