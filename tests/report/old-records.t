#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Records of earlier versions stay readable: those of each version in records-VERSION give the
# figures that their own version gave, and a column that a file lacks is empty.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/report

for records in "$here"/records-*[0-9]; do
    version=${records##*-}
    run report --top 5 --format csv -o "got-$version" "$records"/*/ "$records/sensors.csv"
    [ "$code" = 0 ] && [ ! -s err ] && python3 "$here/same_tables.py" "$records.report" "got-$version" >why 2>&1
    say $? "records of $version: the figures of $version" <(cat err why)
done

# One column after the other is cut out.
python3 "$here/old_records.py" "$potsherd" "$here/records-0.1" >cases 2>why
say $? 'every column of 0.1 was cut out once' why
while read -r line; do
    name=${line#not }
    [ "$name" = "$line" ]
    say $? "${name#ok }"
done <cases
[ "$(wc -l <cases)" -ge 100 ]
say $? 'a hundred cases and more'

# A year of such segments does not fill the screen.
mkdir many
for i in $(seq 100 160); do
    cut -d, -f1-10 "$here/records-0.1/first/connections.csv" >"many/connections-20060610T000${i}Z.csv"
done
run report --format json many
[ "$code" = 0 ] && [ "$(grep -c 'has no ' err)" = 10 ] && grep -q '61 record files lack columns' err
say $? 'of many files the first ten are named, and their number is' err
grep -q '61 of 61 files of connections have no column end' out
say $? 'the report says so' <(head -c 2000 out)
finish
