#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The sum of a column over all rows of stats.
# Usage: column_sum.py DIR COLUMN
import csv, glob, sys
print(sum(int(r[sys.argv[2]]) for f in glob.glob(sys.argv[1] + "/stats-*.csv") for r in csv.DictReader(open(f))))
