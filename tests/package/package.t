#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time limit: 5400 s
# The Debian package: built in a clean chroot with nothing but its Build-Depends, lintian has
# nothing to say, and in another chroot it is installed, tried, upgraded with an edited
# configuration, removed and purged.  make check-package runs it; it needs root and a network.
# The two systems (debootstrap) stay in $BUILD/package for the next time.
. "$(dirname "$0")/../cli/lib.sh"
build=$(dirname "$tools")

skip_all() { # reason
    echo "1..0 # skip $1"
    exit 0
}

tell() { # code name: with the end of the log
    say "$1" "$2" <(tail -n 20 "$work/log")
}

[ "$(id -u)" = 0 ] || skip_all 'needs root, for chroots'
for program in debootstrap dpkg-source lintian dpkg-deb; do
    command -v $program >/dev/null || skip_all "$program is not installed"
done
store=$build/package
mkdir -p "$store"
mounted=
# shellcheck disable=SC2317 # the trap calls it
clean_up() {
    for folder in $mounted; do umount "$folder"; done
    rm -rf --one-file-system "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# --- systems ---

suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
base() { # name packages: a Debian, made once
    local mirror proxy=''
    [ ! -d "$store/$1" ] || return 0
    # shellcheck disable=SC2016 # apt's own variables
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Identifier: Packages' |
        awk -v suite="$suite" '$2 == suite && $3 == "main" { print $1; exit }')
    [ -n "$mirror" ] || return 1
    eval "$(apt-config shell proxy Acquire::http::Proxy)"
    rm -rf "$store/making"
    ${proxy:+env http_proxy="$proxy"} debootstrap --variant=minbase --include="$2" "$suite" "$store/making" "$mirror" &&
        mv "$store/making" "$store/$1"
}

# One that may be spoilt, with apt as on this machine, and without services.
system() { # name of the base, folder
    cp -a "$store/$1" "$2" && mkdir -p "$2/proc" "$2/dev" && mount --bind /proc "$2/proc" && mounted="$2/proc $mounted" || return 1
    rm -rf "$2/etc/apt/sources.list.d" "$2/etc/apt/apt.conf.d"
    cp -aL /etc/apt/sources.list* /etc/apt/apt.conf.d /etc/apt/trusted.gpg.d "$2/etc/apt/" 2>/dev/null
    cp -L /etc/resolv.conf "$2/etc/resolv.conf"
    for folder in /usr/share/keyrings /usr/local/share/ca-certificates /etc/ssl/certs; do
        [ ! -d "$folder" ] || { mkdir -p "$2$folder" && cp -rL "$folder/." "$2$folder/"; }
    done 2>/dev/null
    printf '#!/bin/sh\nexit 101\n' >"$2/usr/sbin/policy-rc.d" && chmod +x "$2/usr/sbin/policy-rc.d"
}

in_system() { # folder command...
    local folder=$1
    shift
    chroot "$folder" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} "$@"
}

# --- building ---

version=$(cat "$top/VERSION")-1
BUILD=$build "$top/tools/make-deb" source >"$work/log" 2>&1
tell $? 'make-deb makes a source package'
base build build-essential,ca-certificates >"$work/log" 2>&1 && system build "$work/builder" >>"$work/log" 2>&1
tell $? 'a clean Debian to build in'
cp "$build/dist/potsherd_$version.dsc" "$build/dist/potsherd_$version.debian.tar.xz" \
    "$build/dist/potsherd_${version%-*}.orig.tar.gz" "$work/builder/srv/"
in_system "$work/builder" sh -ec "cd /srv && apt-get -q update && apt-get -q -y --no-install-recommends build-dep ./potsherd_$version.dsc &&
    dpkg-source -x potsherd_$version.dsc source" >"$work/log" 2>&1
tell $? 'its Build-Depends are installed'
in_system "$work/builder" sh -ec "cd /srv/source && dpkg-buildpackage -us -uc -b -j$(nproc)" >"$work/log" 2>&1
tell $? 'it is built with nothing else'
name=potsherd_$version
cp "$work"/builder/srv/potsherd*.* "$work/" 2>/dev/null # the symbols and the source, too
deb=$(echo "$work/$name"_*.deb)
[ -f "$deb" ] || finish
lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$work/$name"_*.changes "$work/$name.dsc" >"$work/lintian" 2>&1
say $? 'lintian: no errors, no warnings' "$work/lintian"
sed 's/^/# lintian: /' "$work/lintian"

# --- installing ---

base user ca-certificates >"$work/log" 2>&1 && system user "$work/user" >>"$work/log" 2>&1
tell $? 'a Debian to install it in'
user() { in_system "$work/user" "$@" >"$work/log" 2>&1; }
cp "$deb" "$work/user/srv/one.deb"
# dpkg leaves documents out of small systems where it is asked to
rm -f "$work/user/etc/dpkg/dpkg.cfg.d"/*
user sh -c 'apt-get -q update && apt-get -q -y --no-install-recommends install /srv/one.deb man-db bash-completion'
tell $? 'it is installed'
user getent passwd potsherd && grep -q nologin "$work/log"
tell $? 'the user potsherd is there, and cannot log in'
user sh -c 'cd /tmp && potsherd replay -o case /usr/share/doc/potsherd/examples/connect-smtp.pcap' && grep -q '^  emails  *2 ' "$work/log"
tell $? 'an example is replayed'
user potsherd answer --self-test -q -o /tmp/self
tell $? 'answer --self-test'
user potsherd rules check && grep -q /etc/potsherd/ports.rules "$work/log"
tell $? 'rules are those of /etc/potsherd'
for page in potsherd potsherd-watch potsherd.conf potsherd-records; do
    user man "$page" && grep -qi "^$page(" "$work/log"
    say $? "man $page" "$work/log"
done
# shellcheck disable=SC2016 # for the other bash
user bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader potsherd; COMP_WORDS=(potsherd wat) COMP_CWORD=1; _potsherd; echo "<${COMPREPLY[*]}>"' &&
    grep -qx '<watch>' "$work/log"
tell $? 'completion completes'
user sh -c 'dpkg --verify potsherd' && [ ! -s "$work/log" ]
tell $? 'dpkg finds nothing changed'

# --- the next version: other rules ---

dpkg-deb -R "$deb" "$work/next"
sed -i "s/^Version: .*/Version: $version.1/" "$work/next/DEBIAN/control"
echo '8118 http Privoxy' >>"$work/next/etc/potsherd/ports.rules"
echo '# next' >>"$work/next/etc/potsherd/personas/relay.persona"
(cd "$work/next" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
dpkg-deb --root-owner-group -b "$work/next" "$work/user/srv/two.deb" >"$work/log" 2>&1
tell $? 'another version is made'
in_system "$work/user" sh -c 'echo "9999 http mine" >>/etc/potsherd/ports.rules; install -d /var/lib/potsherd/watch-eth1; echo row >/var/lib/potsherd/watch-eth1/emails.csv'
user sh -c 'dpkg --force-confdef --force-confold -i /srv/two.deb'
tell $? 'it is upgraded'
user grep -c 'mine\|Privoxy' /etc/potsherd/ports.rules && [ "$(cat "$work/log")" = 1 ] && user tail -n 1 /etc/potsherd/personas/relay.persona && [ "$(cat "$work/log")" = '# next' ]
tell $? 'an edited ports.rules stays, what nobody edited is new'
user systemctl enable potsherd-watch@eth1.service potsherd-answer@eth1.service potsherd-report@watch-eth1.timer
tell $? 'its units are enabled'
user dpkg --purge potsherd && grep -q 'records in /var/lib/potsherd stay' "$work/log"
tell $? 'it is purged, and says that records stay'
user sh -c 'find / -xdev -path /proc -prune -o -name "*potsherd*" ! -path "/tmp/*" ! -path "/srv/*" -print; cat /var/lib/potsherd/watch-eth1/emails.csv'
[ "$(grep -v '^/var/lib/dpkg/\|^/var/cache/\|^/var/log/' "$work/log")" = "$(printf '/var/lib/potsherd\nrow')" ]
tell $? 'nothing else is left'
finish
