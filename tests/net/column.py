#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The values of a column.
# Usage: column.py FILE.csv NAME
import csv, sys
for row in csv.DictReader(open(sys.argv[1])):
    print(row[sys.argv[2]])
