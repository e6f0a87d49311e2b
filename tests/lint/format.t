#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every C file is formatted as .clang-format says.
. "$(dirname "$0")/lib.sh"
for f in $(files '*.c' '*.h'); do
    out=$(clang-format --dry-run -Werror "$f" 2>&1 | head -n 5)
    [ -z "$out" ]
    say $? "$f is formatted" "$out"
done
finish
