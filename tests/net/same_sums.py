#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Two scans.csv sum to the same by hour, source, target and port.
# Usage: same_sums.py LIVE REPLAYED
import collections, csv, sys
def sums(path):
    n = collections.Counter()
    for r in csv.DictReader(open(path)):
        n[r["ts"][:13], r["src_ip"], r["dst_ip"], r["dst_port"]] += int(r["syns"])
    return n
live, again = map(sums, sys.argv[1:])
for what, n in (("live only", live - again), ("replayed only", again - live)):
    for key in list(n)[:5]:
        print(what, n[key], *key)
sys.exit(live != again)
