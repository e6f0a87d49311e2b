#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The rows of these captures have what mmdblookup finds in that folder.
# Usage: places.py WORK FOLDER N...
import csv, sys
work, folder, captures = sys.argv[1], sys.argv[2], sys.argv[3:]
places = dict((line.rstrip("\n").split("\t")[0], line.rstrip("\n").split("\t")[1:]) for line in open(work + "/places." + folder))
keys = {(r["src_ip"], r["src_port"]) for n in captures for r in csv.DictReader(open(work + "/truth" + n), delimiter="\t")}
bad = 0
for kind in "connections", "requests", "emails":
    seen = set()
    for r in csv.DictReader(open("%s/rows/%s.csv" % (work, kind))):
        key = r["src_ip"], r["src_port"]
        if key not in keys:
            continue
        seen.add(key)
        if [r["src_cc"], r["src_asn"], r["src_as_name"]] != places[r["src_ip"]] or not all(places[r["src_ip"]]):
            bad += 1
            print(kind, r["src_ip"], r["src_cc"], r["src_asn"], r["src_as_name"], "not", places[r["src_ip"]])
    if seen != keys:
        bad += 1
        print(kind, "of", len(seen), "connections, not", len(keys))
sys.exit(bad != 0)
