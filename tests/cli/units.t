#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# make install: the program finds its rules wherever it was installed, and systemd
# understands its units and finds little in them that is exposed.
. "$(dirname "$0")/lib.sh"
exposure_most=25 # 2.5 of 10, which systemd calls OK; a usual daemon has 9.6

install_to() { # variables of make
    make -s -C "$top" KEEP_VERSIONS=1 BUILD="$(realpath --relative-to="$top" "$(dirname "$tools")")" "$@" install >why 2>&1
}

install_to DESTDIR="$work/dest" PREFIX=/opt/potsherd
say $? 'make install DESTDIR=... PREFIX=...' why
installed=$work/dest/opt/potsherd
! find "$work/dest" -type f | grep -qvE '/dest/opt/potsherd/(bin|share|lib|etc)/'
say $? 'nothing is put anywhere else'
potsherd=$installed/bin/potsherd
run replay -q -o o "$pcaps/connect-in-socks5.pcap"
[ "$code" = 0 ] && [ "$(rows o/emails.csv)" = 1 ]
say $? 'the installed program finds ports.rules' err
run answer --self-test -o o2
[ "$code" = 0 ] && [ "$(grep -c "$installed" err)" = 0 ]
say $? 'and its personas' err
cp -a "$installed/share" hidden
mv "$installed/etc" hidden-etc
run replay -q -o o5 "$pcaps/connect-in-socks5.pcap"
[ "$code" = 0 ]
say $? 'without configuration, the rules that came with it' err
rm -r "$installed/share"
run replay -q -o o3 "$pcaps/connect-in-socks5.pcap"
told 1 '/share/potsherd/rules/ports.rules: ' 'without its rules it says where it looked'

cp -a hidden/potsherd/rules "$installed/rules"
cp -a hidden/potsherd/rules "$work/dest/opt/rules"
run replay -q -o o4 "$pcaps/connect-in-socks5.pcap"
told 1 '/share/potsherd/rules/ports.rules: ' 'rules/ in the folders above an installed program are not its own'

units=$installed/lib/systemd/system
for unit in potsherd-watch@ potsherd-answer@; do
    command=${unit#potsherd-}
    grep -qx "ExecStart=/opt/potsherd/bin/potsherd ${command%@} --unit %i" "$units/$unit.service"
    say $? "$unit runs with its configuration"
done
for unit in potsherd-watch@ potsherd-answer@ potsherd-report@; do
    grep -q '^ExecStart=/opt/potsherd/bin/potsherd ' "$units/$unit.service" && ! grep -q '@BINDIR@' "$units/$unit.service"
    say $? "$unit names the program where it will be"
done
mv hidden-etc "$installed/etc"
cp -a hidden "$installed/share"

# The configuration beside the program.
run config watch
[ "$code" = 0 ] && grep -qx "# read: $installed/etc/potsherd/potsherd.conf" out && ! grep -q 'conf:' out
say $? 'potsherd.conf is the example, and is read' out
printf '[watch]\nkeep = 9\n' >"$installed/etc/potsherd/potsherd.conf"
install_to DESTDIR="$work/dest" PREFIX=/opt/potsherd
run config watch
grep -qE "^$installed/etc/potsherd/potsherd.conf:2 +keep = 9$" out
say $? 'make install leaves an edited one' out

grep -q '^u potsherd ' "$installed/lib/sysusers.d/potsherd.conf" && [ "$(cat "$units"/*.service | grep -c '^User=potsherd$')" = 3 ]
say $? 'the user that they run as is declared'

# As packagers call it.
install_to DESTDIR="$work/pack age" prefix=/usr bindir=/usr/sbin sysconfdir=/etc/opt unitdir=/lib/systemd/system sysusersdir=/etc/sysusers.d
(cd "$work/pack age" && find . -type f | grep -vE '^./(usr/share/(potsherd|doc/potsherd|man/man[15])|etc/opt/potsherd)/' | sort) >got
cat >expected <<'END'
./etc/sysusers.d/potsherd.conf
./lib/systemd/system/potsherd-answer@.service
./lib/systemd/system/potsherd-report@.service
./lib/systemd/system/potsherd-report@.timer
./lib/systemd/system/potsherd-watch@.service
./usr/sbin/potsherd
./usr/share/bash-completion/completions/potsherd
./usr/share/zsh/site-functions/_potsherd
END
diff expected got >why
say $? 'prefix, bindir, unitdir and sysusersdir say where, also behind a blank' why
diff -r --exclude=firewall.nft --exclude=potsherd.conf "$work/pack age/etc/opt/potsherd" "$work/pack age/usr/share/potsherd/rules" >why
say $? 'sysconfdir has the rules' why
[ "$(grep -h '^ExecStart=' "$work/pack age/lib/systemd/system"/*.service | grep -c '^ExecStart=/usr/sbin/potsherd ')" = 3 ]
say $? 'the units name bindir'
[ "$("$potsherd" --version | head -n 1)" = "potsherd $(cat "$top/VERSION")" ]
say $? 'the version is that of the file VERSION'

if command -v readelf >/dev/null; then
    readelf -h "$potsherd" | grep -q 'Type: *DYN' && readelf -lW "$potsherd" | grep -q GNU_RELRO && readelf -dW "$potsherd" | grep -q 'BIND_NOW\|FLAGS_1.*NOW'
    say $? 'the program is position-independent, with full RELRO'
    make -s -C "$top" -n -B BUILD="$work/none" CPPFLAGS=-DPACKAGER CFLAGS=-Og LDFLAGS=-Wl,-z,defs V=1 \
        "$work/none/src/cli/main.o" "$work/none/tools/mangle" >flags 2>&1
    grep -q -- '-DPACKAGER .*-c -o' flags && grep -q -- '-Og .*-c -o' flags && ! grep -q -- -flto flags && grep -q -- '-Wl,-z,defs' flags && ! grep -q -- -Werror flags
    say $? 'CPPFLAGS, CFLAGS and LDFLAGS are what was given, and warnings are no errors' flags
else
    skip 'the program is hardened' 'readelf is not installed'
fi

if ! command -v systemd-analyze >/dev/null; then
    skip 'systemd understands the units' 'systemd-analyze is not installed'
    finish
fi
if [ -z "${SANDBOX:-}" ] && [ -w /run ] && [ ! -d /run/systemd ]; then
    skip 'systemd understands the units' 'systemd-analyze would leave /run/systemd here'
    finish
fi
# The program must be where the unit says; without DESTDIR a user would be made here.
install_to DESTDIR="$work/stage" PREFIX="$work/prefix"
mv "$work/stage$work/prefix" "$work/prefix"
for unit in potsherd-watch potsherd-answer potsherd-report; do
    file=$work/prefix/lib/systemd/system/$unit@.service
    systemd-analyze verify --man=no "$file" >why 2>&1 && ! grep -q "$unit" why
    say $? "systemd-analyze verify $unit@.service" why
    systemd-analyze security --no-pager --offline=true --threshold="$exposure_most" "$file" >why 2>&1
    say $? "$unit@.service: $(sed -n 's/.*\(Overall exposure level.*[0-9]\).*/\1/p' why)" why
done
file=$work/prefix/lib/systemd/system/potsherd-report@.timer
systemd-analyze verify --man=no "$file" >why 2>&1 && ! grep -q potsherd-report why
say $? 'systemd-analyze verify potsherd-report@.timer' why
finish
