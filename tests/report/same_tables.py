#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Every column of every table in EXPECTED is in GOT with the same cells; GOT may have more.  Bodies
# that came once are no lines of messages any more, as they were in 0.1.
# Usage: same_tables.py EXPECTED GOT  (folders of report --format csv)
import csv, os, sys

expected, got = sys.argv[1:]


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


failed = False
for name in sorted(os.listdir(expected)):
    if not os.path.exists(os.path.join(got, name)):
        print("%s: is not there" % name)
        failed = True
        continue
    old, new = read(expected, name), read(got, name)
    if name == "report-messages.csv":
        old = [row for row in old if row["emails"] != "1"]
    if len(old) != len(new):
        print("%s: %d rows, expected %d" % (name, len(new), len(old)))
        failed = True
    for i, (a, b) in enumerate(zip(old, new)):
        for column in a:
            if b.get(column) != a[column]:
                print("%s: row %d: %s is %s, expected %s" % (name, i + 1, column, b.get(column), a[column]))
                failed = True
sys.exit(failed)
