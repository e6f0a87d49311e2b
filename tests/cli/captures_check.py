#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The rows of captures.csv against the files, which hashlib and tshark read; and the connections
# that began in each, by tshark's streams.
# Usage: captures_check.py RUN [NAME=FILE]...
# In the order of the command line; `-=FILE` stands for standard input, NAME= for what has no row.
# NAME:cut=FILE: it was not read to its end.
import collections
import csv
import datetime
import hashlib
import os
import re
import subprocess
import sys

run, named = sys.argv[1], [a.rsplit("=", 1) for a in sys.argv[2:]]


def unescape(text):
    return re.sub(rb"\\x([0-9a-f]{2})|\\(.)", lambda m: bytes([int(m[1], 16)]) if m[1] else {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(m[2], m[2]), text.encode())


def stamp(us):
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=us)).isoformat(timespec="microseconds") + "Z"


def packets(path):
    """Time of each packet, and its stream of TCP."""
    out = subprocess.run(["tshark", "-n", "-r", path, "-T", "fields", "-e", "frame.time_epoch", "-e", "tcp.stream"],
                         capture_output=True).stdout.decode()
    for line in out.splitlines():
        time, stream = (line.split("\t") + [""])[:2]
        whole, part = time.split(".")
        yield int(whole) * 1000000 + int(part[:6]), stream


want, began = [], {}
for n, (name, path) in enumerate(named, 1):
    cut = name.endswith(":cut")
    if not path:
        continue
    seen = list(packets(path))
    times = sorted(us for us, stream in seen)
    data = open(path, "rb").read()
    want.append({
        "capture_n": str(n), "file": os.fsencode(name[:-4] if cut else name),
        "first": stamp(times[0]) if times else "", "last": stamp(times[-1]) if times else "",
        "packets": str(len(times)), "bytes": str(len(data)), "sha256": "" if cut else hashlib.sha256(data).hexdigest()})
    first = {}
    for us, stream in seen:
        if stream:
            first.setdefault(stream, us)
    for us in first.values():
        began[stamp(us)] = str(n)
have = list(csv.DictReader(open(run + "/captures.csv", newline="")))
wrong = len(have) != len(want)
for w, h in zip(want, have):
    h["file"] = unescape(h["file"])
    if w["sha256"] == "":
        w["bytes"] = h["bytes"]
    wrong |= w != h
if wrong:
    print("want", *want, "have", *have, sep="\n")
rows = list(csv.DictReader(open(run + "/connections.csv", newline="")))
for row in rows:
    if began.get(row["ts"]) != row["capture_n"]:
        print(row["ts"], "began in", began.get(row["ts"]), "not in", row["capture_n"])
        wrong = True
print(len(rows), "connections", collections.Counter(r["capture_n"] for r in rows))
sys.exit(wrong)
