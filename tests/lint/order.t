#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The law of the folders: a folder includes itself, base/ and include/potsherd/;
# a foreign library has one adapter.
. "$(dirname "$0")/lib.sh"
for f in $(files 'src/*/*.c' 'src/*/*.h'); do
    folder=${f#*/}
    folder=${folder%%/*}
    out=$(grep -nP "^#include \"(?!($folder|base|potsherd)/)" "$f")
    [ -z "$out" ]
    say $? "$f includes only $folder/, base/ and potsherd/" "$out"
done
for f in $(files 'include/potsherd/*.h'); do
    out=$(grep -nP '^#include "(?!(base|potsherd)/)' "$f")
    [ -z "$out" ]
    say $? "$f includes only base/ and potsherd/" "$out"
done

# header|files that may include it
while IFS='|' read -r header adapters; do
    out=$(files 'src/*/*.c' 'src/*/*.h' 'include/potsherd/*.h' | grep -vxE "$adapters" |
        xargs grep -nE "^#include <$header" 2>/dev/null)
    [ -z "$out" ]
    say $? "<$header> is included by its adapter only" "$out"
done <<'LIST'
pcap|src/capture/((file|live)\.c|link_filter\.[ch])
nids\.h|src/stream/nids\.c
libnet\.h|src/(packet/build|answer/sender)\.c
maxminddb\.h|src/enrich/(geo\.c|mmdb\.[ch])
archive|src/(base/input|store/compress)\.c
zlib\.h|src/base/gunzip\.c
openssl/|src/base/digest\.c
gmime/|src/mail/mime\.c
libpsl\.h|src/mail/domain\.c
idn2\.h|src/mail/domain\.c
iconv|src/mail/charset\.c
cld2/|src/mail/language\.cc
yara\.h|src/mail/tags\.c
cap-ng\.h|src/base/privilege\.c
seccomp\.h|src/base/sandbox\.c
LIST
finish
