#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Rows without what depends on when the packets came, and whether from a capture.
# Usage: rows_but_times.py FILE.csv
import csv, sys
csv.field_size_limit(1 << 30)
for row in csv.DictReader(open(sys.argv[1])):
    for column in ("ts", "uid", "duration", "capture_n"):
        row.pop(column, None)
    print(sorted(row.items()))
