#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Some columns of a record file, with what potsherd escapes undone.
# Usage: cells.py FILE.csv COLUMN,...
import csv, re, sys
def plain(cell):
    return re.sub(rb"\\(?:x([0-9a-f]{2})|\\)",
                  lambda m: bytes([int(m[1], 16)]) if m[1] else b"\\", cell.encode()).decode()
columns = sys.argv[2].split(",")
for row in csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")):
    print("\t".join(plain(row[c]) for c in columns))
