#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every header compiles alone and twice, and says what it is for.
. "$(dirname "$0")/lib.sh"
flags=$(pkg-config --cflags glib-2.0)
for f in $(files 'src/*/*.h' 'include/potsherd/*.h' 'tools/*.h'); do
    # shellcheck disable=SC2086 # flags are words
    out=$(printf '#include "%s"\n#include "%s"\n' "$f" "$f" |
        ${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -I. -Iinclude -Isrc $flags -xc - 2>&1)
    say $? "$f compiles alone and twice" "$out"
    sed -n 1p "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' && sed -n 2p "$f" | grep -q '^/\*'
    say $? "$f names its licence and says what it is for"
done
finish
