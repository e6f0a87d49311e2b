#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Records that a stranger has filled: the report's memory has an end, what is honest in them
# has its exact numbers, and every cap that acts is told.
. "$(dirname "$0")/../cli/lib.sh"

# A million and more names that come once each hide nothing that comes behind them.
mkdir names
python3 - <<'PY'
with open("names/urls.csv", "w") as f:
    f.write("ts,sensor,host,domain\n")
    f.writelines("2006-06-10,s,,d%d.example\n" % i for i in range(1100000))
    f.writelines("2006-06-11,s,,honest%d.example\n" % (i % 7) for i in range(7000))
PY
run report --top 7 --format json names
[ "$code" = 0 ] && python3 - <<'PY' >why 2>&1
import json
report = json.load(open("out"))
rows = report["tables"]["link_domains"]["rows"]
assert [(r["domain"], r["links"]) for r in rows] == [("honest%d.example" % i, 1000) for i in range(7)], rows
assert rows[0]["percent"] == 0.09, rows[0] # of all links, also those without a row
assert any("more than 1048576 different domains of links" in n for n in report["notices"]), report["notices"]
PY
say $? 'a flood of names: what comes behind it is ranked, with exact numbers' why
told 0 'read a second time' 'a flood of names: that the records are read twice is said'

# One name too long, too many cells, a line without an end, an open quote on a long line.
mkdir long
python3 - <<'PY'
head = "ts,sensor,host,domain\n"
good = "2006-06-10,s,,honest.example\n"
with open("long/urls.csv", "w") as f:
    f.write(head + good)
    f.write("2006-06-10,s,," + "x" * 1048577 + "\n" + good)
    f.write("," * 512 + "\n" + good)
    f.write(("x" * 1000000 + ",") * 5 + "\n" + good)
    f.write('2006-06-10,s,,"' + "x" * 9000000 + "\n" + good)
    f.write("2006-06-10,s,," + "x" * 1048576 + "\n")
    f.write("," * 3000000 + "\n" + good)
PY
run report --format json long
[ "$code" = 1 ] && [ "$(wc -l <err)" = 5 ] &&
    grep -q 'long/urls\.csv: line 3: a cell of more than 1 MiB$' err &&
    grep -q 'long/urls\.csv: line 5: more than 512 cells$' err &&
    grep -q 'long/urls\.csv: line 7: a line of more than 4 MiB$' err &&
    grep -q 'long/urls\.csv: line 9: a cell of more than 1 MiB$' err &&
    grep -q 'long/urls\.csv: line 12: more than 512 cells$' err
say $? 'the caps of a line are told with file and line, and the exit code is 1' err
python3 - <<'PY' >why 2>&1
import json
report = json.load(open("out"))
rows = report["tables"]["link_domains"]["rows"]
assert [r["links"] for r in rows] == [6, 1], [r["links"] for r in rows]
assert any("5 damaged rows in 1 files" in w for w in report["warnings"]), report["warnings"]
PY
say $? 'the rows between them are counted' why

# Compressed, it is nothing; read, it has to be nothing again. Twenty million line ends,
# and long lines with millions of short ones behind them.
mkdir bomb
python3 - <<'PY' | gzip >bomb/urls.csv.gz
import sys
sys.stdout.write("ts,sensor,host,domain\n")
for _ in range(20):
    sys.stdout.write("\n" * 1000000)
for _ in range(3):
    sys.stdout.write("x" * 30000000 + "\n")
    sys.stdout.write(",,,\n" * 1000000)
PY
python3 - "$potsherd" report bomb <<'PY' >why 2>&1
import os, resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=open("err", "w")).returncode
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sanitized = b"__asan_init" in open(sys.argv[1], "rb").read()
print(status, most)
sys.exit(not (status == 1 and (most < 64000 or sanitized)))
PY
say $? 'memory does not grow with damage, nor stay for one long line' why
tail -n 1 err | grep -q ' 23000003 damaged rows in all, in 1 files'
say $? 'and every damaged row is counted' err
finish
