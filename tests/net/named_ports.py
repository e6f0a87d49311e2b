#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The connections are those of the ports that were named at the time.
# Usage: named_ports.py WORK
import collections, csv, sys
work = sys.argv[1]
want, have = collections.Counter(), collections.Counter()
for n, left_out in (1, "1080"), (2, ""), (3, ""), (4, ""), (5, "8080"), (6, "1080"):
    for r in csv.DictReader(open("%s/truth%d" % (work, n)), delimiter="\t"):
        if r["kind"] == "request" and r["dst_port"] != left_out:
            port = "12345" if r["dst_port"] == "1080" else r["dst_port"]
            service = {"12345": "odd one", "8080": "alternate http"}[port]
            want[r["src_ip"], r["src_port"], port, service] += 1
for r in csv.DictReader(open(work + "/rows/connections.csv")):
    have[r["src_ip"], r["src_port"], r["dst_port"], r["service"]] += 1
print(sum(want.values()), "wanted", sum(have.values()), "recorded")
for what, odd in ("missing", want - have), ("too many", have - want):
    print(what, *list(odd)[:5], sep="\n  ")
sys.exit(want != have or not want)
