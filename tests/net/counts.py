#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Packets captured and filtered are these, together those received, and none is lost.
# Usage: counts.py stats.csv CAPTURED FILTERED
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
total = {n: sum(int(r.get(n, 0)) for r in rows) for n in ("received", "captured", "dropped", "filtered")}
print(total)
sys.exit(total != {"received": int(sys.argv[2]) + int(sys.argv[3]), "captured": int(sys.argv[2]), "dropped": 0,
                   "filtered": int(sys.argv[3])})
