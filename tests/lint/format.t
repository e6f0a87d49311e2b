#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every C file is formatted as .clang-format says.
. "$(dirname "$0")/lib.sh"
command -v clang-format >/dev/null || {
    echo '1..0 # SKIP clang-format is not installed'
    exit 0
}
mapfile -t sources < <(files '*.c' '*.h')
said=$(clang-format --dry-run -Werror "${sources[@]}" 2>&1)
for f in "${sources[@]}"; do
    out=$(grep -F -A 2 "$f:" <<<"$said" | head -n 5)
    [ -z "$out" ]
    say $? "$f is formatted" "$out"
done
finish
