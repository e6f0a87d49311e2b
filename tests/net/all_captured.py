#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# All that was sent was received and captured, and nothing dropped.
# Usage: all_captured.py stats.csv PACKETS
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
total = lambda name: sum(int(r[name]) for r in rows)
print({name: total(name) for name in ("received", "captured", "dropped", "not_understood", "emails")})
sys.exit(not total("received") == total("captured") == int(sys.argv[2]) or total("dropped") != 0)
