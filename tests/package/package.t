#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time limit: 5400 s
# The Debian package: built in a clean chroot with nothing but its Build-Depends, lintian has
# nothing to say, and in another chroot it is installed, tried, upgraded with an edited
# configuration, removed and purged.  make check-package runs it; it needs root and a network.
# The two systems (debootstrap) stay in $BUILD/package for the next time.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(realpath "${BUILD:-$top/build}")
tests=0
failed=0

say() { # code name [file with the reason]
    tests=$((tests + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tests - $2"
    else
        failed=1
        echo "not ok $tests - $2"
        [ -z "${3:-}" ] || tail -n 25 "$3" | sed 's/^/# /'
    fi
}

skip_all() { # reason
    echo "1..0 # skip $1"
    exit 0
}

[ "$(id -u)" = 0 ] || skip_all 'needs root, for chroots'
for program in debootstrap dpkg-source lintian dpkg-deb; do
    command -v $program >/dev/null || skip_all "$program is not installed"
done
store=$build/package
mkdir -p "$store"
work=$(mktemp -d "$store/work.XXXXXX") || exit 1
mounted=
# shellcheck disable=SC2317 # the trap calls it
finish() {
    for folder in $mounted; do umount "$folder"; done
    rm -rf --one-file-system "$work"
}
trap finish EXIT
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
say $? 'make-deb makes a source package' "$work/log"
base build build-essential,ca-certificates >"$work/log" 2>&1 && system build "$work/builder" >>"$work/log" 2>&1
say $? 'a clean Debian to build in' "$work/log"
cp "$build/dist/potsherd_$version.dsc" "$build/dist/potsherd_$version.debian.tar.xz" \
    "$build/dist/potsherd_${version%-*}.orig.tar.gz" "$work/builder/srv/"
in_system "$work/builder" sh -ec "cd /srv && apt-get -q update && apt-get -q -y --no-install-recommends build-dep ./potsherd_$version.dsc &&
    dpkg-source -x potsherd_$version.dsc source" >"$work/log" 2>&1
say $? 'its Build-Depends are installed' "$work/log"
in_system "$work/builder" sh -ec "cd /srv/source && dpkg-buildpackage -us -uc -b -j$(nproc)" >"$work/log" 2>&1
say $? 'it is built with nothing else' "$work/log"
name=potsherd_$version
cp "$work"/builder/srv/potsherd*.* "$work/" 2>/dev/null # the symbols and the source, too
deb=$(echo "$work/$name"_*.deb)
[ -f "$deb" ] || {
    echo "1..$tests"
    exit 1
}
lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$work/$name"_*.changes "$work/$name.dsc" >"$work/lintian" 2>&1
say $? 'lintian: no errors, no warnings' "$work/lintian"
sed 's/^/# lintian: /' "$work/lintian"

# --- installing ---

base user ca-certificates >"$work/log" 2>&1 && system user "$work/user" >>"$work/log" 2>&1
say $? 'a Debian to install it in' "$work/log"
user() { in_system "$work/user" "$@" >"$work/out" 2>&1; }
cp "$deb" "$work/user/srv/one.deb"
# dpkg leaves documents out of small systems where it is asked to
rm -f "$work/user/etc/dpkg/dpkg.cfg.d"/*
user sh -c 'apt-get -q update && apt-get -q -y --no-install-recommends install /srv/one.deb man-db bash-completion'
say $? 'it is installed' "$work/out"
user getent passwd potsherd && grep -q nologin "$work/out"
say $? 'the user potsherd is there, and cannot log in' "$work/out"
user sh -c 'cd /tmp && potsherd replay -o case /usr/share/doc/potsherd/examples/connect-smtp.pcap' && grep -q '^  emails  *2 ' "$work/out"
say $? 'an example is replayed' "$work/out"
user potsherd answer --self-test -q -o /tmp/self
say $? 'answer --self-test' "$work/out"
user potsherd rules check && grep -q /etc/potsherd/ports.rules "$work/out"
say $? 'rules are those of /etc/potsherd' "$work/out"
for page in potsherd potsherd-watch potsherd.conf potsherd-records; do
    user man "$page" && grep -qi "^$page(" "$work/out"
    say $? "man $page" "$work/out"
done
# shellcheck disable=SC2016 # for the other bash
user bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader potsherd; COMP_WORDS=(potsherd wat) COMP_CWORD=1; _potsherd; echo "<${COMPREPLY[*]}>"' &&
    grep -qx '<watch>' "$work/out"
say $? 'completion completes' "$work/out"
user sh -c 'dpkg --verify potsherd' && [ ! -s "$work/out" ]
say $? 'dpkg finds nothing changed' "$work/out"

# --- the next version: other rules ---

dpkg-deb -R "$deb" "$work/next"
sed -i "s/^Version: .*/Version: $version.1/" "$work/next/DEBIAN/control"
echo '8118 http Privoxy' >>"$work/next/etc/potsherd/ports.rules"
echo '# next' >>"$work/next/etc/potsherd/personas/relay.persona"
(cd "$work/next" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
dpkg-deb --root-owner-group -b "$work/next" "$work/user/srv/two.deb" >"$work/out" 2>&1
say $? 'another version is made' "$work/out"
in_system "$work/user" sh -c 'echo "9999 http mine" >>/etc/potsherd/ports.rules; install -d /var/lib/potsherd/watch-eth1; echo row >/var/lib/potsherd/watch-eth1/emails.csv'
user sh -c 'dpkg --force-confdef --force-confold -i /srv/two.deb'
say $? 'it is upgraded' "$work/out"
user grep -c 'mine\|Privoxy' /etc/potsherd/ports.rules && [ "$(cat "$work/out")" = 1 ] && user tail -n 1 /etc/potsherd/personas/relay.persona && [ "$(cat "$work/out")" = '# next' ]
say $? 'an edited ports.rules stays, what nobody edited is new' "$work/out"
user dpkg --purge potsherd && grep -q 'records in /var/lib/potsherd stay' "$work/out"
say $? 'it is purged, and says that records stay' "$work/out"
user sh -c 'find / -xdev -path /proc -prune -o -name "*potsherd*" ! -path "/tmp/*" ! -path "/srv/*" -print; cat /var/lib/potsherd/watch-eth1/emails.csv'
[ "$(grep -v '^/var/lib/dpkg/\|^/var/cache/\|^/var/log/' "$work/out")" = "$(printf '/var/lib/potsherd\nrow')" ]
say $? 'nothing else is left' "$work/out"
echo "1..$tests"
exit "$failed"
