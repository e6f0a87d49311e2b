#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# emails.csv with a mail of each of many sources.
# Usage: share_many.py SCHEMA.json DIR N
import csv
import json
import os
import sys

columns = [c["name"] for f in json.load(open(sys.argv[1])) if f["file"] == "emails.csv" for c in f["columns"]]
os.makedirs(sys.argv[2])
with open(sys.argv[2] + "/emails.csv", "w", newline="") as f:
    w = csv.DictWriter(f, columns, lineterminator="\n", restval="")
    w.writeheader()
    for n in range(int(sys.argv[3])):
        w.writerow(dict(ts="2006-06-10T00:00:00.%06dZ" % n, uid="%016x" % n, email_n=1, src_asn=n % 50 + 1,
                        src_ip="10.%d.%d.%d" % (n >> 16, n >> 8 & 255, n & 255), src_port=25, dst_ip="192.0.2.1", size=0))
