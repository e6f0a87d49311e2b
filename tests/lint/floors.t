#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A folder calls nothing on a higher floor, and no files of a folder call each other in a
# circle (floors.py has the floors).  First it is tried on a house that breaks both laws.
. "$(dirname "$0")/lib.sh"
floors=$PWD/tests/lint/floors.py
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

mkdir -p "$work"/src/{base,cli}
echo 'void above(void); void below(void); void below(void) { above(); }' >"$work/src/base/low.c"
echo 'void above(void); void above(void) {}' >"$work/src/cli/high.c"
echo 'void second(void); void first(void); void first(void) { second(); }' >"$work/src/cli/one.c"
echo 'void first(void); void second(void); void second(void) { first(); }' >"$work/src/cli/two.c"
for f in "$work"/src/*/*.c; do
    ${CC:-cc} -c -o "${f%.c}.o" "$f" || exit 1
done
trial=$(cd "$work" && "$floors" .)
grep -q '^not ok .* src/base calls nothing on a higher floor' <<<"$trial" &&
    grep -q '^# base/low.c calls above of cli/high.c' <<<"$trial"
say $? "a call to a higher floor is found" "$trial"
grep -q '^not ok .* no circle of calls in src/cli' <<<"$trial"
say $? "a circle is found" "$trial"
grep -q '^ok .* src/cli calls nothing on a higher floor' <<<"$trial"
say $? "a call to a lower floor is none" "$trial"

# Objects of link-time optimization do not say what they call.
objects=${BUILD:-build}/clang
if [ ! -d "$objects/src" ]; then
    echo "ok $((++tests)) - floors # skip no objects in $objects: make check makes them"
    finish
fi
while read -r line; do
    case $line in
    "ok "*) say 0 "${line#ok * - }" ;;
    "not ok "*) failed=1 && echo "not ok $((++tests)) - ${line#not ok * - }" ;;
    "#"*) echo "$line" ;;
    esac
done < <("$floors" "$objects")
finish
