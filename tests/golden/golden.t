#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every capture of pcaps/ gives exactly the rows that stand in tests/golden (read
# from the captures by other means, see README.md there), and gives them again
# when its segments are cut into single bytes.
# Usage: golden.t [NAME...]; POTSHERD and MANGLE name the programs. Output: TAP.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
potsherd=${POTSHERD:-$top/build/potsherd}
mangle=${MANGLE:-$top/build/tools/mangle}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
tests=0
failed=0

say() { # ok? name
    tests=$((tests + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tests - $2"
    else
        failed=$((failed + 1))
        echo "not ok $tests - $2"
        sed 's/^/# /' "$work/diff" | head -n 20
    fi
}

# Rows in the order of their times; what stands in `error` is ours to word, so
# only that there is something counts.  Language and text_signature have tests of their own.
canonical() { # file
    if [ "$(basename "$1")" = requests.csv ]; then
        sed -E '1!s/(,error,.*),("[^"]*"|[^",]+)$/\1,*/' "$1"
    elif [ "$(basename "$1")" = emails.csv ]; then
        sed -E '1!s/,[0-9a-f]{128}$/,/; 1!s/,[a-z]{2}(-[A-Za-z]+)?(,[0-9]+,[0-9]+(,[^,]*){3},([^",]*|"[^"]*"),)$/,\2/' "$1"
    else
        cat "$1"
    fi | { IFS= read -r header; echo "$header"; LC_ALL=C sort; }
}

compare() { # expected-dir got-dir
    : >"$work/diff"
    for table in connections requests emails recipients payloads logins refusals; do
        diff <(canonical "$1/$table.csv") <(canonical "$2/$table.csv") >>"$work/diff"
    done
    test ! -s "$work/diff"
}

# The capture as a plain pcap file, which is what mangle reads.
plain() { # file
    case $1 in
    *.gz) gzip -dc "$1" ;;
    *.zst) zstd -dcq "$1" ;;
    *) editcap -F pcap "$1" - ;;
    esac
}

# The columns that do not depend on how many packets carried the bytes.
without_packets() {
    awk -F, -v OFS=, '{ $17 = $18 = ""; print }' "$1/connections.csv" >"$1/c" && mv "$1/c" "$1/connections.csv"
}

while read -r name file _; do
    [ "${name#\#}" = "$name" ] || continue
    [ $# = 0 ] || [[ " $* " = *" $name "* ]] || continue
    expected=$here/$name
    "$potsherd" replay -q --force --web all --tags none --max-connections 1000 -o "$work/got" "$top/pcaps/$file" >"$work/diff" 2>&1 &&
        compare "$expected" "$work/got"
    say $? "$name"
    cp -r "$work/got" "$work/first"
    "$potsherd" replay -q --force --web all --tags none --max-connections 1000 -o "$work/got" "$top/pcaps/$file" >"$work/diff" 2>&1 &&
        diff -r "$work/first" "$work/got" >"$work/diff"
    say $? "$name, twice the same bytes"
    plain "$top/pcaps/$file" >"$work/plain.pcap" 2>"$work/diff" &&
        "$mangle" "$work/plain.pcap" "$work/bytes.pcap" --cut 1 >"$work/diff" 2>&1 &&
        "$potsherd" replay -q --force --web all --tags none --max-connections 1000 -o "$work/got" "$work/bytes.pcap" >"$work/diff" 2>&1 &&
        without_packets "$work/got" && without_packets "$work/first" &&
        compare "$work/first" "$work/got"
    say $? "$name, byte by byte"
    rm -rf "$work/first"
done <"$here/LIST"
echo "1..$tests"
exit $((failed > 0))
