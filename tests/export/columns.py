#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Some columns of a CSV file, in this order.
# Usage: columns.py NAME... <FILE
import csv
import sys

w = csv.writer(sys.stdout, lineterminator="\n")
w.writerow(sys.argv[1:])
w.writerows([row[name] for name in sys.argv[1:]] for row in csv.DictReader(sys.stdin))
