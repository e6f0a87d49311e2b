#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every library that the program is linked with has a licence that lets it be distributed
# with a program under GPL-3.0-or-later that uses OpenSSL 3 (Apache-2.0).
. "$(dirname "$0")/lib.sh"
program=${BUILD:-build}/potsherd
skip() { # reason
    echo "1..0 # SKIP $1"
    exit 0
}
command -v dpkg-query >/dev/null || skip 'dpkg-query, which names the package of a library, is not installed'
command -v readelf >/dev/null || skip 'readelf is not installed'
[ -f "$program" ] || skip "$program is not built"

# Apache-2.0 goes with version 3 of the GPL, not with version 2 alone.
fit='Apache-2.0 BSD-2-Clause BSD-3-Clause GPL-2.0-or-later GPL-3.0-or-later LGPL-2.1-or-later MIT Zlib'

# Debian package, without the "t64" of later releases|licence of what is linked, by its copyright file
declare -A licence
while IFS='|' read -r package name; do
    licence[$package]=$name
done <<'TABLE'
libarchive13|BSD-2-Clause
libc6|LGPL-2.1-or-later
libcap-ng0|LGPL-2.1-or-later
libcld2-0|Apache-2.0
libseccomp2|LGPL-2.1-or-later
libglib2.0-0|LGPL-2.1-or-later
libgmime-3.0-0|LGPL-2.1-or-later
libidn2-0|GPL-2.0-or-later
libmaxminddb0|Apache-2.0
libnet1|BSD-2-Clause
libnet9|BSD-2-Clause
libnftables1|GPL-2.0-only
libnids1.21|GPL-2.0-or-later
libpcap0.8|BSD-3-Clause
libpsl5|MIT
libssl3|Apache-2.0
libstdc++6|GPL-3.0-or-later
libyara9|BSD-3-Clause
zlib1g|Zlib
TABLE

# Where the loader finds it; dpkg may know that file by its name without /usr, or with it.
package_of() { # library
    local file
    file=$(ldd "$program" | awk -v name="$1" '$1 == name { print $3 }')
    [ -n "$file" ] || return 1
    file=$(readlink -f "$file")
    { dpkg-query -S "$file" || dpkg-query -S "${file#/usr}" || dpkg-query -S "/usr$file"; } 2>/dev/null |
        sed -n '1s/[:,].*//p'
}

needed=$(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
[ -n "$needed" ]
say $? "$program names the libraries that it needs"
for library in $needed; do
    package=$(package_of "$library")
    name=${licence[${package%t64}]:-}
    case " $fit " in
    *" ${name:-none} "*) say 0 "$library ($package): $name" ;;
    *) say 1 "$library has a licence that fits" "package ${package:-unknown}: ${name:-add it to the table, by its copyright file}" ;;
    esac
done
finish
