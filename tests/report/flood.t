#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Records that a stranger has filled: the report's memory has an end, what is honest in them
# has its exact numbers, and every cap that acts is told.
. "$(dirname "$0")/../cli/lib.sh"

# A million and more names that come once each hide nothing that comes behind them.
mkdir names
python3 "$top/tests/report/flood_1.py" 
run report --top 7 --format json names
[ "$code" = 0 ] && python3 "$top/tests/report/flood_2.py"  >why 2>&1
say $? 'a flood of names: what comes behind it is ranked, with exact numbers' why
told 0 'read a second time' 'a flood of names: that the records are read twice is said'

# One name too long, too many cells, a line without an end, an open quote on a long line.
mkdir long
python3 "$top/tests/report/flood_3.py" 
run report --format json long
[ "$code" = 1 ] && [ "$(wc -l <err)" = 5 ] &&
    grep -q 'long/urls\.csv: line 3: a cell of more than 1 MiB$' err &&
    grep -q 'long/urls\.csv: line 5: more than 512 cells$' err &&
    grep -q 'long/urls\.csv: line 7: a line of more than 4 MiB$' err &&
    grep -q 'long/urls\.csv: line 9: a cell of more than 1 MiB$' err &&
    grep -q 'long/urls\.csv: line 12: more than 512 cells$' err
say $? 'the caps of a line are told with file and line, and the exit code is 1' err
python3 "$top/tests/report/flood_4.py"  >why 2>&1
say $? 'the rows between them are counted' why

# Compressed, it is nothing; read, it has to be nothing again. Twenty million line ends,
# and long lines with millions of short ones behind them.
mkdir bomb
python3 "$top/tests/report/flood_5.py"  | gzip >bomb/urls.csv.gz
python3 "$top/tests/report/flood_6.py" "$potsherd" report bomb >why 2>&1
say $? 'memory does not grow with damage, nor stay for one long line' why
tail -n 1 err | grep -q ' 23000003 damaged rows in all, in 1 files'
say $? 'and every damaged row is counted' err
finish
