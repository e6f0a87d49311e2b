#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Python stands in files of its own, which compile and about which pyflakes has nothing to say.
. "$(dirname "$0")/lib.sh"
command -v pyflakes3 >/dev/null || {
    echo '1..0 # SKIP pyflakes3 is not installed'
    exit 0
}
mapfile -t python < <(files '*.py')
said=$(pyflakes3 "${python[@]}" 2>&1) # a syntax error, too
for f in "${python[@]}"; do
    out=$(grep -F "$f:" <<<"$said")
    [ -z "$out" ]
    say $? "$f compiles, and pyflakes has nothing to say" "$out"
    head -n 3 "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' &&
        head -n 4 "$f" | grep -vE '^#!|SPDX' | grep -q '^#\|^"""'
    say $? "$f names its licence and says what it is for"
done
out=$(files '*.t' '*.sh' '*.soak' 'tools/*' 'tests/*' | grep -vE '\.py$|^tests/lint/python\.t$' | sort -u | tr '\n' '\0' |
    xargs -0 grep -nE "python3 +(-c|-) |cat >.*\.py\"? *<<" 2>/dev/null)
[ -z "$out" ]
say $? "no Python stands in scripts" "$out"
finish
