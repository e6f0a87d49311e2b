#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Packets received are those captured, some, and none was filtered.
# Usage: balanced.py stats.csv
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
total = {n: sum(int(r.get(n, 0)) for r in rows) for n in ("received", "captured", "filtered")}
print(total)
sys.exit(total["received"] != total["captured"] or total["filtered"] != 0 or not total["captured"])
