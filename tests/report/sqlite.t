#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The report's tables are those that sqlite computes from the same records: read
# with .import --csv, counted in SQL (tables.sql). Compressed segments give the
# same tables, and so do segments in any folders.
# Usage: sqlite.t; POTSHERD names the program. Output: TAP.
set -u
here=$(cd "$(dirname "$0")" && pwd)
potsherd=${POTSHERD:-$here/../../build/potsherd}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
tests=0
failed=0

for tool in sqlite3 awk gzip zstd xz; do
    command -v "$tool" >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done

say() { # status name
    tests=$((tests + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tests - $2"
    else
        failed=$((failed + 1))
        echo "not ok $tests - $2"
        sed 's/^/# /' "$work/diff" | head -n 20
    fi
}

# sqlite quotes a cell where it need not, so both sides are read and written by it.
# Only the columns that the expected table has are compared.
same_table() { # name expected got
    local columns
    columns=$(head -n 1 "$2" | sed 's/"//g; s/[^,][^,]*/"&"/g')
    for side in "$2" "$3"; do
        sqlite3 -batch :memory: ".import --csv $side t" ".mode csv" "SELECT $columns FROM t" \
            >"$work/$(basename "$side").side.$([ "$side" = "$2" ] && echo a || echo b)" 2>>"$work/diff"
    done
    diff "$work/$(basename "$2").side.a" "$work/$(basename "$3").side.b" >"$work/diff"
    say $? "$1"
}

mkdir "$work/records" "$work/sql"
awk -v N=6000 -v DIR="$work/records" -f "$here/records.awk" || exit 1
"$potsherd" report --top 5 --format csv --output "$work/csv" "$work/records" 2>"$work/diff"
say $? "the report is made"

(
    cd "$work/sql" || exit 1
    imports=()
    for kind in connections requests emails recipients urls attachments scans logins refusals; do
        first=1
        for file in "$work/records/$kind"-*.csv; do
            if [ $first = 1 ]; then
                imports+=(-cmd ".import --csv $file $kind")
            else
                imports+=(-cmd ".import --csv --skip 1 $file $kind")
            fi
            first=0
        done
    done
    sqlite3 -batch "${imports[@]}" :memory: <"$here/tables.sql"
) 2>"$work/diff"
say $? "sqlite reads the records"

for expected in "$work"/sql/*.csv; do
    name=$(basename "$expected" .csv)
    same_table "$name: sqlite counts the same" "$expected" "$work/csv/report-$name.csv"
done

mkdir "$work/packed" "$work/moved"
cp "$work"/records/*.csv "$work/packed"
gzip "$work"/packed/emails-*.csv
zstd -q --rm "$work"/packed/connections-*.csv
xz "$work"/packed/requests-20060628*.csv
zstd -q --keep "$work"/packed/recipients-*.csv # as a moment of potsherd --compress: both are there
mv "$work"/packed/*-20060713* "$work/moved"
"$potsherd" report --top 5 --format csv --output "$work/csv2" "$work/packed" "$work/moved" 2>"$work/diff"
say $? "compressed segments in two folders are read"
diff -r "$work/csv" "$work/csv2" >"$work/diff"
say $? "and give the same tables"

echo "1..$tests"
exit "$((failed > 0))"
