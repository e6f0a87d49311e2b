#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# cppcheck and shellcheck have nothing to say.
. "$(dirname "$0")/lib.sh"
out=$(cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -j2 \
    --enable=warning,performance,portability \
    --suppressions-list=tests/lint/cppcheck.txt \
    -D__linux__ -DPOTSHERD_VERSION='""' -DPOTSHERD_DATA='""' -DPOTSHERD_CONFIG='""' -Iinclude -Isrc src tools 2>&1)
say $? "cppcheck" "$out"
while read -r script; do
    head -n 1 "$script" | grep -qE '^#!.*[/ ](ba)?sh$' || continue
    out=$(shellcheck -x "$script" 2>&1)
    say $? "shellcheck $script" "$out"
done < <(files '*.t' '*.sh' 'tools/*' 'tests/*' '.ci/run' | sort -u)
finish
