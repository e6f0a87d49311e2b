#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Whether each row of each CSV file of a folder has all its columns.
# Usage: whole_rows.py FOLDER
import csv
import glob
import sys

csv.field_size_limit(1 << 30)
for name in glob.glob(sys.argv[1] + "/*.csv"):
    with open(name, newline="", encoding="utf-8") as file:
        rows = csv.reader(file, strict=True)
        columns = len(next(rows))
        for row in rows:
            if len(row) != columns:
                sys.exit("%s: a row of %d columns, not %d" % (name, len(row), columns))
