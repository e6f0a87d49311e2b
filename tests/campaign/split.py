#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Splits the records of a folder by message, every third message into B, the others into A.
# Usage: split.py FOLDER A B
import csv, os, sys, zlib

csv.field_size_limit(1 << 30)
folder, a, b = sys.argv[1:]
for kind in ("emails", "urls", "attachments"):
    with open(f"{folder}/{kind}.csv", encoding="utf-8", errors="surrogateescape", newline="") as rows:
        lines = rows.readlines()
    head = next(csv.reader([lines[0]]))
    outs = []
    for to in (a, b):
        os.makedirs(to, exist_ok=True)
        outs.append(open(f"{to}/{kind}.csv", "w", encoding="utf-8", errors="surrogateescape", newline=""))
        outs[-1].write(lines[0])
    for line, row in zip(lines[1:], csv.reader(lines[1:])):
        key = row[head.index("uid")] + row[head.index("email_n")]
        outs[zlib.crc32(key.encode()) % 3 == 0].write(line)
