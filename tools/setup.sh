#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what potsherd needs and this machine lacks, with apt-get (Debian 12); waits up to
# ten minutes while another apt or dpkg runs.
# Usage: setup.sh build|demo|check|engines|fuzz|spampots|net|units|deb|monitoring|bench|bench-answer|bench-watch ...; nothing is
# done, and no network is needed, when all is there. Needs no other file.
set -eu

build='gcc make pkg-config libc6-dev libpcap-dev libnids-dev libarchive-dev zlib1g-dev
    libglib2.0-dev libssl-dev libmaxminddb-dev libnet1-dev libcap-ng-dev libseccomp-dev
    libgmime-3.0-dev libpsl-dev libidn2-dev
    libcld2-dev g++ libyara-dev
    publicsuffix gnuplot-nox'
fuzz='clang libclang-rt-14-dev llvm'
check='clang clang-format cppcheck shellcheck libcmocka-dev git tshark tcpdump perl python3 python3-lxml python3-jsonschema time
    gzip zstd xz-utils lz4 sqlite3 chromium poppler-utils iso-codes libmaxmind-db-writer-perl mmdb-bin iproute2 procps systemd pyflakes3 binutils mutt spamassassin groff-base zsh jq syslog-ng-core'
engines='sqlite3 postgresql clickhouse-server clickhouse-client nodejs python3 python3-pandas r-base-core gzip zstd
    util-linux perl libmaxmind-db-writer-perl libreoffice-calc-nogui jq'
spampots='perl libmaxmind-db-writer-perl'
net='tcpreplay curl swaks nmap ncat proxychains4 postfix nftables iproute2 procps ethtool tcpdump tshark python3'
units='debootstrap qemu-system-x86 e2fsprogs iproute2 perl libmaxmind-db-writer-perl python3 systemd'
deb='debhelper dpkg-dev git'
packaging='debootstrap lintian'
bench='time tcpdump tcpflow tshark'
monitoring='prometheus prometheus-node-exporter nginx-light tcpreplay iproute2 python3 curl'
bench_answer='postfix iproute2 tinyproxy-bin microsocks'
bench_watch='iproute2 tcpdump tcpreplay wireshark-common'

wanted=
for what in "$@"; do
    case $what in
    build) wanted="$wanted $build" ;;
    demo) wanted="$wanted $build" ;;
    check) wanted="$wanted $build $check $net" ;;
    engines) wanted="$wanted $build $engines" ;;
    spampots) wanted="$wanted $build $spampots" ;;
    fuzz) wanted="$wanted $build $fuzz" ;;
    net) wanted="$wanted $build $net" ;;
    units) wanted="$wanted $build $units" ;;
    deb) wanted="$wanted $deb" ;;
    package) wanted="$wanted $packaging" ;;
    bench) wanted="$wanted $build $spampots $bench" ;;
    monitoring) wanted="$wanted $build $monitoring" ;;
    bench-answer) wanted="$wanted $build $bench_answer" ;;
    bench-watch) wanted="$wanted $build $bench_watch" ;;
    *)
        echo "setup.sh: $what is none of build, demo, check, engines, fuzz, spampots, net, units, deb, monitoring, bench, bench-answer, bench-watch" >&2
        exit 2
        ;;
    esac
done

missing=
for package in $wanted; do
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
    installed) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "setup.sh: no apt-get here; install what these Debian packages hold:$missing" >&2
    exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "setup.sh: run as root: apt-get install$missing" >&2
        exit 1
    fi
    as_root='sudo --preserve-env=DEBIAN_FRONTEND'
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive

# The lock of the package lists is not among those that DPkg::Lock::Timeout waits for.
update() {
    tries=120
    until $as_root env LC_ALL=C apt-get -q -o DPkg::Lock::Timeout=600 update >"$log" 2>&1; do
        cat "$log"
        grep -qE 'Could not get lock|Unable to lock' "$log" || return 1
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        echo "another apt runs: waiting for it"
        sleep 5
    done
    cat "$log"
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
    update
    case " $missing " in
    *[[:space:]]postfix[[:space:]]*) # only its smtp-source and smtp-sink are used: no mail server is set up
        echo 'postfix postfix/main_mailer_type select No configuration' | $as_root debconf-set-selections || :
        ;;
    esac
    # shellcheck disable=SC2086 # words are meant to split
    $as_root apt-get -q -o DPkg::Lock::Timeout=600 install -y --no-install-recommends $missing
} >&2
